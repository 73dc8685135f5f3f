approxcc verify "$DATA/exp2_f32.approx" --max-error 0.75ulp | tail -n 1
approxcc verify "$DATA/exp2_f32.approx" --domain '[0.5,0.75]' | head -n 1
approxcc verify "$DATA/exp2_f32.approx" --stride 1000 | grep -o 'sampled, .* inputs'
