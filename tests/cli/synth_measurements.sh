# With the times of an earlier run a bounded run ends with the same answer, on any number of threads.
synth() { approxcc synth atan --type f16 --domain '[0,1]' --max-error 1ulp --generations 8 --measurements times.txt -o a.approx "$@" >/dev/null; }
program() { sed -n '/^program/,$p; /^cost/p' a.approx; }
synth --threads 2 || exit
head -1 times.txt
program >first
cp times.txt before
synth --threads 1 && program | cmp - first && cmp times.txt before
# What the table says is believed: the winner, said to be slow, is not taken again.
winner=$(sed -n 's/^cost throughput_ns \([^ ]*\) .*/\1/p' a.approx)
[ "$(grep -c ^program times.txt)" -le 1 ] && exit
[ -n "$winner" ] || exit 0 # a machine too busy to measure
sed -i "s/throughput_ns $winner /throughput_ns 1000 /" times.txt
synth
program | cmp -s - first && echo "the slow program was taken"
true
