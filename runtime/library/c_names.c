#include "runtime/library/c_names.h"

#include <string.h>

/* Of C11, of C23 and of glibc. Not among them: what compilers have instructions for (sqrt, fabs, floor, ...), and lgamma, which has a
   side effect, signgam, that programs may look at. A function under another name, such as sigmoid, must not be found by programs
   that have one of their own, so it gets the project's prefix (library.h). */
static const char *const NAMES[] = {
    "exp",    "exp2",   "exp10",  "expm1",   "log",   "log2",  "log10",  "log1p", "pow",   "sin",
    "cos",    "tan",    "asin",   "acos",    "atan",  "atan2", "sinh",   "cosh",  "tanh",  "asinh",
    "acosh",  "atanh",  "cbrt",   "hypot",   "erf",   "erfc",  "tgamma", "sinpi", "cospi", "tanpi",
    "asinpi", "acospi", "atanpi", "atan2pi", "rsqrt", "j0",    "j1",     "y0",    "y1",    NULL,
};

const char *c_name(int index) { return NAMES[index]; }

bool c_name_is_known(const char *function)
{
    for (int i = 0; NAMES[i]; i++)
        if (strcmp(NAMES[i], function) == 0) return true;
    return false;
}

void c_name_add(Text *out, const char *function, Type type)
{
    static const char *const SUFFIX[] = {
        [TYPE_F16] = "f16", [TYPE_BF16] = "bf16", [TYPE_F32] = "f", [TYPE_F64] = ""};
    text_add(out, "%s%s", function, SUFFIX[type]);
}
