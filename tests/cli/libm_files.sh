# libm: the files, for a machine that need not be this one; a second one takes the place of the first.
for target in x86-64-v4 aarch64; do
    approxcc libm expf sinf=4ulp --target $target -o lib 2>/dev/null
done
find lib | sort
cat lib/lib/pkgconfig/approxm.pc
awk -F '"' '/"symbol": "[a-z]/ { for (i = 1; i < NF; i++) if ($i == "symbol" && $(i + 2) !~ /^_ZGV[bc]/) print $(i + 2) }' lib/claims.json | sort -u
# Claims stand beside what others take, as it was measured when the program was built.
approxcc libm expf --no-store --target x86-64-v3 -o beside 2>/dev/null
grep -o -e '; glibc [0-9.]* ns, [0-9.]* ns latency, [0-9.]* ulp' -e '; libmvec [0-9.]* ns, [0-9.]* ns latency, [0-9.]* ulp' beside/CLAIMS.md | sed 's/[0-9][0-9.]*/N/g'
grep -o '"who": "[a-z]*"' beside/claims.json
approxcc libm expf --stride 3 -o other 2>&1 | head -n 1
