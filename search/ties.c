#include "search/ties.h"

#include "runtime/measure/near_ties.h"
#include "search/tune.h"

#include <math.h>
#include <stdlib.h>

enum {
    TIES = 8192,
    TUNED_AWAY_MAX = 300, /* values on wrong sides; more of them no walk puts right */
    ALWAYS = 256,
    DECIDING_MAX = 1500,
    ROUNDS = 3,
    EASY = 100, /* a formula is good enough if no more than so many ties lie within its error */
};

static const double TARGET = 0.97; /* of the distance to a tie */

bool ties_applies(const Goal *goal)
{
    return goal_wants_rounding(goal) && goal->type != TYPE_F64 && goal->n_variables == 1;
}

Status ties_init(Ties *ties, const Goal *goal, int n_threads, Err *err)
{
    NearTies near;
    *ties = (Ties){.needed = 0.01, .hopeless = 0.01};
    Status status = near_ties_find(&near, goal, TIES, n_threads, NULL, err);
    if (status != OK) return status;
    double *x = xmalloc((size_t)(near.n + 1) * sizeof *x);
    for (int i = 0; i < near.n; i++) x[i] = near.tie[i].x;
    status = sample_at_inputs(&ties->rounded, goal, x, near.n, err);
    free(x);
    if (status == OK) ties->before = sample_of_ties(ties->rounded);
    if (near.n > 0) {
        ties->needed = near.tie[near.n > EASY ? EASY : near.n - 1].distance;
        ties->hopeless = near.tie[near.n - 1].distance;
    }
    near_ties_release(&near);
    return status;
}

void ties_release(Ties *ties)
{
    sample_free(ties->rounded);
    sample_free(ties->before);
    *ties = (Ties){0};
}

Status ties_learn(Ties *ties, const Goal *goal, const double *x, Err *err)
{
    Status status = sample_add(ties->rounded, goal, x, err);
    if (status == OK) status = sample_add(ties->before, goal, x, err);
    return status;
}

bool ties_strip(Prog *before, const Prog *prog)
{
    const Node *last = &prog->node[prog_result(prog)];
    if (last->op != OP_CONVERT) return false;
    const Type from = (Type)prog->node[last->arg[0]].type;
    if (type_info(from)->precision <= type_info((Type)last->type)->precision) return false;
    *before = *prog;
    before->n = (uint16_t)(last->arg[0] + 1);
    return true;
}

static int count_wrong(const double *error, int n)
{
    int n_wrong = 0;
    for (int i = 0; i < n; i++) n_wrong += !(error[i] < 1);
    return n_wrong;
}

/* The ties that decide: the nearest ones, and those that a value comes near. */
static Sample *choose_deciding(const Sample *all, const double *error)
{
    static const double NEAR = 0.1;
    int *index = xmalloc((size_t)(all->n + 1) * sizeof *index), n = 0;
    for (int i = 0; i < all->n && n < DECIDING_MAX; i++)
        if (i < ALWAYS || error[i] > NEAR) index[n++] = i;
    Sample *deciding = sample_part(all, index, n);
    free(index);
    return deciding;
}

static double largest(const double *error, int n)
{
    double most = 0;
    for (int i = 0; i < n; i++) most = error[i] < most ? most : error[i];
    return most;
}

bool ties_tune(const Ties *ties, const Goal *goal, Prog *prog, const Ref *free_refs, int n_free,
               int effort, Rng *rng)
{
    Prog before;
    const Sample *all = ties->before;
    if (!ties_strip(&before, prog) || all->n == 0) return false;
    Ref kept[TUNE_CONSTANTS_MAX];
    int n_kept = 0;
    for (int i = 0; i < n_free && n_kept < TUNE_CONSTANTS_MAX; i++)
        if (free_refs[i] < before.n) kept[n_kept++] = free_refs[i];
    double *error = xmalloc((size_t)all->n * sizeof *error), most = INFINITY;
    for (int round = 0; round < ROUNDS; round++) {
        sample_errors(all, goal, &before, error);
        const int n_wrong = count_wrong(error, all->n);
        const double now = largest(error, all->n);
        if (!(now < most)) break; /* what was gained at some ties is lost at others */
        most = now;
        for (int i = 0; i < n_kept; i++) prog->node[kept[i]].value = before.node[kept[i]].value;
        if (n_wrong == 0 || n_wrong > TUNED_AWAY_MAX) break;
        Sample *deciding = choose_deciding(all, error);
        const TuneOptions options = {.max_evaluations = effort, .target = TARGET};
        tune_constants(&before, kept, n_kept, deciding, goal, &options, rng);
        sample_free(deciding);
    }
    free(error);
    return most < 1;
}
