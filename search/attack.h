/* Looks for inputs where a program is worse than a sample shows: near the worst points of the sample, closer
   and closer. The sample tells where the error curve is high; which float there has the most
   unlucky rounding only many points can tell: of f32 millions, which the judge's fast reference looks at in no time, about the
   worst points and, where the error comes near the bound, all over the domain. */
#ifndef APPROX_SEARCH_ATTACK_H
#define APPROX_SEARCH_ATTACK_H

#include "runtime/measure/verify.h"
#include "search/deadline.h"
#include "search/sample.h"

enum { ATTACK_FOUND_MAX = 64 };

typedef struct {
    double error;               /* the largest found, at least that over the sample */
    double x[ATTACK_FOUND_MAX]; /* inputs with an error above the bound, the worst first, or that may have one */
    int n;
    bool is_broken_off; /* by the deadline: what was found by then */
} Attack;

typedef struct {
    VerifyKeep *keep; /* may be NULL; saves time where f32 programs for the same goal follow each other */
    uint64_t seed;
    int n_threads;
    Deadline deadline;
} AttackOptions;

/* Is the domain so small that every float of it is looked at, where the error comes near the bound?
   Then the judge finds no more. */
bool attack_sees_all(const Goal *goal);

/* One-variable float goals; deterministic for a seed, with any number of threads, unless the deadline ends it. */
Status attack(Attack *out, const Goal *goal, const Prog *prog, const Sample *sample,
              const AttackOptions *options, Err *err);

#endif
