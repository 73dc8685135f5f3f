/* What we can emit for; the rows of targets.def. */
#ifndef APPROX_EMIT_TARGETS_H
#define APPROX_EMIT_TARGETS_H

#include <stdbool.h>

typedef struct {
    const char *name, *arch, *triple, *cpu, *features;
    int lanes;
    bool has_fma, has_round, has_f16, has_scaling; /* see targets.def */
    const char *cpuid, *needs;
} Target;

/* NULL-terminated by a row whose name is NULL. */
extern const Target TARGETS[];

/* NULL if there is no such row. "native" is the best row this machine can run (NULL where
   it can run none of them). */
const Target *target_find(const char *name);
const Target *target_native(void);
/* Is `lesser` the same row or one of the same architecture whose code `target` runs? */
bool target_is_within(const Target *lesser, const Target *target);
/* Can this process execute code for the target? */
bool target_is_runnable(const Target *target);

#endif
