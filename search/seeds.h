/* Where a search starts: known forms of approximation, fitted to the Goal's function. A seed is numbered: one frame
   with one form, all degrees and shapes of it. */
#ifndef APPROX_SEARCH_SEEDS_H
#define APPROX_SEARCH_SEEDS_H

#include "search/deadline.h"
#include "search/form.h"
#include "search/frame.h"
#include "search/population.h"
#include "search/seed_table.h"

typedef struct {
    int frame, form;
    bool is_table;
    TableKind table; /* instead of a form */
    bool is_wide;    /* the table's arithmetic in f64, though the goal's type is narrower */
} Seed;

enum { SEEDS_MAX = FRAMES_MAX * (FORMS_MAX + 2 * TABLE_KINDS_MAX) };

typedef struct {
    Frame frame[FRAMES_MAX];
    int n_frames;
    Form form[FRAMES_MAX][FORMS_MAX];
    Seed seed[SEEDS_MAX]; /* in the order to try them */
    int n, n_quick; /* of them; of those at the beginning that are quickly made */
} Seeds;

/* Looks at the function and lists what fits it. Large: keep it on the heap. */
void seeds_init(Seeds *seeds, const Problem *problem, Oracle *oracle);

/* Makes the candidates of one seed, scored and tuned. `want_all`: every degree, for a front; else only
   those with a chance to meet the bound that do not cost much more than `most_cost`, where correct rounding is
   wanted little more. Ends early at the deadline. Deterministic. */
void seeds_make(const Seeds *seeds, const Problem *problem, int index, bool want_all,
                double most_cost, Rng *rng, const Deadline *deadline, CandidateList *out);

#endif
