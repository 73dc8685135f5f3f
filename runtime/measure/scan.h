/* A Scan finds the true maximum of an error that is cheap to bound and dear to
   know. The inputs come in pieces of blocks; a first pass over all of them, on many
   threads, keeps the largest upper bound of each piece; a second pass goes back to
   the pieces whose bound exceeds the largest *true* error found so far, and asks
   the oracle there, worst bound first. What remains cannot matter.

   The result depends on the inputs and bounds alone, never on threads. */
#ifndef APPROX_MEASURE_SCAN_H
#define APPROX_MEASURE_SCAN_H

#include "runtime/measure/judge.h"

enum {
    SCAN_BLOCK = 1024,    /* inputs in a block, at most */
    COMPARED_BLOCKS = 16, /* one of so many is run by the interpreter, too (judge_code.c) */
};

typedef struct {
    ErrorAt most;     /* no input of the block has a larger error in that measure */
    uint64_t n_wrong; /* results that are not correctly rounded */
} Bounds;

typedef struct {
    Judge *judge;
    int n_pieces;
    void *context;
    /* Writes the inputs of a block, always the same ones; returns how many, 0 behind the
       last block of the piece. */
    size_t (*fill)(void *context, int piece, int block, void *const *x);
    /* Bounds the errors of y over a block; `each` (may be NULL) receives upper bounds
       input by input, none above bounds->most. */
    Status (*bound)(void *context, int worker, int piece, const void *const *x, const void *y,
                    size_t n, Bounds *bounds, ErrorAt *each, Err *err);
    /* Says which inputs of a block the goal excludes; asked only if it excludes any. Those are not
       shown to `bound`. */
    Status (*excuse)(void *context, int worker, int piece, const void *const *x, size_t n,
                     bool *is_excused, Err *err);
} Scan;

/* Errors up to this many ulps count as none in bounds that are no sharper. */
double scan_negligible(Type type);

/* The largest error in one measure, and the lowest input that has it. */
typedef struct {
    double error;
    double x[PROG_INPUTS_MAX];
    double got;
} Worst;

typedef struct {
    Worst worst[3]; /* by BoundKind */
    uint64_t n_points, n_wrong;
    bool is_partial; /* stopped early: the goal's bound is broken */
} Found;

Status scan_run(Scan *scan, Found *found, Err *err);

/* An excuse function for blocks about which nothing is known but by the oracle: `context` is the Judge. */
Status scan_excuse_by_oracle(void *context, int worker, int piece, const void *const *x, size_t n,
                             bool *is_excused, Err *err);

/* A bound function that asks the oracle for every input: `context` is the Judge. */
Status scan_bound_by_oracle(void *context, int worker, int piece, const void *const *x,
                            const void *y, size_t n, Bounds *bounds, ErrorAt *each, Err *err);

#endif
