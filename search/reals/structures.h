/* Structures is the ordered list of programs worth a look besides evolution: every small core g under every
   transform, T(g(U(x))), as an index from 0, the most promising first. It is made for a function: all transforms are tried
   with the smallest cores, and how well each does there ranks it. Getting one is cheap and needs no other, so work is
   ranges of indices. Read-only once made; the same function, operators and limits give
   the same list, whatever the number of threads. */
#ifndef APPROX_SEARCH_REALS_STRUCTURES_H
#define APPROX_SEARCH_REALS_STRUCTURES_H

#include "search/reals/approximand.h"
#include "search/reals/transform.h"

typedef struct Structures Structures;

typedef struct {
    int n_ops_max; /* of whole programs */
    uint32_t
        core_max; /* a size of which there are more cores than this is left out; about 10^5 takes seconds */
    int n_threads;
} StructuresOptions;

/* `approximand` is only used now. */
Structures *structures_new(const DagOps *ops, const Approximand *approximand,
                           const StructuresOptions *options);
void structures_free(Structures *structures);

uint64_t structures_count(const Structures *structures);

/* Canonical, with constants that mean nothing. False if it has more than n_ops_max operations, or is the same as
   something smaller, or, but for signs of constants, as another in its run. */
bool structures_get(const Structures *structures, uint64_t index, Dag *out);

/* Where an index comes from: cores of `n_core` operations and a parity under two transforms. The same come again,
   later, to be given more starts: a few starts often miss good constants. */
typedef struct {
    const Transform *outer, *inner;
    Parity parity;
    int n_core;
    bool is_sign_free; /* the transform takes g as well as -g */
    int n_starts;      /* from random constants that each structure is worth now */
    uint32_t count;
    uint64_t first; /* index of the run, which is [first, first + count) */
    double
        lag; /* by how many digits, as ranked, it is behind the best transform at the same number of operations */
} StructuresRun;

const StructuresRun *structures_run(const Structures *structures, uint64_t index);

#endif
