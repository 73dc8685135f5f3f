/* A Prog made ready for fitting: only the nodes that the result needs, all of them smooth (or piecewise
   smooth) functions of the constants, read as exact real arithmetic. */
#ifndef APPROX_SEARCH_TAPE_H
#define APPROX_SEARCH_TAPE_H

#include "search/fit.h"
#include "search/quad.h"

typedef struct {
    uint8_t op;                 /* Op; INPUT is x, CONVERT a copy */
    bool is_active;             /* depends on a free constant */
    uint16_t arg[OP_ARITY_MAX]; /* numbers of earlier nodes of the tape */
} TapeNode;

typedef struct {
    int n, n_free;
    TapeNode node[PROG_MAX];          /* the last is the result */
    Quad constant[PROG_MAX];          /* of CONST nodes, as the Prog has them */
    uint16_t free[FIT_CONSTANTS_MAX]; /* tape nodes of the free constants that the result needs */
    Ref free_ref[FIT_CONSTANTS_MAX];  /* their Refs in the Prog */
} Tape;

/* Arithmetic that can be differentiated, piece by piece. */
bool tape_has_op(Op op);

/* False if the Prog has no one input or an operator that cannot be differentiated. Of the
   Refs in `free`, those that the result does not need are dropped. */
bool tape_make(Tape *tape, const Prog *prog, const Ref *free, int n_free);

/* The free constants in which, jointly, the result is linear while the others stay: bit k for free constant k. Where a product
   leaves the choice, it falls on a constant that is a factor. */
uint32_t tape_linear(const Tape *tape);

/* Does it divide by exactly 0 at x? (c/x at the end 0 of a domain.) With the free constants `c`, or the Prog's own if NULL. */
bool tape_has_pole_at(const Tape *tape, const Quad *c, double x);
/* The points without those at either end where it does. */
FitPoints tape_trim_poles(const Tape *tape, const Quad *c, FitPoints points);

#endif
