/* The interpreter's kernels for whatever the compiler takes for the plain target (flags: CMakeLists.txt). */
#define LEVEL_TABLE eval_level_portable
#define LEVEL_NAME "portable"
#include "runtime/prog/eval_kernel.h"
