; Who asks: the call's own attribute before !fpmath before the annotation before the parameters before afn.
; RUN: %opt -passes='approx<max-ulp=3;max-ulp=5:expf>' -pass-remarks=approx %s -o /dev/null 2>&1 | FileCheck %s
; RUN: %opt -passes='approx' -pass-remarks=approx %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=ALONE
; RUN: %opt -passes='approx<max-ulp=3;off=expf+logf>' -pass-remarks=approx %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=OFF
target triple = "x86_64-unknown-linux-gnu"

define float @f(float %x) #0 {
; CHECK: expf replaced{{.*}}asked for 7ulp
; ALONE: expf replaced{{.*}}asked for 7ulp
  %a = call float @expf(float %x) #1, !fpmath !0
; CHECK: expf replaced{{.*}}asked for 2.5ulp
; ALONE: expf replaced{{.*}}asked for 2.5ulp
  %b = call float @expf(float %x) #2, !fpmath !0
; CHECK: expf replaced{{.*}}asked for 6ulp
; ALONE: expf replaced{{.*}}asked for 6ulp
  %c = call float @expf(float %x) #2
; CHECK: expf replaced{{.*}}asked for 5ulp
  %d = call float @expf(float %x)
; CHECK: logf replaced{{.*}}asked for 3ulp
  %e = call float @logf(float %x)
; CHECK: sinf replaced{{.*}}asked for 3ulp
; ALONE: sinf replaced{{.*}}asked for 4ulp
; OFF: remark{{.*}}sinf replaced
  %g = call afn float @llvm.sin.f32(float %x)
; CHECK-NOT: remark
; ALONE-NOT: remark
; OFF-NOT: remark
  ret float %x
}
declare float @expf(float)
declare float @logf(float)
attributes #0 = { "target-cpu"="x86-64-v3" }
attributes #1 = { "approx-max-error"="7" }
attributes #2 = { "approx-wish"=" max-ulp=6" }
!0 = !{float 2.5}
