; Running twice changes nothing, and the same module gives the same text.
; RUN: %opt -passes='approx<max-ulp=1;expect=-1:1:atanf>' < %s > %t1
; RUN: %opt -passes='approx<max-ulp=1;expect=-1:1:atanf>' < %s > %t2
; RUN: cmp %t1 %t2
; RUN: %opt -passes='approx<max-ulp=1;expect=-1:1:atanf>' < %t1 > %t3
; RUN: %opt -passes='no-op-module' < %t1 > %t4
; RUN: cmp %t3 %t4
target triple = "x86_64-unknown-linux-gnu"
define float @f(float %x) "target-cpu"="x86-64-v3" {
  %a = call float @expf(float %x)
  %b = call float @atanf(float %a)
  %c = call float @expf(float %b)
  ret float %c
}
declare float @expf(float)
declare float @atanf(float)
