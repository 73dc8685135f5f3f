// At -O0 nothing is replaced; where size counts, several calls share one body.
// RUN: %clang -O0 -march=x86-64-v3 -mllvm -approx=max-ulp=1 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=NONE
// RUN: %clang -Os -march=x86-64-v3 -mllvm -approx=max-ulp=1 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=SIZE
// RUN: %clang -O2 -march=x86-64-v3 -mllvm -approx=max-ulp=1 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=FAST
// NONE: call float @expf
// NONE: call float @expf
// SIZE: call {{.*}}float @approx.exp_f32_1ulp_x86-64-v3(
// SIZE: call {{.*}}float @approx.exp_f32_1ulp_x86-64-v3(
// FAST-NOT: call {{.*}}@approx.exp_f32_1ulp_x86-64-v3(
// FAST-NOT: define {{.*}}@approx.exp_f32_1ulp_x86-64-v3(
float expf(float);
float f(float x) { return expf(x); }
float g(float x) { return expf(x) * 2; }
