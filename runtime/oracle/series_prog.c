#include "runtime/oracle/series_prog.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct SeriesProg {
    Prog prog;
    bool is_true[PROG_MAX]; /* of bool nodes */
    Series node[];
};

SeriesProg *series_prog_new(const Prog *prog, mpfr_prec_t bits)
{
    SeriesProg *p = xmalloc(sizeof *p + (size_t)prog->n * sizeof(Series));
    memcpy(&p->prog, prog, sizeof *prog);
    for (int i = 0; i < prog->n; i++) series_init(&p->node[i], bits);
    return p;
}

void series_prog_free(SeriesProg *p)
{
    if (!p) return;
    for (int i = 0; i < p->prog.n; i++) series_release(&p->node[i]);
    free(p);
}

/* -- leaves ---------------------------------------------------------------------------- */

/* False for constants that are no numbers. */
static bool set_leaf(SeriesSpace *s, const Node *node, Series *r)
{
    switch (node->op) {
    case OP_PI: mpfi_const_pi(s->a); break;
    case OP_LN2: mpfi_const_log2(s->a); break;
    case OP_E:
        mpfi_set_ui(s->a, 1);
        mpfi_exp(s->a, s->a);
        break;
    default: {
        Spans *spans = &s->jets->spans;
        const int mark = spans->n_used;
        Span *value = spans_take(spans);
        span_set_real(spans, value, node->value);
        mpfi_interv_fr(s->a, value->lo, value->hi);
        spans->n_used = mark;
    }
    }
    series_set_constant(r, s->a);
    return mpfi_bounded_p(s->a);
}

/* -- choices ------------------------------------------------------------------------------ */

typedef enum { BELOW, ABOVE, EITHER } Side;

/* On which side of 0 is x? `touches` allows it to be 0 at some points. */
static Side side_of(SeriesSpace *s, const Series *x, bool touches)
{
    if (x->n == 0) return x->rest == 0 && touches ? ABOVE : EITHER;
    const bool keeps_sign = x->valuation % 2 == 0 || s->is_one_sided; /* does t^valuation? */
    if (!keeps_sign || (x->valuation != 0 && !touches)) return EITHER;
    mpfi_t range;
    mpfi_init2(range, 64);
    Series scaled = *x; /* borrows the coefficients */
    scaled.valuation = 0;
    if (!s->has_box) scaled.n = 1, scaled.rest = 0; /* near the centre */
    Side side = EITHER;
    if (series_range(s, &scaled, range)) {
        const int left = mpfr_sgn(&range->left), right = mpfr_sgn(&range->right);
        if (left > 0 || (left == 0 && touches)) side = ABOVE;
        if (right < 0 || (right == 0 && touches)) side = BELOW;
    }
    mpfi_clear(range);
    return side;
}

static bool choose(Choices *choices)
{
    const int i = choices->n_open++;
    return i < 32 && (choices->sides >> i & 1);
}

static bool is_above(Side side, Choices *choices)
{
    return side == EITHER ? choose(choices) : side == ABOVE;
}

/* x < y. Where min and max are of one value, either will do. */
static bool is_less(SeriesSpace *s, const Series *x, const Series *y, bool touches,
                    Choices *choices)
{
    const int mark = s->n_used;
    Series *difference = series_take(s);
    series_sub(s, difference, y, x);
    const Side side = side_of(s, difference, touches);
    s->n_used = mark;
    return is_above(side, choices);
}

/* Comparisons may hold at one point and not beside it: there both outcomes count. */
static bool compare(SeriesSpace *s, Op op, const Series *x, const Series *y, Choices *choices)
{
    const int mark = s->n_used;
    Series *difference = series_take(s);
    series_sub(s, difference, y, x);
    const bool is_same = series_is_zero(difference);
    const Side side = side_of(s, difference, false);
    s->n_used = mark;
    if (is_same) return op == OP_LE || op == OP_EQ;
    if (op == OP_EQ || op == OP_NE) return side == EITHER ? choose(choices) : op == OP_NE;
    return is_above(side, choices);
}

