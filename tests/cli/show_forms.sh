# Text is what was parsed; the other forms have what they must have.
approxcc show "$DATA/exp2_f32.approx" >text && cmp text "$DATA/exp2_f32.approx" && echo 'the same text'
approxcc show "$DATA/exp2_f32.approx" --as text | cmp - text
approxcc show "$DATA/exp2_f32.approx" --as c >k.c && grep -c '^float approx_exp2(float' k.c && cc -O2 -ffp-contract=off -Wall -Werror -c k.c
approxcc show "$DATA/exp2_f32.approx" --as llvm >k.ll && grep -c '^define.* @approx_exp2(' k.ll
approxcc show "$DATA/exp2_f32.approx" --as fpcore | tee k.fpcore | grep -c ':spec'
approxcc show "$DATA/exp2_f32.approx" --as json | awk -f "$DATA/json_paths.awk" | grep '^\.expression'
approxcc verify k.fpcore --max-error 1ulp | tail -n 1
