; Where a program's operators are instructions it serves, whatever processor it was made on; no code is made for processors that are not in
; the table of targets.
; RUN: sed 's/TRIPLE/aarch64-unknown-linux-gnu/' %s > %t.arm.ll
; RUN: sed 's/TRIPLE/i686-unknown-linux-gnu/' %s > %t.x86.ll
; RUN: sed 's/TRIPLE/riscv64-unknown-linux-gnu/' %s > %t.none.ll
; RUN: %opt -passes='approx<max-ulp=1>' %t.arm.ll | llc -filetype=asm -o - | FileCheck %s --check-prefix=ARM
; RUN: %opt -passes='approx<max-ulp=1>' -pass-remarks-missed=approx %t.x86.ll 2>&1 | FileCheck %s --check-prefix=NONE
; RUN: %opt -passes='approx<max-ulp=1>' -pass-remarks-missed=approx %t.none.ll 2>&1 | FileCheck %s --check-prefix=NONE
; ARM: fmadd
; ARM-NOT: {{bl?}} expf
; NONE: not replaced: no code is made for this target
; NONE: call float @expf
target triple = "TRIPLE"
define float @f(float %x) {
  %y = call float @expf(float %x)
  ret float %y
}
declare float @expf(float)
