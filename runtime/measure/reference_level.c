#include "runtime/measure/reference_level.h"

const ReferenceLevel *reference_level(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return &REFERENCE_LEVEL_AVX2;
#endif
    return &REFERENCE_LEVEL_PORTABLE;
}
