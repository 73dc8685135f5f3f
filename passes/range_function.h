/* Intervals under the functions that are replaced: where results of a program of a known error lie. */
#ifndef APPROX_PASSES_RANGE_FUNCTION_H
#define APPROX_PASSES_RANGE_FUNCTION_H

#include "passes/range.h"

/* What a program for op(x) in `type` gives for arguments in the Range (and NaN for NaN), if its results are wrong by no more than max_ulp. */
Range range_of_function(Op op, Range argument, Type type, double max_ulp);

/* The latest results of programs in one function of somebody's: values and where they lie. {0} to begin with. */
enum { RESULTS_KEPT = 64 };
typedef struct Results {
    LLVMValueRef value[RESULTS_KEPT];
    Range range[RESULTS_KEPT];
    int n; /* all that were ever added; the oldest go */
} Results;
void results_add(Results *results, LLVMValueRef value, Range range);
/* What is known of the value: range_all() if it is none of them. */
Range results_find(const Results *results, LLVMValueRef value);

#endif
