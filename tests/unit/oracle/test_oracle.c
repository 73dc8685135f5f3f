/* oracle_round of single operators against MPFR's own functions, in all formats. */
#include "oracle_support.h"

typedef void (*Any)(void);
typedef int (*Mpfr1)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);
typedef int (*Mpfr2)(mpfr_ptr, mpfr_srcptr, mpfr_srcptr, mpfr_rnd_t);
typedef int (*Mpfr3)(mpfr_ptr, mpfr_srcptr, mpfr_srcptr, mpfr_srcptr, mpfr_rnd_t);

static int lgamma_of(mpfr_ptr r, mpfr_srcptr x, mpfr_rnd_t rnd)
{
    int sign;
    return mpfr_lgamma(r, &sign, x, rnd);
}

static int j3_of(mpfr_ptr r, mpfr_srcptr x, mpfr_rnd_t rnd) { return mpfr_jn(r, 3, x, rnd); }

#define NONE NULL
#define OP(name, arity, text, signature, kind, mpfr, llvm, c) [OP_##name] = (Any)(mpfr),
static const Any MPFR_OF[OP_COUNT] = {
#include "runtime/prog/ops.def"
};
#undef OP
#undef NONE

typedef struct {
    Any f;
    int arity;
} Function;

static int compute(mpfr_ptr r, const double *x, const void *context)
{
    const Function *function = context;
    mpfr_t a[3];
    for (int i = 0; i < 3; i++) {
        mpfr_init2(a[i], 53);
        if (i < function->arity) mpfr_set_d(a[i], x[i], MPFR_RNDN);
    }
    int ternary;
    if (function->arity == 1)
        ternary = ((Mpfr1)function->f)(r, a[0], MPFR_RNDN);
    else if (function->arity == 2)
        ternary = ((Mpfr2)function->f)(r, a[0], a[1], MPFR_RNDN);
    else
        ternary = ((Mpfr3)function->f)(r, a[0], a[1], a[2], MPFR_RNDN);
    for (int i = 0; i < 3; i++) mpfr_clear(a[i]);
    return ternary;
}

/* The value by MPFR with the type's exponent range only for the last step: arguments of f64
   in a small range would be out of it. */
static double expected(Type type, const Function *function, const double *x)
{
    const mpfr_exp_t emin = mpfr_get_emin(), emax = mpfr_get_emax();
    const TypeInfo *t = type_info(type);
    mpfr_t r;
    mpfr_init2(r, t->precision);
    int ternary = compute(r, x, function);
    mpfr_set_emin(t->emin - t->precision + 2);
    mpfr_set_emax(t->emax + 1);
    ternary = mpfr_check_range(r, ternary, MPFR_RNDN);
    mpfr_subnormalize(r, ternary, MPFR_RNDN);
    const double value = mpfr_get_d(r, MPFR_RNDN);
    mpfr_clear(r);
    mpfr_set_emin(emin);
    mpfr_set_emax(emax);
    return value;
}

static bool is_slow(Op op) { return op == OP_ZETA || op == OP_JN; }

static void check_operator(Op op, Any f)
{
    const Prog prog = reference_of(op);
    Oracle *oracle = oracle_new(&prog, NULL, 0);
    const Function function = {f, prog.n_inputs};
    Rng rng = rng_new(1, op);
    for (int k = 0; k < N_FLOAT_TYPES; k++) {
        const Type type = FLOAT_TYPES[k];
        const int n = is_slow(op) ? 100 : function.arity == 1 ? 300 : 2000;
        for (int i = 0; i < n; i++) {
            double x[3];
            /* Pairs of specials among the first 900 of two arguments. */
            x[0] = test_input(&rng, type, i);
            if (function.arity > 1) x[0] = test_input(&rng, type, i < 900 ? i / 30 : i);
            x[1] = test_input(&rng, type, i < 900 ? i % 30 : (int)rng_below(&rng, 400));
            x[2] = test_input(&rng, type, (int)rng_below(&rng, 60));
            if (op == OP_AI && fabs(x[0]) > 100 && isfinite(x[0])) continue; /* MPFR's limit */
            if (op == OP_COPYSIGN && isnan(x[1])) continue;                  /* the sign of a NaN */
            const double want = expected(type, &function, x), got = rounded(oracle, x, type);
            if (!is_same_value(want, got))
                fail_msg("%s %s(%a, %a, %a) is %a, not %a", type_info(type)->name,
                         op_info(op)->name, x[0], x[1], x[2], want, got);
        }
    }
    oracle_free(oracle);
}

static void oracle_rounds_every_operator_as_mpfr_does(void **state)
{
    for (int op = 0; op < OP_COUNT; op++) {
        const OpInfo *info = op_info((Op)op);
        if (!(info->kind & KIND_REFERENCE) || info->signature != SIG_FLOAT || !MPFR_OF[op])
            continue;
        if (op == OP_RSQRT) continue; /* -0 is different */
        check_operator((Op)op, MPFR_OF[op]);
    }
    check_operator(OP_LGAMMA, (Any)lgamma_of);
    check_operator(OP_JN, (Any)j3_of);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(oracle_rounds_every_operator_as_mpfr_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
