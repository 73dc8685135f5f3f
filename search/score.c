#include "search/score.h"

#include "runtime/measure/cost.h"
#include "runtime/prog/op_list.h"
#include "runtime/prog/eval.h"
#include "search/pins.h"

#include <math.h>
#include <stdlib.h>

/* -- zeros of the right sign -------------------------------------------------------- */

static uint64_t result_at(const Problem *problem, const Prog *prog, double x)
{
    const Type type = problem->goal.type;
    const uint64_t bits = bits_from_value(type, x);
    Eval *eval;
    if (eval_new(&eval, prog, NULL, NULL) != OK) return 0;
    const uint64_t got = eval_bits(eval, &bits);
    eval_free(eval);
    return got;
}

/* y ==> y | sign(x) where f has the sign of x, else x == 0 ? x : y. */
static void repair_zero(const Problem *problem, Prog *prog)
{
    const Type type = problem->goal.type;
    const int size = type_info(type)->size;
    const Type integer = size == 8 ? TYPE_I64 : size == 4 ? TYPE_I32 : TYPE_I16;
    const Ref x = 0, y = prog_result(prog);
    if (!prog_has_room(prog, 6)) return;
    if (!problem->has_sign_of_input) {
        const Ref zero = prog_add_const(prog, type, 0);
        prog_add(prog, OP_SELECT, prog_add(prog, OP_EQ, x, zero, 0), x, y);
        return;
    }
    const Ref mask = prog_add_bits(prog, integer, bits_from_value(type, -0.0));
    const Ref x_bits = prog_add_typed(prog, OP_BITCAST, integer, x, 0, 0);
    const Ref sign = prog_add(prog, OP_IAND, x_bits, mask, 0);
    const Ref y_bits = prog_add_typed(prog, OP_BITCAST, integer, y, 0, 0);
    const Ref both = prog_add(prog, OP_IOR, y_bits, sign, 0);
    prog_add_typed(prog, OP_BITCAST, type, both, 0, 0);
}

void score_repair(const Problem *problem, Prog *prog)
{
    const uint64_t minus_zero = bits_from_value(problem->goal.type, -0.0);
    pins_hit(problem, prog);
    if (!problem->keeps_zero_sign) return;
    const double got = value_from_bits(problem->goal.type, result_at(problem, prog, -0.0));
    if (got != 0 || bits_from_value(problem->goal.type, got) == minus_zero) return;
    Prog repaired = *prog;
    repair_zero(problem, &repaired);
    if (problem_allows(problem, &repaired)) *prog = repaired;
}

/* -- cost --------------------------------------------------------------------------- */

void score_cost(const Problem *problem, Candidate *candidate)
{
    const Cost cost = cost_estimate_by(&problem->cost_model, &candidate->prog);
    candidate->ops = cost.ops;
    candidate->cost = cost_of(&cost, problem->goal.minimize);
    if (problem->goal.minimize == MINIMIZE_OPS && isfinite(candidate->cost))
        candidate->cost = op_weights_sum(problem->op_cost, &candidate->prog);
}

/* -- errors ------------------------------------------------------------------------ */

static bool same_result(Type type, uint64_t got, uint64_t want, bool is_signed)
{
    if (is_signed) return got == want;
    const double a = value_from_bits(type, got), b = value_from_bits(type, want);
    if (isnan(b)) return isnan(a);
    return a == b;
}

/* Is every special input right? A finite result may miss by the bound, as elsewhere, if it is not to be hit. */
static bool specials_are_right(const Problem *problem, const Prog *prog)
{
    const Type type = problem->goal.type;
    Eval *eval;
    bool is_right = true;
    if (problem->n_exact == 0) return true;
    if (eval_new(&eval, prog, NULL, NULL) != OK) return false;
    for (int i = 0; i < problem->n_exact && is_right; i++) {
        const uint64_t got = eval_bits(eval, &problem->exact[i].x);
        const double want = value_from_bits(type, problem->exact[i].want);
        const double miss = fabs(value_from_bits(type, got) - want) * problem_weight(problem, want);
        is_right = same_result(type, got, problem->exact[i].want, problem->exact[i].is_signed) ||
                   (!problem->exact[i].is_signed && !problem->exact[i].is_pinned &&
                    isfinite(want) && miss <= problem->limit);
    }
    eval_free(eval);
    return is_right;
}

void score_error(const Problem *problem, Candidate *candidate, double give_up)
{
    const Prog *prog = &candidate->prog;
    candidate->error = sample_error(problem->quick, &problem->goal, prog, give_up, NULL);
    if (!(candidate->error <= give_up)) return;
    const double error = sample_error(problem->full, &problem->goal, prog, give_up, NULL);
    candidate->error = fmax(candidate->error, error);
    if (!(candidate->error <= give_up)) return;
    if (problem->is_rounding) {
        const double near =
            sample_error(problem->ties.rounded, &problem->goal, prog, give_up, NULL);
        candidate->error = fmax(candidate->error, near);
    }
    if (!(candidate->error <= give_up)) return;
    if (!specials_are_right(problem, prog)) candidate->error = INFINITY;
}

/* -- constants ----------------------------------------------------------------------- */

static bool is_simple(const Node *node)
{
    if (node->type == TYPE_REAL) {
        const double value = real_to_double(node->value);
        return value == 0 || value == 1 || value == -1 || value == 2;
    }
    const double value = value_from_bits(node->type, node->value.lo);
    int exponent;
    const double eighths = 8 * frexp(value, &exponent);
    return !isfinite(value) || eighths == rint(eighths);
}

int score_free_constants(const Prog *prog, Ref *free, int capacity)
{
    bool is_used[PROG_MAX] = {false}, is_fixed[PROG_MAX] = {false};
    for (int k = 0; k < prog->n; k++) {
        const Node *node = &prog->node[k];
        const OpInfo *info = op_info((Op)node->op);
        const bool is_arithmetic = info->signature == SIG_FLOAT && node->op != OP_MIN &&
                                   node->op != OP_MAX && node->op != OP_COPYSIGN;
        const int arity = info->signature == SIG_LEAF ? 0 : info->arity;
        for (int a = 0; a < arity; a++) {
            if (is_arithmetic)
                is_used[node->arg[a]] = true;
            else
                is_fixed[node->arg[a]] = true;
        }
    }
    int n = 0;
    for (int k = 0; k < prog->n && n < capacity; k++) {
        const Node *node = &prog->node[k];
        if (node->op != OP_CONST || !is_used[k] || is_fixed[k]) continue;
        if (node->type != TYPE_REAL && !type_is_float(node->type)) continue;
        if (!is_simple(node)) free[n++] = (Ref)k;
    }
    return n;
}
