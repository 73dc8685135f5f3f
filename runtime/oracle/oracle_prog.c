#include "runtime/oracle/oracle_prog.h"

#include "runtime/oracle/oracle_internal.h"

#include <math.h>
#include <stdlib.h>

/* The answer prepared, again only if it is not the one of the last call. */
static SpanProg *prepared_answer(Oracle *oracle, const Prog *prog)
{
    if (!oracle->answer || !prog_is_equal(span_prog_prog(oracle->answer), prog)) {
        span_prog_free(oracle->answer);
        oracle->answer = span_prog_new(prog);
    }
    return oracle->answer;
}

typedef struct {
    const Prog *prog;
    const double *x;
    double rel, abs;
} Comparison;

/* Is value (an enclosure) known to 2^-31 < 1e-9 of itself, or to within 2^exponent? */
static bool is_known(const Span *value, mpfr_exp_t exponent, mpfr_ptr scratch)
{
    enum { TIGHT_BITS = 31 };
    if (value->is_nan || value->may_be_nan || span_may_be_infinite(value)) return false;
    mpfr_sub(scratch, value->hi, value->lo, MPFR_RNDU);
    if (mpfr_zero_p(scratch)) return true;
    const mpfr_exp_t width = mpfr_get_exp(scratch);
    if (width <= exponent) return true;
    if (span_reaches_zero(value)) return false;
    const mpfr_srcptr least = mpfr_cmpabs(value->lo, value->hi) < 0 ? value->lo : value->hi;
    return width <= mpfr_get_exp(least) - 1 - TIGHT_BITS;
}

static bool is_compared(void *context, Oracle *oracle, const Span *f)
{
    enum { REL_EXPONENT = -200 }; /* 2^-200 < 1e-60 */
    Comparison *c = context;
    Spans *s = span_prog_scratch(oracle->reference);
    SpanProg *answer = prepared_answer(oracle, c->prog);
    span_prog_set_bits(answer, (int)s->bits);
    for (int i = 0; i < c->prog->n_inputs; i++) span_prog_set_double(answer, i, c->x[i]);
    const Span *got = span_prog_run(answer);

    const bool is_infinite = mpfr_inf_p(got->lo) && mpfr_equal_p(got->lo, got->hi);
    const bool f_is_infinite = mpfr_inf_p(f->lo) && mpfr_equal_p(f->lo, f->hi);
    c->rel = c->abs = INFINITY;
    if (got->is_nan || is_infinite || f->is_nan || f_is_infinite) return true;
    if (got->may_be_nan || span_may_be_infinite(got)) return false;

    const int mark = s->n_used;
    Span *difference = spans_take(s), *ratio = spans_take(s), *scratch = spans_take(s);
    span_2(s, OP_SUB, difference, got, f);
    bool known;
    if (f->is_point && mpfr_zero_p(f->lo)) {
        known = is_known(difference, REL_EXPONENT + -1000, scratch->lo);
        const bool is_zero = got->is_point && mpfr_zero_p(got->lo);
        known &= is_zero || !span_reaches_zero(difference);
        c->rel = is_zero ? 0 : INFINITY;
    } else if (span_reaches_zero(f)) {
        known = false;
    } else {
        span_2(s, OP_DIV, ratio, difference, f);
        known = is_known(difference, mpfr_get_exp(f->lo) - 1 + REL_EXPONENT, scratch->lo) &&
                is_known(ratio, REL_EXPONENT, scratch->lo);
        mpfr_add(scratch->lo, ratio->lo, ratio->hi, MPFR_RNDN);
        c->rel = mpfr_get_d(scratch->lo, MPFR_RNDN) / 2;
    }
    mpfr_add(scratch->lo, difference->lo, difference->hi, MPFR_RNDN);
    c->abs = mpfr_get_d(scratch->lo, MPFR_RNDN) / 2;
    s->n_used = mark;
    return known;
}

Status oracle_prog_error(Oracle *oracle, const Prog *prog, const double *x, double *rel,
                         double *abs, Err *err)
{
    Comparison c = {.prog = prog, .x = x};
    enum { FIRST_BITS = 192 }; /* 107 for the constants, 53 more for errors that far down */
    const Status status = oracle_decide(oracle, (Input){.x = x}, FIRST_BITS, is_compared, &c,
                                        "the error against the value", err);
    if (status != OK) return status;
    *rel = c.rel;
    *abs = c.abs;
    return OK;
}

/* Is the value of the nodes up to `ref` exactly 0 at x? */
static bool is_exactly_zero(const Prog *prog, Ref ref, double x)
{
    enum { BITS = 256 };
    Prog *below = xmalloc(sizeof *below);
    *below = *prog;
    below->n = (uint16_t)(ref + 1);
    SpanProg *p = span_prog_new(below);
    span_prog_set_bits(p, BITS);
    span_prog_set_double(p, 0, x);
    const Span *value = span_prog_run(p);
    const bool is_zero = value->is_point && mpfr_zero_p(value->lo);
    span_prog_free(p);
    free(below);
    return is_zero;
}

bool oracle_prog_divides_by_zero(const Prog *prog, double x)
{
    for (Ref k = 0; k < prog->n; k++) {
        const Node *node = &prog->node[k];
        if (node->op == OP_DIV && is_exactly_zero(prog, node->arg[1], x)) return true;
    }
    return false;
}
