#define LEVEL REFERENCE_LEVEL_PORTABLE
#define LEVEL_NAME "portable"
enum { LANES = 2 };
#include "runtime/measure/reference_kernel.h"
