# 10 MB of noise, alone and behind a good beginning: exit status 1 and one sentence.
noise() { awk 'BEGIN { srand(1); for (i = 0; i < 2500000; i++) printf "%c%c%c%c", rand() * 256, rand() * 256, rand() * 256, rand() * 256 }'; }
noise >noise
judge() {
    approxcc "$@" >out 2>err
    code=$?
    [ $code = 1 ] && [ ! -s out ] && grep -q 'error: ' err && [ "$(wc -l <err)" -le 3 ] || { echo "$code: $*"; head -c 2000 err; }
}
for extension in approx fpcore; do
    cp noise noise.$extension
    judge verify noise.$extension
    tr -c ' -~' x <noise >noise.$extension
    judge verify noise.$extension
    judge show noise.$extension
done
{ printf 'approx 1\n'; cat noise; } >begun.approx
judge verify begun.approx
{ printf 'approx 1\ntype f32\ndomain x [0, 1]\nexpression x\nprogram\nf32 x\n'; tr -c ' -~' '\n' <noise; } >program.approx
judge verify program.approx
{ printf '(FPCore (x) :spec '; tr -c ' -~' x <noise; } >begun.fpcore
judge verify begun.fpcore
judge synth begun.fpcore
judge synth "$(head -c 100000 noise | tr -c ' -~' x)" --type f32 --domain '[0,1]'
ls
