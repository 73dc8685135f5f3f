# A full disk behind standard output is an error, whatever is printed.
cd "$DATA" || exit
try() { approxcc "$@" >/dev/full; echo "exit $?" >&2; }
try --help
try synth --help
try --print-functions
try show paper_f2.approx
try verify paper_f2.approx
try synth exp2 --type f16 --domain '[0,1]' --generations 1
