/* The core of a program is what is left when operations without free constants are taken off its result as long as
   they can be undone: y*y, c/y, sqrt(y), x*y, y + c. Where the program is to be f, the core is to be f undone, with weights
   that make its errors mean the same. Cores have fewer bad minima: three times as many random starts end well for
   every squaring taken off. */
#ifndef APPROX_SEARCH_FIT_CORE_H
#define APPROX_SEARCH_FIT_CORE_H

#include "search/fit_engine.h"

typedef struct {
    Tape tape;        /* free constants as in the whole */
    FitPoints points; /* at most FIT_BLOCK */
    double f_hi[FIT_BLOCK], f_lo[FIT_BLOCK], weight[FIT_BLOCK];
} FitCore;

/* False if there is nothing to take off that would help (only sums and products), or f stands against it.
   `points` must outlive the core: x is not copied. */
bool fit_core_make(FitCore *core, const Tape *tape, const FitPoints *points);

#endif
