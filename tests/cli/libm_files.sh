# libm: the files, for a machine that need not be this one; a second one takes the place of the first.
for target in x86-64-v4 aarch64; do
    approxcc libm expf sinf=4ulp --target $target -o lib 2>/dev/null
done
find lib | sort
cat lib/lib/pkgconfig/approxm.pc
awk -F '"' '/"symbol": "[a-z]/ { for (i = 1; i < NF; i++) if ($i == "symbol" && $(i + 2) !~ /^_ZGV[bc]/) print $(i + 2) }' lib/claims.json | sort -u
