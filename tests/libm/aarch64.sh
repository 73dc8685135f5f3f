# The library for aarch64, under qemu: all forms have the same bits, and those of x86-64 where both have the same program; gcc's loops call its vectors.
command -v aarch64-linux-gnu-gcc >/dev/null && command -v qemu-aarch64 >/dev/null || exit 77
approxcc libm --target aarch64 -o arm 2>/dev/null
aarch64-linux-gnu-nm -g --defined-only arm/lib/libapproxm.a 2>/dev/null | grep -q _ZGVnN4v_expf
"$SOURCE/list_forms" arm/lib/libapproxm.a >functions.inc
arm_gcc="aarch64-linux-gnu-gcc -O2 -static -Iarm/include"
$arm_gcc -Wall -Wextra -Werror -DSTRIDE=4000037 -I. "$SOURCE/forms.c" -o forms arm/lib/libapproxm.a -lm
qemu-aarch64 ./forms >arm.hashes
$arm_gcc -O3 -fno-math-errno -DWITH_HEADER -c "$SOURCE/loop.c" -o loop.o
aarch64-linux-gnu-nm -u loop.o | grep -q _ZGVnN4v_expf
$arm_gcc loop.o -o loop arm/lib/libapproxm.a -lm
qemu-aarch64 ./loop | grep -q '^0 of other bits'
grep -qw avx2 /proc/cpuinfo || exit 0
approxcc libm --target x86-64-v3 -o intel 2>/dev/null
"$SOURCE/list_forms" intel/lib/libapproxm.a | grep FUNCTION >functions.inc
gcc -O2 -DSTRIDE=4000037 -I. -Iintel/include "$SOURCE/forms.c" -o forms intel/lib/libapproxm.a -lm
./forms >intel.hashes
same=$(comm -12 arm.hashes intel.hashes | wc -l)
[ "$same" -gt 0 ] || { echo "no function has the same bits on both" && diff arm.hashes intel.hashes; }
