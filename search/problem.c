#include "search/problem.h"

#include "search/problem_specials.h"

#include "runtime/emit/targets.h"
#include "runtime/prog/op_list.h"
#include "runtime/prog/specials.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { QUICK_POINTS = 400, FULL_POINTS = 6000 };

/* Comparisons, selection and conversions come with the operators that need them and are not restricted. */
static bool is_restricted(Op op)
{
    static const Op ALWAYS[] = {OP_INPUT, OP_CONST, OP_CONVERT, OP_BITCAST};
    for (size_t i = 0; i < sizeof ALWAYS / sizeof *ALWAYS; i++)
        if (op == ALWAYS[i]) return false;
    return true;
}

static Status allow_ops(Problem *problem, Err *err)
{
    const Goal *goal = &problem->goal;
    const char *list = goal->ops[0] || goal->type != TYPE_REAL ? goal->ops : "+,-,*,/";
    const bool is_free = list[0] == '\0';
    for (int op = 0; op < OP_COUNT; op++) {
        const bool is_machine = (op_info((Op)op)->kind & KIND_MACHINE) != 0;
        problem->may[op] = is_machine && (is_free || !is_restricted((Op)op));
    }
    char words[GOAL_OPS_TEXT_MAX];
    snprintf(words, sizeof words, "%s", list);
    char *rest = words;
    for (char *word = strtok_r(words, ", ", &rest); word; word = strtok_r(NULL, ", ", &rest)) {
        Op op;
        const Status status = op_from_spelling(&op, word, err);
        if (status != OK) return status;
        problem->may[op] = true;
    }
    /* A minus sign that follows a product or sum is free of cost everywhere. */
    if (problem->may[OP_SUB]) problem->may[OP_NEG] = true;
    const Target *target = target_find(goal->target);
    if (goal->type != TYPE_REAL && target && !target->has_fma) problem->may[OP_FMA] = false;
    for (int op = 0; op < OP_COUNT; op++)
        if (op_is_scaling((Op)op) && !(target && target->has_scaling)) problem->may[op] = false;
    return op_weights_parse(problem->op_cost, goal->op_cost, err);
}

double problem_weight(const Problem *problem, double f)
{
    const Goal *goal = &problem->goal;
    switch (goal->bound.kind) {
    case BOUND_ULP:
        if (goal->type != TYPE_REAL) return 1 / ulp_of(goal->type, f);
        /* fall through */
    case BOUND_REL: return f == 0 ? 0 : 1 / fabs(f);
    case BOUND_ABS: break;
    }
    return 1;
}

bool problem_value(void *context, Quad x, Quad *f, double *weight)
{
    const ProblemValue *self = context;
    const double x_hi = (double)x, x_lo = (double)(x - x_hi);
    double hi, lo;
    if (oracle_double_double_at(self->oracle, x_hi, x_lo, &hi, &lo, NULL) != OK) return false;
    if (!isfinite(hi)) return false;
    *f = (Quad)hi + lo;
    *weight = problem_weight(self->problem, hi);
    return true;
}

/* Does the goal leave x out? */
static Status is_left_out(const Goal *goal, Oracle *oracle, double x, bool *is_out, Err *err)
{
    uint64_t bits;
    *is_out = specials_exclude(goal->excluded, goal->type, &x, 1, 1);
    if (*is_out) return OK;
    const Status status = oracle_round(oracle, &x, goal->type, &bits, NULL, err);
    if (status != OK) return status;
    const double right = value_from_bits(goal->type, bits);
    *is_out = specials_exclude(goal->excluded, goal->type, NULL, 0, right);
    return OK;
}

/* The first input from `end` towards `inner` that counts, where the excluded ones are all at the end. */
static Status first_that_counts(const Goal *goal, Oracle *oracle, int64_t end, int64_t inner,
                                int64_t *out, Err *err)
{
    bool is_out;
    Status status = is_left_out(goal, oracle, value_from_ordered(goal->type, end), &is_out, err);
    *out = end;
    if (status != OK || !is_out) return status;
    while (inner - end > 1 || end - inner > 1) {
        const int64_t middle = end + (inner - end) / 2;
        status = is_left_out(goal, oracle, value_from_ordered(goal->type, middle), &is_out, err);
        if (status != OK) return status;
        if (is_out)
            end = middle;
        else
            inner = middle;
    }
    *out = inner;
    return OK;
}

