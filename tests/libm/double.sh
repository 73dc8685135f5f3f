# A function of double from the user's store: exp in every form, judged, with its claim; gcc's and clang's loops call its vectors, on aarch64, too.
grep -qw avx2 /proc/cpuinfo || exit 77
cp "$SOURCE"/programs/exp_f64_v[23].approx .
approxcc catalogue add exp_f64_v2.approx exp_f64_v3.approx --store one.db >/dev/null
approxcc libm exp=2ulp --target x86-64-v3 --store one.db -o lib 2>/dev/null
nm -g --defined-only lib/lib/libapproxm.a 2>/dev/null | awk 'NF == 3 { print $3 }' | sort >symbols
printf '%s\n' _ZGVbN2v_exp _ZGVcN4v_exp _ZGVdN4v_exp approx_exp_array exp | diff - symbols

# The claims are of samples, and say so; the judge is content with all forms, and never says that it looked at every float.
[ "$(grep -c '^| `exp` | .* | 2ulp | 1.[0-9]* ulp at .* | sampled, [0-9]* inputs | 15 of 15 ' lib/CLAIMS.md)" = 2 ]
approxcc libm --check lib --stride 40009 >said
grep -q '^exp: 2 claims held, 5 forms with the bits of their programs; claim by samples, forms on 107350 inputs$' said
sed -i 's/"max_ulp": 1.[0-9]*/"max_ulp": 0.51/' lib/claims.json
status=0
approxcc libm --check lib --stride 4000037 >bad 2>&1 || status=$?
[ "$status" = 1 ] && grep -q 'the claim for exp does not hold: 1' bad || { echo "exit $status: $(cat bad)" && exit 1; }

loop() { # NAME OPTION ...: compiled, it calls the vectors and has the bits of the scalar function
    name=$1 && shift
    "$@" -march=x86-64-v3 -c "$SOURCE/pair_loop.c" -o "$name.o"
    nm -u "$name.o" | grep -q _ZGVdN4v_exp || { echo "$name calls no vectors" && exit 1; }
    gcc "$name.o" -o "$name" lib/lib/libapproxm.a -lmvec -lm && "./$name"
    gcc "$name.o" -o "$name" -Llib/lib -Wl,-rpath,"$PWD/lib/lib" -lapproxm -lmvec -lm && "./$name"
}
loop fast gcc -O3 -ffast-math
loop pragma gcc -O2 -fopenmp-simd -fno-math-errno -DWITH_PRAGMA -DWITH_HEADER -Ilib/include
loop clang clang-19 -O3 -fno-math-errno -fveclib=libmvec

# The passes take it from the same store, too.
echo '#include <math.h>
double f(double x) { return exp(x); }' >f.c
approxcc -O2 -march=x86-64-v3 -fapprox-max-error=2 -fapprox-store=one.db -Rpass=approx -c f.c 2>remarks
grep -q 'exp replaced by' remarks || { cat remarks && exit 1; }
if nm -u f.o | grep -w exp; then exit 1; fi

# AVX-512, which may not be here, by its symbols; aarch64 under qemu.
sed 's/^target .*/target x86-64-v4/' exp_f64_v3.approx >v4.approx
approxcc catalogue add v4.approx --store four.db >/dev/null
approxcc libm exp=2ulp --target x86-64-v4 --store four.db -o four 2>/dev/null
nm -g four/lib/libapproxm.a 2>/dev/null | grep -q 'T _ZGVeN8v_exp'
command -v aarch64-linux-gnu-gcc >/dev/null && command -v qemu-aarch64 >/dev/null || exit 0
sed 's/^target .*/target aarch64/' exp_f64_v3.approx >arm.approx
approxcc catalogue add arm.approx --store arm.db >/dev/null
approxcc libm exp=2ulp --target aarch64 --store arm.db -o arm 2>/dev/null
aarch64-linux-gnu-gcc -O3 -static -fno-math-errno -DWITH_HEADER -Iarm/include -c "$SOURCE/pair_loop.c" -o arm.o
aarch64-linux-gnu-nm -u arm.o | grep -q _ZGVnN2v_exp
aarch64-linux-gnu-gcc -static arm.o -o arm_loop arm/lib/libapproxm.a -lm && qemu-aarch64 ./arm_loop
