#include "runtime/oracle/span.h"

#include <assert.h>
#include <math.h>

/* -- scratch ------------------------------------------------------------------- */

void spans_init(Spans *s)
{
    s->bits = 64;
    s->n_used = 0;
    for (int i = 0; i < SPANS_MAX; i++) span_init(&s->scratch[i]);
}

void spans_release(Spans *s)
{
    for (int i = 0; i < SPANS_MAX; i++) span_release(&s->scratch[i]);
}

Span *spans_take(Spans *s)
{
    assert(s->n_used < SPANS_MAX);
    Span *span = &s->scratch[s->n_used++];
    span_set_bits(span, s->bits);
    return span;
}

/* -- make and read ------------------------------------------------------------- */

void span_init(Span *span)
{
    *span = (Span){.is_smooth = true};
    mpfr_init2(span->lo, 64);
    mpfr_init2(span->hi, 64);
    mpfr_init2(span->log_lo, 64);
    mpfr_init2(span->log_hi, 64);
}

void span_release(Span *span)
{
    mpfr_clear(span->lo);
    mpfr_clear(span->hi);
    mpfr_clear(span->log_lo);
    mpfr_clear(span->log_hi);
}

void span_set_bits(Span *span, mpfr_prec_t bits)
{
    if (mpfr_get_prec(span->lo) != bits) mpfr_set_prec(span->lo, bits);
    if (mpfr_get_prec(span->hi) != bits) mpfr_set_prec(span->hi, bits);
}

void span_set_nan(Span *r)
{
    mpfr_set_nan(r->lo);
    mpfr_set_nan(r->hi);
    r->is_point = r->is_nan = r->may_be_nan = true;
    r->is_smooth = r->is_open = r->has_log = false;
}

void span_set_point(Span *r, mpfr_srcptr x)
{
    r->is_smooth = true;
    span_from_ternary(r, mpfr_set(r->lo, x, MPFR_RNDN));
}

void span_set_double(Span *r, double x)
{
    r->is_smooth = true;
    span_from_ternary(r, mpfr_set_d(r->lo, x, MPFR_RNDN));
}

void span_set_whole(Span *r)
{
    mpfr_set_inf(r->lo, -1);
    mpfr_set_inf(r->hi, 1);
    r->is_point = r->is_nan = r->is_smooth = r->is_open = r->has_log = false;
    r->may_be_nan = true;
}

void span_copy(Span *r, const Span *x)
{
    mpfr_set(r->lo, x->lo, MPFR_RNDD);
    mpfr_set(r->hi, x->hi, MPFR_RNDU);
    r->is_smooth = x->is_smooth;
    r->is_open = x->is_open;
    r->may_be_nan = x->may_be_nan;
    r->may_be_true = x->may_be_true;
    r->may_be_false = x->may_be_false;
    span_close(r);
    if (!x->has_log) return;
    r->has_log = true;
    r->is_smooth = x->is_smooth;
    mpfr_set_prec(r->log_lo, mpfr_get_prec(x->log_lo));
    mpfr_set_prec(r->log_hi, mpfr_get_prec(x->log_hi));
    mpfr_set(r->log_lo, x->log_lo, MPFR_RNDD);
    mpfr_set(r->log_hi, x->log_hi, MPFR_RNDU);
}

void span_from_ternary(Span *r, int ternary)
{
    r->is_nan = r->may_be_nan = mpfr_nan_p(r->lo);
    r->is_point = ternary == 0;
    r->is_open = ternary != 0;
    r->has_log = false;
    if (!mpfr_number_p(r->lo) && r->is_point) r->is_smooth = false;
    mpfr_set(r->hi, r->lo, MPFR_RNDN);
    if (ternary > 0) mpfr_nextbelow(r->lo);
    if (ternary < 0) mpfr_nextabove(r->hi);
}

void span_close(Span *r)
{
    r->has_log = false;
    r->is_nan = mpfr_nan_p(r->lo) || mpfr_nan_p(r->hi);
    if (r->is_nan) {
        span_set_nan(r);
        return;
    }
    r->is_point =
        !r->may_be_nan && mpfr_equal_p(r->lo, r->hi) && mpfr_signbit(r->lo) == mpfr_signbit(r->hi);
    if (mpfr_inf_p(r->lo) || mpfr_inf_p(r->hi)) r->is_smooth = false;
    if (r->is_point) r->is_open = false;
    if (!r->is_open) return;
    if (mpfr_zero_p(r->lo)) mpfr_set_zero(r->lo, 1);
    if (mpfr_zero_p(r->hi)) mpfr_set_zero(r->hi, -1);
}

