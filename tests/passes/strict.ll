; Inlined code is strict: no flags, products that a sum uses are fenced, and the caller's attributes of fast math go.
; RUN: %opt -passes='approx' %s | FileCheck %s
target triple = "x86_64-unknown-linux-gnu"

; CHECK-LABEL: define float @fast(
; CHECK-SAME: [[A:#[0-9]+]]
; CHECK-NOT: {{f(add|sub|mul|div)}} {{(fast|nnan|ninf|nsz|arcp|contract|afn|reassoc)}}
; CHECK: ret float
; CHECK: attributes [[A]] = {{.*}}"unsafe-fp-math"="false"
define float @fast(float %x) #0 {
  %y = call fast float @llvm.sin.f32(float %x)
  ret float %y
}
attributes #0 = { "target-cpu"="x86-64-v3" "unsafe-fp-math"="true" "no-nans-fp-math"="true" "no-signed-zeros-fp-math"="true" }
