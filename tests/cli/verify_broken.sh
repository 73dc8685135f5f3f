# Flip the last bit of one coefficient after the other, then the bit before it, and so on, until the bound breaks:
# verify says so, names the worst input and exits with 1.
grep -v -e '^claim' -e '^checked' -e '^worst' "$DATA/exp2_f32.approx" >good.approx
for bit in 0 1 2 3 4 5 6 7; do
    for which in 1 2 3 4 5 6 7 8 9; do
        awk -v which=$which -v bit=$bit -f "$DATA/flip_bit.awk" good.approx >flipped.approx || break
        approxcc verify flipped.approx >verdict
        code=$?
        [ $code = 0 ] && grep -q 'bound 1ulp: met' verdict && continue
        grep -c 'bound 1ulp: NOT MET' verdict
        grep -c 'worst at 0x1.*p-1 (got 0x1.*p+0, right is 0x1.*p+0); exhaustive, 8388609 inputs' verdict
        exit $code
    done
done
