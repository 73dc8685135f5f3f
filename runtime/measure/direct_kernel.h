/* The source of direct_double.c and direct_long.c, which define Hard (the arithmetic), UNIT (its
   epsilon: twice what one rounding can cost, which covers the roundings of the bounds
   themselves), TINY (its smallest value), LIBM, CIRCULAR (sin, cos and tan), DIRECT, and LOG_GAMMA where the library's gamma and
   lgamma are trusted: 10 ulps are known in double, less is known of long double. */
#include <math.h>
#include <stdlib.h>

/* A value and how far it may be off. */
typedef struct {
    Hard v, e;
} Fuzzy;

struct DIRECT_TAG {
    Prog reference;
    Fuzzy *nodes; /* DIRECT_BLOCK for each node */
};

static const Fuzzy UNKNOWN = {NAN, INFINITY};

static Hard magnitude(Hard x) { return LIBM(fabs)(x); }

/* A result computed as v, off by `spread` because of the arguments and by `ulps`
   roundings. */
static Fuzzy rounded(Hard v, Hard spread, int ulps)
{
    return (Fuzzy){v, spread + ulps * (UNIT * magnitude(v) + TINY)};
}

#include "runtime/measure/direct_unary.h"

static Fuzzy apply_unary(const Unary *unary, Fuzzy a)
{
    const Hard v = unary->f(a.v);
    if (a.e == 0) return rounded(v, difference_error(unary->op, a.v), unary->ulps);
    if (unary->slope == NULL) return UNKNOWN;
    return rounded(v, a.e * unary->slope(a.v, a.e, v), unary->ulps);
}

/* Steps: exact if no step lies within reach of the argument. */
static Fuzzy apply_step(Hard (*f)(Hard), Fuzzy a)
{
    if (a.e == 0) return (Fuzzy){f(a.v), 0};
    const Hard below = f(a.v - a.e), above = f(a.v + a.e);
    return below == above ? (Fuzzy){below, 0} : UNKNOWN;
}

/* Sums, products and quotients of exact values that are exact themselves, as 2*x is: what an angle in turns loses next to an integer is all
   of its sine. */
static Fuzzy sum(Fuzzy a, Fuzzy b)
{
    const Hard v = a.v + b.v, of_b = v - a.v;
    const bool is_exact = a.e == 0 && b.e == 0 && (a.v - (v - of_b)) + (b.v - of_b) == 0;
    return is_exact ? (Fuzzy){v, 0} : rounded(v, a.e + b.e, 1);
}

/* So large that what a product or quotient may lose of it is no subnormal number. */
static bool shows_loss(Hard v) { return magnitude(v) > TINY / (UNIT * UNIT * UNIT); }

static Fuzzy product(Fuzzy a, Fuzzy b)
{
    const Hard v = a.v * b.v;
    const Hard spread = magnitude(a.v) * b.e + magnitude(b.v) * a.e + a.e * b.e;
    const bool is_exact =
        a.e == 0 && b.e == 0 && shows_loss(v) && LIBM(fma)(a.v, b.v, -v) == 0;
    return is_exact ? (Fuzzy){v, 0} : rounded(v, spread, 1);
}

static Fuzzy divide(Fuzzy a, Fuzzy b)
{
    const Hard v = a.v / b.v, room = magnitude(b.v) - b.e;
    if (!(room > 0)) return UNKNOWN;
    if (a.e == 0 && b.e == 0 && shows_loss(a.v) && shows_loss(v) && LIBM(fma)(v, b.v, -a.v) == 0)
        return (Fuzzy){v, 0};
    return rounded(v, a.e == 0 && b.e == 0 ? 0 : (a.e + magnitude(v) * b.e) / room, 1);
}

static Fuzzy fused(Fuzzy a, Fuzzy b, Fuzzy c)
{
    const Hard spread = magnitude(a.v) * b.e + magnitude(b.v) * a.e + a.e * b.e + c.e;
    return rounded(LIBM(fma)(a.v, b.v, c.v), spread, 1);
}

static Fuzzy power(Fuzzy a, Fuzzy b)
{
    const Hard v = LIBM(pow)(a.v, b.v);
    if (a.e == 0 && b.e == 0) return rounded(v, 0, PLAIN_ULPS);
    if (!(a.v > a.e)) return UNKNOWN;
    const Hard relative = a.e / (a.v - a.e);
    const Hard change =
        (magnitude(b.v) + b.e) * relative + b.e * (magnitude(LIBM(log)(a.v)) + relative);
    return change < (Hard)0.1 ? rounded(v, 2 * change * v, PLAIN_ULPS) : UNKNOWN;
}

static Fuzzy angle(Fuzzy a, Fuzzy b)
{
    const Hard v = LIBM(atan2)(a.v, b.v);
    if (a.e == 0 && b.e == 0) return rounded(v, 0, PLAIN_ULPS);
    const Hard room = LIBM(hypot)(a.v, b.v) - a.e - b.e;
    const bool is_near_cut = b.v - b.e <= 0 && magnitude(a.v) <= a.e;
    return room > 0 && !is_near_cut ? rounded(v, (a.e + b.e) / room, PLAIN_ULPS) : UNKNOWN;
}

