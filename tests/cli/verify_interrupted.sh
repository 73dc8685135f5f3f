# A function that only the oracle can tell for most floats, exp(x) being beyond every other arithmetic there: minutes of work, and an interrupt
# is heard in the middle of it. 137 would say that it had to be killed.
cat >far.approx <<'X'
approx 1
name far
expression log(2+exp(x))
type f32
domain x [20000, 0x1p+100]
bound 4ulp
minimize throughput
target x86-64
claim max_ulp 1 max_rel 1 max_abs 1
checked sampled points 1 wrong 0
worst 0x1p+15 got 0x1p+15 want 0x1p+15
seed 1
version 0.1.0
reference
real x
real v1 = exp x
real v2 = const 2
real v3 = add v2 v1
real v4 = log v3
return v4
program
f32 x
return x
X
timeout -s INT -k 30 3 approxcc verify far.approx --progress none
echo "status $?"
