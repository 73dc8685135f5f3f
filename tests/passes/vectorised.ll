; The vectoriser takes the form of as many lanes as it wants, and the end of the pipeline puts its body into the loop.
; RUN: %opt %words -approx='max-ulp=1' -passes='default<O3>' %s | FileCheck %s
; RUN: %opt %words -approx='max-ulp=1;inline=never' -passes='default<O3>' %s | FileCheck %s --check-prefix=CALL
; RUN: %opt %words -approx='max-ulp=1' -passes='default<O3>' %s | FileCheck %s --check-prefix=RARE
target triple = "x86_64-unknown-linux-gnu"

; CHECK-LABEL: define {{.*}}@loop(
; Where it interleaves, two calls become one, which asks once whether any of their lanes is rare.
; CHECK: load <8 x float>
; CHECK: call <16 x float> @llvm.fma.v16f32
; CHECK: call i1 @llvm.vector.reduce.or.v16i1
; CHECK-NOT: @expf
; CALL: call <8 x float> @approx.exp_f32_1ulp_x86-64-v3.v8(<8 x float>
; CALL: define internal {{.*}}<8 x float> @approx.exp_f32_1ulp_x86-64-v3.v8(
; CALL-NOT: @approx.exp_f32_1ulp_x86-64-v3.v4(
define void @loop(ptr noalias %y, ptr noalias %x, i64 %n) #0 {
entry:
  br label %turn
turn:
  %i = phi i64 [ 0, %entry ], [ %next, %turn ]
  %px = getelementptr float, ptr %x, i64 %i
  %v = load float, ptr %px
  %r = call float @expf(float %v)
  %py = getelementptr float, ptr %y, i64 %i
  store float %r, ptr %py
  %next = add nuw nsw i64 %i, 1
  %done = icmp eq i64 %next, %n
  br i1 %done, label %out, label %turn
out:
  ret void
}
; The forms, of which the rest of the loop has the one of single values, share the rarely taken way.
; RARE-LABEL: define {{.*}}@loop(
; RARE-COUNT-2: call <8 x float> @approx.exp_f32_1ulp_x86-64-v3.v16_rare(<8 x float> %wide
; RARE: [[LANES:%.*]] = shufflevector <1 x float> {{.*}}, <8 x i32> zeroinitializer
; RARE: call <8 x float> @approx.exp_f32_1ulp_x86-64-v3.v16_rare(<8 x float> [[LANES]])
; RARE: define internal <8 x float> @approx.exp_f32_1ulp_x86-64-v3.v16_rare(
; RARE-NOT: define
declare float @expf(float)
attributes #0 = { "target-cpu"="x86-64-v3" }
