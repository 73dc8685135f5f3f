# A good file with one byte changed, anywhere: judged or refused, never a crash, and at most one error.
n=0
total=$(wc -c <"$DATA/exp2_f32.approx")
while [ $n -lt "$total" ]; do
    for byte in 0 '(' x '\0'; do
        { head -c $n "$DATA/exp2_f32.approx"; printf "$byte"; tail -c +$((n + 2)) "$DATA/exp2_f32.approx"; } >mutated.approx
        approxcc show mutated.approx >out 2>err
        code=$?
        [ $code = 0 ] && [ ! -s err ] && continue
        [ $code = 1 ] && [ "$(grep -c 'error: ' err)" = 1 ] && continue
        echo "byte $n as $byte: exit $code"
        cat err
    done
    n=$((n + 29))
done
