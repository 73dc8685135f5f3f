# The library for x86-64-v4, on a processor with AVX-512 that Bochs emulates: its vectors of 16 and its arrays have the scalar functions' bits, those
# are what the library for several levels has there, and what the library for x86-64-v3 has where both have the same program.
command -v bochs >/dev/null || exit 77
approxcc libm --target x86-64-v4 -o wide 2>/dev/null
"$SOURCE/list_forms" wide/lib/libapproxm.a >functions.inc
grep -q 'FORM_E(expf)' functions.inc
"$SOURCE/../emulated/run" -O2 -march=x86-64-v4 -DSTRIDE=4000037 -I. -Iwide/include "$SOURCE/forms.c" wide/lib/libapproxm.a </dev/null >wide.hashes

# One for several levels chooses the same programs here.
approxcc libm --target x86-64-multi -o multi 2>/dev/null
"$SOURCE/list_forms" multi/lib/libapproxm.a >multi.forms
# What has no program for the least level is there as vectors only.
awk -F'[(,)]' 'NR == FNR { if (/^FUNCTION/) chosen[$2]; next } /^F(UNCTION|ORM_E)/ && $2 in chosen' multi.forms multi.forms >functions.inc
"$SOURCE/../emulated/run" -O2 -march=x86-64-v4 -DSTRIDE=4000037 -I. -Imulti/include "$SOURCE/forms.c" multi/lib/libapproxm.a </dev/null >multi.hashes
cut -d' ' -f1 multi.hashes >multi.names
[ -s multi.names ]
grep -w -F -f multi.names wide.hashes | cmp - multi.hashes

grep -qw avx2 /proc/cpuinfo || exit 0
approxcc libm --target x86-64-v3 -o narrow 2>/dev/null
"$SOURCE/list_forms" narrow/lib/libapproxm.a | grep FUNCTION >functions.inc
gcc -O2 -DSTRIDE=4000037 -I. -Inarrow/include "$SOURCE/forms.c" -o forms narrow/lib/libapproxm.a -lm
./forms >narrow.hashes
same=$(comm -12 wide.hashes narrow.hashes | wc -l)
[ "$same" -gt 0 ] || { echo "no function has the same bits on both" && diff wide.hashes narrow.hashes; }
