/* The error of a given value, as an enclosure narrowed until it is known to 1e-6. */
#include "runtime/oracle/oracle_internal.h"
#include "runtime/oracle/rounding.h"

#include <assert.h>
#include <math.h>

typedef struct {
    Type type;
    double hi, lo; /* the value judged: hi + lo */
    ErrorAt error;
} Judged;

static bool set_all(Judged *j, double value)
{
    j->error = (ErrorAt){value, value, value};
    if (j->type == TYPE_REAL) j->error.ulp = 0;
    return true;
}

/* The reference is NaN or an exact infinity, or the value judged is no number. */
static bool judge_special(Judged *j, Oracle *oracle, const Span *f)
{
    if (f->is_nan || isnan(j->hi)) return set_all(j, f->is_nan && isnan(j->hi) ? 0 : INFINITY);
    if (isinf(j->hi)) {
        if (j->type == TYPE_REAL)
            return set_all(j, f->is_point && mpfr_cmp_d(f->lo, j->hi) == 0 ? 0 : INFINITY);
        const uint64_t want = bits_from_value(j->type, j->hi);
        const bool lo_is = bits_from_mpfr(j->type, f->lo, oracle->a) == want;
        const bool hi_is = bits_from_mpfr(j->type, f->hi, oracle->a) == want;
        if (lo_is != hi_is) return false;
        return set_all(j, lo_is ? 0 : INFINITY);
    }
    assert(f->is_point && mpfr_inf_p(f->lo));
    return set_all(j, INFINITY);
}

enum {
    TIGHT_BITS = 20,         /* 2^-20 < 1e-6 */
    NOTHING_ULP_BITS = 100,  /* an error below 2^-100 ulp, and 2^-100 at all, counts as known */
    NOTHING_REAL_BITS = 200, /* the same for real, relative: 1e-60 */
};
static const mpfr_exp_t FAR_EXPONENT = (mpfr_exp_t)1
                                       << 38; /* only over- and underflow lead there */

/* Is [lo, hi] (not negative) narrow enough? Leaves `scratch` changed. */
static bool is_narrow(mpfr_srcptr lo, mpfr_srcptr hi, mpfr_ptr scratch)
{
    if (mpfr_equal_p(lo, hi)) return true;
    mpfr_set_prec(scratch, 64);
    mpfr_sub(scratch, hi, lo, MPFR_RNDU);
    return !mpfr_zero_p(lo) && mpfr_get_exp(scratch) <= mpfr_get_exp(lo) - 1 - TIGHT_BITS;
}

/* May f be taken for 0 in all but the relative error? So it is when it is below MPFR's range,
   where no cancellation gets, or far below the least value of the type. */
static bool is_negligible(const Judged *j, const Span *f)
{
    const mpfr_srcptr far = mpfr_cmpabs(f->lo, f->hi) < 0 ? f->hi : f->lo;
    if (!mpfr_regular_p(far)) return false;
    const bool has_sign = mpfr_signbit(f->lo) == mpfr_signbit(f->hi);
    if (has_sign && mpfr_get_exp(far) < -FAR_EXPONENT) return true;
    if (j->type == TYPE_REAL) return false;
    const TypeInfo *t = type_info(j->type);
    return mpfr_get_exp(far) < t->emin - t->precision + 1 - NOTHING_ULP_BITS;
}

/* The error against such a value, which is not known to be 0. */
static bool judge_negligible(Judged *j)
{
    const double got = fabs(j->hi);
    j->error.abs = got;
    j->error.rel = got == 0 ? 1 : INFINITY;
    j->error.ulp = j->type == TYPE_REAL ? 0 : got / ulp_of(j->type, 0);
    return true;
}

