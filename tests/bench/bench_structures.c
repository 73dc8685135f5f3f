/* What small cores under transforms reach by themselves, without evolution: for each function and number of operations the
   digits of the best (by the root mean square of least squares on the domain, or a wider one) and its structure.
   Usage: bench_structures [seconds per function, default 20] [function ...] */
#include "search/reals/probe.h"
#include "search/reals/structures.h"

#include "frontend/spec.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { OPS_MOST = 12 };

typedef struct {
    const char *what, *domain, *max_error;
    int level;
    bool has_root;
} Row;

static const Row ROWS[] = {
    {"exp2(x)", "(0,1]", "1e-6rel", 0, false},
    {"exp2(x)", "(0,1]", "1e-6rel", 2 * LEVELS_PER_DOUBLING, false},
    {"log2(1+x)", "[0,1]", "1e-6rel", 0, false},
    {"sin(x)", "[0,pi/2]", "1e-6rel", 0, false},
    {"cos(x)", "[0,pi/2]", "1e-6abs", 0, false},
    {"tanh(x)", "[0,1]", "1e-6rel", 0, false},
    {"erf(x)", "[0,1]", "1e-6rel", 0, false},
    {"atan(x)", "[0,1]", "1e-6rel", 0, false},
    {"j0(x)", "[0,1]", "1e-6rel", 0, false},
    {"1/(1+exp(-x))", "[0,4]", "1e-6rel", 0, false},
    {"sqrt(2/(pi*x))*sinh(x)", "(0,1]", "1e-6abs", 0, true},
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static Approximand *approximand_of(const Row *row)
{
    const SpecText spec = {.what = row->what,
                           .type = "real",
                           .domain = {row->domain},
                           .n_domains = 1,
                           .max_error = row->max_error,
                           .target = "x86-64-v3"};
    Goal *goal = calloc(1, sizeof *goal);
    Approximand *a = NULL;
    Err err = {0};
    if (!goal || spec_to_goal(goal, &spec, &err) != OK || approximand_new(&a, goal, &err) != OK) {
        fprintf(stderr, "%s: %s\n", row->what, err.text);
        exit(1);
    }
    free(goal);
    return a;
}

static DagOps ops_of(const Row *row)
{
    static const Op OPS[] = {OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_SQRT};
    DagOps ops = {.unit = 1};
    for (int i = 0; i < (row->has_root ? 5 : 4); i++) {
        ops.op[ops.n++] = OPS[i];
        ops.may[OPS[i]] = true;
        ops.cost[OPS[i]] = 1;
    }
    return ops;
}

static void print_structure(const Dag *dag)
{
    for (int i = 0; i < dag->n; i++) {
        const DagNode *node = &dag->node[i];
        printf("%s%c = ", i ? "; " : "", 'a' + i);
        if (node->op == OP_SQRT) printf("sqrt ");
        for (int k = 0; k < op_info((Op)node->op)->arity; k++) {
            const uint8_t arg = node->arg[k];
            if (k == 1) printf(" %c ", op_info((Op)node->op)->c[3]); /* of "%s + %s" */
            if (dag_is_node(arg))
                printf("%c", 'a' + arg);
            else
                printf("%s", arg == DAG_X ? "x" : "C");
        }
    }
    printf("\n");
}

typedef struct {
    double error;
    Dag dag;
    uint64_t index;
} Best;

static void bench(const Row *row, double seconds)
{
    Approximand *a = approximand_of(row);
    const DagOps ops = ops_of(row);
    const int last = a->n_levels - 1;
    const ApproximandLevel *level = &a->level[row->level < last ? row->level : last];
    const StructuresOptions options = {.n_ops_max = OPS_MOST, .core_max = 60000, .n_threads = 1};
    double start = now();
    Structures *s = structures_new(&ops, a, &options);
    printf("%s on %s, times %g: %.3g structures, listed in %.1f s", row->what, row->domain,
           level->scale, (double)structures_count(s), now() - start);
    static Best best[OPS_MOST + 1];
    for (int n = 0; n <= OPS_MOST; n++) best[n].error = INFINITY;
    uint64_t i = 0, n_tried = 0;
    for (start = now(); i < structures_count(s) && now() - start < seconds; i++) {
        Dag dag;
        if (!structures_get(s, i, &dag)) continue;
        Rng rng = rng_new(1, i);
        const double error = probe(&dag, level, structures_run(s, i)->n_starts, &rng);
        n_tried++;
        if (error < best[dag.n].error) best[dag.n] = (Best){error, dag, i};
    }
    printf("; %llu of the first %llu tried in %.1f s\n", (unsigned long long)n_tried,
           (unsigned long long)i, now() - start);
    for (int n = 1; n <= OPS_MOST; n++) {
        if (!isfinite(best[n].error)) continue;
        const StructuresRun *run = structures_run(s, best[n].index);
        printf("  %2d %6.2f  #%-7llu %s, y %s %d of %s: ", n, -log10(best[n].error),
               (unsigned long long)best[n].index, run->outer->name, parity_name(run->parity),
               run->n_core, run->inner->name);
        print_structure(&best[n].dag);
    }
    fflush(stdout);
    structures_free(s);
    approximand_free(a);
}

static bool is_asked(const Row *row, int argc, char **argv)
{
    for (int i = 2; i < argc; i++)
        if (strcmp(argv[i], row->what) == 0) return true;
    return argc <= 2;
}

int main(int argc, char **argv)
{
    const double seconds = argc > 1 ? atof(argv[1]) : 20;
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        if (is_asked(&ROWS[i], argc, argv)) bench(&ROWS[i], seconds);
    return 0;
}
