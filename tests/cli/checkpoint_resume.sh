# A run that is killed (kill -9), interrupted (Ctrl-C) and cut by its budget, each time on another number of threads, ends with the
# very front of one that was left alone.
goal="tanh --type real --domain [0,1] --front --seed 5 --generations 10"
approxcc synth $goal --threads 1 -o whole.json >/dev/null || exit

generation() { sed -n 's/^generation //p' run.ckpt; }
wait_past() { # GENERATION: until the checkpoint is there, 100 s at most
    n=0
    until [ -e run.ckpt ] && [ "$(generation)" -gt "$1" ] || [ $n -ge 1000 ]; do sleep 0.1; n=$((n + 1)); done
}

approxcc synth $goal --threads 2 --checkpoint run.ckpt -o front.json >/dev/null &
wait_past 0
kill -9 $!
wait $! 2>/dev/null
[ -e front.json ] && echo "a killed run wrote its result"

before=$(generation)
approxcc synth $goal --threads 1 --resume run.ckpt -o front.json >/dev/null &
wait_past "$before"
kill -INT $!
wait $!
echo "interrupted: $?"
[ -e front.json ] && echo "an interrupted run wrote its result"
[ "$(generation)" -ge "$before" ] || echo "lost generations"

approxcc synth $goal --threads 2 --resume run.ckpt --budget 1s -o cut.json >/dev/null || echo "cut: $?"
approxcc synth $goal --threads 2 --resume run.ckpt --checkpoint last.ckpt -o front.json >/dev/null || echo "last: $?"
cmp whole.json front.json && echo "the same front"
# A run that is over is told again.
approxcc synth $goal --resume last.ckpt -o again.json >/dev/null || echo "again: $?"
cmp whole.json again.json && echo "and again"
