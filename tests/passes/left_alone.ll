; What must stay as it is, and why.
; RUN: %opt -passes='approx<max-ulp=1>' -pass-remarks-missed=approx %s 2>%t | FileCheck %s
; RUN: FileCheck %s --check-prefix=WHY --input-file=%t
target triple = "x86_64-unknown-linux-gnu"

; CHECK-LABEL: define float @strict(
; CHECK: call float @expf
; WHY: expf not replaced: the floating-point environment is observed (strictfp)
define float @strict(float %x) strictfp "target-cpu"="x86-64-v3" {
  %y = call float @expf(float %x) strictfp
  ret float %y
}

; CHECK-LABEL: define float @constrained(
; CHECK: @llvm.experimental.constrained.exp.f32
define float @constrained(float %x) strictfp "target-cpu"="x86-64-v3" {
  %y = call float @llvm.experimental.constrained.exp.f32(float %x, metadata !"round.dynamic", metadata !"fpexcept.strict")
  ret float %y
}

; CHECK-LABEL: define float @nobuiltin(
; CHECK: call float @expf
; WHY: expf not replaced: library functions are not to be known here (nobuiltin)
define float @nobuiltin(float %x) "target-cpu"="x86-64-v3" {
  %y = call float @expf(float %x) nobuiltin
  ret float %y
}

; CHECK-LABEL: define float @no_builtin_expf(
; CHECK: call float @expf
; WHY: expf not replaced: library functions are not to be known here (nobuiltin)
define float @no_builtin_expf(float %x) "no-builtin-expf" "target-cpu"="x86-64-v3" {
  %y = call float @expf(float %x)
  ret float %y
}

; CHECK-LABEL: define float @no_builtin_sinf(
; CHECK-NOT: call float @expf
; CHECK: ret float
define float @no_builtin_sinf(float %x) "no-builtin-sinf" "target-cpu"="x86-64-v3" {
  %y = call float @expf(float %x)
  ret float %y
}

; CHECK-LABEL: define float @optnone(
; CHECK: call float @expf
; WHY: expf not replaced: the function is not to be optimised (optnone)
define float @optnone(float %x) noinline optnone "target-cpu"="x86-64-v3" {
  %y = call float @expf(float %x)
  ret float %y
}

; Errno is read, though its address was taken before.
; CHECK-LABEL: define i32 @reads_errno(
; CHECK: call float @expf
; WHY: expf not replaced: its errno is read
define i32 @reads_errno(float %x, ptr %out) "target-cpu"="x86-64-v3" {
  %e = call ptr @__errno_location() memory(none)
  store i32 0, ptr %e
  %y = call float @expf(float %x)
  store float %y, ptr %out
  %r = load i32, ptr %e
  ret i32 %r
}

; Here it is about open: replaced.
; CHECK-LABEL: define i32 @reads_errno_of_another(
; CHECK-NOT: @expf
; CHECK: ret i32
define i32 @reads_errno_of_another(float %x, ptr %out) "target-cpu"="x86-64-v3" {
  %y = call float @expf(float %x)
  store float %y, ptr %out
  %n = call i32 @open(ptr %out, i32 0)
  %e = call ptr @__errno_location() memory(none)
  %r = load i32, ptr %e
  ret i32 %r
}

; Where there is no fma, there is no program that needs it, and no library stands in for it.
; CHECK-LABEL: define float @without_fma(
; CHECK-NOT: fma
; CHECK: ret float
define float @without_fma(float %x) "target-cpu"="x86-64-v2" {
  %y = call float @expf(float %x)
  ret float %y
}

; WHY: y1 not replaced: the catalogue has no program for y1 in f64
; CHECK-LABEL: define double @bessel(
; CHECK: call double @y1(
define double @bessel(double %x) "target-cpu"="x86-64-v3" {
  %y = call double @y1(double %x)
  ret double %y
}

declare float @expf(float)
declare double @y1(double)
declare i32 @open(ptr, i32)
declare ptr @__errno_location()

; Of two arguments there are none, whatever the bound.
; WHY: powf not replaced: only calls of one argument are replaced, and pow has 2
; CHECK-LABEL: define float @power(
; CHECK: call float @powf(
define float @power(float %x, float %y) "target-cpu"="x86-64-v3" {
  %r = call float @powf(float %x, float %y)
  ret float %r
}
declare float @powf(float, float)
