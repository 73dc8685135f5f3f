# What runs has the bits that the interpreter gives for the entry which the report names, however the program was compiled.
cat >f.c <<'X'
#include <math.h>
#define ARRAY(g) void g##_array(const float *x, float *y, long n) { for (long i = 0; i < n; i++) y[i] = g##f(x[i]); }
ARRAY(exp) ARRAY(exp2) ARRAY(log) ARRAY(log2) ARRAY(sin) ARRAY(cos) ARRAY(tanh) ARRAY(atan) ARRAY(erf) ARRAY(cbrt)
X
functions='exp exp2 log log2 sin cos tanh atan erf cbrt'
compare() { # STRIDE OPTIONS, with $march; for x86-64-v3 there is a program for each
    stride=$1
    shift
    approxcc "$@" -march="$march" -fapprox-max-error=1 -fapprox-report=r.json -fPIC -shared f.c -o f.so -lm || return
    for f in $functions; do
        entry=$(sed -n "s/.*\"function\":\"${f}f\".*\"entry\":\"\([^\"]*\)\".*/\1/p" r.json | head -n 1)
        [ -n "$entry" ] || [ "$march" = x86-64-v3 ] || continue
        "$TOOLS/compare_bits" ./f.so ${f}_array "${entry:-none}" "$stride" || echo "$f differs with $*"
    done
}
march=x86-64-v3
compare 70001 -O3
compare 400009 -O2 -fno-vectorize
compare 400009 -O1
compare 400009 -Os
compare 400009 -Oz -fapprox-inline=always
compare 400009 -O3 -fapprox-inline=never
compare 400009 -O3 -ffp-contract=fast
compare 400009 -O3 -ffast-math -fno-finite-math-only
compare 400009 -O3 -flto -fuse-ld=lld
compare 400009 -O3 -flto=thin -fuse-ld=lld
compare 400009 -O3 -g
march=x86-64-v2 # no fma
compare 400009 -O3
compare 400009 -O2 -ffast-math -fno-finite-math-only
echo compared
