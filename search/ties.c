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
    PATCHES_MAX = 4, /* each costs two operations; two pairs of an odd function */
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

void ties_within(Ties *ties, const Ties *all, const Goal *goal)
{
    const Domain *domain = &goal->domain[0];
    const Sample *rounded = all->rounded;
    int *index = xmalloc((size_t)(rounded->n + 1) * sizeof *index), n = 0;
    for (int i = 0; i < rounded->n; i++) {
        const double x = rounded->x_value[0][i];
        if (domain->is_all || (x >= domain->lo && x <= domain->hi)) index[n++] = i;
    }
    *ties = *all;
    ties->rounded = sample_part(rounded, index, n);
    ties->before = sample_of_ties(ties->rounded);
    free(index);
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

/* The value that `node` is, rounded to a narrower type; -1 where it is nothing of the kind. */
static int rounded_from(const Prog *prog, Ref node)
{
    const Node *n = &prog->node[node];
    if (n->op != OP_CONVERT) return -1;
    const Type from = (Type)prog->node[n->arg[0]].type;
    return type_info(from)->precision > type_info((Type)n->type)->precision ? n->arg[0] : -1;
}

/* bits(round(y)) op (n << s) with op a sum into the exponent or a turn of the sign: the same is done to y, in its type,
   with nodes added at the end. */
static bool strip_integer_end(Prog *before, const Prog *prog)
{
    const Node *last = &prog->node[prog_result(prog)], *sum = &prog->node[last->arg[0]];
    if (last->op != OP_BITCAST || (sum->op != OP_IADD && sum->op != OP_IXOR)) return false;
    if (!prog_has_room(prog, 8)) return false;
    for (int side = 0; side < 2; side++) {
        const Node *bits = &prog->node[sum->arg[side]], *moved = &prog->node[sum->arg[1 - side]];
        if (bits->op != OP_BITCAST || moved->op != OP_SHL) continue;
        const int y = rounded_from(prog, bits->arg[0]);
        const Node *count = &prog->node[moved->arg[1]];
        if (y < 0 || count->op != OP_CONST) continue;
        const Type wide = (Type)prog->node[y].type, narrow = (Type)last->type;
        const Type integer = wide == TYPE_F64 ? TYPE_I64 : TYPE_I32;
        const bool is_sum = sum->op == OP_IADD;
        const int from = is_sum ? type_info(narrow)->precision : 8 * type_info(narrow)->size;
        const int to = is_sum ? type_info(wide)->precision : 8 * type_info(wide)->size;
        if (count->value.lo != (uint64_t)(from - 1)) continue;
        *before = *prog;
        const Ref n = prog_add_typed(before, OP_SEXT, integer, moved->arg[0], 0, 0);
        const Ref shift = prog_add_bits(before, integer, (uint64_t)(to - 1));
        const Ref field = prog_add(before, OP_SHL, n, shift, 0);
        const Ref wide_bits = prog_add_typed(before, OP_BITCAST, integer, (Ref)y, 0, 0);
        const Ref result = prog_add(before, (Op)sum->op, wide_bits, field, 0);
        prog_add_typed(before, OP_BITCAST, wide, result, 0, 0);
        return true;
    }
    return false;
}

bool ties_strip(Prog *before, const Prog *prog)
{
    const int y = rounded_from(prog, prog_result(prog));
    if (y < 0) return strip_integer_end(before, prog);
    *before = *prog;
    before->n = (uint16_t)(y + 1);
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

/* The value of the type nearest to hi + lo. */
static double round_pair(Type type, double hi, double lo)
{
    /* Rounding twice goes wrong only where hi alone is a tie. */
    const double ulp = ulp_of(type, hi), t = hi / ulp;
    const bool is_tie = fabs(t - rint(t)) == 0.5 && lo != 0;
    if (is_tie) hi = nextafter(hi, lo > 0 ? INFINITY : -INFINITY);
    return value_from_bits(type, bits_from_value(type, hi));
}

bool ties_patch(const Ties *ties, const Goal *goal, Prog *prog)
{
    const Sample *sample = ties->rounded;
    int wrong[PATCHES_MAX], n_wrong = 0;
    double *error = xmalloc((size_t)(sample->n + 1) * sizeof *error);
    sample_errors(sample, goal, prog, error);
    for (int i = 0; i < sample->n && n_wrong <= PATCHES_MAX; i++) {
        if (error[i] <= 0.5) continue;
        if (n_wrong < PATCHES_MAX) wrong[n_wrong] = i;
        n_wrong++;
    }
    free(error);
    if (n_wrong == 0 || n_wrong > PATCHES_MAX || !prog_has_room(prog, 4 * PATCHES_MAX))
        return false;
    Ref y = prog_result(prog);
    for (int k = 0; k < n_wrong; k++) {
        const int at = wrong[k];
        const double x = sample->x_value[0][at];
        const double right = round_pair(goal->type, sample->f_hi[at], sample->f_lo[at]);
        const Ref input = prog_add_bits(prog, goal->type, bits_from_value(goal->type, x));
        const Ref result = prog_add_bits(prog, goal->type, bits_from_value(goal->type, right));
        const Ref is_here = prog_add(prog, OP_EQ, 0, input, 0);
        y = prog_add(prog, OP_SELECT, is_here, result, y);
    }
    return true;
}
