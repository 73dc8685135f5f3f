# Checkpoints that cannot be resumed, and why; the file stays as it was.
real="--type real --max-error 9digits --budget 1s --generations 1"
approxcc synth exp2 $real --domain '[0,1]' --seed 7 --checkpoint good.ckpt >/dev/null 2>&1
[ -s good.ckpt ] || echo "no checkpoint"
cp good.ckpt kept.ckpt
try() {
    approxcc synth "$@" -o none.json >/dev/null
    echo "exit $?" >&2
    [ -e none.json ] && echo "something was written"
    cmp -s good.ckpt kept.ckpt || echo "the checkpoint has changed"
}
try exp2 $real --domain '[0,2]' --seed 7 --resume good.ckpt
try exp $real --domain '[0,1]' --seed 7 --resume good.ckpt
try exp2 $real --domain '[0,1]' --seed 8 --resume good.ckpt
try exp2 $real --domain '[0,1]' --seed 7 --resume good.ckpt --from-scratch
try exp2 $real --domain '[0,1]' --seed 7 --resume good.ckpt --op-cost '/=5'
try exp2 $real --domain '[0,1]' --seed 7 --resume missing.ckpt
same="exp2 $real --domain [0,1] --seed 7 --resume"
head -c 300 good.ckpt >short.ckpt
try $same short.ckpt
tr 3 4 <good.ckpt >flipped.ckpt
try $same flipped.ckpt
: >empty.ckpt
try $same empty.ckpt
echo 'approx 1' >other.ckpt
try $same other.ckpt
sed '1s/.*/approx-checkpoint 99/' good.ckpt >format.ckpt
try $same format.ckpt
head -c 5000 /dev/zero >zero.ckpt
try $same zero.ckpt
try $same .
try exp2 $real --domain '[0,1]' --checkpoint no/such/folder.ckpt
try exp2 $real --domain '[0,1]' --checkpoint -
try exp2f --domain '[0,1]' --checkpoint float.ckpt
try exp2f --domain '[0,1]' --resume good.ckpt
