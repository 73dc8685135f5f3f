// Annotations hold for the calls that are written in the function, also where they are inlined.
// RUN: %clang -O2 -march=x86-64-v3 -Rpass=approx -Rpass-missed=approx -S -emit-llvm %s -o %t 2>&1 | FileCheck %s
// RUN: FileCheck %s --check-prefix=IR --input-file=%t
float expf(float);
float atanf(float);

__attribute__((annotate("approx: max_ulp=2 range=[-10,0]"))) static float decay(float x) { return expf(x); }
__attribute__((annotate("approx: function=cbrt max_ulp=1"))) float root(float);

// CHECK: annotations.c:7:{{.*}}expf replaced by {{.*}}asked for 2ulp; argument [-10, 0]
// IR-LABEL: @f(
// IR: call float @expf(
float f(float x) { return decay(x) + expf(x + 1); }

// CHECK: root replaced by cbrt_f32_1ulp_x86-64-v3
// IR-LABEL: @g(
// IR-NOT: @root
// IR: ret float
float g(float x) { return root(x); }

// CHECK: atanf replaced by {{.*}}argument [-1, 1]
__attribute__((annotate("approx: max_ulp=1"))) float h(float x)
{
    __attribute__((annotate("approx: range=[-1,1]"))) float t = x;
    return atanf(t);
}
