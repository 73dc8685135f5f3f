# -fapprox-check: what is right is summed up; an argument outside of a promised range is told with its place.
# Which argument is the nearest depends on the programs that the catalogue has.
inside() { sed -e 's/expf(0x\(0p+0\|1[.0-9a-f]*p[-+][0-3]\|1p+4\)), 0\.[0-9]* ulp/expf(in [0,16]), below 1 ulp/' -e 's/sinf(0x\(0p+0\|1p+0\|1p+1\|1.8p+1\)), 0\.[0-9]* ulp/sinf(in [0,3]), below 1 ulp/'; }
cat >f.c <<'X'
#include <math.h>
#include <stdlib.h>
#include <stdio.h>
int main(int argc, char **argv)
{
    float sum = 0;
    for (int i = 0; i <= atoi(argv[1]); i++) sum += expf((float)i * 0.5f);
    printf("%.6g\n", sum);
    return 0;
}
X
approxcc -g -O2 -march=x86-64-v3 -fapprox-max-error=1 -fapprox-check f.c -o f && ./f 32 2>&1 | inside
approxcc -g -O2 -march=x86-64-v3 -fapprox-max-error=1 -fapprox-range=-16:16 -fapprox-check f.c -o f && ./f 40 >told 2>&1
echo "status $?"
inside <told
# How far off it is outside of the range does not count: the nearest to its bound is inside.
cat >s.c <<'X'
#include <math.h>
int main(int argc, char **argv)
{
    float sum = 0;
    for (int i = 0; i < 40; i++) sum += sinf((float)(i * argc));
    return sum > 100;
}
X
approxcc -g -O2 -march=x86-64-v3 -fapprox-max-error=1 -fapprox-range=-3:3 -fapprox-check s.c -o s -lm && ./s 2>&1 | inside
# A function that is not what its annotation says.
cat >g.c <<'X'
#include <stdio.h>
__attribute__((annotate("approx: function=cbrt max_ulp=0.5"))) float root(float x) { return x * 0.5f; }
int main(void) { return root(8) != 2; }
X
approxcc -O2 -march=x86-64-v3 -fapprox-check g.c -o g && ./g 2>&1
echo "status $?"
