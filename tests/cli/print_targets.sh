# Which one is native depends on the machine; there is at most one.
approxcc --print-targets | sed 's/ (native)$//'
[ "$(approxcc --print-targets | grep -c '(native)')" -le 1 ]
