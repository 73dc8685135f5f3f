/* What the oracle adds to MPFR: functions of inexact arguments, compound functions, Ai far
   out, and the values at infinities and zeros. */
#include "oracle_support.h"

typedef void (*Any)(void);
typedef int (*Mpfr1)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);

static int lgamma_of(mpfr_ptr r, mpfr_srcptr x, mpfr_rnd_t rnd)
{
    int sign;
    return mpfr_lgamma(r, &sign, x, rnd);
}

#define NONE NULL
#define OP(name, arity, text, signature, kind, mpfr, llvm, c)                                      \
    [OP_##name] = (arity) == 1 ? (Any)(mpfr) : NULL,
static const Any MPFR_OF[OP_COUNT] = {
#include "runtime/prog/ops.def"
};
#undef OP
#undef NONE

enum { WIDE = 2000, SHORT = 400 }; /* bits of the second computation; less where MPFR is slow */

/* f(x/3). */
typedef struct {
    Mpfr1 f;
    int bits;
} Third;

static int third(mpfr_ptr r, const double *x, const void *context)
{
    const Third *t = context;
    const mpfr_exp_t emin = mpfr_get_emin(), emax = mpfr_get_emax();
    mpfr_set_emin(-10000000);
    mpfr_set_emax(10000000);
    mpfr_t value, at;
    mpfr_inits2(t->bits, value, at, (mpfr_ptr)NULL);
    mpfr_set_d(at, *x, MPFR_RNDN);
    mpfr_div_ui(at, at, 3, MPFR_RNDN);
    t->f(value, at, MPFR_RNDN);
    const int ternary = mpfr_set(r, value, MPFR_RNDN);
    mpfr_clears(value, at, (mpfr_ptr)NULL);
    mpfr_set_emin(emin);
    mpfr_set_emax(emax);
    return ternary;
}

static void oracle_rounds_functions_of_inexact_arguments(void **state)
{
    for (int op = 0; op < OP_COUNT; op++) {
        const OpInfo *info = op_info((Op)op);
        Mpfr1 f = (Mpfr1)MPFR_OF[op];
        if (op == OP_LGAMMA) f = lgamma_of;
        if (!(info->kind & KIND_REFERENCE) || info->signature != SIG_FLOAT || !f) continue;
        const bool is_slow = op == OP_ZETA || op == OP_LI2 || op == OP_GAMMA || op == OP_LGAMMA;
        const Third context = {f, is_slow ? SHORT : WIDE};
        Prog prog;
        prog_init(&prog);
        const Ref x = prog_add_input(&prog, TYPE_REAL, "x");
        const Ref three = prog_add_const(&prog, TYPE_REAL, 3);
        prog_add(&prog, (Op)op, prog_add(&prog, OP_DIV, x, three, 0), 0, 0);
        Oracle *oracle = oracle_new(&prog, NULL, 0);
        Rng rng = rng_new(11, op);
        for (int i = 0; i < (op == OP_ZETA ? 20 : 60); i++) {
            /* No multiples of 3: x/3 is inexact. */
            double at = (float)((2 * rng_unit(&rng) - 1) * exp2(10 * rng_unit(&rng) - 5));
            if (fmod(at, 3) == 0) continue;
            if (op == OP_ATANH || op == OP_ASIN || op == OP_ACOS) at = fmod(at, 3);
            for (int t = 0; t < N_FLOAT_TYPES; t++) {
                const double want = round_by_manual(FLOAT_TYPES[t], third, &at, &context);
                const double got = rounded(oracle, &at, FLOAT_TYPES[t]);
                if (!is_same_value(want, got))
                    fail_msg("%s %s(%a/3): %a, not %a", type_info(FLOAT_TYPES[t])->name, info->name,
                             at, want, got);
            }
        }
        oracle_free(oracle);
    }
}

/* -- compound functions by their plain formulas, with many more bits -------------------------- */

static void sigmoid(mpfr_ptr r, mpfr_ptr t, mpfr_srcptr x)
{
    mpfr_neg(t, x, MPFR_RNDN);
    mpfr_exp(t, t, MPFR_RNDN);
    mpfr_add_ui(t, t, 1, MPFR_RNDN);
    mpfr_ui_div(r, 1, t, MPFR_RNDN);
}

static void softplus(mpfr_ptr r, mpfr_ptr t, mpfr_srcptr x)
{
    mpfr_exp(t, x, MPFR_RNDN);
    mpfr_log1p(r, t, MPFR_RNDN);
}

static void silu(mpfr_ptr r, mpfr_ptr t, mpfr_srcptr x)
{
    sigmoid(r, t, x);
    mpfr_mul(r, r, x, MPFR_RNDN);
}

static void normcdf(mpfr_ptr r, mpfr_ptr t, mpfr_srcptr x)
{
    mpfr_sqrt_ui(t, 2, MPFR_RNDN);
    mpfr_div(t, x, t, MPFR_RNDN);
    mpfr_neg(t, t, MPFR_RNDN);
    mpfr_erfc(r, t, MPFR_RNDN);
    mpfr_div_ui(r, r, 2, MPFR_RNDN);
}

static void gelu(mpfr_ptr r, mpfr_ptr t, mpfr_srcptr x)
{
    normcdf(r, t, x);
    mpfr_mul(r, r, x, MPFR_RNDN);
}

static void gelu_tanh(mpfr_ptr r, mpfr_ptr t, mpfr_srcptr x)
{
    mpfr_set_str(t, "0.044715", 10, MPFR_RNDN);
    mpfr_mul(t, t, x, MPFR_RNDN);
    mpfr_mul(t, t, x, MPFR_RNDN);
    mpfr_mul(t, t, x, MPFR_RNDN);
    mpfr_add(t, t, x, MPFR_RNDN);
    mpfr_const_pi(r, MPFR_RNDN);
    mpfr_ui_div(r, 2, r, MPFR_RNDN);
    mpfr_sqrt(r, r, MPFR_RNDN);
    mpfr_mul(t, t, r, MPFR_RNDN);
    mpfr_tanh(t, t, MPFR_RNDN);
    mpfr_add_ui(t, t, 1, MPFR_RNDN);
    mpfr_mul(r, x, t, MPFR_RNDN);
    mpfr_div_ui(r, r, 2, MPFR_RNDN);
}

static void mish(mpfr_ptr r, mpfr_ptr t, mpfr_srcptr x)
{
    softplus(r, t, x);
    mpfr_tanh(t, r, MPFR_RNDN);
    mpfr_mul(r, t, x, MPFR_RNDN);
}

static void logit(mpfr_ptr r, mpfr_ptr t, mpfr_srcptr x)
{
    mpfr_ui_sub(t, 1, x, MPFR_RNDN);
    mpfr_div(t, x, t, MPFR_RNDN);
    mpfr_log(r, t, MPFR_RNDN);
}

static void sinc(mpfr_ptr r, mpfr_ptr t, mpfr_srcptr x)
{
    if (mpfr_zero_p(x)) {
        mpfr_set_ui(r, 1, MPFR_RNDN);
        return;
    }
    mpfr_sin(t, x, MPFR_RNDN);
    mpfr_div(r, t, x, MPFR_RNDN);
}

typedef void Formula(mpfr_ptr r, mpfr_ptr t, mpfr_srcptr x);
typedef struct {
    Formula *formula;
    bool is_third; /* at x/3 */
} Compound;

static int compute_formula(mpfr_ptr r, const double *x, const void *context)
{
    enum { FORMULA_BITS = 4000 };
    const Compound *c = context;
    const mpfr_exp_t emin = mpfr_get_emin(), emax = mpfr_get_emax();
    mpfr_set_emin(-100000000);
    mpfr_set_emax(100000000);
    mpfr_t value, t, at;
    mpfr_inits2(FORMULA_BITS, value, t, at, (mpfr_ptr)NULL);
    mpfr_set_d(at, *x, MPFR_RNDN);
    if (c->is_third) mpfr_div_ui(at, at, 3, MPFR_RNDN);
    c->formula(value, t, at);
    const int ternary = mpfr_set(r, value, MPFR_RNDN);
    mpfr_clears(value, t, at, (mpfr_ptr)NULL);
    mpfr_set_emin(emin);
    mpfr_set_emax(emax);
    return ternary;
}

static void oracle_rounds_compound_functions_as_their_formulas(void **state)
{
    static const struct {
        Op op;
        Formula *formula;
    } cases[] = {
        {OP_SIGMOID, sigmoid}, {OP_SOFTPLUS, softplus},   {OP_SILU, silu},
        {OP_GELU, gelu},       {OP_GELU_TANH, gelu_tanh}, {OP_MISH, mish},
        {OP_LOGIT, logit},     {OP_SINC, sinc},           {OP_NORMCDF, normcdf},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        for (int is_third = 0; is_third < 2; is_third++) {
            const Compound context = {cases[k].formula, is_third};
            Prog prog;
            prog_init(&prog);
            Ref x = prog_add_input(&prog, TYPE_REAL, "x");
            if (is_third) x = prog_add(&prog, OP_DIV, x, prog_add_const(&prog, TYPE_REAL, 3), 0);
            prog_add(&prog, cases[k].op, x, 0, 0);
            Oracle *oracle = oracle_new(&prog, NULL, 0);
            Rng rng = rng_new(13, k);
            for (int i = 0; i < 80; i++) {
                double at = (2 * rng_unit(&rng) - 1) * exp2(12 * rng_unit(&rng) - 7);
                if (i == 0) at = -1.2784645427610738; /* the minima, nearly */
                if (i == 1) at = -0.7517915246935645;
                if (i == 2) at = -1.1924312145;
                if (i == 3) at = 0x1p-1070;
                if (i == 4) at = -0x1p-300;
                if (cases[k].op == OP_LOGIT) at = i % 2 ? rng_unit(&rng) : 0.5 + at * 0x1p-10;
                if (is_third && i < 3) at *= 3;
                for (int t = 0; t < N_FLOAT_TYPES; t++) {
                    const Type type = FLOAT_TYPES[t];
                    const double want = round_by_manual(type, compute_formula, &at, &context);
                    const double got = rounded(oracle, &at, type);
                    if (!is_same_value(want, got))
                        fail_msg("%s %s(%a%s): %a, not %a", type_info(type)->name,
                                 op_info(cases[k].op)->name, at, is_third ? "/3" : "", want, got);
                }
            }
            oracle_free(oracle);
        }
}

typedef struct {
    Op op;
    double x, value;
} Special;

static void oracle_gives_limits_and_signed_zeros(void **state)
{
    const double inf = INFINITY;
    const Special cases[] = {
        {OP_SIGMOID, inf, 1},
        {OP_SIGMOID, -inf, 0},
        {OP_SIGMOID, 0, 0.5},
        {OP_SIGMOID, 1e300, 1},
        {OP_SIGMOID, -1e300, 0},
        {OP_SOFTPLUS, inf, inf},
        {OP_SOFTPLUS, -inf, 0},
        {OP_SOFTPLUS, 1e300, 1e300},
        {OP_SOFTPLUS, -1e300, 0},
        {OP_SILU, inf, inf},
        {OP_SILU, -inf, -0.0},
        {OP_SILU, 0, 0},
        {OP_SILU, -0.0, -0.0},
        {OP_SILU, -1e300, -0.0},
        {OP_SILU, 1e300, 1e300},
        {OP_GELU, inf, inf},
        {OP_GELU, -inf, -0.0},
        {OP_GELU, -0.0, -0.0},
        {OP_GELU, -1e300, -0.0},
        {OP_GELU_TANH, -inf, -0.0},
        {OP_GELU_TANH, inf, inf},
        {OP_GELU_TANH, -1e300, -0.0},
        {OP_GELU_TANH, -0.0, -0.0},
        {OP_MISH, inf, inf},
        {OP_MISH, -inf, -0.0},
        {OP_MISH, 0, 0},
        {OP_MISH, -0.0, -0.0},
        {OP_MISH, -1e300, -0.0},
        {OP_LOGIT, 0, -inf},
        {OP_LOGIT, 1, inf},
        {OP_LOGIT, 0.5, 0},
        {OP_LOGIT, -1, NAN},
        {OP_LOGIT, 2, NAN},
        {OP_SINC, 0, 1},
        {OP_SINC, -0.0, 1},
        {OP_SINC, inf, 0},
        {OP_SINC, -inf, 0},
        {OP_NORMCDF, inf, 1},
        {OP_NORMCDF, -inf, 0},
        {OP_NORMCDF, 0, 0.5},
        {OP_RSQRT, 0, inf},
        {OP_RSQRT, -0.0, -inf},
        {OP_RSQRT, inf, 0},
        {OP_RSQRT, -1, NAN},
        {OP_EXP, 1e30, inf},
        {OP_EXP, -1e30, 0},
        {OP_EXP, 1e308, inf},
        {OP_LOG, 0, -inf},
        {OP_LOG, -0.0, -inf},
        {OP_LOG, -1, NAN},
        {OP_GAMMA, -2, NAN},
        {OP_GAMMA, -0.0, -inf},
        {OP_LGAMMA, -2, inf},
        {OP_ZETA, 1, inf},
        {OP_AI, inf, 0},
        {OP_AI, 1e300, 0},
        {OP_TANPI, 0.5, inf},
        {OP_TANPI, -0.5, -inf},
        {OP_SINPI, -3, -0.0},
        {OP_COSPI, 0.5, 0},
        {OP_SQRT, -0.0, -0.0},
        {OP_CBRT, -0.0, -0.0},
        {OP_Y0, 0, -inf},
        {OP_Y0, -1, NAN},
        {OP_SIN, inf, NAN},
        {OP_ATANH, 1, inf},
        {OP_RINT, -0.25, -0.0},
        {OP_RINT, 2.5, 2},
        {OP_ROUND, 2.5, 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Prog prog = reference_of(cases[i].op);
        Oracle *oracle = oracle_new(&prog, NULL, 0);
        const double got = rounded(oracle, &cases[i].x, TYPE_F64);
        const double nan = NAN;
        if (!is_same_value(got, cases[i].value))
            fail_msg("%s(%a) is %a, not %a", op_info(cases[i].op)->name, cases[i].x, cases[i].value,
                     got);
        assert_true(isnan(rounded(oracle, &nan, TYPE_F32)));
        oracle_free(oracle);
    }
}

/* Ai solves y'' = x*y: second differences of the values check the far expansions against
   each other and against MPFR's series nearer in. */
static void oracle_continues_ai_beyond_mpfr(void **state)
{
    const Prog prog = reference_of(OP_AI);
    Oracle *oracle = oracle_new(&prog, NULL, 0);
    static const double at[] = {-1000, -300, -256.5, -255.75, 256.25, 300};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        const double h = 0x1p-9;
        Err err = {0};
        mpfr_t value[3], sum;
        mpfr_inits2(200, value[0], value[1], value[2], sum, (mpfr_ptr)NULL);
        for (int k = 0; k < 3; k++) {
            const double x = at[i] + (k - 1) * h;
            Text text = {0};
            const Real real = real_from_double(x);
            assert_int_equal(oracle_print(oracle, &real, 40, &text, &err), OK);
            mpfr_set_str(value[k], text_get(&text), 10, MPFR_RNDN);
            text_release(&text);
        }
        /* (y(-h) - 2y(0) + y(h))/h^2 = x*y*(1 + x*h^2/12 + ...) */
        mpfr_add(sum, value[0], value[2], MPFR_RNDN);
        mpfr_div(sum, sum, value[1], MPFR_RNDN);
        mpfr_sub_ui(sum, sum, 2, MPFR_RNDN);
        mpfr_div_d(sum, sum, h * h, MPFR_RNDN);
        const double ratio = mpfr_get_d(sum, MPFR_RNDN);
        const double want = at[i] * (1 + at[i] * h * h / 12);
        if (!(fabs(ratio / want - 1) < 1e-3))
            fail_msg("Ai''/Ai at %g is %.9g, not %.9g", at[i], ratio, want);
        mpfr_clears(value[0], value[1], value[2], sum, (mpfr_ptr)NULL);
    }
    /* MPFR computes this one too, slowly. */
    mpfr_t x, r;
    mpfr_inits2(53, x, r, (mpfr_ptr)NULL);
    const double far = -300.25;
    mpfr_set_d(x, far, MPFR_RNDN);
    mpfr_ai(r, x, MPFR_RNDN);
    assert_true(mpfr_get_d(r, MPFR_RNDN) == rounded(oracle, &far, TYPE_F64));
    mpfr_clears(x, r, (mpfr_ptr)NULL);
    oracle_free(oracle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(oracle_rounds_functions_of_inexact_arguments),
        cmocka_unit_test(oracle_rounds_compound_functions_as_their_formulas),
        cmocka_unit_test(oracle_gives_limits_and_signed_zeros),
        cmocka_unit_test(oracle_continues_ai_beyond_mpfr),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
