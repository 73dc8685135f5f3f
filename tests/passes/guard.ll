; A range that is hoped for is asked about; outside it the original is called, and that call stays.
; RUN: %opt -passes='approx<max-ulp=1;expect=-1:1>' -pass-remarks=approx %s 2>%t | FileCheck %s
; RUN: FileCheck %s --check-prefix=SAYS --input-file=%t
target triple = "x86_64-unknown-linux-gnu"
; SAYS: atanf replaced by atan_f32_1ulp_x86-64-v3_to1, {{.*}}argument expected in [-1, 1]
; CHECK-LABEL: define float @f(
; CHECK: fcmp ult float %x, -1.0
; CHECK: fcmp ugt float %x, 1.0
; CHECK: br i1
; CHECK: call float @atanf(float %x) [[NOBUILTIN:#[0-9]+]]
define float @f(float %x) "target-cpu"="x86-64-v3" {
  %b = call float @atanf(float %x)
  ret float %b
}
; A vector: where any lane is outside, the original of one value for each.
; CHECK-LABEL: define <4 x float> @four(
; CHECK: fcmp ult <4 x float> %x,
; CHECK: br i1
; CHECK-COUNT-4: call float @llvm.atan.f32(float
define <4 x float> @four(<4 x float> %x) "target-cpu"="x86-64-v3" {
  %y = call <4 x float> @llvm.atan.v4f32(<4 x float> %x)
  ret <4 x float> %y
}
declare float @atanf(float)
; CHECK: attributes [[NOBUILTIN]] = { nobuiltin
