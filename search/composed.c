#include "search/composed.h"

#include "runtime/prog/eval.h"
#include "runtime/prog/simplify.h"
#include "search/composed_function.h"
#include "search/composed_reference.h"
#include "search/literal.h"
#include "search/score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FUNCTIONS_MAX = 8 };

/* -- the reference -------------------------------------------------------------------------------- */

/* f(x) of the one node, whose other arguments are constants. */
static void reference_of(const Prog *reference, int i, Prog *out)
{
    const Node *node = &reference->node[i];
    Ref arg[OP_ARITY_MAX] = {0};
    prog_init(out);
    prog_add_input(out, TYPE_REAL, "x");
    for (int a = 0; a < op_info((Op)node->op)->arity; a++) {
        const Node *from = &reference->node[node->arg[a]];
        if (from->op == OP_CONST) arg[a] = prog_add_real(out, from->value);
    }
    prog_add(out, (Op)node->op, arg[0], arg[1], arg[2]);
}

/* The reference's node `i`, of its input. */
static void part_of_reference(const Prog *reference, int i, Prog *out)
{
    *out = *reference;
    out->n = (uint16_t)(i + 1);
    prog_prune(out);
}

static int argument_of(const Prog *reference, int i)
{
    const Node *node = &reference->node[i];
    for (int a = 0; a < op_info((Op)node->op)->arity; a++)
        if (reference->node[node->arg[a]].op != OP_CONST) return node->arg[a];
    return 0;
}

bool composed_applies(const Problem *problem)
{
    const Goal *goal = &problem->goal;
    const Prog *reference = &goal->reference;
    int n_functions = 0, n_others = 0;
    if (goal->n_variables != 1 || goal->type == TYPE_REAL || goal->type == TYPE_F64) return false;
    if (!problem->may[OP_CONVERT]) return false;
    for (int i = 1; i < reference->n; i++) {
        const bool is_constant = op_info((Op)reference->node[i].op)->arity == 0;
        /* Roots are no functions, but beyond 0 and -0 not what a power is. */
        const bool is_power = composed_is_power(reference, &reference->node[i]) ||
                              composed_is_fractional_power(reference, &reference->node[i]);
        const bool is_function = !literal_has(reference, i) || is_power;
        n_functions += is_function;
        n_others += !is_constant && !is_function;
        n_others += is_power;
    }
    return n_functions > 0 && n_functions <= FUNCTIONS_MAX && n_functions + n_others > 1;
}

/* -- the functions ---------------------------------------------------------------------------------- */

typedef struct {
    const Problem *stated;
    Problem *problem; /* with the rewritten reference */
    Type type;        /* the wide one */
    double limit;     /* of each part */
    Rng *rng;
    const Deadline *deadline;
} Composer;

/* What the reference's node has been seen to be; lo > hi if nothing. */
typedef struct {
    Oracle *oracle;
    Type type;
    double lo, hi;             /* where: */
    double lo_at, hi_at;
    bool has_below, has_above; /* infinite, too */
} Seen;

static void see(Seen *seen, double x)
{
    uint64_t bits;
    if (oracle_round(seen->oracle, &x, seen->type, &bits, NULL, NULL) != OK) return;
    const double u = value_from_bits(seen->type, bits);
    seen->has_below |= u == -INFINITY;
    seen->has_above |= u == INFINITY;
    if (!isfinite(u)) return;
    if (u < seen->lo) seen->lo = u, seen->lo_at = x;
    if (u > seen->hi) seen->hi = u, seen->hi_at = x;
}

/* From *at on to what is larger or smaller still, in steps that are halved where there is nothing: next to a pole or a branch point,
   such as that of log(1+x), only the nearest inputs show how far the values go. */
static void see_more(Seen *seen, const Goal *goal, const double *at)
{
    const int64_t first = domain_first(&goal->domain[0], goal->type),
                  last = domain_last(&goal->domain[0], goal->type);
    if (!isfinite(*at)) return;
    for (int64_t step = (int64_t)1 << (type_info(goal->type)->precision - 1); step > 0; step /= 2) {
        const int64_t here = ordered_from_value(goal->type, *at);
        if (here + step <= last) see(seen, value_from_ordered(goal->type, here + step));
        if (here - step >= first) see(seen, value_from_ordered(goal->type, here - step));
    }
}

/* Over the whole domain, be the result NaN or infinite there. */
static void see_domain(Seen *seen, const Goal *goal)
{
    enum { STEPS = 256 };
    const int64_t first = domain_first(&goal->domain[0], goal->type),
                  last = domain_last(&goal->domain[0], goal->type);
    for (int i = 0; i <= STEPS; i++) {
        const int64_t at = first + (int64_t)(((__int128)last - first) * i / STEPS);
        see(seen, value_from_ordered(goal->type, at));
    }
    if (first <= 0 && last >= 0) see(seen, 0);
}

