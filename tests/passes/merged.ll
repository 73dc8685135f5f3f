; Calls of one program side by side become one call, but only where nothing in between is needed, and where there is a rarely taken way.
; RUN: %opt -passes='approx<max-ulp=1>' %s | FileCheck %s
target triple = "x86_64-unknown-linux-gnu"

; CHECK-LABEL: define void @independent(
; CHECK: shufflevector <8 x float> %a, <8 x float> %b, <16 x i32>
; CHECK: call <16 x float> @llvm.fma.v16f32
; CHECK-COUNT-2: call <8 x float> @approx.exp_f32_1ulp_x86-64-v3.v16_rare
define void @independent(<8 x float> %a, <8 x float> %b, ptr %p) #0 {
  %x = call <8 x float> @llvm.exp.v8f32(<8 x float> %a)
  %y = call <8 x float> @llvm.exp.v8f32(<8 x float> %b)
  %s = fsub <8 x float> %x, %y
  store <8 x float> %s, ptr %p
  ret void
}

; CHECK-LABEL: define <8 x float> @dependent(
; CHECK-NOT: <16 x float>
; CHECK: ret
define <8 x float> @dependent(<8 x float> %a) #0 {
  %x = call <8 x float> @llvm.exp.v8f32(<8 x float> %a)
  %y = call <8 x float> @llvm.exp.v8f32(<8 x float> %x)
  ret <8 x float> %y
}

; CHECK-LABEL: define <8 x float> @without_rare_way(
; CHECK-NOT: <16 x float>
; CHECK: ret
define <8 x float> @without_rare_way(<8 x float> %a, <8 x float> %b) #0 {
  %x = call <8 x float> @llvm.atan.v8f32(<8 x float> %a)
  %y = call <8 x float> @llvm.atan.v8f32(<8 x float> %b)
  %s = fsub <8 x float> %x, %y
  ret <8 x float> %s
}
attributes #0 = { "target-cpu"="x86-64-v3" }