static bool is_judged(void *context, Oracle *oracle, const Span *f)
{
    Judged *j = context;
    const bool is_infinite = f->is_point && mpfr_inf_p(f->lo);
    if (f->is_nan || is_infinite || !isfinite(j->hi)) return judge_special(j, oracle, f);

    if (span_may_be_infinite(f)) {
        /* So far beyond the doubles that it left MPFR's range, or not yet bounded. */
        const mpfr_srcptr near = mpfr_inf_p(f->lo) ? f->hi : f->lo;
        if (!mpfr_regular_p(near) || mpfr_get_exp(near) < FAR_EXPONENT) return false;
        set_all(j, INFINITY);
        j->error.rel = 1;
        return true;
    }

    /* a <= |got - f| <= b. */
    mpfr_ptr a = oracle->a, b = oracle->b, scratch = oracle->c;
    enum { SUM_BITS = 128 }; /* plenty for ends that are wanted to 1e-6 */
    if (j->lo != 0) {
        /* got - f = (hi - f) + lo with hi - f exact up to the working precision of f. */
        const mpfr_prec_t bits = mpfr_get_prec(f->lo) + 64;
        mpfr_set_prec(a, bits);
        mpfr_set_prec(b, bits);
    } else {
        mpfr_set_prec(a, SUM_BITS);
        mpfr_set_prec(b, SUM_BITS);
    }
    mpfr_d_sub(a, j->hi, f->hi, MPFR_RNDD);
    mpfr_d_sub(b, j->hi, f->lo, MPFR_RNDU);
    if (j->lo != 0) {
        mpfr_add_d(a, a, j->lo, MPFR_RNDD);
        mpfr_add_d(b, b, j->lo, MPFR_RNDU);
    }
    if (mpfr_sgn(b) <= 0) {
        mpfr_neg(a, a, MPFR_RNDN);
        mpfr_neg(b, b, MPFR_RNDN);
        mpfr_swap(a, b);
    } else if (mpfr_sgn(a) < 0) {
        if (mpfr_cmpabs(a, b) > 0) mpfr_neg(b, a, MPFR_RNDN);
        mpfr_set_zero(a, 1);
    }
    if (mpfr_zero_p(b)) return set_all(j, 0); /* exactly right */

    /* Where f may be zero only its exact zero has a relative error. */
    const bool is_zero = f->is_point && mpfr_zero_p(f->lo);
    if (span_reaches_zero(f) && !is_zero) return is_negligible(j, f) && judge_negligible(j);
    const mpfr_srcptr least = mpfr_cmpabs(f->lo, f->hi) < 0 ? f->lo : f->hi;

    long exponent = 0;
    bool is_nothing;
    if (j->type == TYPE_REAL) {
        is_nothing = !is_zero && mpfr_get_exp(b) < mpfr_get_exp(least) - NOTHING_REAL_BITS;
    } else {
        exponent = ulp_exponent(j->type, f->lo);
        const long other = ulp_exponent(j->type, f->hi);
        const long least_ulp = exponent < other ? exponent : other;
        is_nothing = mpfr_get_exp(b) < (least_ulp < 0 ? least_ulp : 0) - NOTHING_ULP_BITS;
        if (exponent != other && !is_nothing) {
            /* |f| is next to a power of two. If no precision shows on which side, as for tanh
               of 30000 against 1, the smaller ulp is taken: the error is not understated. */
            if (mpfr_get_prec(f->lo) < ORACLE_BITS_MAX) return false;
            exponent = exponent < other ? exponent : other;
        }
    }
    if (!is_nothing && !is_narrow(a, b, scratch)) return false;
    if (!is_zero && !is_nothing && !f->is_point) {
        /* f itself is known better than that whenever |got - f| is, but for got far from f. */
        mpfr_set_prec(scratch, 64);
        mpfr_sub(scratch, f->hi, f->lo, MPFR_RNDU);
        if (mpfr_get_exp(scratch) > mpfr_get_exp(least) - 1 - TIGHT_BITS) return false;
    }
    j->error.abs = mpfr_get_d(b, MPFR_RNDN);
    mpfr_set_prec(scratch, 64);
    if (is_zero) {
        j->error.rel = INFINITY;
    } else {
        mpfr_div(scratch, b, least, MPFR_RNDN);
        j->error.rel = fabs(mpfr_get_d(scratch, MPFR_RNDN));
    }
    mpfr_mul_2si(scratch, b, -exponent, MPFR_RNDN);
    j->error.ulp = j->type == TYPE_REAL ? 0 : mpfr_get_d(scratch, MPFR_RNDN);
    return true;
}

Status oracle_error(Oracle *oracle, const double *x, Type type, double got_hi, double got_lo,
                    ErrorAt *error, Err *err)
{
    Judged j = {.type = type, .hi = got_hi, .lo = type == TYPE_REAL ? got_lo : 0};
    const int bits = type == TYPE_REAL ? 192 : type == TYPE_F64 ? 128 : 64;
    const Status status = oracle_decide(oracle, (Input){.x = x}, bits, is_judged, &j,
                                        "the error against the value", err);
    if (status == OK) *error = j.error;
    return status;
}