/* What the reference's node `i` is seen to be; false if that is no interval. */
static bool look_at_node(const Composer *composer, int i, Seen *out)
{
    const Problem *problem = composer->problem;
    const Sample *sample = problem->quick;
    Prog *inner = xmalloc(sizeof *inner);
    part_of_reference(&problem->goal.reference, i, inner);
    Seen seen = {.oracle = oracle_new(inner, NULL, 0),
                 .type = composer->type,
                 .lo = INFINITY,
                 .hi = -INFINITY,
                 .lo_at = INFINITY,
                 .hi_at = INFINITY};
    see_domain(&seen, &problem->goal);
    for (int k = 0; k < sample->n; k++) see(&seen, sample->x_value[0][k]);
    see_more(&seen, &problem->goal, &seen.lo_at);
    see_more(&seen, &problem->goal, &seen.hi_at);
    oracle_free(seen.oracle);
    free(inner);
    *out = seen;
    return seen.lo < seen.hi;
}

/* Of the argument, whatever its values are. */
static bool write_function_of_argument(const Composer *composer, int node, Prog *out, Ref argument,
                                       Ref *result)
{
    const Prog *reference = &composer->problem->goal.reference;
    Seen seen;
    if (!look_at_node(composer, argument_of(reference, node), &seen)) return false;
    Prog *function = xmalloc(sizeof *function);
    FunctionPart *part = xmalloc(sizeof *part);
    reference_of(reference, node, function);
    const FunctionArguments arguments = {seen.lo, seen.hi, seen.has_below, seen.has_above,
                                         composer->problem->n_exact > 0};
    const bool is_found =
        composed_function_find(part, composer->problem, function, composer->type, &arguments,
                               composer->limit, composer->rng, composer->deadline) &&
        composed_function_write(part, composer->type, out, argument, result);
    free(part);
    free(function);
    return is_found;
}

/* Of the goal's input, which the argument is made of. */
static bool write_function_of_input(const Composer *composer, int node, Prog *out, Ref *result)
{
    const Problem *problem = composer->problem;
    Prog *function = xmalloc(sizeof *function), *part = xmalloc(sizeof *part);
    part_of_reference(&problem->goal.reference, node, function);
    bool is_found = composed_function_of_input(problem, function, composer->limit, composer->rng,
                                               composer->deadline, part);
    is_found = is_found && part->n_tables + out->n_tables <= PROG_TABLES_MAX &&
               part->n_pool + out->n_pool <= PROG_POOL_MAX && prog_has_room(out, part->n + 1);
    if (is_found) {
        const Ref input = 0;
        *result = prog_append(out, part, &input);
        if (out->node[*result].type != composer->type)
            *result = prog_add_typed(out, OP_CONVERT, composer->type, *result, 0, 0);
    }
    free(part);
    free(function);
    return is_found;
}

static bool write_function(void *context, int node, Prog *out, Ref argument, Ref *result)
{
    const Composer *composer = context;
    return write_function_of_argument(composer, node, out, argument, result) ||
           write_function_of_input(composer, node, out, result);
}

/* -- what does not come out right --------------------------------------------------------------------- */

/* How far from 0 sums cancel too much: beyond it no point of the sample is near the bound. 0: nowhere. */
static double cancels_within(const Problem *problem, const Prog *prog)
{
    static const double NEAR_BOUND = 0.9;
    const Sample *sample = problem->full;
    double *error = xmalloc((size_t)sample->n * sizeof *error), within = 0;
    sample_errors(sample, &problem->goal, prog, error);
    for (int i = 0; i < sample->n; i++)
        if (!(error[i] <= NEAR_BOUND * problem->limit))
            within = fmax(within, fabs(sample->x_value[0][i]));
    free(error);
    return within == 0 ? 0 : exp2(ceil(log2(within)) + 1);
}

/* A polynomial where |x| < within; false if there is none. */
static bool find_near_zero(const Composer *composer, double within, Prog *near)
{
    const Problem *problem = composer->stated;
    Goal *goal = xmalloc(sizeof *goal);
    Problem *own = xcalloc(1, sizeof *own);
    *goal = problem->goal;
    Domain *domain = &goal->domain[0];
    const double lo = domain->is_all ? -INFINITY : domain->lo,
                 hi = domain->is_all ? INFINITY : domain->hi;
    *domain = (Domain){.lo = fmax(lo, -within), .hi = fmin(hi, within)};
    bool is_found = domain->lo < domain->hi && problem_init(own, goal, 1, NULL) == OK;
    if (is_found) {
        own->cost_model = problem->cost_model;
        own->n_exact = 0; /* infinite and no results are put right in the end */
        is_found = problem_take_specials(own, problem, NULL) == OK &&
                   composed_first(own, composed_is_plain, composer->rng, composer->deadline, near);
    }
    problem_release(own);
    free(own);
    free(goal);
    return is_found;
}

