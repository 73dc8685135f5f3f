/* The catalogue's programs as Samples. */
#ifndef TESTS_SUPPORT_ENTRIES_H
#define TESTS_SUPPORT_ENTRIES_H

#include "runtime/emit/targets.h"
#include "tests/support/sample.h"

typedef struct {
    Sample *sample;
    char (*name)[64];
    int n;
} EntrySamples;

/* Those of all entries whose names match `pattern` (of the shell; NULL: all) and that can be computed on the target (NULL: all), with
   `n_points` inputs each. */
EntrySamples entry_samples_new(const char *pattern, const Target *target, size_t n_points);
void entry_samples_free(EntrySamples *samples);

#endif
