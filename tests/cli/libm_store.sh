# libm: a store that is not there changes nothing; one that cannot be used is told, and the library is made all the same.
try() { approxcc libm expf --target x86-64-v3 "$@" 2>&1; }
try --no-store -o without
try --store none.db -o none
cmp without/lib/libapproxm.so none/lib/libapproxm.so && cmp without/claims.json none/claims.json
echo 'no database' >bad.db
try --store bad.db -o bad
try --store bad.db --no-store -o without
grep -o '"from": "[a-z]*"' bad/claims.json | sort -u
ls
