#define _GNU_SOURCE /* exp10 */
#include "runtime/measure/direct.h"

#include <float.h>

typedef long double Hard;
typedef DirectLong Direct;
static const Hard UNIT = LDBL_EPSILON, TINY = LDBL_TRUE_MIN;

#define DIRECT(verb) direct_long_##verb
#define DIRECT_TAG DirectLong
#define LIBM(function) function##l
#define CIRCULAR(function) LIBM(function)
#include "runtime/measure/direct_kernel.h"
