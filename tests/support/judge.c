#include "tests/support/judge.h"

#include "runtime/oracle/oracle.h"
#include "runtime/prog/eval.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void give_up(const char *reason)
{
    fprintf(stderr, "judge: %s\n", reason);
    abort();
}

double judge(const Goal *goal, const Prog *prog, int64_t stride, double *worst)
{
    Eval *eval;
    double largest = 0;
    if (eval_new(&eval, prog, NULL, NULL) != OK) give_up("the program does not run");
    Oracle *oracle = oracle_new(&goal->reference, goal->exact, goal->n_exact);
    const int64_t first = domain_first(&goal->domain[0], goal->type);
    const int64_t last = domain_last(&goal->domain[0], goal->type);
    for (int64_t at = first; at <= last + stride; at += stride) {
        const bool is_past = at > last;
        if (is_past && !goal->domain[0].is_all) break;
        const uint64_t bits =
            is_past ? bits_from_value(goal->type, NAN) : bits_from_ordered(goal->type, at);
        const double x = value_from_bits(goal->type, bits);
        const double got = value_from_bits(goal->type, eval_bits(eval, &bits));
        ErrorAt error;
        Err err = {0};
        if (oracle_error(oracle, &x, goal->type, got, 0, &error, &err) != OK) give_up(err.text);
        if (error.ulp > largest) {
            largest = error.ulp;
            *worst = x;
        }
    }
    oracle_free(oracle);
    eval_free(eval);
    return largest;
}
