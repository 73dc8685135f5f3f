/* What the two passes of a Scan share: the first one (scan.c, scan_early.c) bounds the pieces, the second (hunt.c)
   decides what is within reach of the maximum. Internal to runtime/measure. */
#ifndef APPROX_MEASURE_SCAN_PASS_H
#define APPROX_MEASURE_SCAN_PASS_H

#include "runtime/measure/scan.h"

#include <stdatomic.h>

enum { GROUP_BLOCKS = 8 };

/* What the first pass knows about a piece: how bad it is, as a whole and in each GROUP_BLOCKS blocks, so that the second
   need look at few of them again. */
typedef struct {
    ErrorAt most;
    ErrorAt *group;
    int n_blocks;
    uint64_t n_points, n_wrong;
} Piece;

/* Memory for one block; one per worker. */
typedef struct {
    void *x[PROG_INPUTS_MAX];
    void *y;
    ErrorAt *each;
    void *kept_x[PROG_INPUTS_MAX],
        *kept_y; /* what the goal does not exclude; NULL if it excludes nothing */
    bool *is_excused;
} Buffers;

typedef struct {
    Scan *scan;
    Piece *pieces;
    Buffers *buffers; /* by worker */
    Status *status;   /* by worker; with the turn in which it went wrong */
    int *failed_turn;
    Err *errors;
    atomic_int is_over;
    atomic_int n_done;
} Pass;

typedef struct {
    double upper;
    int piece;
} Rank;

/* By falling bound, then by number. */
int rank_compare(const void *a, const void *b);

/* Fills and evaluates a block; 0 behind the last one. */
size_t block_run(Pass *pass, int worker, int piece, int block);
Status block_bound(Pass *pass, int worker, int piece, size_t n, Bounds *bounds, ErrorAt *each,
                   Err *err);

/* Looks at a whole piece, the turn-th that is looked at; unless something failed before. */
void piece_look(Pass *pass, int piece, int turn, int worker);
/* The failure of the first turn that failed, or OK. */
Status first_failure(const Pass *pass, Err *err);

/* Looks at the pieces that look worst first and ends, *found being partial, where the goal's bound turns out to be broken
   (scan_early.c). */
Status look_by_rank(Pass *pass, Found *found, Err *err);

/* Finds the maxima among the pieces that were bounded. */
Status hunt_all(Pass *pass, Found *found, Err *err);

#endif
