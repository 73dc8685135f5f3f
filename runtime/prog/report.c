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

double report_error(const Report *report, BoundKind kind)
{
    switch (kind) {
    case BOUND_ULP: return report->max_ulp;
    case BOUND_REL: return report->max_rel;
    case BOUND_ABS: return report->max_abs;
    }
    return INFINITY;
}

bool report_meets(const Report *report, const Goal *goal)
{
    if (goal_wants_rounding(goal) && report->n_wrong > 0) return false;
    return report->n_points > 0 && report_error(report, goal->bound.kind) <= goal->bound.limit;
}