void span_set_real(Spans *s, Span *r, Real value)
{
    if (value.class != REAL_FINITE) {
        span_set_double(r, value.class == REAL_NAN ? NAN : value.negative ? -INFINITY : INFINITY);
        return;
    }
    /* The 128 bits of the integer are exact whatever the working precision, so that
       binary constants stay points. */
    enum { MANTISSA_BITS = 128 };
    const int mark = s->n_used;
    const mpfr_prec_t bits = s->bits > MANTISSA_BITS ? s->bits : MANTISSA_BITS;
    Span *mantissa = spans_take(s), *power = spans_take(s);
    span_set_bits(mantissa, bits);
    span_set_bits(power, bits + MANTISSA_BITS);
    span_set_bits(r, bits);
    mpfr_set_uj(mantissa->lo, value.hi, MPFR_RNDN);
    mpfr_mul_2ui(mantissa->lo, mantissa->lo, 64, MPFR_RNDN);
    mpfr_set_uj(power->lo, value.lo, MPFR_RNDN);
    mpfr_add(mantissa->lo, mantissa->lo, power->lo, MPFR_RNDN);
    mpfr_setsign(mantissa->lo, mantissa->lo, value.negative, MPFR_RNDN);
    mpfr_mul_2si(mantissa->lo, mantissa->lo, value.exp2, MPFR_RNDN);
    mantissa->is_smooth = power->is_smooth = true;
    span_from_ternary(mantissa, 0);
    if (value.exp10 == 0) {
        span_copy(r, mantissa);
    } else {
        const long exp10 = value.exp10;
        mpfr_set_si(r->lo, exp10 < 0 ? -exp10 : exp10, MPFR_RNDN);
        span_from_ternary(power, mpfr_exp10(power->lo, r->lo, MPFR_RNDN));
        span_2(s, exp10 < 0 ? OP_DIV : OP_MUL, r, mantissa, power);
    }
    s->n_used = mark;
}

bool span_may_be_zero(const Span *x)
{
    if (x->is_open) return mpfr_sgn(x->lo) < 0 && mpfr_sgn(x->hi) > 0;
    return mpfr_sgn(x->lo) <= 0 && mpfr_sgn(x->hi) >= 0;
}

bool span_reaches_zero(const Span *x) { return mpfr_sgn(x->lo) <= 0 && mpfr_sgn(x->hi) >= 0; }

bool span_may_be_infinite(const Span *x) { return mpfr_inf_p(x->lo) || mpfr_inf_p(x->hi); }

/* -- helpers for enclosures ------------------------------------------------------ */

void span_hull(Span *r, const Span *x, const Span *y)
{
    mpfr_min(r->lo, x->lo, y->lo, MPFR_RNDD);
    mpfr_max(r->hi, x->hi, y->hi, MPFR_RNDU);
}

void span_meet(Span *r, const Span *x)
{
    mpfr_max(r->lo, r->lo, x->lo, MPFR_RNDD);
    mpfr_min(r->hi, r->hi, x->hi, MPFR_RNDU);
}

void span_clip(Span *r, double lo, double hi)
{
    if (mpfr_cmp_d(r->lo, lo) < 0) mpfr_set_d(r->lo, lo, MPFR_RNDD);
    if (mpfr_cmp_d(r->hi, hi) > 0) mpfr_set_d(r->hi, hi, MPFR_RNDU);
}

/* The exact point x as a Span, in the precision x has. */
static Span *take_point(Spans *s, mpfr_srcptr x)
{
    Span *point = spans_take(s);
    span_set_bits(point, mpfr_get_prec(x));
    span_set_point(point, x);
    return point;
}

void span_by_ends(Spans *s, Op op, Span *r, const Span *x, PointEnclosure *f, bool is_increasing)
{
    assert(r != x);
    const int mark = s->n_used;
    Span *value = spans_take(s);
    f(s, op, value, take_point(s, x->lo));
    mpfr_set(r->lo, value->lo, MPFR_RNDD);
    mpfr_set(r->hi, value->hi, MPFR_RNDU);
    f(s, op, value, take_point(s, x->hi));
    if (is_increasing)
        mpfr_set(r->hi, value->hi, MPFR_RNDU);
    else
        mpfr_set(r->lo, value->lo, MPFR_RNDD);
    s->n_used = mark;
}

