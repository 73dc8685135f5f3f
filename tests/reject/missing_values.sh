try() { approxcc "$@"; echo "exit $?" >&2; }
try synth
try synth exp2 --type
try synth exp2 --domain
try synth exp2 -o
try synth exp2 log2
try synth exp2 --front=yes
try synth exp2 --budget never
try synth exp2 --budget -3s
try synth exp2 --seed -1
try synth exp2 --threads many
try verify
try show
