; A function that is called expf but takes a double is somebody else's, and so is one with a body.
; RUN: %opt -passes='approx<max-ulp=1>' %s | FileCheck %s
target triple = "x86_64-unknown-linux-gnu"

; CHECK-LABEL: define double @f(
; CHECK: call double @expf(double %x)
define double @f(double %x) #0 {
  %y = call double @expf(double %x)
  ret double %y
}

; CHECK-LABEL: define float @g(
; CHECK: call float @logf(float %x)
define float @g(float %x) #0 {
  %y = call float @logf(float %x)
  ret float %y
}

define float @logf(float %x) {
  ret float %x
}
declare double @expf(double)
attributes #0 = { "target-cpu"="x86-64-v3" }
