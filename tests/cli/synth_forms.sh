# Every form that -o knows; object, archive, shared library and C give the same bits.
approxcc synth exp2 --type f32 --domain '[0.25,0.5]' --max-error 1ulp --generations 3 --name k \
    -o k.o -o k.a -o k.so -o k.c -o k.h -o k.ll -o k.bc -o k.s -o k.approx -o k.json -o k.fpcore >summary || exit
grep -c 'wrote k.o k.a k.so k.c k.h k.ll k.bc k.s k.approx k.json k.fpcore$' summary
ls

grep -c '^define.* @approx_k(' k.ll
grep -c '^approx_k_array:' k.s
od -An -tx1 -N4 k.o | tr -d ' '
od -An -tx1 -N4 k.bc | tr -d ' '
head -n 1 k.approx
grep -c 'FPCore' k.fpcore
awk -f "$DATA/json_paths.awk" k.json | grep '^\.name'
grep -c 'approxcc synth exp2' k.c k.h k.ll

cat >main.c <<'END'
#include "k.h"
#include <stdio.h>
#include <string.h>
int main(void)
{
    static float x[1001], y[1001];
    unsigned hash = 2166136261u, bits;
    for (int i = 0; i <= 1000; i++) x[i] = 0.25f + 0.25f * (float)i / 1000;
    approx_k_array(x + 1, y + 1, 1000);
    y[0] = approx_k(x[0]);
    for (int i = 0; i <= 1000; i++) {
        float one = approx_k(x[i]);
        if (memcmp(&one, &y[i], sizeof one) != 0) printf("array and scalar differ at %a\n", x[i]);
        memcpy(&bits, &y[i], sizeof bits);
        hash = (hash ^ bits) * 16777619u;
    }
    printf("%08x\n", hash);
    return 0;
}
END
cc -O2 -ffp-contract=off main.c k.c -lm -o with_c && ./with_c >c.out
cc -O2 main.c k.o -lm -o with_o && ./with_o >o.out
cc -O2 main.c k.a -lm -o with_a && ./with_a >a.out
cc -O2 main.c ./k.so -lm -o with_so && LD_LIBRARY_PATH=. ./with_so >so.out
cmp c.out o.out && cmp c.out a.out && cmp c.out so.out && echo 'the same bits'
