#include "runtime/oracle/oracle.h"

#include "runtime/oracle/oracle_internal.h"
#include "runtime/oracle/rounding.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

Oracle *oracle_new(const Prog *reference, const ExactPoint *exact, int n_exact)
{
    assert(prog_type(reference) == TYPE_REAL && "a reference is real");
    assert(n_exact == 0 || reference->n_inputs == 1);
    Oracle *oracle = xcalloc(1, sizeof *oracle);
    Prog *pruned = xmalloc(sizeof *pruned);
    memcpy(pruned, reference, sizeof *pruned);
    prog_prune(pruned);
    oracle->reference = span_prog_new(pruned);
    free(pruned);
    oracle->exact = xmalloc(sizeof *exact * (size_t)(n_exact + 1));
    if (n_exact > 0) memcpy(oracle->exact, exact, sizeof *exact * (size_t)n_exact);
    oracle->n_exact = n_exact;
    mpfr_inits2(64, oracle->a, oracle->b, oracle->c, (mpfr_ptr)NULL);
    return oracle;
}

void oracle_free(Oracle *oracle)
{
    if (!oracle) return;
    span_prog_free(oracle->reference);
    span_prog_free(oracle->answer);
    free(oracle->exact);
    mpfr_clears(oracle->a, oracle->b, oracle->c, (mpfr_ptr)NULL);
    free(oracle);
}

/* -- Ziv's loop ------------------------------------------------------------------------- */

static void set_inputs(Oracle *oracle, Input at)
{
    const int n = span_prog_prog(oracle->reference)->n_inputs;
    for (int i = 0; i < n; i++)
        if (at.real)
            span_prog_set_real(oracle->reference, i, at.real[i]);
        else if (at.x_lo)
            span_prog_set_sum(oracle->reference, i, at.x[i], at.x_lo[i]);
        else
            span_prog_set_double(oracle->reference, i, at.x[i]);
}

Status oracle_undecided(const Oracle *oracle, Input at, const char *what, Err *err)
{
    const Prog *prog = span_prog_prog(oracle->reference);
    Text where = {0};
    for (int i = 0; i < prog->n_inputs; i++) {
        text_add(&where, "%s%s = ", i ? ", " : " at ", prog->input_name[i]);
        if (at.real) {
            real_print(&where, at.real[i]);
            continue;
        }
        text_add_hex(&where, at.x[i]);
        if (at.x_lo && at.x_lo[i] != 0) {
            text_add(&where, " + ");
            text_add_hex(&where, at.x_lo[i]);
        }
        text_add(&where, " (%.9g)", at.x[i]);
    }
    fail(err, ERR_UNDECIDED, "cannot decide %s of the reference%s within %d bits", what,
         text_get(&where), ORACLE_BITS_MAX);
    text_release(&where);
    return ERR_UNDECIDED;
}

/* The limit that was given for this input. */
static const ExactPoint *find_exact(const Oracle *oracle, Input at)
{
    for (int i = 0; i < oracle->n_exact; i++) {
        const ExactPoint *point = &oracle->exact[i];
        const bool is_here = at.real ? real_is_equal(at.real[0], real_from_double(point->x))
                                     : at.x[0] == point->x && (!at.x_lo || at.x_lo[0] == 0);
        if (is_here) return point;
    }
    return NULL;
}

static bool decide_exact(const ExactPoint *point, IsDecided *is_decided, void *context,
                         Oracle *oracle)
{
    Span value;
    span_init(&value);
    span_set_double(&value, point->y);
    const bool decided = is_decided(context, oracle, &value);
    span_release(&value);
    return decided;
}

Status oracle_decide(Oracle *oracle, Input at, int bits, IsDecided *is_decided, void *context,
                     const char *what, Err *err)
{
    const ExactPoint *exact = oracle->n_exact > 0 ? find_exact(oracle, at) : NULL;
    for (bool is_first = true;; is_first = false) {
        span_prog_set_bits(oracle->reference, bits);
        if (is_first || at.real) set_inputs(oracle, at);
        const Span *value = span_prog_run(oracle->reference);
        if (value->is_nan && exact) break;
        if ((value->is_nan || !value->may_be_nan) && is_decided(context, oracle, value)) return OK;
        if (bits == ORACLE_BITS_MAX) break;
        bits = 2 * bits < ORACLE_BITS_MAX ? 2 * bits : ORACLE_BITS_MAX;
    }
    if (exact && decide_exact(exact, is_decided, context, oracle)) return OK;
    return oracle_undecided(oracle, at, what, err);
}

/* The precision that decides all but the hard inputs at once: that of the type, and
   what is wanted beyond it, in whole limbs. */
static int first_bits(Type type, int beyond)
{
    enum { LIMB_BITS = 64, GUARD_BITS = 8 };
    const int precision = type == TYPE_REAL ? 107 : type_info(type)->precision;
    return (precision + beyond + GUARD_BITS + LIMB_BITS - 1) / LIMB_BITS * LIMB_BITS;
}

/* -- rounding --------------------------------------------------------------------------- */

typedef struct {
    Type type;
    bool wants_exactness;
    uint64_t bits;
    bool is_exact;
} Rounding;

