# Found out before any work is done, where it can be; no file appears.
try() { approxcc "$@"; echo "exit $?" >&2; }
mkdir folder folder.c
try synth exp2 --type f32 --domain '[0,1]' -o folder.c
try synth exp2 --type f32 --domain '[0,1]' -o folder
try synth exp2 --type f32 --domain '[0,1]' -o nothing
try synth exp2 --type real --domain '[0,1]' --max-error 3digits -o k.o
try synth exp2 --type f32 --domain '[0,1]' --front -o k.c
try synth exp2 --type f16 --domain '[0,1]' --generations 2 -o nowhere/k.c
try synth exp2 --type f16 --domain '[0,1]' --generations 2 -o k.c -o nowhere/k.h
ls
