#include "search/problem.h"

#include "runtime/emit/targets.h"
#include "runtime/prog/op_list.h"

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

/* Notes the result at x if x or the result is not finite; *is_noted (may be NULL) tells. */
static Status note_exact(Problem *problem, Oracle *oracle, double x, bool *is_noted, Err *err)
{
    const Type type = problem->goal.type;
    uint64_t want;
    if (is_noted) *is_noted = false;
    const Status status = oracle_round(oracle, &x, type, &want, NULL, err);
    if (status != OK) return status;
    if (isfinite(x) && isfinite(value_from_bits(type, want))) return OK;
    if (is_noted) *is_noted = true;
    if (problem->n_exact < PROBLEM_EXACT_MAX)
        problem->exact[problem->n_exact++] = (ExactResult){bits_from_value(type, x), want};
    return OK;
}

/* The first place between two floats, one with a finite result and one without, where the result is not. */
static Status note_boundary(Problem *problem, Oracle *oracle, int64_t finite, int64_t other,
                            Err *err)
{
    const Type type = problem->goal.type;
    while (finite - other > 1 || other - finite > 1) {
        const int64_t middle = finite + (other - finite) / 2;
        const double x = value_from_ordered(type, middle);
        uint64_t want;
        const Status status = oracle_round(oracle, &x, type, &want, NULL, err);
        if (status != OK) return status;
        if (isfinite(value_from_bits(type, want)))
            finite = middle;
        else
            other = middle;
    }
    return note_exact(problem, oracle, value_from_ordered(type, other), NULL, err);
}

static Status make_exact_results(Problem *problem, Err *err)
{
    enum { STEPS = 96 };
    const Goal *goal = &problem->goal;
    const Domain *domain = &goal->domain[0];
    if (goal->n_variables != 1) return OK;
    Oracle *oracle = oracle_new(&goal->reference, goal->exact, goal->n_exact);
    Status status = OK;
    if (domain->is_all) status = note_exact(problem, oracle, NAN, NULL, err);
    const int64_t first = domain_first(domain, goal->type), last = domain_last(domain, goal->type);
    bool was_noted = false;
    int64_t before = first;
    for (int i = 0; i <= STEPS && status == OK; i++) {
        const int64_t at = first + (int64_t)(((__int128)last - first) * i / STEPS);
        bool is_noted;
        status = note_exact(problem, oracle, value_from_ordered(goal->type, at), &is_noted, err);
        if (status == OK && i > 0 && is_noted != was_noted)
            status =
                note_boundary(problem, oracle, is_noted ? before : at, is_noted ? at : before, err);
        was_noted = is_noted;
        before = at;
    }
    oracle_free(oracle);
    return status;
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
    cost_model_init(&problem->cost_model, goal->target);
    if (goal->type == TYPE_REAL) return OK; /* its engine has points of its own */
    status = sample_new(&problem->quick, goal, QUICK_POINTS, seed, err);
    if (status == OK) status = sample_new(&problem->full, goal, FULL_POINTS, seed + 1, err);
    if (status == OK) status = make_exact_results(problem, err);
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
    Status status = sample_add(problem->quick, &problem->goal, x, err);
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
