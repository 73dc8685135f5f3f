/* A Prog of type real as Series about a centre: references and answers alike. Prepared for one
   precision; owns its variables. */
#ifndef APPROX_ORACLE_SERIES_PROG_H
#define APPROX_ORACLE_SERIES_PROG_H

#include "runtime/oracle/series.h"

typedef struct SeriesProg SeriesProg;

/* `prog` has one input; it is copied. */
SeriesProg *series_prog_new(const Prog *prog, mpfr_prec_t bits);
void series_prog_free(SeriesProg *p);

/* abs, min, max, select and the like are decided by the values on the box. One that is not (a
   kink in the box) takes the side that bit n_open of `sides` says, n_open counting these. A
   bound over all sides is a bound. */
typedef struct {
    unsigned sides;
    int n_open;
} Choices;

typedef enum {
    SERIES_OK,
    SERIES_NOT_HERE, /* not on this box: a pole, a kink, a branch point, or too wide a box */
    SERIES_NEVER,    /* an operator without a series */
} SeriesResult;

/* The Series of the Prog for the variable x; valid until the next call. Where it is not OK *culprit is the
   operator that refused. */
SeriesResult series_prog_run(SeriesProg *p, SeriesSpace *s, const Series *x, Choices *choices,
                             const Series **result, Op *culprit);

/* Is there a series for this operator? */
bool series_has(Op op);

#endif