static void set_magnitude(SeriesSpace *s, Series *r, const Series *x, Choices *choices)
{
    if (is_above(side_of(s, x, true), choices))
        series_copy(r, x);
    else
        series_neg(r, x);
}

/* -- operators of several steps --------------------------------------------------------------- */

/* x*op(x). */
static bool times_itself(SeriesSpace *s, Series *r, Op op, const Series *x)
{
    const int mark = s->n_used;
    Series *value = series_take(s);
    const bool is_done = series_apply(s, op, value, x);
    if (is_done) series_mul(s, r, x, value);
    s->n_used = mark;
    return is_done;
}

/* x*sigmoid(sqrt(8/pi)*x*(1 + 0.044715*x^2)). */
static bool gelu_tanh(SeriesSpace *s, Series *r, const Series *x)
{
    const int mark = s->n_used;
    Series *a = series_take(s), *b = series_take(s), *c = series_take(s);
    series_mul(s, a, x, x);
    mpfi_set_ui(s->b, 44715);
    mpfi_div_ui(s->b, s->b, 1000000);
    series_set_constant(c, s->b);
    series_mul(s, b, a, c);
    series_set_si(c, 1);
    series_add(s, a, b, c);
    series_mul(s, b, a, x);
    mpfi_const_pi(s->b);
    mpfi_ui_div(s->b, 8, s->b);
    mpfi_sqrt(s->b, s->b);
    series_set_constant(c, s->b);
    series_mul(s, a, b, c);
    const bool is_done = series_apply(s, OP_SIGMOID, b, a);
    if (is_done) series_mul(s, r, x, b);
    s->n_used = mark;
    return is_done;
}

/* tanh(log(1 + e)) = w/(w + 2) with e = exp(x), w = e*(e + 2). */
static bool mish(SeriesSpace *s, Series *r, const Series *x)
{
    const int mark = s->n_used;
    Series *e = series_take(s), *two = series_take(s), *w = series_take(s), *d = series_take(s);
    series_set_si(two, 2);
    bool is_done = series_apply(s, OP_EXP, e, x);
    if (is_done) {
        series_add(s, d, e, two);
        series_mul(s, w, e, d);
        series_add(s, d, w, two);
        is_done = series_div(s, e, w, d);
    }
    if (is_done) series_mul(s, r, x, e);
    s->n_used = mark;
    return is_done;
}

static bool hypot_of(SeriesSpace *s, Series *r, const Series *x, const Series *y)
{
    const int mark = s->n_used;
    Series *a = series_take(s), *b = series_take(s), *sum = series_take(s);
    series_mul(s, a, x, x);
    series_mul(s, b, y, y);
    series_add(s, sum, a, b);
    const bool is_done = series_apply(s, OP_SQRT, r, sum);
    s->n_used = mark;
    return is_done;
}

/* exp(y*log(x)), or x^y for a constant y. */
static bool power(SeriesSpace *s, Series *r, const Series *x, const Series *y, const Node *exponent)
{
    if (exponent->op == OP_CONST) return series_power(s, r, x, exponent->value);
    const int mark = s->n_used;
    Series *log = series_take(s), *product = series_take(s);
    bool is_done = series_apply(s, OP_LOG, log, x);
    if (is_done) {
        series_mul(s, product, y, log);
        is_done = series_apply(s, OP_EXP, r, product);
    }
    s->n_used = mark;
    return is_done;
}

/* -- the program ------------------------------------------------------------------------------- */

bool series_has(Op op)
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
    case OP_COPYSIGN:
    case OP_FDIM:
    case OP_LT:
    case OP_LE:
    case OP_EQ:
    case OP_NE:
    case OP_AND:
    case OP_OR:
    case OP_NOT:
    case OP_SELECT:
    case OP_LIKELY:
    case OP_POW:
    case OP_HYPOT:
    case OP_JN:
    case OP_SILU:
    case OP_GELU:
    case OP_GELU_TANH:
    case OP_MISH: return true;
    default: return jet_has(op);
    }
}

