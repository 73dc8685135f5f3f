#include "runtime/emit/vector_abi.h"

#include <string.h>

/* Code that calls b may be for any x86-64, but a library for a machine that has SSE4.1 can use that. No form of 256 bits below
   AVX2 can use fma: there are processors with AVX that have none. */
const VectorIsa VECTOR_ISAS[] = {
    {'b', 128, "x86-64", "x86-64-v2", NULL, "__SSE2__", true},
    {'c', 256, "x86-64-v3", "x86-64-v2", "sandybridge", "__AVX__", false},
    {'d', 256, "x86-64-v3", "x86-64-v3", NULL, "__AVX2__", true},
    {'e', 512, "x86-64-v4", "x86-64-v4", NULL, "__AVX512F__", true},
    {'n', 64, "aarch64", "aarch64", NULL, "__ARM_NEON", false},
    {'n', 128, "aarch64", "aarch64", NULL, "__ARM_NEON", true},
    {0},
};

bool vector_isa_is_of(const VectorIsa *isa, const Target *target)
{
    return target_is_within(target_find(isa->from), target);
}

const Target *vector_isa_level(const VectorIsa *isa, const Target *target)
{
    const Target *level = target_find(isa->level);
    return target_is_within(level, target) ? level : target;
}

int vector_isa_lanes(const VectorIsa *isa, Type type)
{
    return isa->bits / 8 / type_info(type)->size;
}

void vector_abi_name(Text *out, const VectorIsa *isa, Type type, int n_arguments,
                     const char *symbol)
{
    text_add(out, "_ZGV%cN%d", isa->letter, vector_isa_lanes(isa, type));
    for (int i = 0; i < n_arguments; i++) text_add(out, "v");
    text_add(out, "_%s", symbol);
}
