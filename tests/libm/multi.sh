# One library for levels 2 to 4 of x86-64: which code runs is chosen when a program starts, by the processor that qemu pretends to be.
# A level's own library may hold another program that costs about as much, since the levels of a multi library share programs: what both
# hold is compared, and nearly all is to be.
[ "$(uname -m)" = x86_64 ] || exit 77
approxcc libm --target x86-64-multi -o multi 2>/dev/null
"$SOURCE/list_forms" multi/lib/libapproxm.a | grep FUNCTION >functions.inc || { echo "no function has a program for x86-64-v2" && exit 77; }
gcc -O2 -static -DSTRIDE=4000037 -I. -Imulti/include "$SOURCE/forms.c" -o forms multi/lib/libapproxm.a -lm
gcc -O2 -DSTRIDE=4000037 -I. -Imulti/include "$SOURCE/forms.c" -o forms_shared -Lmulti/lib -Wl,-rpath,"$PWD/multi/lib" -lapproxm -lm

# programs LIBRARY: symbol and entry, a line each.
programs() {
    awk -F'"' '/"symbol":.*"expression":/ { symbol = $4 } /"entry":/ { print symbol, $4 }' "$1/claims.json" | sort
}
programs multi >multi.programs
for level in x86-64-v2 x86-64-v3; do
    names=$(sed 's/FUNCTION(\(approx_\)\?\(.*\),.*)/\2/' functions.inc)
    # shellcheck disable=SC2086 # a list of words
    approxcc libm $names --target $level -o $level 2>/dev/null
    gcc -O2 -DSTRIDE=4000037 -I. -I$level/include "$SOURCE/forms.c" -o $level.forms $level/lib/libapproxm.a -lm
    programs $level | comm -12 - multi.programs | cut -d' ' -f1 >$level.both
    [ "$(wc -l <$level.both)" -gt $(($(wc -l <functions.inc) * 9 / 10)) ] || { echo "$level shares few programs with multi" && exit 1; }
done
# both LEVEL: of hashes, those of programs that both libraries hold.
both() { awk 'NR == FNR { holds[$1]; next } $1 in holds' "$1.both" -; }
./x86-64-v2.forms | both x86-64-v2 >v2.hashes

# The choice is the dynamic linker's, and the library's own affair: preloaded, it is bound after the libraries that call it, and glibc has
# something to say to indirect functions that are not bound yet.
readelf -r -W multi/lib/libapproxm.so | grep -q R_X86_64_IRELATIV
! readelf --dyn-syms -W multi/lib/libapproxm.so | grep IFUNC
printf '#include <math.h>\nfloat user(float x);\nfloat user(float x) { return expf(x); }\n' >user.c
printf 'float user(float x);\nint main(int n, char **words) { (void)words; return user((float)n - 1) != 1; }\n' >main.c
gcc -shared -fPIC -Wl,-z,now user.c -o libuser.so -lm
gcc main.c -o main -L. -Wl,-rpath,"$PWD" -luser
LD_PRELOAD=$PWD/multi/lib/libapproxm.so ./main 2>said
cat said && [ ! -s said ]
LD_PRELOAD=$PWD/multi/lib/libapproxm.so LD_DEBUG=bindings ./main 2>&1 | grep -q "libuser.so.*to .*libapproxm.so.* .expf'"

if grep -qw avx2 /proc/cpuinfo; then
    ./x86-64-v3.forms | both x86-64-v3 >v3.hashes
    ./forms | both x86-64-v3 | cmp - v3.hashes
    ./forms_shared | both x86-64-v3 | cmp - v3.hashes
    ! cmp -s v2.hashes v3.hashes || { echo "the levels do not differ: nothing is shown" && exit 1; }
fi
command -v qemu-x86_64 >/dev/null || exit 0
qemu-x86_64 -cpu Nehalem ./forms | both x86-64-v2 | cmp - v2.hashes
if [ -e v3.hashes ] && qemu-x86_64 -cpu Haswell ./x86-64-v3.forms 2>/dev/null | both x86-64-v3 | cmp -s - v3.hashes; then
    qemu-x86_64 -cpu Haswell ./forms | both x86-64-v3 | cmp - v3.hashes
fi