static bool set_bool(SeriesProg *p, SeriesSpace *s, const Node *node, Choices *choices)
{
    const Ref a = node->arg[0], b = node->arg[1];
    switch (node->op) {
    case OP_CONST: return node->value.lo != 0;
    case OP_AND: return p->is_true[a] && p->is_true[b];
    case OP_OR: return p->is_true[a] || p->is_true[b];
    case OP_NOT: return !p->is_true[a];
    case OP_SELECT:
    case OP_LIKELY: return p->is_true[a] ? p->is_true[b] : p->is_true[node->arg[2]];
    default: return compare(s, node->op, &p->node[a], &p->node[b], choices);
    }
}

static bool set_node(SeriesProg *p, SeriesSpace *s, const Node *node, Series *r, Choices *choices)
{
    const Series *x = &p->node[node->arg[0]], *y = &p->node[node->arg[1]],
                 *z = &p->node[node->arg[2]];
    switch (node->op) {
    case OP_CONST:
    case OP_PI:
    case OP_E:
    case OP_LN2: return set_leaf(s, node, r);
    case OP_ADD: series_add(s, r, x, y); return true;
    case OP_SUB: series_sub(s, r, x, y); return true;
    case OP_MUL: series_mul(s, r, x, y); return true;
    case OP_DIV: return series_div(s, r, x, y);
    case OP_NEG: series_neg(r, x); return true;
    case OP_FMA: {
        const int mark = s->n_used;
        Series *product = series_take(s);
        series_mul(s, product, x, y);
        series_add(s, r, product, z);
        s->n_used = mark;
        return true;
    }
    case OP_ABS: set_magnitude(s, r, x, choices); return true;
    case OP_MIN: series_copy(r, is_less(s, x, y, true, choices) ? x : y); return true;
    case OP_MAX: series_copy(r, is_less(s, x, y, true, choices) ? y : x); return true;
    case OP_SELECT:
    case OP_LIKELY: series_copy(r, p->is_true[node->arg[0]] ? y : z); return true;
    case OP_COPYSIGN: {
        const int mark = s->n_used;
        Series *size = series_take(s);
        set_magnitude(s, size, x, choices);
        if (is_above(side_of(s, y, false), choices))
            series_copy(r, size);
        else
            series_neg(r, size);
        s->n_used = mark;
        return true;
    }
    case OP_FDIM:
        if (is_less(s, y, x, true, choices))
            series_sub(s, r, x, y);
        else
            series_set_zero(r);
        return true;
    case OP_POW: return power(s, r, x, y, &p->prog.node[node->arg[1]]);
    case OP_HYPOT: return hypot_of(s, r, x, y);
    case OP_SILU: return times_itself(s, r, OP_SIGMOID, x);
    case OP_GELU: return times_itself(s, r, OP_NORMCDF, x);
    case OP_GELU_TANH: return gelu_tanh(s, r, x);
    case OP_MISH: return mish(s, r, x);
    case OP_JN: {
        const Node *order = &p->prog.node[node->arg[0]];
        const double n = order->op == OP_CONST ? real_to_double(order->value) : NAN;
        return fabs(n) <= 1000000 && n == rint(n) && series_bessel(s, r, (long)n, y);
    }
    default: return series_apply(s, node->op, r, x);
    }
}

SeriesResult series_prog_run(SeriesProg *p, SeriesSpace *s, const Series *x, Choices *choices,
                             const Series **result, Op *culprit)
{
    assert(p->prog.n_inputs == 1);
    series_copy(&p->node[0], x);
    for (int i = 1; i < p->prog.n; i++) {
        const Node *node = &p->prog.node[i];
        *culprit = node->op;
        if (!series_has(node->op)) return SERIES_NEVER;
        if (node->type == TYPE_BOOL)
            p->is_true[i] = set_bool(p, s, node, choices);
        else if (!set_node(p, s, node, &p->node[i], choices))
            return SERIES_NOT_HERE;
    }
    *result = &p->node[p->prog.n - 1];
    return SERIES_OK;
}
