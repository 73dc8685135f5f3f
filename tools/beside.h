/* What else computes a function, measured beside our programs: the rows that approxcc bench and tests/bench/bench_machine write with --json, one object per
   line with the keys expression, type, target, cpu, who, ns (per value), max_ulp and specials_wrong; domain, if there is one; and our own
   programs, as they were timed in that run, which have the key bound. */
#ifndef APPROX_TOOLS_BESIDE_H
#define APPROX_TOOLS_BESIDE_H

#include "runtime/prog/goal.h"

typedef struct {
    char expression[128], type[8], target[32], cpu[64], who[48];
    char domain[64]; /* all, or [lo,hi] in %a; empty where the file does not tell: any */
    char bound[32];  /* of a program of ours; empty: a library */
    double ns, max_ulp;
    double latency_ns; /* of one after the other; 0: the file does not tell */
    int specials_wrong;
} BesideRow;

typedef struct {
    BesideRow *row;
    int n;
} Beside;

/* Errors are positioned in the file. Rows whose time is not known (null, "inf") or whose error is not are read and left out. */
Status beside_load(Beside *out, const char *path, Err *err);
/* The rows that are compiled in: glibc and libmvec beside the C functions of the catalogue, as tools/measured.json has them. */
Status beside_measured(Beside *out, Err *err);
void beside_release(Beside *beside);
/* Is the row about the Goal's function in its type, for its target? */
bool beside_is_about(const BesideRow *row, const Goal *goal);

#endif
