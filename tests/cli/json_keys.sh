# The keys of docs/formats.md, from synth, show and verify alike.
approxcc synth exp2 --type f16 --domain '[0,1]' --generations 2 -o k.json -o k.approx >/dev/null || exit
approxcc show k.approx --as json >show.json || exit
approxcc verify k.approx -o verify.json >/dev/null || exit
for file in k show verify; do
    awk -f "$DATA/json_paths.awk" $file.json | sed -e 's/ .*//' -e 's/\[[0-9]*\]/[]/' | sort -u >$file.keys
done
cat k.keys
cmp k.keys show.keys && cmp k.keys verify.keys
awk -f "$DATA/json_paths.awk" k.json | grep -e '^\.domain' -e '^\.type' -e '^\.error.method' -e '^\.error.points'
