# What operators cost is kept with the times: a run that is repeated elsewhere, where the calibration is another, ends the same.
synth() { approxcc synth atan --type f16 --domain '[0,1]' --max-error 1ulp --target x86-64-v2 --generations 4 -o a.approx "$@" >/dev/null; }
program() { sed -n '/^program/,$p; /^cost/p' a.approx; }
export XDG_CACHE_HOME="$PWD/cache"
for try in 1 2 3; do
    rm -f times.txt
    synth --measurements times.txt || exit
    cpu=$(sed -n 's/^cost .* cpu //p' a.approx)
    [ -z "$cpu" ] || break
done
[ -n "$cpu" ] || { echo 0 && exit 1; } # a machine too busy to measure
program >first
cp times.txt before
mkdir -p cache/approxcc
sed -n 's/^cost //p' times.txt | sed 's/^class MUL throughput [^ ]*/class MUL throughput 900/' >"cache/approxcc/cost-x86-64-v2-$cpu.txt"
synth --measurements times.txt && program | cmp - first && cmp times.txt before
# The calibration would have counted.
synth --measurements other.txt && grep -c '^cost class MUL throughput 900 ' other.txt
