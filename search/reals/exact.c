#include "search/reals/exact.h"

#include "runtime/oracle/oracle_prog.h"
#include "runtime/prog/simplify.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -- the reference as a program ----------------------------------------------------------- */

enum { POWER_MAX = 64, DIGITS = 38 /* that a Real holds */ };

typedef struct {
    const Problem *problem;
    const Prog *reference;
    Prog *prog;
    Ref at[PROG_MAX];
    bool is_constant[PROG_MAX]; /* of the reference's nodes: does not depend on x */
} Literal;

/* The node, which may be there already. False where there is no room. */
static bool add(Literal *l, Op op, Ref a, Ref b, Ref c, Ref *out)
{
    Prog *prog = l->prog;
    const int arity = op_info(op)->arity;
    const Ref arg[OP_ARITY_MAX] = {a, arity > 1 ? b : 0, arity > 2 ? c : 0};
    for (int i = 0; i < prog->n; i++) {
        if (prog->node[i].op != op || memcmp(prog->node[i].arg, arg, sizeof arg) != 0) continue;
        *out = (Ref)i;
        return true;
    }
    if (!prog_has_room(prog, 1)) return false;
    *out = prog_add(prog, op, arg[0], arg[1], arg[2]);
    return true;
}

static bool add_constant(Literal *l, Real value, Ref *out)
{
    Prog *prog = l->prog;
    for (int i = 1; i < prog->n; i++) {
        if (prog->node[i].op != OP_CONST || !real_is_equal(prog->node[i].value, value)) continue;
        *out = (Ref)i;
        return true;
    }
    if (value.class != REAL_FINITE || !prog_has_room(prog, 1)) return false;
    *out = prog_add_real(prog, value);
    return true;
}

/* The value of a node that does not depend on x. */
static bool evaluate(const Literal *l, int node, Real *value)
{
    Prog *part = xmalloc(sizeof *part);
    *part = *l->reference;
    part->n = (uint16_t)(node + 1);
    prog_prune(part);
    Oracle *oracle = oracle_new(part, NULL, 0);
    const Real x = real_from_double(0);
    Text text = {0};
    const char *end;
    const bool is_good = oracle_print(oracle, &x, DIGITS, &text, NULL) == OK &&
                         real_parse(text_get(&text), &end, value) && *end == 0;
    text_release(&text);
    oracle_free(oracle);
    free(part);
    return is_good && value->class == REAL_FINITE;
}

/* x^n by squaring. */
static bool add_power(Literal *l, Ref x, double exponent, Ref *out)
{
    const double size = fabs(exponent);
    Ref power = x, result = 0;
    bool has_result = false;
    if (!(size > 0 && size <= POWER_MAX) || 2 * size != rint(2 * size)) return false;
    if (size != rint(size)) {
        if (!add(l, OP_SQRT, x, 0, 0, &result)) return false;
        has_result = true;
    }
    for (int n = (int)size; n > 0; n /= 2) {
        if (n % 2 == 1 && has_result && !add(l, OP_MUL, result, power, 0, &result)) return false;
        if (n % 2 == 1 && !has_result) result = power, has_result = true;
        if (n > 1 && !add(l, OP_MUL, power, power, 0, &power)) return false;
    }
    Ref one;
    if (exponent < 0 &&
        (!add_constant(l, real_from_double(1), &one) || !add(l, OP_DIV, one, result, 0, &result)))
        return false;
    *out = result;
    return true;
}

static bool translate(Literal *l, int i)
{
    const Node *node = &l->reference->node[i];
    const Ref a = l->at[node->arg[0]], b = l->at[node->arg[1]], c = l->at[node->arg[2]];
    Ref *out = &l->at[i], product;
    Real value;
    if (l->is_constant[i]) return evaluate(l, i, &value) && add_constant(l, value, out);
    switch ((Op)node->op) {
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
    case OP_DIV:
    case OP_NEG:
    case OP_ABS:
    case OP_SQRT:
    case OP_MIN:
    case OP_MAX: return add(l, (Op)node->op, a, b, 0, out);
    case OP_FMA:
        if (l->problem->may[OP_FMA]) return add(l, OP_FMA, a, b, c, out);
        return add(l, OP_MUL, a, b, 0, &product) && add(l, OP_ADD, product, c, 0, out);
    case OP_POW:
        return l->is_constant[node->arg[1]] &&
               add_power(l, a, real_to_double(l->prog->node[b].value), out);
    case OP_RSQRT: return add_power(l, a, -0.5, out);
    default: return false;
    }
}

