# Every beginning of a good file that ends in the middle is refused.
total=$(wc -c <"$DATA/exp2_f32.approx")
n=0
while [ $n -lt $((total - 3)) ]; do
    head -c $n "$DATA/exp2_f32.approx" >cut.approx
    approxcc show cut.approx >out 2>err
    code=$?
    if [ $code != 1 ] || [ -s out ] || [ "$(grep -c 'error: ' err)" != 1 ]; then
        echo "cut to $n bytes: exit $code"
        cat err
    fi
    n=$((n + 7))
done
head -c 300 "$DATA/exp2_f32.approx" >cut.approx
approxcc verify cut.approx
