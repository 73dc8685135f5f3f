/* What is known of integers that become floats. */
#ifndef APPROX_PASSES_RANGE_INTEGER_H
#define APPROX_PASSES_RANGE_INTEGER_H

#include "passes/range.h"

/* The interval of an integer (or of all lanes of a vector) taken as signed or not. */
Range range_of_integer(LLVMValueRef value, bool is_signed);

#endif