/* Which nodes are needed: those below a constant are not, and may be anything. */
static void mark_needed(const Literal *l, bool needed[PROG_MAX])
{
    memset(needed, 0, PROG_MAX * sizeof *needed);
    needed[l->reference->n - 1] = true;
    for (int i = l->reference->n - 1; i > 0; i--) {
        const Node *node = &l->reference->node[i];
        const int arity = op_info((Op)node->op)->arity;
        for (int k = 0; needed[i] && !l->is_constant[i] && k < arity; k++)
            needed[node->arg[k]] = true;
    }
}

bool exact_reference(const Problem *problem, Prog *out)
{
    const Prog *reference = &problem->goal.reference;
    Literal *l = xcalloc(1, sizeof *l);
    bool is_needed[PROG_MAX];
    bool is_good = reference->n_inputs == 1;
    *l = (Literal){.problem = problem, .reference = reference, .prog = out};
    for (int i = 1; i < reference->n; i++) {
        const Node *node = &reference->node[i];
        const int arity = op_info((Op)node->op)->arity;
        l->is_constant[i] = true;
        for (int k = 0; k < arity; k++) l->is_constant[i] &= l->is_constant[node->arg[k]];
    }
    mark_needed(l, is_needed);
    prog_init(out);
    prog_add_input(out, TYPE_REAL, reference->input_name[0]);
    for (int i = 1; i < reference->n && is_good; i++)
        is_good = !is_needed[i] || (reference->node[i].type == TYPE_REAL && translate(l, i));
    if (is_good) {
        out->n = (uint16_t)(l->at[reference->n - 1] + 1);
        prog_prune(out);
        prog_simplify(out);
        is_good = prog_is_valid(out, NULL) && problem_allows(problem, out);
    }
    free(l);
    return is_good;
}

static const double EXACT = 1e-50;

/* -- simple constants ------------------------------------------------------------------------ */

/* A number of few digits within the tolerance: decimal first, then dyadic. */
static bool simple_near(double value, Real *out)
{
    static const double TOLERANCE = 1e-14, DIGITS_MAX = 1e7;
    if (fabs(value) < 1e-16) {
        *out = real_from_double(0);
        return true;
    }
    double scaled = value;
    for (int k = 0; k <= 9; k++, scaled = value * pow(10, k)) {
        const double whole = rint(scaled);
        if (whole == 0 || fabs(whole) > DIGITS_MAX) continue;
        if (fabs(scaled - whole) > TOLERANCE * fabs(whole)) continue;
        *out = real_from_double(whole);
        out->exp10 -= k;
        *out = real_normalize(*out);
        return true;
    }
    for (int k = 10; k <= 40; k++) {
        const double shifted = ldexp(value, k), whole = rint(shifted);
        if (whole == 0 || fabs(whole) > DIGITS_MAX) continue;
        if (fabs(shifted - whole) > TOLERANCE * fabs(whole)) continue;
        *out = real_from_double(ldexp(whole, -k));
        return true;
    }
    return false;
}

/* The points are on none of the domain's symmetries. */
double exact_error(const Goal *goal, const Prog *prog)
{
    enum { POINTS = 24 };
    static const double GOLDEN = 0.6180339887498949;
    const Domain *domain = &goal->domain[0];
    Oracle *oracle = oracle_new(&goal->reference, goal->exact, goal->n_exact);
    double worst = 0;
    for (int i = 0; i < POINTS; i++) {
        const double part = fmod((i + 1) * GOLDEN, 1);
        const double x = domain->lo + part * (domain->hi - domain->lo);
        double rel, abs;
        if (oracle_prog_error(oracle, prog, &x, &rel, &abs, NULL) != OK) rel = abs = INFINITY;
        const double error = goal->bound.kind == BOUND_ABS || abs == 0 ? fabs(abs) : fabs(rel);
        worst = isnan(error) ? INFINITY : fmax(worst, error);
    }
    oracle_free(oracle);
    return worst;
}

bool exact_snap(const Goal *goal, Prog *prog)
{
    Prog *trial = xmalloc(sizeof *trial);
    *trial = *prog;
    for (int i = 0; i < trial->n; i++) {
        Node *node = &trial->node[i];
        Real simple;
        if (node->op == OP_CONST && simple_near(real_to_double(node->value), &simple))
            node->value = simple;
    }
    const bool is_good = exact_error(goal, trial) <= EXACT;
    if (is_good) *prog = *trial;
    free(trial);
    return is_good;
}
