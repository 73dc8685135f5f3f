/* The same source as fit_engine_double.c, compiled for AVX2 (CMakeLists.txt). */
#include <math.h>

typedef double Num;
#define num_sqrt sqrt
#define NUM_EPSILON 0x1p-52
#define ENGINE fit_engine_double_avx2
#define ENGINE_NAME "double avx2"
#define ENGINE_TRUST 1e-11
#include "search/fit_engine_body.h"
