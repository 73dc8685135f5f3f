; What operations, choices and conditions on integers say of an argument.
; RUN: %opt -passes='approx<max-ulp=1>' -pass-remarks=approx %s -o /dev/null 2>&1 | FileCheck %s
target triple = "x86_64-unknown-linux-gnu"
declare float @expf(float)
declare float @fmodf(float, float)
declare float @fmodfast(float, float)
declare float @llvm.floor.f32(float)
declare float @llvm.copysign.f32(float, float)
declare float @llvm.fmuladd.f32(float, float, float)
declare float @llvm.sqrt.f32(float)
attributes #0 = { "target-cpu"="x86-64-v3" }

; x < -5 ? -5 : x > 5 ? 5 : x. NaN goes through.
; CHECK: argument [-5, 5] or NaN{{$}}
define float @clamp(float %x) #0 {
  %high = fcmp ogt float %x, 5.0
  %a = select i1 %high, float 5.0, float %x
  %low = fcmp olt float %x, -5.0
  %b = select i1 %low, float -5.0, float %a
  %y = call float @expf(float %b)
  ret float %y
}

; The arm is not what is compared, but made of it.
; CHECK: argument [0, 8]{{$}}
define float @arm(float %x) #0 {
  %in = fcmp ole float %x, 4.0
  %pos = fcmp oge float %x, 0.0
  %both = and i1 %in, %pos
  %twice = fmul float %x, 2.0
  %a = select i1 %both, float %twice, float 1.0
  %rounded = call float @llvm.floor.f32(float %a)
  %y = call float @expf(float %rounded)
  ret float %y
}

; CHECK: argument [-inf, -0] or NaN{{$}}
define float @gaussian(float %x) #0 {
  %n = fneg float %x
  %s = fmul float %n, %x
  %y = call float @expf(float %s)
  ret float %y
}

; An infinity times 0 is NaN, and numbers that have no end times 0 are 0.
; CHECK: argument [-inf, 0] or NaN{{$}}
define float @scaled_square(float %x) #0 {
  %s = fmul float %x, %x
  %h = fmul float %s, -0.5
  %y = call float @expf(float %h)
  ret float %y
}

; CHECK: argument [0, 1.00000012] or NaN{{$}}
define float @fraction(float %x) #0 {
  %f = call float @llvm.floor.f32(float %x)
  %d = fsub float %x, %f
  %y = call float @expf(float %d)
  ret float %y
}

; CHECK: argument [-3, 3] or NaN{{$}}
define float @remainder(float %x) #0 {
  %r = frem float %x, 3.0
  %y = call float @expf(float %r)
  ret float %y
}

; CHECK: argument [-3, 3] or NaN{{$}}
define float @remainder_of_libm(float %x) #0 {
  %r = call float @fmodf(float %x, float 3.0)
  %y = call float @expf(float %r)
  ret float %y
}

; Of another function whose name begins so nothing is known.
; CHECK: argument all{{$}}
define float @another(float %x) #0 {
  %r = call float @fmodfast(float %x, float 3.0)
  %y = call float @expf(float %r)
  ret float %y
}

; CHECK: argument [-2, 2]{{$}}
define float @sign(float %x) #0 {
  %r = call float @llvm.copysign.f32(float 2.0, float %x)
  %y = call float @expf(float %r)
  ret float %y
}

; 1 + i/1000 for i below 256, fused or not.
; CHECK: argument [0.99999994, 1.25500011]{{$}}
define float @fused(i8 %i) #0 {
  %f = uitofp i8 %i to float
  %s = call float @llvm.fmuladd.f32(float %f, float 0x3F50624DE0000000, float 1.0)
  %y = call float @expf(float %s)
  ret float %y
}

; CHECK: argument [1.00392139, 4.00000095]{{$}}
define float @divided(i8 %i) #0 {
  %j = or i8 %i, 64
  %f = uitofp i8 %j to float
  %q = fdiv float 1.0, %f
  %s = fmul float %q, 256.0
  %y = call float @expf(float %s)
  ret float %y
}

; The divisor may be 0.
; CHECK: argument all{{$}}
define float @divided_by_0(i8 %i) #0 {
  %f = uitofp i8 %i to float
  %q = fdiv float 1.0, %f
  %y = call float @expf(float %q)
  ret float %y
}

; CHECK: argument [1, 7]{{$}}
define float @one_of_two(i1 %c, i32 %i) #0 {
entry:
  br i1 %c, label %a, label %b
a:
  %m = and i32 %i, 7
  %f = sitofp i32 %m to float
  %p = fcmp oge float %f, 1.0
  br i1 %p, label %b, label %out
b:
  %x = phi float [ 2.0, %entry ], [ %f, %a ]
  %y = call float @expf(float %x)
  ret float %y
out:
  ret float 0.0
}

; What grows from turn to turn has no end.
; CHECK: argument all{{$}}
define void @grows(ptr %p) #0 {
entry:
  br label %loop
loop:
  %x = phi float [ 0.0, %entry ], [ %next, %loop ]
  %y = call float @expf(float %x)
  store float %y, ptr %p
  %next = fadd float %x, 1.0
  %more = fcmp une float %next, %y
  br i1 %more, label %loop, label %out
out:
  ret void
}

; if (i >= 0 && i < 100), as one comparison without signs.
; CHECK: argument [0, 99]{{$}}
define float @compared(i32 %i) #0 {
entry:
  %c = icmp ult i32 %i, 100
  br i1 %c, label %in, label %out
in:
  %f = sitofp i32 %i to float
  %y = call float @expf(float %f)
  ret float %y
out:
  ret float 0.0
}

; An index of 64 bits that was made of a counter of 32: steps of 3 from 1 up to 28.
; CHECK: argument [1, 28]{{$}}
define void @counter(ptr %p) #0 {
entry:
  br label %loop
loop:
  %i = phi i64 [ 1, %entry ], [ %next, %loop ]
  %short = trunc i64 %i to i32
  %x = sitofp i32 %short to float
  %y = call float @expf(float %x)
  %at = getelementptr float, ptr %p, i64 %i
  store float %y, ptr %at
  %next = add nuw nsw i64 %i, 3
  %more = icmp ult i64 %next, 30
  br i1 %more, label %loop, label %out
out:
  ret void
}

declare <4 x float> @llvm.exp.v4f32(<4 x float>)
; CHECK: argument [0, 15]{{$}}
define <4 x float> @lanes(<4 x i32> %i) #0 {
  %m = and <4 x i32> %i, <i32 15, i32 15, i32 15, i32 15>
  %x = uitofp <4 x i32> %m to <4 x float>
  %y = call <4 x float> @llvm.exp.v4f32(<4 x float> %x)
  ret <4 x float> %y
}
