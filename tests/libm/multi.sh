# One library for levels 2 to 4 of x86-64: which code runs is chosen when a program starts, by the processor that qemu pretends to be.
[ "$(uname -m)" = x86_64 ] || exit 77
approxcc libm --target x86-64-multi -o multi 2>/dev/null
"$SOURCE/list_forms" multi/lib/libapproxm.a | grep FUNCTION >functions.inc || { echo "no function has a program for x86-64-v2" && exit 77; }
gcc -O2 -static -DSTRIDE=4000037 -I. -Imulti/include "$SOURCE/forms.c" -o forms multi/lib/libapproxm.a -lm
gcc -O2 -DSTRIDE=4000037 -I. -Imulti/include "$SOURCE/forms.c" -o forms_shared -Lmulti/lib -Wl,-rpath,"$PWD/multi/lib" -lapproxm -lm
for level in x86-64-v2 x86-64-v3; do
    names=$(sed 's/FUNCTION(\(approx_\)\?\(.*\),.*)/\2/' functions.inc)
    # shellcheck disable=SC2086 # a list of words
    approxcc libm $names --target $level -o $level 2>/dev/null
    gcc -O2 -DSTRIDE=4000037 -I. -I$level/include "$SOURCE/forms.c" -o $level.forms $level/lib/libapproxm.a -lm
done
./x86-64-v2.forms >v2.hashes
readelf --dyn-syms -W multi/lib/libapproxm.so | grep -q 'IFUNC.* expf$'
if grep -qw avx2 /proc/cpuinfo; then
    ./x86-64-v3.forms >v3.hashes
    ./forms | cmp - v3.hashes
    ./forms_shared | cmp - v3.hashes
    ! cmp -s v2.hashes v3.hashes || { echo "the levels do not differ: nothing is shown" && exit 1; }
fi
command -v qemu-x86_64 >/dev/null || exit 0
qemu-x86_64 -cpu Nehalem ./forms | cmp - v2.hashes
if [ -e v3.hashes ] && qemu-x86_64 -cpu Haswell ./x86-64-v3.forms 2>/dev/null | cmp -s - v3.hashes; then
    qemu-x86_64 -cpu Haswell ./forms | cmp - v3.hashes
fi
