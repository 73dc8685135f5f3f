/* Implementations of one function side by side: timed in turns, and how wrong they are. */
#ifndef TESTS_BENCH_ROWS_H
#define TESTS_BENCH_ROWS_H

#include "runtime/catalogue/entry.h"
#include "tests/bench/machine/peers.h"

enum { ROWS_MAX = MACHINE_PEERS_MAX + 2 };

typedef struct {
    char name[PEER_NAME_MAX];
    TimedCall call;
    bool is_ours, is_peer; /* neither: a floor or a composition, which no user would call */
    double ns;
    double ulp_near, ulp_all; /* where the function is timed, and at all floats of the domain */
    double abs_all;           /* absolute, there */
    int n_wrong;              /* special inputs */
} Row;

typedef struct {
    Row row[ROWS_MAX]; /* the first is the entry's program */
    int n;
    TimingInputs inputs;
} Rows;

/* The entry's program, `other` (the same function on a wider domain; may be NULL) and all that peers have, timed on the
   inputs of the entry (less where a composition is not on its fast way). Errors are looked for at n_points floats. ERR_UNSUPPORTED if no peer knows the function. A machine that
   is too busy is told in `err` and the times are as good as could be. */
Status rows_measure(Rows *rows, Timer *timer, const Entry *entry, const Entry *other,
                    uint64_t n_points, Err *err);

/* The largest absolute error of the row of this name at n_points floats of the domain; false if there is no such row for the function, or
   its error is infinite. */
bool rows_reach(double *abs, const char *row_name, const char *function, const Target *target,
                const Domain *domain, uint64_t n_points);

void rows_print(const Rows *rows, const Entry *entry);
/* Our program (with its bound) and the libraries as objects, one a line: see tools/beside.h. */
void rows_add_json(Text *out, const Rows *rows, const Entry *entry);

/* The fastest library with errors of at most `ulp` and no special input wrong; NULL if there is none. */
const Row *rows_best_within(const Rows *rows, double ulp);
/* The fastest row whose name begins so. */
const Row *rows_find(const Rows *rows, const char *name);

#endif
