/* Which program of the catalogue serves a site. */
#ifndef APPROX_PASSES_CHOOSE_H
#define APPROX_PASSES_CHOOSE_H

#include "runtime/catalogue/policy.h"
#include "passes/range.h"
#include "runtime/catalogue/entry.h"
#include "runtime/emit/targets.h"

typedef struct {
    Op op;
    int n_arguments;
    Type type;
    Bound bound;
    unsigned excluded;
    const Target *target;
    Range argument;    /* what is known of it */
    bool has_expected; /* and what is hoped for */
    Interval expected;
} Wanted;

typedef struct {
    int entry;         /* its number in the catalogue; -1: none */
    Report report;     /* its claim */
    bool excludes_nan; /* it is for numbers only, and the argument may be NaN */
    bool is_guarded;   /* it is for wanted->expected only */
    char why_not[320]; /* if there is none */
} Choice;

void choose(Choice *out, const Wanted *wanted);

/* The same, remembering the last answers: programs often call the same function. {0} to begin with. */
enum { CHOICES_KEPT = 16 };
typedef struct {
    Wanted wanted[CHOICES_KEPT];
    Choice choice[CHOICES_KEPT];
    int n; /* all that were ever added; the oldest go */
} ChoiceMemory;
void choose_once(Choice *out, const Wanted *wanted, ChoiceMemory *memory);

#endif
