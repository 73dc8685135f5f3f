# Line breaks and quotes in an argument: what is written can be read again, the command in one line.
approxcc synth 'exp2(x)
+0*x' --type f16 --domain '[0,1]' --generations 1 -o "it's.approx" >/dev/null
approxcc verify "it's.approx" >/dev/null || echo "not read again: $?"
sed -n '/^command/p' "it's.approx"
try() { approxcc "$@" 2>&1 | cut -c 1-100 >&2; }
try synth exp2 --type f16 --symbol int
try synth exp2 --type f16 --symbol "$(awk 'BEGIN { for (i = 0; i < 300; i++) printf "n" }')"
try synth exp2 --type f16 --threads 1000000