static Fuzzy exactly(Fuzzy a, Fuzzy b, Hard (*f)(Hard, Hard))
{
    return a.e == 0 && b.e == 0 ? (Fuzzy){f(a.v, b.v), 0} : UNKNOWN;
}

static Fuzzy truth(bool is_certain, bool is_true)
{
    return is_certain ? (Fuzzy){is_true, 0} : UNKNOWN;
}

static Fuzzy apply(Op op, Fuzzy a, Fuzzy b, Fuzzy c)
{
    const bool is_apart = magnitude(a.v - b.v) > a.e + b.e || (a.e == 0 && b.e == 0);
    switch (op) {
    case OP_ADD: return sum(a, b);
    case OP_SUB: return sum(a, (Fuzzy){-b.v, b.e});
    case OP_MUL: return product(a, b);
    case OP_DIV: return divide(a, b);
    case OP_FMA: return fused(a, b, c);
    case OP_NEG: return (Fuzzy){-a.v, a.e};
    case OP_ABS: return (Fuzzy){magnitude(a.v), a.e};
    case OP_MIN: return (Fuzzy){a.v < b.v ? a.v : b.v, a.e > b.e ? a.e : b.e};
    case OP_MAX: return (Fuzzy){a.v > b.v ? a.v : b.v, a.e > b.e ? a.e : b.e};
    case OP_FDIM:
        if (!is_apart) return UNKNOWN;
        return a.v > b.v ? rounded(a.v - b.v, a.e + b.e, 1) : (Fuzzy){0, 0};
    case OP_COPYSIGN:
        if (magnitude(b.v) <= b.e && b.e != 0) return UNKNOWN;
        return (Fuzzy){LIBM(copysign)(a.v, b.v), a.e};
    case OP_RINT: return apply_step(LIBM(rint), a);
    case OP_FLOOR: return apply_step(LIBM(floor), a);
    case OP_CEIL: return apply_step(LIBM(ceil), a);
    case OP_TRUNC: return apply_step(LIBM(trunc), a);
    case OP_ROUND: return apply_step(LIBM(round), a);
    case OP_LT: return truth(is_apart, a.v < b.v);
    case OP_LE: return truth(is_apart, a.v <= b.v);
    case OP_EQ: return truth(is_apart, a.v == b.v);
    case OP_NE: return truth(is_apart, a.v != b.v);
    case OP_AND: return truth(true, a.v != 0 && b.v != 0);
    case OP_OR: return truth(true, a.v != 0 || b.v != 0);
    case OP_NOT: return truth(true, a.v == 0);
    case OP_SELECT: return a.v != 0 ? b : c;
    case OP_POW: return power(a, b);
    case OP_HYPOT: return rounded(LIBM(hypot)(a.v, b.v), a.e + b.e, PLAIN_ULPS);
    case OP_ATAN2: return angle(a, b);
    case OP_FMOD: return exactly(a, b, LIBM(fmod));
    case OP_REMAINDER: return exactly(a, b, LIBM(remainder));
    default: return UNKNOWN;
    }
}

static bool has_direct(Op op)
{
    switch (op) {
    case OP_INPUT:
    case OP_CONST:
    case OP_PI:
    case OP_E:
    case OP_LN2:
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
    case OP_DIV:
    case OP_FMA:
    case OP_NEG:
    case OP_ABS:
    case OP_MIN:
    case OP_MAX:
    case OP_FDIM:
    case OP_COPYSIGN:
    case OP_RINT:
    case OP_FLOOR:
    case OP_CEIL:
    case OP_TRUNC:
    case OP_ROUND:
    case OP_LT:
    case OP_LE:
    case OP_EQ:
    case OP_NE:
    case OP_AND:
    case OP_OR:
    case OP_NOT:
    case OP_SELECT:
    case OP_POW:
    case OP_HYPOT:
    case OP_ATAN2:
    case OP_FMOD:
    case OP_REMAINDER: return true;
    default: return unary_find(op) != NULL;
    }
}

/* NaN is believed when the arguments were exact, infinity only at a pole (is_pole): elsewhere it may come from a bound
   or an overflow, and the oracle knows. */
static Fuzzy settle(Fuzzy value, bool is_exact)
{
    if (isinf(value.e)) return UNKNOWN;
    if (isnan(value.v)) return is_exact ? (Fuzzy){NAN, 0} : UNKNOWN;
    if (isinf(value.v) || isnan(value.e)) return UNKNOWN;
    return value;
}

