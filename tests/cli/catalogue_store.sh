# The user's store: what comes in is judged, what goes out can come back, and synth finds it.
cat >cubic.approx <<'END'
approx 1
name cubic
expression sin(x)
type f16
domain x [0.25, 0.5]
bound 2ulp
target x86-64-v3
program
f16 x
f16 c = const -0.1658
f16 t = mul x x
f16 s = mul x t
f16 u = mul s c
f16 r = add u x
return r
END
sed 's/0.1658/0.21/; s/name cubic/name wrong/' cubic.approx >wrong.approx
sed 's/bound 2ulp/bound 3ulp/; s/name cubic/name loose/' cubic.approx >loose.approx
llvm() { sed 's/LLVM [0-9.]*/LLVM N/; s/llvm [0-9.]*/llvm N/; s/^[0-9a-f]\{16\} /ID /; s/ [0-9a-f]\{16\}/ ID/'; }

echo '--- add'
approxcc catalogue add cubic.approx | llvm
approxcc catalogue add wrong.approx 2>&1 | llvm
approxcc catalogue add cubic.approx loose.approx | llvm
approxcc catalogue list cubic loose 2>&1 | llvm

echo '--- export, import'
approxcc catalogue export -o all.txt
grep -c . all.txt
head -n 3 all.txt | llvm
approxcc catalogue import --store other.db all.txt | llvm
approxcc catalogue export --store other.db | cmp - all.txt && echo 'the same text'
approxcc catalogue import --store other.db all.txt | llvm
sed 's/const -0x1.538p-3/const -0x1.aep-3/' all.txt >changed.txt
cmp -s all.txt changed.txt && echo 'nothing was changed'
approxcc catalogue import --store third.db changed.txt 2>&1 | llvm
approxcc catalogue import --store third.db --trust changed.txt 2>&1 | llvm
approxcc catalogue list --store third.db loose | llvm

echo '--- merge: what was judged goes before what was trusted, in either order'
cp third.db fourth.db
approxcc catalogue merge --store fourth.db other.db | llvm
approxcc catalogue merge --store other.db third.db 2>&1 | llvm
approxcc catalogue export --store other.db >o.txt
approxcc catalogue export --store fourth.db | cmp - o.txt && echo 'the same text'

echo '--- synth, show, verify'
ask() { approxcc synth 'sin(t)' --type f16 --domain '[0.25,0.5]' --max-error 3ulp --target x86-64-v3 "$@"; }
ask -o found.approx | llvm | tail -n 1
ask --store other.db -o found.approx | llvm | tail -n 1
ask --fresh --budget 1s -o fresh.approx | grep -c 'from the store'
ask --store new.db --budget 1s -o new.approx | grep -c 'from the store'
ask --store new.db --budget 1s -o again.approx | grep -c 'from the store'
sed -n '/^program/,$p' new.approx >p && sed -n '/^program/,$p' again.approx | cmp - p && echo 'the same program'
ask --store new.db --budget 2s -o more.approx >more
ask --store new.db --budget 2s -o more.approx | grep -c 'from the store'
id=$(approxcc catalogue list cubic | cut -d ' ' -f 1)
approxcc verify "$id" | grep bound
approxcc show "$id" --as c | grep -c '^float approx_cubic\|approx_cubic('
approxcc catalogue show "$id" | cmp - cubic.approx >/dev/null || echo 'with its claim'

echo '--- remove'
approxcc catalogue remove "$id" | llvm
approxcc catalogue list cubic loose 2>&1 | llvm
approxcc catalogue remove loose | llvm
approxcc catalogue export

echo '--- names of C; each name must be met'
approxcc catalogue list expf | grep -c -e '^exp_f32_1ulp_x86-64-v3 ' -e '^exp_f16' -e '^exp2'
approxcc catalogue list exp nosuch 2>&1 >/dev/null || echo refused
