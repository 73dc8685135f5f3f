#include "runtime/emit/targets.h"

#include <stddef.h>
#include <string.h>

const Target TARGETS[] = {
#define TARGET(...) {__VA_ARGS__},
#include "runtime/emit/targets.def"
#undef TARGET
    {0},
};

#if defined(__x86_64__)
static const char *const HOST_ARCH = "x86_64";
#elif defined(__aarch64__)
static const char *const HOST_ARCH = "aarch64";
#else
static const char *const HOST_ARCH = "";
#endif

/* Does the processor have what `cpuid` names? The builtin takes only literals. */
static bool processor_has(const char *cpuid)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (strcmp(cpuid, "x86-64") == 0) return true;
    if (strcmp(cpuid, "x86-64-v2") == 0) return __builtin_cpu_supports("x86-64-v2");
    if (strcmp(cpuid, "x86-64-v3") == 0) return __builtin_cpu_supports("x86-64-v3");
    if (strcmp(cpuid, "x86-64-v4") == 0) return __builtin_cpu_supports("x86-64-v4");
#endif
    return cpuid[0] == 0;
}

bool target_is_runnable(const Target *target)
{
    return strcmp(target->arch, HOST_ARCH) == 0 && processor_has(target->cpuid);
}

/* Rows of one architecture go from the least to the most able, here as in target_native. */
bool target_is_within(const Target *lesser, const Target *target)
{
    return strcmp(lesser->arch, target->arch) == 0 && lesser <= target;
}

const Target *target_native(void)
{
    const Target *best = NULL;
    for (const Target *t = TARGETS; t->name; t++)
        if (target_is_runnable(t)) best = t;
    return best;
}

const Target *target_find(const char *name)
{
    if (strcmp(name, "native") == 0) return target_native();
    for (const Target *t = TARGETS; t->name; t++)
        if (strcmp(t->name, name) == 0) return t;
    return NULL;
}
