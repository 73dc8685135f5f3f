; What is known of an argument, and the program that serves it.
; RUN: %opt -passes='approx<max-ulp=1>' -pass-remarks=approx %s -o /dev/null 2>&1 | FileCheck %s
target triple = "x86_64-unknown-linux-gnu"
declare float @expf(float)
declare float @llvm.fabs.f32(float)
declare float @llvm.minnum.f32(float, float)
declare float @llvm.maxnum.f32(float, float)
declare void @llvm.assume(i1)
attributes #0 = { "target-cpu"="x86-64-v3" }

; CHECK: exp_f32_1ulp_x86-64-v3_to16, {{.*}}argument [-10, 10]{{$}}
define float @clamp(float %x) #0 {
  %a = call float @llvm.maxnum.f32(float %x, float -10.0)
  %b = call float @llvm.minnum.f32(float %a, float 10.0)
  %y = call float @expf(float %b)
  ret float %y
}

; CHECK: argument [-inf, -0] or NaN{{$}}
define float @negated_magnitude(float %x) #0 {
  %a = call float @llvm.fabs.f32(float %x)
  %b = fneg float %a
  %y = call float @expf(float %b)
  ret float %y
}

; CHECK: argument [0, 15]{{$}}
define float @from_integer(i32 %i) #0 {
  %a = and i32 %i, 15
  %b = sitofp i32 %a to float
  %y = call float @expf(float %b)
  ret float %y
}

; CHECK: argument [-5, 3]{{$}}
define float @assumed(float %x) #0 {
  %lo = fcmp oge float %x, -5.0
  call void @llvm.assume(i1 %lo)
  %hi = fcmp ole float %x, 3.0
  call void @llvm.assume(i1 %hi)
  %y = call float @expf(float %x)
  ret float %y
}

; CHECK: argument [-2, 2]{{$}}
; CHECK: argument all{{$}}
define float @compared(float %x) #0 {
entry:
  %m = call float @llvm.fabs.f32(float %x)
  %c = fcmp ugt float %m, 2.0
  br i1 %c, label %far, label %near
near:
  %y = call float @expf(float %x)
  ret float %y
far:
  %z = call float @expf(float %x)
  ret float %z
}

; The condition holds on one of two ways to the call.
; CHECK: argument all{{$}}
define float @one_way_only(float %x, i1 %b) #0 {
entry:
  br i1 %b, label %test, label %call
test:
  %c = fcmp ole float %x, 0.0
  br i1 %c, label %call, label %out
call:
  %y = call float @expf(float %x)
  ret float %y
out:
  ret float 0.0
}

; A counter that goes from 0 up to 9; 0.5 times that.
; CHECK: argument [0, 4.5
define void @counter(ptr %p) #0 {
entry:
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %loop ]
  %x = sitofp i32 %i to float
  %h = fmul float %x, 0.5
  %y = call float @expf(float %h)
  %at = getelementptr float, ptr %p, i32 %i
  store float %y, ptr %at
  %next = add nsw i32 %i, 1
  %done = icmp eq i32 %next, 10
  br i1 %done, label %out, label %loop
out:
  ret void
}

; Left when it is NOT 10: at once.
; CHECK: argument [0, 0]{{$}}
define void @other_way_round(ptr %p) #0 {
entry:
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %loop ]
  %x = sitofp i32 %i to float
  %y = call float @expf(float %x)
  %at = getelementptr float, ptr %p, i32 %i
  store float %y, ptr %at
  %next = add nsw i32 %i, 1
  %done = icmp eq i32 %next, 10
  br i1 %done, label %loop, label %out
out:
  ret void
}

; Each operation may be fused with the next: its interval ends one float further out.
; CHECK: argument [0.99999994, 26.0000038]
define float @squared(float %x) #0 {
  %a = call float @llvm.maxnum.f32(float %x, float -3.0)
  %b = call float @llvm.minnum.f32(float %a, float 5.0)
  %s = fmul float %b, %b
  %t = fadd float %s, 1.0
  %y = call float @expf(float %t)
  ret float %y
}
