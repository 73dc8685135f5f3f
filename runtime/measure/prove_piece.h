/* One step of a proof (prove.h): a piece of the domain is expanded about a place in one of several
   ways, and the error there is bounded. Internal to runtime/measure. */
#ifndef APPROX_MEASURE_PROVE_PIECE_H
#define APPROX_MEASURE_PROVE_PIECE_H

#include "runtime/measure/prove.h"
#include "runtime/oracle/error_model.h"

enum { PLACES_MAX = GOAL_EXACT_MAX + 3 };

typedef struct {
    double lo, hi;
    int depth;     /* halvings */
    bool wants[3]; /* the measures this piece is still to be bounded in */
} Piece;

/* A place where answer or function may be singular: an end of the domain, 0, a removable gap.
   Pieces that touch it are tried in several ways. */
typedef struct {
    double x;
    int way; /* the one that worked last, or -1 */
} Place;

typedef struct {
    const Prog *prog;
    const Goal *goal;
    const atomic_int *stop;
    ErrorModels *models;
    Proofs *out;
    Place place[PLACES_MAX];
    int n_places;
    Piece *later; /* bounded in the goal's measure, not yet in the other */
    int n_later;
    double work, box_work;
    bool is_same;      /* answer and function are the same rational function */
    bool wants_bits;   /* the precision is too low */
    bool has_too_many; /* pieces for later */
} Prover;

typedef struct {
    bool is_bounded, is_known; /* bounded well enough; there is a model at all */
    double above;              /* a bound, where is_bounded */
    double excess;             /* the slack in units of what would be well enough, where is_known */
    bool is_infinite, is_imprecise;
} Outcome;

/* Looks at the piece, first of all in the measure `first`. Raises proof->least where larger errors occur. */
void look_at_piece(Prover *p, const Piece *piece, int first, Outcome outcomes[3]);

#endif
