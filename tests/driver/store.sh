# Programs of the user's store go into people's programs: those that the judge has seen, unless the store is left out.
cat >near1.approx <<'X'
approx 1
name near1
expression exp(x)
type f32
domain x [0x1p-11, 0x1p-10]
bound 1ulp
target x86-64-v3
program
f32 x
f32 half = const 0x1p-1
f32 one = const 0x1p+0
f32 t = fma half x one
f32 r = fma t x one
return r
X
echo '#include <math.h>
float f(float x) { return expf(x); }' >f.c
options='-O2 -march=x86-64-v3 -fapprox-max-error=1 -fapprox-range=0x1p-11:0x1p-10 -fapprox-report=r.json -c f.c -o f.o'
from() { # OPTION ...: where the program comes from
    # shellcheck disable=SC2086
    approxcc $options "$@" && sed 's/.*"entry":"\([^"]*\)".*/\1/; s/^[0-9a-f]\{16\}$/the store/' r.json
}
from
approxcc catalogue add near1.approx >/dev/null
from
from -flto=thin
from -fno-approx-store
from -fapprox-store="$XDG_CACHE_HOME/approxcc/store.db"
# A copy under an odd name; the path is on the command line of the inner clang.
mkdir 'a b' && approxcc catalogue export -o all.txt && approxcc catalogue import --store 'a b/é.db' all.txt >/dev/null
from -fapprox-store='a b/é.db'
approxcc $options -fapprox-store='a b/é.db' '-###' 2>&1 | grep -o 'store=[^"]*'
# Where an annotation asks for it, too; and where nobody asks, the object is clang's.
sed 's/float f/__attribute__((annotate("approx: max_ulp=1 range=[0x1p-11,0x1p-10]"))) float f/' f.c >g.c
approxcc -O2 -march=x86-64-v3 -Rpass=approx -c g.c 2>&1 | grep -c 'replaced by [0-9a-f]\{16\}, '
approxcc -O2 -ffast-math -c f.c -o ours.o && clang-19 -O2 -ffast-math -c f.c -o theirs.o && cmp ours.o theirs.o && echo "clang's"
# A claim that was trusted is none.
approxcc catalogue import --trust --store trusted.db all.txt >/dev/null
from -fapprox-store=trusted.db
# What is wrong is said once, and the catalogue serves.
echo 'no store' >bad.db
from -fapprox-store=bad.db 2>&1
from -fapprox-store=none.db 2>&1
from -fno-approx-store=x 2>&1
