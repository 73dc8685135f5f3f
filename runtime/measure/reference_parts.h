/* What reference*.c share. Internal to them. */
#ifndef APPROX_MEASURE_REFERENCE_PARTS_H
#define APPROX_MEASURE_REFERENCE_PARTS_H

#include "runtime/measure/reference.h"
#include "runtime/measure/segment.h"

struct Reference {
    Segments segments;
    DirectDouble **direct; /* by worker; NULL if f cannot be had so */
    int n_threads;
    const ReferenceLevel *level;
};

#endif
