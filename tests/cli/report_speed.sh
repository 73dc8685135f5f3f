# report: programs that were timed are drawn against time, beside other libraries.
approxcc show exp_f32_1ulp_x86-64-v3 | grep -v '^cost' |
    sed 's/^seed 1$/cost throughput_ns 0.25 latency_ns 14 lanes 8 cpu some\nseed 1/' >exp.approx
row() {
    echo "{\"expression\":\"$1\",\"type\":\"f32\",\"target\":\"$2\",\"cpu\":\"some\",\"who\":\"$3\",\"ns\":$4,\"max_ulp\":$5}"
}
row 'exp(x)' x86-64-v3 'lib <a>' 0.5 2.5 >rows.json
row 'exp(x)' x86-64-v4 elsewhere 0.5 2.5 >>rows.json
row 'log(x)' x86-64-v3 other 0.5 2.5 >>rows.json
row 'exp(x)' x86-64-v3 untimed null 2.5 >>rows.json
row 'exp(x)' x86-64-v3 unending '"inf"' 2.5 >>rows.json
row 'exp(x)' x86-64-v3 unjudged 0.5 null >>rows.json
row 'exp(x)' x86-64-v3 boundless 0.6 '"inf"' >>rows.json
approxcc report exp.approx --beside rows.json -o page.html
if command -v xmllint >/dev/null; then xmllint --noout page.html; fi
grep -o 'class="key"[^<]*' page.html | sed 's/.*>//'
sed -n '/class="speed"/,/<\/table>/p' page.html | sed 's/<[^>]*>/ /g' | sed 's/0\.[89][0-9]* *0 *$/ERROR/'
echo '{"who":"lib"}' >wrong.json
approxcc report exp.approx --beside wrong.json -o none.html
row 'exp(x)' x86-64-v3 lib '"soon"' 2.5 >wrong.json
approxcc report exp.approx --beside wrong.json -o none.html
ls
