/* From constants that fit on a wide domain, or that fit roughly, to the minimax constants on the domain
   itself: down the Approximand's levels, each constant predicted by the power law it
   followed so far and corrected by least squares, in the arithmetic that the error asks for; at level 0 exchange. */
#ifndef APPROX_SEARCH_REALS_HOMOTOPY_H
#define APPROX_SEARCH_REALS_HOMOTOPY_H

#include "search/reals/approximand.h"
#include "search/tape.h"

typedef struct {
    double
        error; /* at level 0: root mean square over the block, or, after exchange, the largest on the grid */
    int n_alternations; /* of the error curve, as in minimax.h; 0 without exchange */
    int rank;           /* constants that count; rank + 1 alternations certify a (local) optimum */
} Polish;

/* `c` (free constants in tape order) fits at `level`; on true it is what fits at level 0. False, c spoilt, if the
   path ends on the way or nothing finite comes out. Deterministic; uses no clock. */
bool homotopy_follow(const Approximand *approximand, const Tape *tape, int level, Quad *c,
                     Polish *polish);

/* Least squares at level 0 in rising precision, then exchange: the minimax constants near c. False if c is of no
   use there. */
bool homotopy_polish(const Approximand *approximand, const Tape *tape, Quad *c, Polish *polish);

#endif
