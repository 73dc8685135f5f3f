/* The interpreter's kernels for AVX2, FMA and F16C (flags: CMakeLists.txt). */
#define LEVEL_TABLE eval_level_avx2
#define LEVEL_NAME "avx2"
#include "runtime/prog/eval_kernel.h"
