# bench times programs; how long they take is told by the machine.
approxcc synth exp2 --type f16 --domain '[0,1]' --generations 2 -o a.approx >/dev/null || exit
approxcc bench a.approx | awk '{ print $1, $2, $4, $6, $12, $13, $14; exit !($5 > 0) }'
# A calibration that somebody damaged is no silent one.
mkdir -p "$XDG_CACHE_HOME/approxcc"
model=$(approxcc bench --calibrate --budget 0.1s 2>&1)
echo "$model" | grep -q -e 'too busy to calibrate' -e 'are in' || echo "$model"
true
