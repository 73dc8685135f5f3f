#define _GNU_SOURCE /* exp10 */
#include "runtime/measure/angle.h"
#include "runtime/measure/direct.h"

#include <float.h>

typedef double Hard;
typedef DirectDouble Direct;
static const Hard UNIT = DBL_EPSILON, TINY = DBL_TRUE_MIN;

#define DIRECT(verb) direct_double_##verb
#define DIRECT_TAG DirectDouble
#define LIBM(function) function
#define LOG_GAMMA lgamma_r
#define HAS_FLOAT_ANGLES
#define CIRCULAR(function) angle_##function
#include "runtime/measure/direct_kernel.h"