static bool is_rounded(void *context, Oracle *oracle, const Span *value)
{
    Rounding *r = context;
    r->bits = bits_from_mpfr(r->type, value->lo, oracle->a);
    r->is_exact = value->is_point;
    if (value->is_nan) return true;
    if (value->is_point) {
        r->is_exact = is_exact_bits(r->type, r->bits, value->lo);
        return true;
    }
    if (bits_from_mpfr(r->type, value->hi, oracle->a) != r->bits) return false;
    if (!r->wants_exactness) return true;
    const double rounded = value_from_bits(r->type, r->bits);
    return mpfr_cmp_d(value->lo, rounded) > 0 || mpfr_cmp_d(value->hi, rounded) < 0;
}

Status oracle_round(Oracle *oracle, const double *x, Type type, uint64_t *bits, bool *is_exact,
                    Err *err)
{
    assert(type_is_float(type));
    Rounding r = {.type = type, .wants_exactness = is_exact};
    const Input at = {.x = x};
    Status status = oracle_decide(oracle, at, first_bits(type, 16), is_rounded, &r,
                                  "the correctly rounded value", is_exact ? NULL : err);
    if (status != OK && is_exact) {
        /* Perhaps only the exactness stayed open: then it is not proven. */
        r.wants_exactness = false;
        status = oracle_decide(oracle, at, ORACLE_BITS_MAX, is_rounded, &r,
                               "the correctly rounded value", err);
        r.is_exact = false;
    }
    if (status != OK) return status;
    *bits = r.bits;
    if (is_exact) *is_exact = r.is_exact;
    return OK;
}

/* -- double-double ------------------------------------------------------------------------- */

typedef struct {
    double hi, lo;
} DoubleDouble;

static bool is_double_double(void *context, Oracle *oracle, const Span *value)
{
    DoubleDouble *dd = context;
    dd->hi = mpfr_get_d(value->lo, MPFR_RNDN);
    dd->lo = 0;
    if (!isfinite(dd->hi) || dd->hi == 0)
        return value->is_point || value->is_nan ||
               bits_of_double(dd->hi) == bits_of_double(mpfr_get_d(value->hi, MPFR_RNDN)) ||
               (dd->hi == 0 && mpfr_get_d(value->hi, MPFR_RNDN) == 0 && value->is_point);
    const double other = mpfr_get_d(value->hi, MPFR_RNDN);
    if (dd->hi != other) return false;
    /* The width is to be below 2^-101 of the value or below 2^-1080; rounding lo costs less than 2^-106. */
    enum { RELATIVE_BITS = 101, ABSOLUTE_BITS = 1080 };
    mpfr_set_prec(oracle->a, 64);
    mpfr_sub(oracle->a, value->hi, value->lo, MPFR_RNDU);
    if (!mpfr_zero_p(oracle->a)) {
        const mpfr_exp_t width = mpfr_get_exp(oracle->a), size = mpfr_get_exp(value->lo);
        if (width > size - 1 - RELATIVE_BITS && width > -ABSOLUTE_BITS) return false;
    }
    /* What may be hi itself is: lo would be a matter of how wide the enclosure is. */
    if (mpfr_cmp_d(value->lo, dd->hi) <= 0 && mpfr_cmp_d(value->hi, dd->hi) >= 0) return true;
    mpfr_sub_d(oracle->a, value->lo, dd->hi, MPFR_RNDN);
    dd->lo = mpfr_get_d(oracle->a, MPFR_RNDN);
    return true;
}

static Status double_double(Oracle *oracle, Input at, double *hi, double *lo, Err *err)
{
    DoubleDouble dd;
    const Status status =
        oracle_decide(oracle, at, 128, is_double_double, &dd, "the value as a double-double", err);
    if (status != OK) return status;
    *hi = dd.hi;
    *lo = dd.lo;
    return OK;
}

Status oracle_double_double(Oracle *oracle, const double *x, double *hi, double *lo, Err *err)
{
    return double_double(oracle, (Input){.x = x}, hi, lo, err);
}

Status oracle_double_double_at(Oracle *oracle, double x_hi, double x_lo, double *hi, double *lo,
                               Err *err)
{
    assert(span_prog_prog(oracle->reference)->n_inputs == 1);
    return double_double(oracle, (Input){.x = &x_hi, .x_lo = &x_lo}, hi, lo, err);
}

/* -- printing -------------------------------------------------------------------------------- */

typedef struct {
    int digits;
    char *text;          /* the digits of mpfr_get_str, sign first */
    mpfr_exp_t exponent; /* value = 0.text * 10^exponent */
} Decimal;

static bool is_decimal(void *context, Oracle *oracle, const Span *value)
{
    Decimal *d = context;
    mpfr_exp_t other_exponent;
    if (d->text) mpfr_free_str(d->text);
    d->text = mpfr_get_str(NULL, &d->exponent, 10, (size_t)d->digits, value->lo, MPFR_RNDN);
    if (value->is_point) return true;
    char *other = mpfr_get_str(NULL, &other_exponent, 10, (size_t)d->digits, value->hi, MPFR_RNDN);
    const bool is_same = strcmp(d->text, other) == 0 && d->exponent == other_exponent;
    mpfr_free_str(other);
    return is_same;
}

