#include "search/problem.h"

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

/* Notes the result at x if x or the result is not finite; *is_noted (may be NULL) tells. */
static Status note_exact(Problem *problem, Oracle *oracle, double x, bool *is_noted, Err *err)
{
    const Type type = problem->goal.type;
    uint64_t want;
    if (is_noted) *is_noted = false;
    const Status status = oracle_round(oracle, &x, type, &want, NULL, err);
    if (status != OK) return status;
    const double right = value_from_bits(type, want);
    if (specials_exclude(problem->goal.excluded, type, &x, 1, right)) return OK;
    if (isfinite(x) && isfinite(right)) return OK;
    if (is_noted) *is_noted = true;
    const uint64_t bits = bits_from_value(type, x);
    for (int i = 0; i < problem->n_exact; i++)
        if (problem->exact[i].x == bits) return OK;
    if (problem->n_exact < PROBLEM_EXACT_MAX)
        problem->exact[problem->n_exact++] = (ExactResult){bits, want, false};
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
    /* The ends at first: there may be more than there is room for. */
    if (status == OK)
        status = note_exact(problem, oracle, value_from_ordered(goal->type, last), NULL, err);
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

/* Where the sign of a zero counts, the result at x is one to be hit exactly if it is one. */
static Status note_zero(Problem *problem, Oracle *oracle, double x, Err *err)
{
    const Goal *goal = &problem->goal;
    const ZeroSign which = problem->zero_sign;
    uint64_t want;
    bool is_exact;
    if (which == ZERO_SIGN_FREE || (which == ZERO_SIGN_AT_ZERO && x != 0)) return OK;
    const Status status = oracle_round(oracle, &x, goal->type, &want, &is_exact, err);
    if (status != OK) return status;
    const double right = value_from_bits(goal->type, want);
    const int64_t at = ordered_from_value(goal->type, x);
    if (right != 0 || !is_exact || at < domain_first(&goal->domain[0], goal->type) ||
        at > domain_last(&goal->domain[0], goal->type))
        return OK;
    if (x == 0 && signbit(x) && signbit(right)) problem->keeps_zero_sign = true;
    if (problem->n_exact < PROBLEM_EXACT_MAX)
        problem->exact[problem->n_exact++] =
            (ExactResult){bits_from_value(goal->type, x), want, true};
    return OK;
}

/* At small numbers, and where else the sample has a zero. */
static Status note_zeros(Problem *problem, Oracle *oracle, Err *err)
{
    enum { FROM_SAMPLE = 16 };
    const Sample *sample = problem->full;
    Status status = OK;
    for (int i = 0; i < ZERO_PLACES && status == OK; i++)
        status = note_zero(problem, oracle, ZERO_PLACE[i], err);
    int n = 0;
    for (int i = 0; i < sample->n && n < FROM_SAMPLE && status == OK; i++) {
        if (sample->f_hi[i] != 0 || sample->x_value[0][i] == 0) continue;
        status = note_zero(problem, oracle, sample->x_value[0][i], err);
        n++;
    }
    return status;
}

static void look_at_signs(Problem *problem)
{
    const Sample *sample = problem->full;
    problem->has_sign_of_input = true;
    for (int i = 0; i < sample->n; i++)
        problem->has_sign_of_input &= sample->f_hi[i] == 0 || sample->x_value[0][i] == 0 ||
                                      (sample->f_hi[i] < 0) == (sample->x_value[0][i] < 0);
}

static Status make_zeros(Problem *problem, const Goal *stated, Err *err)
{
    if (stated->n_variables != 1) return OK;
    Oracle *oracle = oracle_new(&stated->reference, stated->exact, stated->n_exact);
    problem->zero_sign = zero_sign_of(stated, oracle);
    const Status status = note_zeros(problem, oracle, err);
    oracle_free(oracle);
    if (problem->keeps_zero_sign) look_at_signs(problem);
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
    /* Goals over the reals that come from files may name no target; only operations count there. */
    if (target_find(goal->target)) cost_model_init(&problem->cost_model, goal->target);
    if (goal->type == TYPE_REAL) return OK; /* its engine has points of its own */
    if ((status = narrow_domain(problem, err)) != OK) return status;
    status = sample_new(&problem->quick, goal, QUICK_POINTS, seed, err);
    if (status == OK) status = sample_new(&problem->full, goal, FULL_POINTS, seed + 1, err);
    if (status == OK) status = make_exact_results(problem, err);
    if (status == OK) status = make_zeros(problem, goal, err);
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

Status problem_take_zeros(Problem *problem, const Problem *whole, Err *err)
{
    const Goal *goal = &problem->goal;
    if (goal->n_variables != 1) return OK;
    Oracle *oracle = oracle_new(&goal->reference, goal->exact, goal->n_exact);
    problem->zero_sign = whole->zero_sign;
    const Status status = note_zeros(problem, oracle, err);
    oracle_free(oracle);
    if (problem->keeps_zero_sign) look_at_signs(problem);
    return status;
}

void problem_release(Problem *problem)
{
    if (problem->quick) sample_free(problem->quick);
    if (problem->full) sample_free(problem->full);
    ties_release(&problem->ties);
    *problem = (Problem){0};
}

/* What the samples cannot hold: an infinite result, the sign of a zero. */
static Status learn_exact(Problem *problem, double x, Err *err)
{
    const Goal *goal = &problem->goal;
    Oracle *oracle = oracle_new(&goal->reference, goal->exact, goal->n_exact);
    Status status = note_zero(problem, oracle, x, err);
    if (status == OK) status = note_exact(problem, oracle, x, NULL, err);
    oracle_free(oracle);
    return status;
}

Status problem_learn(Problem *problem, const double *x, Err *err)
{
    if (problem->goal.type == TYPE_REAL) return OK;
    Status status = problem->goal.n_variables == 1 ? learn_exact(problem, x[0], err) : OK;
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
