/* What else computes a function, measured beside our programs: the rows that approxcc bench writes with --json, one object per
   line with the keys expression, type, target, cpu, who, ns (per value), max_ulp and specials_wrong. */
#ifndef APPROX_TOOLS_BESIDE_H
#define APPROX_TOOLS_BESIDE_H

#include "runtime/prog/goal.h"

typedef struct {
    char expression[128], type[8], target[32], cpu[64], who[48];
    double ns, max_ulp;
    int specials_wrong;
} BesideRow;

typedef struct {
    BesideRow *row;
    int n;
} Beside;

/* Errors are positioned in the file. */
Status beside_load(Beside *out, const char *path, Err *err);
void beside_release(Beside *beside);
/* Is the row about the Goal's function in its type, for its target? */
bool beside_is_about(const BesideRow *row, const Goal *goal);

#endif
