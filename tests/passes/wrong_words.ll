; Words that mean nothing are errors with the place and what was expected.
; RUN: not %opt -passes='approx<max-ulpp=1>' %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=NAME
; RUN: not %opt -passes='approx<max-ulp=0.1>' %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=SMALL
; RUN: not %opt -passes='approx<range=2:1>' %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=RANGE
; RUN: not %opt -passes='approx<report=/nowhere/x>' %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=REPORT
; RUN: not %opt -passes='approx-inline<max-ulp=1>' %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=NONE
; RUN: not %opt -passes='approx-annotate<max-ulp=1>' %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=NONE
; NONE: unknown pass name 'approx-{{inline|annotate}}<max-ulp=1>'
; NAME: unknown word 'max-ulpp'; did you mean 'max-ulp'?
; SMALL: expected 0.5 ulp or more
; RANGE: expected two numbers lo:hi
; REPORT: cannot write the report '/nowhere/x'
target triple = "x86_64-unknown-linux-gnu"
