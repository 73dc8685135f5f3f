#include "runtime/oracle/span_prog.h"

#include "runtime/oracle/mpfr_thread.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct SpanProg {
    Prog prog;
    Spans scratch;
    int constant_bits;          /* the precision the constant nodes were computed at; 0 for none */
    bool is_constant[PROG_MAX]; /* depends on no input */
    int grid[PROG_MAX];         /* all values meant of the node are multiples of 2^grid */
    Span node[PROG_MAX];        /* the first prog.n are in use */
};

/* -- make and free -------------------------------------------------------------------- */

SpanProg *span_prog_new(const Prog *prog)
{
    mpfr_thread_prepare();
    SpanProg *p = xmalloc(sizeof *p);
    memcpy(&p->prog, prog, sizeof *prog);
    p->constant_bits = 0;
    spans_init(&p->scratch);
    for (int i = 0; i < prog->n; i++) {
        const Node *node = &prog->node[i];
        bool is_constant = node->op != OP_INPUT;
        for (int k = 0; k < op_info(node->op)->arity; k++)
            is_constant &= p->is_constant[node->arg[k]];
        p->is_constant[i] = is_constant;
        span_init(&p->node[i]);
    }
    return p;
}

void span_prog_free(SpanProg *p)
{
    if (!p) return;
    for (int i = 0; i < p->prog.n; i++) span_release(&p->node[i]);
    spans_release(&p->scratch);
    free(p);
}

const Prog *span_prog_prog(const SpanProg *p) { return &p->prog; }

Spans *span_prog_scratch(SpanProg *p) { return &p->scratch; }

/* -- inputs ----------------------------------------------------------------------------- */

void span_prog_set_bits(SpanProg *p, int bits)
{
    mpfr_thread_prepare();
    p->scratch.bits = bits;
    p->scratch.n_used = 0;
}

enum {
    DOUBLE_BITS = 53,
    NO_GRID = -(1 << 20), /* not known to be multiples of anything */
    ALL_GRIDS = 1 << 20,  /* zero */
};

static int clamp_grid(int grid)
{
    return grid < NO_GRID ? NO_GRID : grid > ALL_GRIDS ? ALL_GRIDS : grid;
}

static Span *input_span(SpanProg *p, int i, mpfr_prec_t bits)
{
    assert(i < p->prog.n_inputs);
    Span *span = &p->node[i];
    span_set_bits(span, bits);
    span->is_even = false;
    p->grid[i] = NO_GRID;
    return span;
}

void span_prog_set_double(SpanProg *p, int i, double x)
{
    span_set_double(input_span(p, i, DOUBLE_BITS), x);
}

void span_prog_set_sum(SpanProg *p, int i, double hi, double lo)
{
    if (lo == 0 || !isfinite(hi) || !isfinite(lo)) {
        span_prog_set_double(p, i, lo == 0 ? hi : hi + lo);
        return;
    }
    /* Enough bits from the top of the sum to the bottom of either. */
    const int top = hi == 0 || fabs(lo) > fabs(hi) ? ilogb(lo) : ilogb(hi);
    const int bottom = hi == 0 || fabs(lo) < fabs(hi) ? ilogb(lo) : ilogb(hi);
    Span *span = input_span(p, i, top - bottom + DOUBLE_BITS + 1);
    mpfr_set_d(span->lo, hi, MPFR_RNDN);
    const int ternary = mpfr_add_d(span->lo, span->lo, lo, MPFR_RNDN);
    span->is_smooth = true;
    span_from_ternary(span, ternary);
}

void span_prog_set_real(SpanProg *p, int i, Real x)
{
    span_set_real(&p->scratch, input_span(p, i, p->scratch.bits), x);
}

void span_prog_set_box(SpanProg *p, int i, double lo, double hi)
{
    Span *span = input_span(p, i, DOUBLE_BITS);
    mpfr_set_d(span->lo, lo == 0 ? -0.0 : lo, MPFR_RNDD); /* either end may mean both zeros */
    mpfr_set_d(span->hi, hi == 0 ? 0.0 : hi, MPFR_RNDU);
    span->is_smooth = true;
    span->may_be_nan = span->is_open = false;
    span_close(span);
}

void span_prog_set_multiples(SpanProg *p, int i, double lo, double hi, int grid)
{
    span_prog_set_box(p, i, lo, hi);
    p->grid[i] = clamp_grid(grid);
    p->node[i].is_even = grid >= 1;
}

/* -- evaluation ---------------------------------------------------------------------------- */

/* e has no function of its own in MPFR. */
static int euler(mpfr_ptr r)
{
    mpfr_t one;
    mpfr_init2(one, 2);
    mpfr_set_ui(one, 1, MPFR_RNDN);
    const int ternary = mpfr_exp(r, one, MPFR_RNDN);
    mpfr_clear(one);
    return ternary;
}

static void set_leaf(SpanProg *p, const Node *node, Span *r)
{
    r->is_smooth = true;
    switch (node->op) {
    case OP_PI: span_from_ternary(r, mpfr_const_pi(r->lo, MPFR_RNDN)); break;
    case OP_LN2: span_from_ternary(r, mpfr_const_log2(r->lo, MPFR_RNDN)); break;
    case OP_E: span_from_ternary(r, euler(r->lo)); break;
    case OP_CONST:
        if (node->type == TYPE_BOOL) {
            r->may_be_true = node->value.lo != 0;
            r->may_be_false = !r->may_be_true;
            r->may_be_nan = r->is_nan = r->is_open = false;
        } else {
            span_set_real(&p->scratch, r, node->value);
        }
        break;
    default: assert(!"a leaf");
    }
}

static int grid_of_constant(const Node *node)
{
    const Real c = node->value;
    if (node->type == TYPE_BOOL || c.class != REAL_FINITE || c.exp10 < 0) return NO_GRID;
    return c.lo == 0 ? ALL_GRIDS : clamp_grid(c.exp2) + clamp_grid(c.exp10);
}

/* Multiples of 2^a and 2^b have sums that are multiples of the lesser of them, and products of both. */
static int grid_of(const SpanProg *p, const Node *node)
{
    const int *const grid = p->grid;
    const int a = op_info(node->op)->arity > 0 ? grid[node->arg[0]] : NO_GRID;
    const int b = op_info(node->op)->arity > 1 ? grid[node->arg[1]] : NO_GRID;
    switch (node->op) {
    case OP_CONST: return clamp_grid(grid_of_constant(node));
    case OP_NEG:
    case OP_ABS: return a;
    case OP_ADD:
    case OP_SUB: return a < b ? a : b;
    case OP_MUL: return a == NO_GRID || b == NO_GRID ? NO_GRID : clamp_grid(a + b);
    default: return NO_GRID;
    }
}

const Span *span_prog_run(SpanProg *p)
{
    const int bits = (int)p->scratch.bits;
    const bool has_constants = p->constant_bits == bits;
    for (int i = p->prog.n_inputs; i < p->prog.n; i++) {
        if (p->is_constant[i] && has_constants) continue;
        const Node *node = &p->prog.node[i];
        Span *r = &p->node[i];
        p->grid[i] = grid_of(p, node);
        r->is_even = p->grid[i] >= 1;
        span_set_bits(r, bits);
        const int arity = op_info(node->op)->arity;
        if (arity == 0) {
            set_leaf(p, node, r);
            continue;
        }
        const Span *args[OP_ARITY_MAX] = {0};
        for (int k = 0; k < arity; k++) args[k] = &p->node[node->arg[k]];
        span_apply(&p->scratch, node->op, r, args);
    }
    p->constant_bits = bits;
    return &p->node[p->prog.n - 1];
}