static Fuzzy constant(const Node *node)
{
    switch ((Op)node->op) {
    case OP_PI: return rounded(PI_HARD, 0, 1);
    case OP_E: return rounded(2.71828182845904523536028747135266250L, 0, 1);
    case OP_LN2: return rounded(0.693147180559945309417232121458176568L, 0, 1);
    default: break;
    }
    if (node->type == TYPE_BOOL) return (Fuzzy){node->value.lo != 0, 0};
    const Real r = node->value;
    const double nearest = real_to_double(r);
    if (real_is_equal(real_from_double(nearest), r)) return settle((Fuzzy){nearest, 0}, true);
    Hard v = LIBM(ldexp)((Hard)r.hi, 64) + (Hard)r.lo;
    v = LIBM(ldexp)(v, r.exp2) * LIBM(pow)(10, (Hard)r.exp10);
    return settle(rounded(r.negative ? -v : v, 0, 2 * WILD_ULPS), true);
}

#ifdef HAS_FLOAT_ANGLES
/* sin, cos, tan and sinc of exact floats, all at once; false where that is not what there is. */
static bool run_angles(const Unary *unary, const Fuzzy *arg, Fuzzy *out, size_t n)
{
    AngleFunction function;
    switch (unary->op) {
    case OP_SIN:
    case OP_SINC: function = ANGLE_SIN; break;
    case OP_COS: function = ANGLE_COS; break;
    case OP_TAN: function = ANGLE_TAN; break;
    default: return false;
    }
    double x[DIRECT_BLOCK] = {0}, v[DIRECT_BLOCK];
    bool is_float = true;
    for (size_t i = 0; i < n; i++) {
        x[i] = arg[i].v;
        is_float &= arg[i].e == 0 && (float)x[i] == x[i] && x[i] - x[i] == 0;
    }
    if (!is_float) return false;
    angle_of_floats(function, x, n, v);
    for (size_t i = 0; i < n; i++) {
        if (unary->op == OP_SINC) v[i] = x[i] == 0 ? 1 : v[i] / x[i];
        out[i] = rounded(v[i], 0, unary->ulps);
    }
    return true;
}
#endif

static void run_node(Direct *direct, int index, const double *const *x, size_t n)
{
    const Node *node = &direct->reference.node[index];
    const Op op = (Op)node->op;
    Fuzzy *out = direct->nodes + (size_t)index * DIRECT_BLOCK;
    if (op == OP_INPUT) {
        for (size_t i = 0; i < n; i++) {
            const double value = x[node->arg[0]][i];
            out[i] = isinf(value) ? UNKNOWN : (Fuzzy){value, 0};
        }
        return;
    }
    const int arity = op_info(op)->arity;
    if (arity == 0) {
        const Fuzzy value = constant(node);
        for (size_t i = 0; i < n; i++) out[i] = value;
        return;
    }
    const Fuzzy *arg[OP_ARITY_MAX];
    for (int k = 0; k < OP_ARITY_MAX; k++)
        arg[k] = direct->nodes + (size_t)node->arg[k < arity ? k : 0] * DIRECT_BLOCK;
    const Unary *unary = unary_find(op);
#ifdef HAS_FLOAT_ANGLES
    if (unary != NULL && run_angles(unary, arg[0], out, n)) return;
#endif
    for (size_t i = 0; i < n; i++) {
        const Fuzzy a = arg[0][i], b = arg[1][i], c = arg[2][i];
        bool is_known = true, is_exact = true, is_number = true;
        Hard whole;
        for (int k = 0; k < arity; k++) {
            if (op == OP_SELECT && k > 0 && (a.v != 0) != (k == 1)) continue;
            is_known &= isfinite(arg[k][i].e);
            is_exact &= arg[k][i].e == 0;
            is_number &= !isnan(arg[k][i].v);
        }
        /* What becomes of NaN differs between operators; the oracle knows. */
        if (!is_known || (!is_number && unary == NULL))
            out[i] = UNKNOWN;
        else if (is_pole(op, a))
            out[i] = (Fuzzy){INFINITY, 0};
        else if (is_exact && is_whole_at(op, a.v, &whole))
            out[i] = (Fuzzy){whole, 0};
        else
            out[i] = settle(unary != NULL ? apply_unary(unary, a) : apply(op, a, b, c), is_exact);
    }
}

Direct *DIRECT(new)(const Prog *reference)
{
    for (int i = 0; i < reference->n; i++)
        if (!has_direct((Op)reference->node[i].op)) return NULL;
    Direct *direct = xcalloc(1, sizeof *direct);
    direct->reference = *reference;
    direct->nodes = xcalloc((size_t)reference->n * DIRECT_BLOCK, sizeof *direct->nodes);
    return direct;
}

void DIRECT(free)(Direct *direct)
{
    if (direct == NULL) return;
    free(direct->nodes);
    free(direct);
}

void DIRECT(run)(Direct *direct, const double *const *x, size_t n, Hard *value, Hard *bound)
{
    const int n_nodes = direct->reference.n;
    for (int i = 0; i < n_nodes; i++) run_node(direct, i, x, n);
    const Fuzzy *result = direct->nodes + (size_t)(n_nodes - 1) * DIRECT_BLOCK;
    for (size_t i = 0; i < n; i++) {
        value[i] = result[i].v;
        bound[i] = result[i].e;
    }
}
