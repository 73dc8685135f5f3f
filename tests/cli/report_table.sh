# report -o FILE.md: a table of programs beside the fastest library within their bound.
approxcc show exp_f32_1ulp_x86-64-v3 | grep -v '^cost' >untimed.approx
sed 's/^seed 1$/cost throughput_ns 0.25 latency_ns 14 lanes 8 cpu some\nseed 1/' untimed.approx >exp.approx
row() {
    echo "{\"expression\":\"$1\",\"type\":\"f32\",\"domain\":\"$2\",\"target\":\"x86-64-v3\",\"cpu\":\"some\",$3\"who\":\"$4\",\"ns\":$5,\"max_ulp\":$6,\"specials_wrong\":$7}"
}
row 'exp(x)' all '' 'right|slow' 2 0.9 0 >rows.json
row 'exp(x)' all '' right 1 1.0 0 >>rows.json
row 'exp(x)' all '' worse 0.5 2.5 0 >>rows.json
row 'exp(x)' all '' careless 0.1 0.6 3 >>rows.json
row 'exp(x)' '[0x0p+0,0x1p+0]' '' part 0.2 0.6 0 >>rows.json
row 'log(x)' all '' other 0.1 0.6 0 >>rows.json
table() { approxcc report "$@" -o t.md && sed 's/ 0\.9[0-9]* | / ERROR | /' t.md; }
table exp.approx untimed.approx --beside rows.json
row 'exp(x)' all '"bound":"1ulp",' approxcc 0.2 0.9 0 >>rows.json
table untimed.approx --beside rows.json
table exp.approx
