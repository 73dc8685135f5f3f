; Intrinsics, of numbers and of vectors of any length: in pieces of the target's width, without lanes that have no value.
; RUN: %opt -passes='approx<max-ulp=1;inline=never>' %s | FileCheck %s
; RUN: %opt -passes='approx<max-ulp=1>' -pass-remarks-missed=approx %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY
; WHY: expf not replaced: vectors of a length unknown to the compiler
target triple = "x86_64-unknown-linux-gnu"

; CHECK-LABEL: define float @one(
; CHECK: call float @approx.exp_f32_1ulp_x86-64-v3(float %x)
define float @one(float %x) #0 {
  %y = call float @llvm.exp.f32(float %x)
  ret float %y
}

; CHECK-LABEL: define <8 x float> @eight(
; CHECK-NEXT: call <8 x float> @approx.exp_f32_1ulp_x86-64-v3.v8(<8 x float> %x)
define <8 x float> @eight(<8 x float> %x) #0 {
  %y = call <8 x float> @llvm.exp.v8f32(<8 x float> %x)
  ret <8 x float> %y
}

; CHECK-LABEL: define <3 x float> @three(
; CHECK-NEXT: shufflevector <3 x float> %x, <3 x float> %x, <4 x i32> <i32 0, i32 1, i32 2, i32 2>
; CHECK-NEXT: call <4 x float> @approx.exp_f32_1ulp_x86-64-v3.v4(
; CHECK-NEXT: shufflevector {{.*}} <3 x i32> <i32 0, i32 1, i32 2>
define <3 x float> @three(<3 x float> %x) #0 {
  %y = call <3 x float> @llvm.exp.v3f32(<3 x float> %x)
  ret <3 x float> %y
}

; CHECK-LABEL: define <16 x float> @sixteen(
; CHECK: call <8 x float> @approx.exp_f32_1ulp_x86-64-v3.v8(
; CHECK: call <8 x float> @approx.exp_f32_1ulp_x86-64-v3.v8(
; CHECK: shufflevector {{.*}} <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
define <16 x float> @sixteen(<16 x float> %x) #0 {
  %y = call <16 x float> @llvm.exp.v16f32(<16 x float> %x)
  ret <16 x float> %y
}

; CHECK-LABEL: define <vscale x 4 x float> @scalable(
; CHECK-NEXT: call <vscale x 4 x float> @llvm.exp.nxv4f32
define <vscale x 4 x float> @scalable(<vscale x 4 x float> %x) #0 {
  %y = call <vscale x 4 x float> @llvm.exp.nxv4f32(<vscale x 4 x float> %x)
  ret <vscale x 4 x float> %y
}
attributes #0 = { "target-cpu"="x86-64-v3" }
