; A turn of a loop takes as many vectors as the program is fastest with, and constants are operands in memory.
; RUN: %opt %words -approx='max-ulp=1' -passes='default<O3>' %s | FileCheck %s
target triple = "x86_64-unknown-linux-gnu"

; One of a long program.
; CHECK: @{{[0-9]+}} = private unnamed_addr externally_initialized constant <8 x float>
; CHECK-LABEL: define {{.*}}@long(
; CHECK: load <8 x float>, ptr %
; CHECK: load <8 x float>, ptr @
; CHECK-NOT: load <8 x float>, ptr %
; CHECK: store <8 x float>
; CHECK-NOT: store <8 x float>
; CHECK: br i1
define void @long(ptr noalias %y, ptr noalias %x, i64 %n) #0 {
entry:
  br label %turn
turn:
  %i = phi i64 [ 0, %entry ], [ %next, %turn ]
  %px = getelementptr float, ptr %x, i64 %i
  %v = load float, ptr %px
  %r = call float @tanhf(float %v)
  %py = getelementptr float, ptr %y, i64 %i
  store float %r, ptr %py
  %next = add nuw nsw i64 %i, 1
  %done = icmp eq i64 %next, %n
  br i1 %done, label %out, label %turn
out:
  ret void
}

; The source's own hint holds.
; CHECK-LABEL: define {{.*}}@told(
; CHECK-COUNT-4: store <8 x float>
; CHECK-NOT: store <8 x float>
; CHECK: ret void
define void @told(ptr noalias %y, ptr noalias %x, i64 %n) #0 {
entry:
  br label %turn
turn:
  %i = phi i64 [ 0, %entry ], [ %next, %turn ]
  %px = getelementptr float, ptr %x, i64 %i
  %v = load float, ptr %px
  %r = call float @tanhf(float %v)
  %py = getelementptr float, ptr %y, i64 %i
  store float %r, ptr %py
  %next = add nuw nsw i64 %i, 1
  %done = icmp eq i64 %next, %n
  br i1 %done, label %out, label %turn, !llvm.loop !0
out:
  ret void
}

; With doubles beside, the vectoriser takes four lanes: two calls make a register full.
; CHECK-LABEL: define {{.*}}@beside_doubles(
; CHECK: fptrunc <4 x double>
; CHECK: call <8 x float> @llvm.fma.v8f32
; CHECK: fpext <4 x float>
; CHECK: ret void
define void @beside_doubles(ptr noalias %y, ptr noalias %x, i64 %n) #0 {
entry:
  br label %turn
turn:
  %i = phi i64 [ 0, %entry ], [ %next, %turn ]
  %px = getelementptr double, ptr %x, i64 %i
  %w = load double, ptr %px
  %v = fptrunc double %w to float
  %r = call float @tanhf(float %v)
  %s = fpext float %r to double
  %py = getelementptr double, ptr %y, i64 %i
  store double %s, ptr %py
  %next = add nuw nsw i64 %i, 1
  %done = icmp eq i64 %next, %n
  br i1 %done, label %out, label %turn
out:
  ret void
}
declare float @tanhf(float)
attributes #0 = { "target-cpu"="x86-64-v3" }
!0 = distinct !{!0, !1}
!1 = !{!"llvm.loop.interleave.count", i32 4}
