approxcc synth exp2 --type f16 --domain '[0,1]' --generations 2 --progress json -o k.json 2>progress >/dev/null || exit
awk -f "$DATA/json_paths.awk" progress | sed 's/ .*//' | sort -u
