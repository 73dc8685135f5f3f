// Replaced code belongs to the line of the call.
// RUN: %clang -O2 -g -march=x86-64-v3 -mllvm -approx=max-ulp=1 -S -emit-llvm %s -o - | FileCheck %s
float expf(float);
// CHECK-LABEL: @f(
// CHECK: call float @llvm.fma.f32({{.*}}), !dbg ![[AT:[0-9]+]]
// CHECK: ![[AT]] = {{.*}}!DILocation(line: [[@LINE+1]],
float f(float x) { return expf(x); }
