# Line, column and a caret.
try() { approxcc "$@"; echo "exit $?" >&2; }
try synth 'log(1+)' --type f32 --domain '[0,1]'
try synth 'sin(x' --type f32 --domain '[0,1]'
try synth 'x y' --type f32 --domain '[0,1]'
try synth '' --type f32 --domain '[0,1]'
try synth 'atan2(x)' --type f32 --domain '[0,1]'
try synth '1+2' --type f32
