#include "tools/timed.h"

#include "runtime/emit/targets.h"
#include "runtime/measure/mca.h"

#include <stdio.h>
#include <time.h>

void timed_set(Entry *entry, const Timing *timing, const Backend *backend)
{
    if (!timing->is_sure) return;
    const Target *target = target_find(entry->goal.target);
    const time_t now = time(NULL);
    struct tm today;
    double gigahertz;
    entry->throughput_ns = timing->throughput_ns;
    entry->latency_ns = timing->latency_ns > 0 ? timing->latency_ns : 0;
    entry->is_modelled = timing->is_modelled;
    entry->vectors = timing->vectors;
    if (target) entry->lanes = target->lanes;
    snprintf(entry->cpu, sizeof entry->cpu, "%s",
             timing->is_modelled ? mca_processor(entry->goal.target, &gigahertz)
                                 : backend->host_cpu());
    entry->date[0] = 0;
    if (gmtime_r(&now, &today)) strftime(entry->date, sizeof entry->date, "%Y-%m-%d", &today);
}
