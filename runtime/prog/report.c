#include "runtime/prog/report.h"

#include <math.h>
#include <string.h>

static const char *const METHOD_NAMES[] = {"sampled", "exhaustive", "proven"};

const char *method_name(Method method) { return METHOD_NAMES[method]; }

bool method_from_name(const char *name, Method *out)
{
    for (int i = 0; i < 3; i++)
        if (strcmp(METHOD_NAMES[i], name) == 0) {
            *out = (Method)i;
            return true;
        }
    return false;
}

double report_digits(const Report *report)
{
    return report->max_rel > 0 ? -log10(report->max_rel) : INFINITY;
}
