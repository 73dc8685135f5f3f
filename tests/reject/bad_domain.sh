try() { approxcc "$@"; echo "exit $?" >&2; }
try synth exp2 --type f32 --domain '[1,0]'
try synth exp2 --type f32 --domain '(0,0]'
try synth exp2 --type f32 --domain '[1.00000001,1.00000002]'
try synth exp2 --type f32 --domain '0,1'
try synth exp2 --type f32 --domain '[0,pie]'
try synth exp2 --type f32 --domain '[nan,1]'
try synth exp2 --type f32 --domain '[0,1]' --domain '[0,1]'
try synth 'exp(x)' --type f32
try synth exp2 --type real --domain all --max-error 6digits