void span_by_slope(Spans *s, Op op, Span *r, const Span *x, PointEnclosure *f, double slope)
{
    const int mark = s->n_used;
    Span *value = spans_take(s), *width = spans_take(s);
    /* The middle is rounded; it lies in x, and the reach is measured from where it is. */
    mpfr_add(width->lo, x->lo, x->hi, MPFR_RNDN);
    mpfr_div_2ui(width->lo, width->lo, 1, MPFR_RNDN);
    if (!mpfr_number_p(width->lo)) {
        span_set_whole(r);
        s->n_used = mark;
        return;
    }
    f(s, op, value, take_point(s, width->lo));
    mpfr_sub(width->hi, x->hi, width->lo, MPFR_RNDU);
    mpfr_sub(width->lo, width->lo, x->lo, MPFR_RNDU);
    mpfr_max(width->hi, width->hi, width->lo, MPFR_RNDU);
    mpfr_mul_d(width->hi, width->hi, slope, MPFR_RNDU);
    mpfr_sub(r->lo, value->lo, width->hi, MPFR_RNDD);
    mpfr_add(r->hi, value->hi, width->hi, MPFR_RNDU);
    s->n_used = mark;
}

void span_by_valley(Spans *s, Op op, Span *r, const Span *x, PointEnclosure *f,
                    const Valley *valley)
{
    if (mpfr_cmp_d(x->hi, valley->left) <= 0) {
        span_by_ends(s, op, r, x, f, false);
        return;
    }
    if (mpfr_cmp_d(x->lo, valley->right) >= 0) {
        span_by_ends(s, op, r, x, f, true);
        return;
    }
    const int mark = s->n_used;
    Span *other = spans_take(s);
    span_by_ends(s, op, r, x, f, true);
    span_by_ends(s, op, other, x, f, false);
    mpfr_max(r->hi, r->hi, other->hi, MPFR_RNDU);
    mpfr_set_d(r->lo, valley->least, MPFR_RNDD);
    if (mpfr_cmp_d(x->lo, valley->left - 0.25) >= 0 &&
        mpfr_cmp_d(x->hi, valley->right + 0.25) <= 0) {
        span_by_slope(s, op, other, x, f, valley->slope);
        span_meet(r, other);
    }
    s->n_used = mark;
}

/* -- application ------------------------------------------------------------------ */

/* The MPFR functions of ops.def, for exact points. */
typedef void (*Any)(void);
typedef int (*Mpfr1)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);
typedef int (*Mpfr3)(mpfr_ptr, mpfr_srcptr, mpfr_srcptr, mpfr_srcptr, mpfr_rnd_t);
#define NONE NULL
#define OP(name, arity, text, signature, kind, mpfr, llvm, c) [OP_##name] = (Any)(mpfr),
static const Any MPFR_OF[OP_COUNT] = {
#include "runtime/prog/ops.def"
};
#undef OP
#undef NONE

/* The largest exponent of an exact argument that functions with period may have: their
   cost grows with it, and doubles stay below. */
enum { PERIODIC_EXPONENT_MAX = 1 << 16 };

/* Whether MPFR's own function is right for these points: not where C differs, or where
   it would take for ever. */
static bool is_for_mpfr(Op op, const Span *const *args)
{
    const mpfr_srcptr x = args[0]->lo;
    const mpfr_exp_t exponent = mpfr_regular_p(x) ? mpfr_get_exp(x) : 0;
    switch (op) {
    case OP_RSQRT: return !mpfr_zero_p(x); /* of -0 it is -inf */
    case OP_SIN:
    case OP_COS:
    case OP_TAN:
    case OP_J0:
    case OP_J1:
    case OP_Y0:
    case OP_Y1: return exponent < PERIODIC_EXPONENT_MAX;
    case OP_AI: return exponent < 9 || !mpfr_number_p(x); /* MPFR's series is for small arguments */
    case OP_FMOD:
    case OP_REMAINDER: return mpfr_cmpabs(x, args[1]->lo) >= 0 || !mpfr_number_p(args[1]->lo);
    default: return MPFR_OF[op] != NULL;
    }
}

static void apply_mpfr(Op op, int arity, Span *r, const Span *const *args)
{
    const Any f = MPFR_OF[op];
    int ternary;
    if (arity == 1)
        ternary = ((Mpfr1)f)(r->lo, args[0]->lo, MPFR_RNDN);
    else if (arity == 2)
        ternary = ((Mpfr2 *)f)(r->lo, args[0]->lo, args[1]->lo, MPFR_RNDN);
    else
        ternary = ((Mpfr3)f)(r->lo, args[0]->lo, args[1]->lo, args[2]->lo, MPFR_RNDN);
    span_from_ternary(r, ternary);
}

static bool is_factor(const Span *x) /* neither 0 nor infinite */
{
    return !span_may_be_zero(x) && (x->is_open || !span_may_be_infinite(x));
}