/* Plain notation for what is easy to read so, else d.ddde+x. */
static void add_decimal(Text *out, const Decimal *d)
{
    const char *digits = d->text;
    if (*digits == '-') {
        text_add(out, "-");
        digits++;
    }
    if (*digits == '@' || strcmp(digits, "0") == 0) { /* @Inf@, @NaN@ */
        text_add(out, "%s", digits[1] == 'I' ? "inf" : digits[1] == 'N' ? "nan" : "0");
        return;
    }
    const int n = d->digits;
    const long point = d->exponent;
    if (strspn(digits, "0") == strlen(digits)) {
        text_add(out, "0");
    } else if (point > 0 && point <= n) {
        text_add(out, "%.*s%s%s", (int)point, digits, point < n ? "." : "", digits + point);
    } else if (point <= 0 && point > -6) {
        text_add(out, "0.%.*s%s", (int)-point, "00000", digits);
    } else {
        text_add(out, "%c%s%se%+ld", digits[0], n > 1 ? "." : "", digits + 1, point - 1);
    }
}

Status oracle_print(Oracle *oracle, const Real *x, int digits, Text *out, Err *err)
{
    enum { DIGITS_MAX = 1000 };
    assert(digits >= 1 && digits <= DIGITS_MAX);
    Decimal d = {.digits = digits};
    const int bits = first_bits(TYPE_REAL, (int)(digits * 3.33));
    const Status status =
        oracle_decide(oracle, (Input){.real = x}, bits, is_decimal, &d, "the decimal value", err);
    if (status == OK) add_decimal(out, &d);
    if (d.text) mpfr_free_str(d.text);
    return status;
}

/* -- enclosures -------------------------------------------------------------------------------- */

static const Span *run_on_box(Oracle *oracle, int grid, int bits, const double *lo,
                              const double *hi)
{
    const int n = span_prog_prog(oracle->reference)->n_inputs;
    span_prog_set_bits(oracle->reference, bits);
    for (int i = 0; i < n; i++) span_prog_set_multiples(oracle->reference, i, lo[i], hi[i], grid);
    return span_prog_run(oracle->reference);
}

/* Where sqrt(log(1 + x^2)) seems to touch the end of its domain, x^2 is only too small to be seen beside 1 in few bits: what
   does not look smooth is looked at again in many. */
Status oracle_enclose_multiples(Oracle *oracle, const double *lo, const double *hi, int grid,
                                double *f_lo, double *f_hi, bool *is_smooth, Err *err)
{
    enum { ENCLOSE_BITS = 128, MANY_BITS = 640 };
    const int n = span_prog_prog(oracle->reference)->n_inputs;
    for (int i = 0; i < n; i++)
        if (!(lo[i] <= hi[i]))
            return fail(err, ERR_INPUT, "the box is empty in %s: [%g, %g]",
                        span_prog_prog(oracle->reference)->input_name[i], lo[i], hi[i]);
    const Span *value = run_on_box(oracle, grid, ENCLOSE_BITS, lo, hi);
    const bool is_clear = value->is_smooth && !value->may_be_nan && !span_reaches_zero(value);
    if (!value->is_nan && !is_clear) value = run_on_box(oracle, grid, MANY_BITS, lo, hi);
    *f_lo = mpfr_get_d(value->lo, MPFR_RNDD);
    *f_hi = mpfr_get_d(value->hi, MPFR_RNDU);
    if (value->may_be_nan && !value->is_nan) { /* the ends enclose only the defined values */
        *f_lo = -INFINITY;
        *f_hi = INFINITY;
    }
    if (is_smooth) *is_smooth = value->is_smooth && !value->may_be_nan;
    return OK;
}

Status oracle_enclose(Oracle *oracle, const double *lo, const double *hi, double *f_lo,
                      double *f_hi, bool *is_smooth, Err *err)
{
    enum { ANY = INT_MIN };
    return oracle_enclose_multiples(oracle, lo, hi, ANY, f_lo, f_hi, is_smooth, err);
}

typedef struct {
    double down, up;
} Ends;

static bool is_tight(void *context, Oracle *oracle, const Span *value)
{
    Ends *ends = context;
    ends->down = mpfr_get_d(value->lo, MPFR_RNDD);
    ends->up = mpfr_get_d(value->hi, MPFR_RNDU);
    return value->is_nan || ends->down == ends->up || nextafter(ends->down, INFINITY) == ends->up;
}

Status oracle_constant(const Prog *constant, double *down, double *up, Err *err)
{
    assert(constant->n_inputs == 0);
    Oracle *oracle = oracle_new(constant, NULL, 0);
    Ends ends;
    Status status = oracle_decide(oracle, (Input){0}, 128, is_tight, &ends, "the value", err);
    if (status == OK && isnan(ends.down))
        status = fail(err, ERR_INPUT, "the constant has no value (NaN)");
    if (status == OK) {
        *down = ends.down;
        *up = ends.up;
    }
    oracle_free(oracle);
    return status;
}