/* |x| < within ? near : prog */
static bool join_near_zero(Prog *prog, const Prog *near, double within)
{
    const Type type = (Type)prog->node[0].type;
    const Ref x = 0, far = prog_result(prog);
    if (prog->n_tables + near->n_tables > PROG_TABLES_MAX ||
        prog->n_pool + near->n_pool > PROG_POOL_MAX || !prog_has_room(prog, near->n + 4))
        return false;
    const Ref size = prog_add(prog, OP_ABS, x, 0, 0);
    const Ref limit = prog_add_const(prog, type, within);
    const Ref is_near = prog_add(prog, OP_LT, size, limit, 0);
    const Ref y = prog_append(prog, near, &x);
    prog_add(prog, OP_SELECT, is_near, y, far);
    return true;
}

/* A polynomial near 0, if that is where the bound is broken; false if it is broken elsewhere. */
static bool mend_near_zero(const Composer *composer, Prog *prog)
{
    enum { MOST = 4 };
    const double within = cancels_within(composer->problem, prog);
    if (within == 0) return true;
    if (within > MOST) return false;
    Prog *near = xmalloc(sizeof *near);
    const bool is_mended =
        find_near_zero(composer, within, near) && join_near_zero(prog, near, within);
    free(near);
    return is_mended;
}

/* Zeros are told apart by their bits. */
static Ref is_input(Prog *prog, Type type, const ExactResult *exact)
{
    const double x = value_from_bits(type, exact->x);
    if (x != 0) return prog_add(prog, OP_EQ, 0, prog_add_const(prog, type, x), 0);
    const int size = type_info(type)->size;
    const Type integer = size == 4 ? TYPE_I32 : TYPE_I16;
    const Ref bits = prog_add_typed(prog, OP_BITCAST, integer, 0, 0, 0);
    return prog_add(prog, OP_IEQ, bits, prog_add_bits(prog, integer, exact->x), 0);
}

/* x == input ? want : y for the few inputs of infinite or no result that have another, or whose value is to be hit. */
static bool mend_specials(const Problem *problem, Prog *prog)
{
    enum { MOST = 4, NODES_OF_ONE = 5 };
    const Type type = problem->goal.type;
    Eval *eval;
    int n = 0;
    if (eval_new(&eval, prog, NULL, NULL) != OK) return false;
    for (int i = 0; i < problem->n_exact && n <= MOST; i++) {
        const ExactResult *exact = &problem->exact[i];
        const double want = value_from_bits(type, exact->want);
        const double got = value_from_bits(type, eval_bits(eval, &exact->x));
        const bool may_miss = isfinite(want) && !exact->is_pinned;
        const bool is_right = isnan(want) ? isnan(got) : got == want || may_miss;
        if (is_right || isnan(value_from_bits(type, exact->x))) continue;
        if (n++ == MOST || !prog_has_room(prog, NODES_OF_ONE)) break;
        const Ref y = prog_result(prog), is = is_input(prog, type, exact);
        prog_add(prog, OP_SELECT, is, prog_add_const(prog, type, want), y);
    }
    eval_free(eval);
    return n <= MOST;
}

/* -- all ------------------------------------------------------------------------------------------------ */

/* What an error of the parts may be: what functions and sums make of it stays far below the bound. */
static double limit_of_parts(const Problem *problem)
{
    static const double SHARE = 0x1p-16, LEAST = 0x1p-48;
    const Bound *bound = &problem->goal.bound;
    const int precision = type_info(problem->goal.type)->precision;
    if (problem->is_rounding) return LEAST;
    if (problem->goal.type != TYPE_F32) return 0x1p-20; /* in f32 */
    const double limit = bound->kind == BOUND_ULP   ? ldexp(bound->limit, -precision)
                         : bound->kind == BOUND_REL ? bound->limit
                                                    : 0x1p-24;
    return fmax(LEAST, fmin(SHARE * limit, 0x1p-30));
}

static bool make(const Problem *problem, bool without_cancellation, Rng *rng,
                 const Deadline *deadline, Prog *out)
{
    Problem *own = xmalloc(sizeof *own); /* the samples are the other's */
    *own = *problem;
    const Composer composer = {problem, own, problem->goal.type == TYPE_F32 ? TYPE_F64 : TYPE_F32,
                               limit_of_parts(problem), rng, deadline};
    const bool is_made =
        composed_rewrite(&problem->goal.reference, without_cancellation, &own->goal.reference) &&
        literal_write(own, composer.type, write_function, (void *)&composer, out) &&
        mend_near_zero(&composer, out) && mend_specials(problem, out);
    free(own);
    if (!is_made) return false;
    prog_simplify(out);
    prog_prune(out);
    return problem_allows(problem, out);
}

bool composed_make(const Problem *problem, Rng *rng, const Deadline *deadline, Prog *out)
{
    return make(problem, false, rng, deadline, out) || make(problem, true, rng, deadline, out);
}
