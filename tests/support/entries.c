#include "tests/support/entries.h"

#include "runtime/base/err.h"
#include "runtime/catalogue/catalogue.h"
#include "runtime/measure/cost.h"

#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static bool is_wanted(const char *pattern, const char *name)
{
    return !pattern || fnmatch(pattern, name, 0) == 0;
}

EntrySamples entry_samples_new(const char *pattern, const Target *target, size_t n_points)
{
    const size_t n_max = (size_t)catalogue_count() + 1;
    EntrySamples samples = {xcalloc(n_max, sizeof *samples.sample),
                            xcalloc(n_max, sizeof *samples.name), 0};
    Entry *entry = xmalloc(sizeof *entry);
    Rng rng = rng_new(1, 0);
    for (int i = 0; i < catalogue_count(); i++) {
        if (!is_wanted(pattern, catalogue_name(i))) continue;
        if (catalogue_load(entry, i, NULL) != OK) abort();
        if (target && !isfinite(cost_estimate(&entry->prog, target->name).throughput)) continue;
        snprintf(samples.name[samples.n], sizeof *samples.name, "%s", catalogue_name(i));
        sample_init_of(&samples.sample[samples.n++], &entry->prog, n_points, &rng);
    }
    free(entry);
    return samples;
}

void entry_samples_free(EntrySamples *samples)
{
    for (int i = 0; i < samples->n; i++) sample_release(&samples->sample[i]);
    free(samples->sample);
    free(samples->name);
}
