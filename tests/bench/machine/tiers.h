/* What is to be shown: per tier of accuracy the functions that are searched for, and how fast they are to be beside what. */
#ifndef TESTS_BENCH_TIERS_H
#define TESTS_BENCH_TIERS_H

#include "tests/bench/machine/rows.h"

enum { TIER_FUNCTIONS_MAX = 16 };

typedef struct {
    const char *name;       /* of the function; peers know it by that */
    const char *expression; /* as synth takes it */
    const char *domain;
    const char *
        whole; /* its file for the whole line, in the same folder, to be timed beside it; or NULL */
} Wanted;

typedef enum { AGAINST_WITHIN, AGAINST_ROW } Against;

/* A figure: time of the other over ours, per function and as a geometric mean. */
typedef struct {
    const char *what;
    Against against;
    double ulp;            /* AGAINST_WITHIN: the best library within so many */
    const char *row;       /* AGAINST_ROW: the fastest row so named */
    const char *functions; /* "exp log"; NULL: all of the tier */
    double mean[2], least; /* wanted, for AVX2 and AVX-512; 0: nothing */
} Figure;

typedef struct {
    const char *name;
    const char *max_error; /* NULL: the absolute error that COMPOSED_ROW has for the function */
    Wanted wanted[TIER_FUNCTIONS_MAX]; /* ends in a NULL name */
    Figure figure[6];                  /* ends in a NULL what */
} Tier;

/* NULL if there is no tier of that name. */
const Tier *tier_find(const char *name);
/* "1ulp 4ulp ..." */
const char *tier_names(void);

/* What was measured of a tier: NULL in `rows` where no program was found. */
void tier_print(const Tier *tier, const Rows *const *rows, bool is_512);

#endif
