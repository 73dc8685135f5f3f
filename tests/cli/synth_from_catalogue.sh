# An answer of the catalogue is all of its entry: what it claims, what it takes and how it is emitted, the program.
approxcc synth sin --type f32 --max-error 1ulp --target x86-64-v3 -o answer.approx >/dev/null || exit
approxcc catalogue show sin_f32_1ulp_x86-64-v3 >entry.approx || exit
for lines in claim checked worst cost seed program; do
    sed -n "/^$lines/p" answer.approx >a
    sed -n "/^$lines/p" entry.approx >b
    [ -s b ] && cmp a b || exit
done
sed -n '/^program/,$p' answer.approx >a
sed -n '/^program/,$p' entry.approx | cmp a -
