# A function of two arguments from the user's store: hypotf in every form, judged, with its claim; gcc's loops call its vectors, on aarch64, too.
grep -qw avx2 /proc/cpuinfo || exit 77
cp "$SOURCE/programs/hypot_f32.approx" hypot.approx
approxcc catalogue add hypot.approx --store one.db >/dev/null
approxcc libm hypotf --target x86-64-v3 --store one.db -o lib 2>/dev/null
nm -g --defined-only lib/lib/libapproxm.a 2>/dev/null | awk 'NF == 3 { print $3 }' | sort >symbols
printf '%s\n' _ZGVbN4vv_hypotf _ZGVcN8vv_hypotf _ZGVdN8vv_hypotf approx_hypotf_array hypotf | diff - symbols

# The claim says that it is of samples, and where both arguments were.
grep -q '^| `hypotf` | .* | 1ulp | 0.5 ulp at -*0x[^ ]*, -*0x[^ ]* | sampled, [0-9]* inputs | pairs ' lib/CLAIMS.md
approxcc libm --check lib --stride 40009 >said
grep -q '^hypotf: 1 claim held, 5 forms with the bits of their programs; claim by samples, forms on 107350 pairs$' said

# What the judge is to find: a form whose program is another (hypot(inf, NaN) is inf); a claim too good.
cp lib/claims.json claims.json
bad() {
    status=0
    approxcc libm --check lib --stride 40009 >bad 2>&1 || status=$?
    [ "$status" = 1 ] && grep -q "$1" bad || { echo "exit $status: $(cat bad)" && exit 1; }
}
sed 's/"max_ulp": 0.[0-9]*/"max_ulp": 0.49/' claims.json >lib/claims.json
cmp -s claims.json lib/claims.json && exit 1
bad 'the claim for hypotf does not hold: 0.5 ulp at .*0x.*, .*0x'
cp claims.json lib/claims.json
cat >wrong.c <<'END'
#include <immintrin.h>
__m256 _ZGVdN8vv_hypotf(__m256 x, __m256 y) /* NaN for infinity and NaN */
{
    for (int i = 0; i < 8; i++) x[i] = (float)__builtin_sqrt((double)x[i] * x[i] + (double)y[i] * y[i]);
    return x;
}
END
gcc -O2 -fno-math-errno -mavx2 -fPIC -c wrong.c
cp lib/lib/libapproxm.so.1 right.so
objcopy --weaken-symbol=_ZGVdN8vv_hypotf lib/lib/libapproxm.a weak.a 2>/dev/null
gcc -shared -o lib/lib/libapproxm.so.1 wrong.o -Wl,--whole-archive weak.a -Wl,--no-whole-archive
bad '_ZGVdN8vv_hypotf: the compiled code .* gives 0x7fc00000 at 0x7f800000, 0x7fc00000 where the program gives 0x7f800000'
cp right.so lib/lib/libapproxm.so.1

# Loops and special values.
gcc="gcc -O3 -march=x86-64-v3"
$gcc -fno-builtin -Ilib/include "$SOURCE/pairs.c" -o pairs lib/lib/libapproxm.a -lm && ./pairs
loop() { # NAME OPTION ...: compiled, it calls the vectors and has the bits of the scalar function
    name=$1 && shift
    "$@" -march=x86-64-v3 -DPAIRS -c "$SOURCE/pair_loop.c" -o "$name.o"
    nm -u "$name.o" | grep -q _ZGVdN8vv_hypotf || { echo "$name calls no vectors" && exit 1; }
    gcc "$name.o" -o "$name" lib/lib/libapproxm.a -lmvec -lm && "./$name"
    gcc "$name.o" -o "$name" -Llib/lib -Wl,-rpath,"$PWD/lib/lib" -lapproxm -lmvec -lm && "./$name"
}
loop fast gcc -O3 -ffast-math
loop pragma gcc -O2 -fopenmp-simd -fno-math-errno -DWITH_PRAGMA -DWITH_HEADER -Ilib/include
for compiler in 'gcc -std=c99' clang-19; do $compiler -Wall -Wextra -Werror -Ilib/include -include approxm.h -fsyntax-only -x c /dev/null; done

# The passes replace calls of one argument only, and say so, whatever the store has.
echo '#include <math.h>
float f(float x, float y) { return hypotf(x, y); }' >f.c
approxcc -O2 -march=x86-64-v3 -fapprox-max-error=1 -fapprox-store=one.db -Rpass-missed=approx -c f.c 2>remarks
grep -q 'hypotf not replaced: only calls of one argument are replaced, and hypot has 2' remarks || { cat remarks && exit 1; }
nm -u f.o | grep -qw hypotf

command -v aarch64-linux-gnu-gcc >/dev/null && command -v qemu-aarch64 >/dev/null || exit 0
sed 's/^target .*/target aarch64/' hypot.approx >arm.approx
approxcc catalogue add arm.approx --store one.db >/dev/null
approxcc libm hypotf --target aarch64 --store one.db -o arm 2>/dev/null
aarch64-linux-gnu-gcc -O2 -static -fno-builtin -Iarm/include "$SOURCE/pairs.c" -o pairs_arm arm/lib/libapproxm.a -lm
qemu-aarch64 ./pairs_arm
