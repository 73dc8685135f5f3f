#include <math.h>

typedef double Num;
#define num_sqrt sqrt
#define NUM_EPSILON 0x1p-52
#define ENGINE fit_engine_double
#define ENGINE_NAME "double"
#define ENGINE_TRUST 1e-11
#include "search/fit_engine_body.h"
