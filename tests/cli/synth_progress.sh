approxcc synth exp2 --type f16 --domain '[0,1]' --generations 2 --progress json -o k.json 2>progress >/dev/null || exit
awk -f "$DATA/json_paths.awk" progress | sed 's/ .*//' | sort -u
# Over the reals also the digits by operations.
approxcc synth exp2 --type real --domain '[0,1]' --front --from-scratch --generations 2 --progress json -o k.json 2>progress >/dev/null || exit
awk -f "$DATA/json_paths.awk" progress | sed 's/ .*//; s/[.][0-9][0-9]*$/.N/' | sort -u
approxcc synth exp2 --type real --domain '[0,1]' --front --from-scratch --generations 2 --progress plain -o k.json 2>&1 >/dev/null |
    sed -E 's/[0-9]+:[0-9.]+ ?/OPS:DIGITS /g; s/(OPS:DIGITS )+/OPS:DIGITS ... /; s/[0-9]+ (fits|s)/N \1/g'
