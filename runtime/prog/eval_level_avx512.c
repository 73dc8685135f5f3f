/* The interpreter's kernels for AVX-512 F, BW, DQ, VL (flags: CMakeLists.txt). */
#define LEVEL_TABLE eval_level_avx512
#define LEVEL_NAME "avx512"
#include "runtime/prog/eval_kernel.h"
