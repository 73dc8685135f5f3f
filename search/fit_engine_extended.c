/* On x86 80 bits; elsewhere whatever long double is. */
#include <float.h>
#include <math.h>

typedef long double Num;
#define num_sqrt sqrtl
#define NUM_EPSILON LDBL_EPSILON
#define ENGINE fit_engine_extended
#define ENGINE_NAME "long double"
#define ENGINE_TRUST (LDBL_EPSILON * 1e4)
#include "search/fit_engine_body.h"
