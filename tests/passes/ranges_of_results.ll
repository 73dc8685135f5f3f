; Results of replaced calls lie where the program's error lets them.
; RUN: %opt -passes='approx<max-ulp=1>' -pass-remarks=approx %s -o /dev/null 2>&1 | FileCheck %s
; RUN: %opt -passes='approx<max-ulp=1;off=sinf>' -pass-remarks=approx %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=KEPT
; RUN: %opt -passes='approx<max-ulp=1;exclude=denormals>' -pass-remarks=approx %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=EXCLUDED
; RUN: %opt -passes='approx<max-ulp=4>' -pass-remarks=approx %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=FOUR
target triple = "x86_64-unknown-linux-gnu"
declare float @expf(float)
declare float @logf(float)
declare float @sinf(float)
declare float @tanhf(float)
declare float @erfcf(float)
declare float @coshf(float)
declare float @acosf(float)
declare float @cosf(float)
declare <8 x float> @llvm.exp.v8f32(<8 x float>)
declare float @llvm.fabs.f32(float)
attributes #0 = { "target-cpu"="x86-64-v3" }

; log(1 + exp(x)); nothing is known where denormals do not count.
; CHECK: expf replaced
; CHECK: logf replaced {{.*}}argument [0.99999994, inf] or NaN{{$}}
; EXCLUDED: logf replaced {{.*}}argument all{{$}}
define float @log_one_plus_exp(float %x) #0 {
  %e = call float @expf(float %x)
  %s = fadd float %e, 1.0
  %y = call float @logf(float %s)
  ret float %y
}

; exp(-exp(x))
; CHECK: expf replaced
; CHECK: expf replaced {{.*}}argument [-inf, {{-?}}0] or NaN{{$}}
define float @gompertz(float %x) #0 {
  %e = call float @expf(float %x)
  %n = fneg float %e
  %y = call float @expf(float %n)
  ret float %y
}

; Of an infinity the sine is NaN. 4 ulp may be beyond 1; of a call that is left alone nothing is known.
; CHECK: sinf replaced
; CHECK: expf replaced {{.*}}argument [-1, 1] or NaN{{$}}
; FOUR: sinf replaced
; FOUR: expf replaced {{.*}}argument [-1.00000{{[0-9]*[1-9][0-9]*}}, 1.00000{{[0-9]*[1-9][0-9]*}}] or NaN{{$}}
; KEPT: argument [-inf, {{-?}}0] or NaN{{$}}
; KEPT-NEXT: expf replaced {{.*}}argument all{{$}}
; KEPT-NEXT: tanhf replaced
define float @exp_of_sine(float %x) #0 {
  %s = call float @sinf(float %x)
  %y = call float @expf(float %s)
  ret float %y
}

; A way through a branch, scaled, and a number: no NaN.
; CHECK: tanhf replaced
; CHECK: expf replaced {{.*}}argument [-3.00000024, 3.00000024]{{$}}
define float @scaled(i32 %i, i1 %c) #0 {
entry:
  %x = sitofp i32 %i to float
  br i1 %c, label %far, label %near
far:
  %t = call float @tanhf(float %x)
  %s = fmul float %t, 3.0
  br label %near
near:
  %a = phi float [ %s, %far ], [ 0.0, %entry ]
  %y = call float @expf(float %a)
  ret float %y
}

; Falling, even, of a part of the line.
; CHECK: erfcf replaced
; CHECK: expf replaced {{.*}}argument [{{-?}}0, 1]{{$}}
define float @falling(i8 %i) #0 {
  %x = uitofp i8 %i to float
  %e = call float @erfcf(float %x)
  %y = call float @expf(float %e)
  ret float %y
}
; CHECK: coshf replaced
; CHECK: expf replaced {{.*}}argument [0.99999{{[0-9]*}}, 10.067{{[0-9]*}}]{{$}}
define float @even(i1 %i) #0 {
  %f = sitofp i1 %i to float
  %x = fmul float %f, 3.0
  %c = call float @coshf(float %x)
  %y = call float @expf(float %c)
  ret float %y
}
; NaN where the function has no value.
; CHECK: acosf replaced
; CHECK: cosf replaced {{.*}}argument [{{-?}}0, 3.14159274] or NaN{{$}}
define float @outside(float %x) #0 {
  %a = call float @acosf(float %x)
  %y = call float @cosf(float %a)
  ret float %y
}

; Vectors.
; CHECK: replaced
; CHECK: replaced {{.*}}argument [-inf, {{-?}}0] or NaN{{$}}
define <8 x float> @lanes(<8 x float> %x) #0 {
  %e = call <8 x float> @llvm.exp.v8f32(<8 x float> %x)
  %n = fneg <8 x float> %e
  %y = call <8 x float> @llvm.exp.v8f32(<8 x float> %n)
  ret <8 x float> %y
}
