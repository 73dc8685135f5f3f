#define LEVEL REFERENCE_LEVEL_AVX2
#define LEVEL_NAME "avx2"
enum { LANES = 4 };
#include "runtime/measure/reference_kernel.h"
