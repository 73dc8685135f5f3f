; Calls of libm with a bound become code of the catalogue; without a bound they stay.
; RUN: %opt -passes='approx<max-ulp=1:expf>' %s | FileCheck %s
; RUN: %opt -passes='approx<max-ulp=1:expf>' %s | llvm-as -o /dev/null
target triple = "x86_64-unknown-linux-gnu"

; CHECK-LABEL: define float @replaced(
; CHECK-NOT: @expf
; CHECK: call float @llvm.fma.f32(
; CHECK: ret float
define float @replaced(float %x) #0 {
  %y = call float @expf(float %x)
  ret float %y
}

; CHECK-LABEL: define float @without_a_bound(
; CHECK: call float @sinf(float %x)
define float @without_a_bound(float %x) #0 {
  %y = call float @sinf(float %x)
  ret float %y
}

; The rare inputs are out of line, and nothing calls a library for them.
; CHECK-LABEL: define internal float @approx.exp_f32_1ulp_x86-64-v3_rare(
; CHECK-NOT: @expf
declare float @expf(float)
declare float @sinf(float)
attributes #0 = { "target-cpu"="x86-64-v3" }
