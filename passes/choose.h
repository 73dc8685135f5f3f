/* Which program of the catalogue serves a site. */
#ifndef APPROX_PASSES_CHOOSE_H
#define APPROX_PASSES_CHOOSE_H

#include "passes/range.h"
#include "passes/stored.h"
#include "runtime/catalogue/policy.h"
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
    char entry[96]; /* its name in the catalogue, or its id in the user's store; "": none */
    const char *
        program; /* of the user's store: all of it as text, which lives as long as Stored; else NULL */
    Report report;     /* its claim */
    bool has_rare_way; /* as helper.h has it */
    int vectors;       /* likewise */
    bool excludes_nan; /* it is for numbers only, and the argument may be NaN */
    bool is_guarded;   /* it is for wanted->expected only */
    char why_not[320]; /* if there is none */
} Choice;

void choose(Choice *out, const Wanted *wanted, Stored *stored);

/* The same, remembering the last answers: programs often call the same function. {0} to begin with. */
enum { CHOICES_KEPT = 16 };
typedef struct {
    Wanted wanted[CHOICES_KEPT];
    Choice choice[CHOICES_KEPT];
    int n; /* all that were ever added; the oldest go */
} ChoiceMemory;
void choose_once(Choice *out, const Wanted *wanted, Stored *stored, ChoiceMemory *memory);

#endif
