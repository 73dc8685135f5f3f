# .fpcore and .approx files among the inputs are compiled like sources; a program that does not keep its bound is not.
approxcc show exp_f32_1ulp_x86-64-v3_to16 | sed 's/^domain .*/domain x [0x1p+0, 0x1p+1]/' >exp.approx
cat >main.c <<'X'
#include <math.h>
#include <stdio.h>
float approx_exp(float x);
int main(void) { return fabsf(approx_exp(2) - expf(2)) > 1e-6f; }
X
# What the catalogue has is not searched for.
echo '(FPCore to16 (x) :precision binary32 :pre (<= -16 x 16) (exp x))' >to16.fpcore
approxcc -march=x86-64-v3 -c to16.fpcore -fapprox-max-error=1 -o to16.o && nm to16.o | sed -n 's/.* T //p'
approxcc -march=x86-64-v3 -S to16.fpcore && grep -c 'approx_to16' to16.s | sed 's/[1-9][0-9]*/there/'
# For another processor, by any spelling of the options.
approxcc -target aarch64-linux-gnu -c to16.fpcore -oarm.o && llvm-readelf-19 -h arm.o | sed -n "s/ *Machine: *//p" && rm arm.o
approxcc --target=aarch64-linux-gnu -c exp.approx -o arm.o && llvm-readelf-19 -h arm.o | sed -n "s/ *Machine: *//p" && rm arm.o
ls
approxcc -march=x86-64-v3 main.c exp.approx to16.fpcore -o main -lm && ./main
echo "status $?"
# Products without their sums.
sed 's/ = fma \(v[0-9]*\) \(v[0-9]*\) v[0-9]*$/ = mul \1 \2/' exp.approx >bad.approx
approxcc -march=x86-64-v3 -c bad.approx 2>&1 | sed 's/: [0-9.e+]* at .*/: .../'
ls bad.o 2>&1
approxcc -march=x86-64-v3 -c to16.fpcore exp.approx -o both.o 2>&1
