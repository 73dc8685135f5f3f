try() { approxcc "$@"; echo "exit $?" >&2; }
try synth expq --type f32 --domain '[0,1]'
try synth 'log(1+ezp(x))' --type f32 --domain '[0,1]'
try synth qqqqqqqq
