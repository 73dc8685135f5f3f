# Where the function is not defined: which input, and why.
try() { approxcc "$@"; echo "exit $?" >&2; }
try synth log --type f32 --domain '[-1,1]'
try synth 'sqrt(x-2)' --type f32 --domain '[0,4]'
try synth asin --type f64 --domain '[0,2]'
