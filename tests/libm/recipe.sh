# The commands of docs/recipes/libm.md work as they stand there, and its programs say the same.
grep -qw avx2 /proc/cpuinfo || exit 77
cp "$SOURCE/loop.c" prog.c
cp "$SOURCE/programs/hypot_f32.approx" .
for level in v2 v3; do approxcc catalogue add "$SOURCE/programs/exp_f64_$level.approx" --trust; done # what a search would find
sed -n 's/^    \(\(approxcc\|gcc\|clang-19\|LD_PRELOAD=\).*\)/\1/p' "$SOURCE/../../docs/recipes/libm.md" |
    sed 's/^approxcc bench.*/& --budget 1s --stride 1000003/' >commands
[ "$(wc -l <commands)" -ge 10 ] || { echo "the recipe has lost its commands" && exit 1; }
sh -eu commands >said 2>complaints || { cat complaints said && exit 1; }
for program in static shared clang header; do # prog was run with the library preloaded
    ./$program >$program.said || { echo "$program: $(cat $program.said)" && exit 1; }
done
LD_DEBUG=bindings LD_BIND_NOW=1 ./shared 2>&1 | grep -q "libapproxm.so.*_ZGVdN8v_expf"
LD_DEBUG=bindings LD_BIND_NOW=1 ./clang 2>&1 | grep -q "libapproxm.so.*_ZGVdN8v_expf"
grep -q 'libmvec [0-9.]* ns' timed/CLAIMS.md
