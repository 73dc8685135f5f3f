/* Which candidate is the best: the cheapest that will stand before the judge, as far as the search can tell.

   What is believed of a candidate comes from a sample, and the true maximum is above that. So a Choice keeps a margin to
   the bound, wider the more often and the further the judge disagreed, and looks closely at a candidate before it
   is the best: then a member's error may rise, and the Problem's sample may take in points where it breaks the bound. In f32, where the
   judge refuses in no time and close looks see nearly as much as he does, a refusal counts against programs of the same form only.
   The same population, seed and refusals give the same choice, but that caution grows when time runs short and that
   choice_fastest asks the clock. */
#ifndef APPROX_SEARCH_CHOICE_H
#define APPROX_SEARCH_CHOICE_H

#include "runtime/measure/verify.h"
#include "search/population.h"
#include "search/problem.h"
#include "search/trust.h"

typedef struct {
    Problem *problem;             /* learns */
    const SearchOptions *options; /* seed, seconds, measurements, stop */
    double started;               /* on the clock; the budget counts from here */
    double seconds;               /* and so long there will be refusals; 0: any time */
    Sample *deep;                 /* what the best must pass too; made when first needed */
    VerifyKeep *keep;             /* for the close looks */
    bool sees_all;                /* close looks see what the judge will, so that no margin is needed */
    uint64_t *confirmed;          /* hashes of those that did */
    int n_confirmed;
    int n_refused;
    /* What the judge found of refused programs, relative to what was believed of them; both without the error of the last
       rounding. At least 1. */
    double optimism;
    TrustList trust; /* the same by form, in f32 */
    double judging; /* seconds, the longest so far */
    double ceiling; /* what costs as much is no choice: something cheaper stands. 0: none */
} Choice;

/* Borrows the problem and the options until it is released. */
void choice_init(Choice *choice, Problem *problem, const SearchOptions *options, double started);
void choice_release(Choice *choice);

/* The error that candidates are tuned to: the best keeps all the margin there is. */
double choice_target(const Choice *choice);

/* The cheapest member that meets the bound, safety weighed in and looked at closely; NULL if there is none. Members that the
   close look puts above the bound are tuned again and join the population. */
Status choice_best(Choice *choice, Population *population, const Candidate **best, Err *err);

/* The cheapest member whose close look leaves no doubt, as long as the judge had hardly any; else the member with the least error,
   if that meets the bound, else NULL. */
const Candidate *choice_safest(const Choice *choice, const Population *population);

/* Looks closely at the safest, too, and at what comes in its place if it was not. */
Status choice_secure(Choice *choice, const Population *population, Err *err);

/* The fastest by the clock of those that may be the best, looked at closely; NULL where the table's choice stands: time
   is not what counts or cannot be told here, nobody comes near the best, or the search is to stop. */
Status choice_fastest(Choice *choice, Population *population, const Candidate **fastest, Err *err);

/* The seconds that this may take: a tenth of the budget, three at most, 0 where the clock has no say. */
double choice_timing_seconds(const Choice *choice);

/* A program stands; from now on only what is cheaper than `ceiling` is a choice. Refusals cost no more than time then, so that
   no margin beyond what candidates are believed to need is kept. */
void choice_dare(Choice *choice, double ceiling);

/* The judge refused a program after so many seconds. `believed`: as it was proposed; NULL if it was not the best. */
void choice_learn(Choice *choice, const Prog *refused, const Candidate *believed, double true_error,
                  double seconds);

#endif
