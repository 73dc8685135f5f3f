try() { approxcc "$@"; echo "exit $?" >&2; }
try synth exp2 --type f32 --domain '[0,1]' --max-error 0.4ulp
try synth exp2 --type f16 --domain '[0,1]' --max-error 14digits
try synth exp2 --type real --domain '[0,1]' --max-error 1ulp
try synth exp2 --type f32 --domain '[0,1]' --max-error 0ulp
try synth exp2 --type f32 --domain '[0,1]' --max-error -1ulp
try synth exp2 --type f32 --domain '[0,1]' --max-error 1e999rel
