/* What the passes and a program under -fapprox-check have in common: for each replaced call one CheckSite, in the program's data, and a call
   of approx_check with every value. All members have eight bytes, so that the passes can write the struct down. */
#ifndef APPROX_CHECK_CHECK_SITE_H
#define APPROX_CHECK_CHECK_SITE_H

#include <stdint.h>

typedef struct CheckSite {
    const char *function, *file, *bound; /* "expf", "a.c" or "", "4ulp" */
    int64_t line, column;
    int64_t bound_kind; /* BoundKind of goal.h: ulp, relative, absolute */
    double limit;
    int64_t precision, emin; /* of the number type */
    double lo, hi;           /* arguments are promised to be in here */
    /* What was found; all zero at the start. */
    uint64_t n_calls, n_over, n_outside;
    double worst, worst_x;
    struct CheckSite *next; /* of those that have run */
} CheckSite;
enum { CHECK_SITE_MEMBERS = 17 };

/* Compares a result with the right one. The first that is off by more than the limit, and the first argument outside the promised
   interval, are told on standard error; at exit() a summary is. */
void approx_check(CheckSite *site, double x, double got, double want);

#endif
