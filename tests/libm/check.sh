# Every function of a library for this machine, in every form that it runs, has the bits of its program, and the claims hold: on every 400009th
# float; tools/sweep looks at all. What does not hold is found.
machine=$(approxcc --print-targets | sed -n 's/ .*(native)//p')
approxcc libm --target "$machine" -o lib 2>/dev/null
approxcc libm --check lib --stride 400009 >said
[ "$(wc -l <said)" = "$(grep -c '"array_symbol"' lib/claims.json)" ]
[ "$(grep -c 'held.*with the bits of' said)" = "$(wc -l <said)" ]
if grep 'not for this machine' said; then exit 1; fi

# Another program, a claim that is too good, and what is no library.
approxcc libm expf --target "$machine" -o one >/dev/null 2>&1
cp one/claims.json claims.json
bad() {
    status=0
    approxcc libm --check one "$@" --stride 1000003 >bad 2>&1 || status=$?
    [ "$status" = 1 ] || { echo "exit $status: $(cat bad)" && exit 1; }
    grep -q "$says" bad || { echo "it does not say '$says': $(cat bad)" && exit 1; }
}
sed 's/\\nreturn \(v[0-9]*\)/\\nf32 w = neg \1\\nreturn w/' claims.json >one/claims.json
says='the claim for expf does not hold' && bad
sed 's/"max_ulp": 0.[0-9]*/"max_ulp": 0.51/' claims.json >one/claims.json
says='the claim for expf does not hold' && bad
sed 's/"level": "[^"]*"/"level": "vax"/' claims.json >one/claims.json
says='one/claims.json:[0-9]*:[0-9]*: error: expected a form' && bad
echo '{"library": ' >one/claims.json
says='one/claims.json:[0-9]*:[0-9]*: error: expected' && bad
rm one/claims.json
says='claims.json' && bad
cp claims.json one
says="the library has no function 'sinf'" && bad sinf
rm one/lib/libapproxm.so.1
says='cannot be loaded' && bad
