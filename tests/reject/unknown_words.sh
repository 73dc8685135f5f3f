# One sentence each, with what would be right.
try() { approxcc "$@"; echo "exit $?" >&2; }
try synt exp2
try synth exp2 --type f31 --domain '[0,1]'
try synth exp2 --type f32 --domain '[0,1]' --target x86-64-v9
try synth exp2 --type f32 --domain '[0,1]' --minimize speed
try synth exp2 --type f32 --domain '[0,1]' --ops '+,*,sine'
try synth exp2 --type f32 --domain '[0,1]' --max-error 1ulb
try synth exp2 --type f32 --domain '[0,1]' -o k.obj
try synth exp2 --type f32 --domain '[0,1]' --progress loud
try synth exp2 --type f32 --domain '[0,1]' --symbol 'a b'
try show none.approx --as pdf
try verify program.txt
