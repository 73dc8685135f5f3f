; A program that is made for a part of the numbers does not have to know NaN: where that may come, it is passed by.
; RUN: %opt -passes='approx<max-ulp=1;inline=never>' %s | FileCheck %s
target triple = "x86_64-unknown-linux-gnu"

; CHECK-LABEL: define float @may_be_nan(
; CHECK: %[[Y:.*]] = call float @approx.atan_f32_1ulp_x86-64-v3_to1(float %c)
; CHECK: %[[N:.*]] = fcmp uno float %c, %c
; CHECK: select i1 %[[N]], float %c, float %[[Y]]
define float @may_be_nan(float %x) "target-cpu"="x86-64-v3" {
  %a = fcmp ogt float %x, 1.0
  %b = select i1 %a, float 1.0, float %x
  %d = fcmp olt float %b, -1.0
  %c = select i1 %d, float -1.0, float %b
  %y = call float @atanf(float %c)
  ret float %y
}
declare float @atanf(float)