/* Some input that counts; false if none of those looked at does. */
static bool find_inner(const Goal *goal, Oracle *oracle, int64_t first, int64_t last, int64_t *out)
{
    enum { LOOKS = 400 };
    for (int i = 1; i < LOOKS; i++) {
        *out = first + (int64_t)(((__int128)last - first) * i / LOOKS);
        bool is_out;
        const double x = value_from_ordered(goal->type, *out);
        if (is_left_out(goal, oracle, x, &is_out, NULL) == OK && !is_out) return true;
    }
    return false;
}

/* With special values excluded, the ends of the domain where all is excluded are cut off: what is
   free there needs no care. */
static Status narrow_domain(Problem *problem, Err *err)
{
    Goal *goal = &problem->goal;
    Domain *domain = &goal->domain[0];
    if (goal->excluded == 0 || goal->n_variables != 1) return OK;
    Oracle *oracle = oracle_new(&goal->reference, goal->exact, goal->n_exact);
    const int64_t first = domain_first(domain, goal->type), last = domain_last(domain, goal->type);
    int64_t inner, lo = first, hi = last;
    Status status = OK;
    if (find_inner(goal, oracle, first, last, &inner)) {
        status = first_that_counts(goal, oracle, first, inner, &lo, err);
        if (status == OK) status = first_that_counts(goal, oracle, last, inner, &hi, err);
    }
    oracle_free(oracle);
    if (status != OK) return status;
    const bool needs_nan = domain->is_all && !(goal->excluded & SPECIAL_NANS);
    if (needs_nan) return OK; /* an interval has none */
    *domain = (Domain){value_from_ordered(goal->type, lo), value_from_ordered(goal->type, hi),
                       false, false, false};
    return OK;
}

/* Half an ulp of the largest value in the measure of the bound. */
static double rounding_floor(const Problem *problem)
{
    const Sample *sample = problem->quick;
    double floor = 0;
    for (int i = 0; i < sample->n; i++) {
        const double half = ulp_of(problem->goal.type, sample->f_hi[i]) / 2 * sample->scale[i];
        /* Relative error of subnormal results has no useful floor. */
        if (isfinite(half) && half > floor && half < problem->limit) floor = half;
    }
    return floor;
}

Status problem_init(Problem *problem, const Goal *goal, uint64_t seed, Err *err)
{
    *problem = (Problem){.goal = *goal, .limit = goal->bound.limit};
    Status status = allow_ops(problem, err);
    if (status != OK) return status;
    /* Goals over the reals that come from files may name no target; only operations count there. */
    if (target_find(goal->target)) cost_model_init(&problem->cost_model, goal->target);
    if (goal->type == TYPE_REAL) return OK; /* its engine has points of its own */
    if ((status = narrow_domain(problem, err)) != OK) return status;
    status = sample_new(&problem->quick, goal, QUICK_POINTS, seed, err);
    if (status == OK) status = sample_new(&problem->full, goal, FULL_POINTS, seed + 1, err);
    if (status == OK) status = problem_find_specials(problem, goal, err);
    if (status == OK) problem->floor = rounding_floor(problem);
    return status;
}

Status problem_find_ties(Problem *problem, int n_threads, Err *err)
{
    if (!ties_applies(&problem->goal)) return OK;
    const Status status = ties_init(&problem->ties, &problem->goal, n_threads, err);
    problem->is_rounding = status == OK;
    return status;
}

void problem_take_ties(Problem *problem, const Problem *whole)
{
    problem->is_rounding = whole->is_rounding;
    if (whole->is_rounding) ties_within(&problem->ties, &whole->ties, &problem->goal);
}

void problem_release(Problem *problem)
{
    if (problem->quick) sample_free(problem->quick);
    if (problem->full) sample_free(problem->full);
    ties_release(&problem->ties);
    *problem = (Problem){0};
}

Status problem_learn(Problem *problem, const double *x, Err *err)
{
    if (problem->goal.type == TYPE_REAL) return OK;
    Status status = problem->goal.n_variables == 1 ? problem_learn_special(problem, x[0], err) : OK;
    if (status == OK) status = sample_add(problem->quick, &problem->goal, x, err);
    if (status == OK) status = sample_add(problem->full, &problem->goal, x, err);
    if (status == OK && problem->is_rounding)
        status = ties_learn(&problem->ties, &problem->goal, x, err);
    return status;
}

bool problem_allows(const Problem *problem, const Prog *prog)
{
    for (int i = 0; i < prog->n; i++)
        if (!problem->may[prog->node[i].op]) return false;
    return true;
}
