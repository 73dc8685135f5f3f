# Options of ours go to the inner clang, whatever their place, and never to it as they are.
echo '#include <math.h>
float f(float x) { return expf(x); }
float g(float x) { return sinf(x); }' >f.c
n() { nm "$1" | grep -c "U $2\$"; }
approxcc -O2 -march=x86-64-v3 -c f.c -fapprox-max-error=2:expf -o f.o -Wall -Werror && echo "expf $(n f.o expf) sinf $(n f.o sinf)"
approxcc -O2 -march=x86-64-v3 -c f.c -fimf-precision=medium -fno-approx=sinf -o f.o && echo "expf $(n f.o expf) sinf $(n f.o sinf)"
echo '-O2 -march=x86-64-v3 -fapprox-max-error=1 "-DX=a b"' >options
approxcc @options -c f.c -o f.o && echo "expf $(n f.o expf)"
approxcc -O2 -march=x86-64-v3 -fapprox-precision=high -E f.c -Wall -Werror >/dev/null && echo preprocessed
approxcc -fapprox-precision=high -Wall -Werror f.o -shared -o f.so && echo linked
echo f.o >objects && approxcc -fapprox-precision=high -Wall -Werror @objects -shared -o f.so && echo "linked from a list"
approxcc -O2 -fapprox-precision=high -### -c f.c 2>&1 | grep -c '"-approx=precision=high"'
approxcc -O2 -ffast-math -fapprox-func -fno-approx-func -c f.c -o f.o && echo "clang's own"
# What goes wrong, and warnings.
for option in -fapprox-max-eror=1 -fapprox-max-error -fapprox-max-error=0.1 -fapprox-max-error=x -fapprox-accuracy-bits=54 -fapprox-range=3:1 -fimf-precision=hi \
    -fapprox-domain-exclusion=none,odd -fapprox-inline=no \
    '-fapprox-max-error=1:expf sinf' '-fapprox-max-error=1;off' -fapprox-accuracy-bits=0; do
    approxcc -c f.c "$option" 2>&1
    echo "status $?"
done
approxcc -c f.c -o f.o -fapprox-max-error=1:exf -fapprox-precision=low 2>&1
approxcc -c f.c -o f.o -fapprox-max-error=1:exf -fapprox-precision=low -Wno-approx && echo quiet
approxcc -O2 -c f.c -o f.o -fapprox-precision=low -fapprox-report=/nowhere/r.json 2>&1
echo "status $?"
