# A function that only the oracle can tell, its angle having more bits before the point than any other arithmetic holds: many minutes of
# work, and an interrupt is heard in the middle of it, by the judge and by the search, which looks at candidates with the judge's means.
# 137 would say that it had to be killed.
cat >far.approx <<'X'
approx 1
name far
expression cos(sqrt(x))
type f32
domain x [0x1p+70, 0x1p+100]
bound 4ulp
minimize throughput
target x86-64
claim max_ulp 1 max_rel 1 max_abs 1
checked sampled points 1 wrong 0
worst 0x1p+80 got 0x1p+80 want 0x1p+0
seed 1
version 0.1.0
reference
real x
real v1 = sqrt x
real v2 = cos v1
return v2
program
f32 x
return x
X
timeout -s INT -k 30 3 approxcc verify far.approx --progress none
echo "status $?"
timeout -s INT -k 30 4 approxcc synth 'cos(sqrt(x))' --type f32 --domain '[0x1p70,0x1p100]' --max-error 2abs --fresh --budget 60s \
    --progress none -o near.approx
echo "status $?"
ls
