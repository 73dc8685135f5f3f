; What a function is compiled for is what its features say, whatever the processor's name.
; RUN: %opt -passes='approx<max-ulp=1>' %s | FileCheck %s
target triple = "x86_64-unknown-linux-gnu"

; CHECK-LABEL: define float @features(
; CHECK-NOT: @expf
; CHECK: ret float
define float @features(float %x) "target-features"="+avx2,+fma,+f16c" {
  %y = call float @expf(float %x)
  ret float %y
}

; CHECK-LABEL: define float @one_is_off(
; CHECK-NOT: fma
; CHECK: ret float
define float @one_is_off(float %x) "target-cpu"="x86-64-v3" "target-features"="-fma" {
  %y = call float @expf(float %x)
  ret float %y
}
declare float @expf(float)
