/* What a proof over the reals costs and how close it comes: for programs of many kinds the time of
   the proof alone and of the whole judgement, the number of boxes, and bound/largest error found. */
#include "frontend/infix.h"
#include "runtime/measure/prove.h"
#include "runtime/measure/verify.h"
#include "tests/support/proof_cases.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int main(void)
{
    printf("%-24s %4s %10s %8s %8s %6s %6s %5s %5s %s\n", "function", "ops", "error", "proof s",
           "all s", "ratio", "boxes", "terms", "bits", "");
    for (int i = 0; i < N_PROOF_CASES; i++) {
        const ProofCase *c = &PROOF_CASES[i];
        static const char *const VARIABLES[] = {"x"};
        Goal *goal = calloc(1, sizeof *goal);
        goal->type = TYPE_REAL;
        goal->n_variables = 1;
        goal->bound = (Bound){c->kind, 1, "1"};
        goal->domain[0] = (Domain){.lo = c->lo, .hi = c->hi, .lo_open = c->lo_open};
        Prog prog;
        Err err = {0};
        if (infix_parse(&goal->reference, c->function, VARIABLES, 1, &err) != OK ||
            infix_parse(&prog, c->program, VARIABLES, 1, &err) != OK) {
            printf("%s: %s\n", c->function, err.text);
            return 1;
        }
        Report report;
        const VerifyOptions options = {.n_threads = 1};
        const double start = now();
        if (verify(&report, &prog, goal, &options, &err) != OK) {
            printf("%s: %s\n", c->function, err.text);
            return 1;
        }
        const double all = now() - start;
        const double known[3] = {0, report.max_rel * (1 - 1e-3), report.max_abs * (1 - 1e-3)};
        Proofs proofs;
        const double proof_start = now();
        prove(&proofs, &prog, goal, known, 1, NULL);
        const double proof_time = now() - proof_start;
        const Proof *proof = &proofs.proof[c->kind];
        printf("%-24s %4d %10.3e %8.3f %8.3f %6.4f %6d %5d %5d %s %s\n", c->function,
               prog_n_ops(&prog), c->kind == BOUND_REL ? report.max_rel : report.max_abs,
               proof_time, all, proof->is_proven ? proof->bound / proof->least : 0, proofs.n_boxes,
               proofs.n_terms, proofs.bits, method_name(report.method), report.sliver);
        free(goal);
    }
    return 0;
}
