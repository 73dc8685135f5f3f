approxcc verify - <"$DATA/exp2_f32.approx" | tail -n 1
