# --front: one object per line; more operations buy less error (within a tenth: the order is the search's
# belief, the errors are the judge's).
approxcc synth exp2 --type real --domain '[0,1]' --front --generations 3 --seed 1 -o front.json >/dev/null || exit
awk -f "$DATA/json_paths.awk" front.json >paths || { cat paths; exit 9; }
[ "$(grep -c '^\.name' paths)" -ge 3 ] || echo "too few programs"
awk '$1 == ".cost.ops" { ops = $2 } $1 == ".error.max_rel" { print ops, $2 }' paths | sort -n | awk '
    { if (NR > 1 && ($1 <= ops || $2 >= 1.1 * error)) print "dominated:", $0; ops = $1; error = $2 }
    END { print "a front" }'