/* Is op strictly monotone in an argument that is open, so that its value cannot be an end of
   r either? False is always safe. */
static bool is_open(Op op, const Span *r, const Span *const *args)
{
    const Span *x = args[0], *y = args[1];
    if (r->may_be_nan) return false; /* part of x was cut off */
    switch (op) {
    case OP_ADD:
    case OP_SUB: return x->is_open || y->is_open;
    case OP_MUL:
    case OP_DIV: return (x->is_open && is_factor(y)) || (y->is_open && is_factor(x));
    case OP_FMA: return args[2]->is_open;
    case OP_ABS:
    case OP_COSH: return x->is_open && !span_may_be_zero(x);
    case OP_NEG:
    case OP_SQRT:
    case OP_RSQRT:
    case OP_CBRT:
    case OP_EXP:
    case OP_EXP2:
    case OP_EXP10:
    case OP_EXPM1:
    case OP_LOG:
    case OP_LOG2:
    case OP_LOG10:
    case OP_LOG1P:
    case OP_ASIN:
    case OP_ACOS:
    case OP_ATAN:
    case OP_SINH:
    case OP_TANH:
    case OP_ASINH:
    case OP_ACOSH:
    case OP_ATANH:
    case OP_ERF:
    case OP_ERFC:
    case OP_SIGMOID:
    case OP_SOFTPLUS:
    case OP_LOGIT:
    case OP_NORMCDF: return x->is_open;
    default: return false;
    }
}

void span_apply(Spans *s, Op op, Span *r, const Span *const *args)
{
    const OpInfo *info = op_info(op);
    if (info->signature != SIG_FLOAT || op == OP_MIN || op == OP_MAX || op == OP_COPYSIGN) {
        span_choice(s, op, r, args);
        return;
    }
    bool is_point = true, is_nan = false, has_far = false;
    r->may_be_nan = r->is_nan = r->is_open = r->has_log = false;
    r->is_smooth = true;
    for (int i = 0; i < info->arity; i++) {
        is_point &= args[i]->is_point;
        is_nan |= args[i]->is_nan;
        has_far |= args[i]->has_log;
        r->may_be_nan |= args[i]->may_be_nan;
        r->is_smooth &= args[i]->is_smooth;
    }
    if (is_point && is_for_mpfr(op, args)) {
        apply_mpfr(op, info->arity, r, args);
        if (!r->is_point) span_note_far(s, op, r, args[0]);
        return;
    }
    if (has_far && span_far(s, op, r, args)) return;
    if (args[0]->is_even && span_on_even(op, r, args[0])) return;
    if (is_nan && op != OP_POW && op != OP_HYPOT) {
        span_set_nan(r);
        return;
    }
    switch (op) {
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
    case OP_DIV:
    case OP_FMA:
    case OP_NEG:
    case OP_ABS: span_arithmetic(s, op, r, args); break;
    case OP_SIN:
    case OP_COS:
    case OP_TAN:
    case OP_SINPI:
    case OP_COSPI:
    case OP_TANPI:
    case OP_SINC: span_periodic(s, op, r, args[0]); break;
    case OP_GAMMA:
    case OP_LGAMMA:
    case OP_J0:
    case OP_J1:
    case OP_Y0:
    case OP_Y1:
    case OP_AI:
    case OP_ZETA:
    case OP_LI2: span_special(s, op, r, args[0]); break;
    case OP_JN: span_bessel(s, r, args[0], args[1]); break;
    case OP_SIGMOID:
    case OP_SOFTPLUS:
    case OP_SILU:
    case OP_GELU:
    case OP_GELU_TANH:
    case OP_MISH:
    case OP_LOGIT:
    case OP_NORMCDF: span_compound(s, op, r, args[0]); break;
    case OP_POW:
    case OP_HYPOT:
    case OP_FMOD:
    case OP_REMAINDER:
    case OP_FDIM:
    case OP_ATAN2: span_binary(s, op, r, args[0], args[1]); break;
    default: span_function(s, op, r, args[0]);
    }
    /* Of exact points the pieces know whether their ends are open. */
    if (!is_point) r->is_open = is_open(op, r, args);
    span_close(r);
    span_note_far(s, op, r, args[0]);
}

void span_1(Spans *s, Op op, Span *r, const Span *x)
{
    span_apply(s, op, r, (const Span *const[OP_ARITY_MAX]){x});
}

void span_2(Spans *s, Op op, Span *r, const Span *x, const Span *y)
{
    span_apply(s, op, r, (const Span *const[OP_ARITY_MAX]){x, y});
}
