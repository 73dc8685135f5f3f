/* Proofs hold: no error of a random program at random places is above a proven bound, and no
   bound is far above the largest error met. */
#include "frontend/infix.h"
#include "runtime/base/rng.h"
#include "runtime/measure/prove.h"
#include "runtime/oracle/oracle_prog.h"
#include "tests/support/check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const FUNCTIONS[] = {
    "exp(x)",      "sin(x)",          "cos(x)",         "log(2+x)",        "atan(x)",
    "erf(x)",      "tanh(x)",         "sqrt(3+x)",      "x*x*x-x",         "sinc(x)",
    "gamma(3+x)",  "j0(x)",           "ai(x)",          "softplus(x)",     "x/(3+x)",
    "cbrt(2+x)",   "exp(sin(3*x))",   "log1p(x*x)",     "sigmoid(2*x)",    "x*sin(x)",
    "abs(x)",      "max(x, 0.5)",     "asinh(x)",       "li2(x/3)",        "gelu(x)",
    "silu(x)",     "(exp(x)-1)/x",    "pow(3+x, 1.5)",  "tan(x/2)",        "lgamma(2.5+x)",
    "y0(3+x)",     "y1(2+x)",         "jn(2,x)",        "expm1(x)",        "exp10(x)",
    "log10(4+x)",  "sinpi(x)",        "cospi(x/3)",     "tanpi(x/8)",      "asin(x/3)",
    "acos(x/3)",   "acosh(4+x)",      "atanh(x/3)",     "sinh(x)*cosh(x)", "erfc(2*x)",
    "rsqrt(3+x)",  "hypot(x,1)",      "gelu_tanh(x)",   "logit((x+2)/5)",  "j1(5*x)",
    "pow(2,x)",    "lgamma(x/2-1.5)", "gamma(x/4-1.5)", "log2(1+x*x)/x",   "abs(sin(3*x))",
    "pow(3+x, x)", "ai(-5*x)",        "mish(x)",        "normcdf(x)",
};

static double random_constant(Rng *rng)
{
    if (rng_below(rng, 3) == 0) return (double)rng_below(rng, 9) - 4;
    return (2 * rng_unit(rng) - 1) * exp2(4 * rng_unit(rng) - 1);
}

static Prog random_program(Rng *rng)
{
    static const Op ops[] = {OP_ADD, OP_SUB, OP_MUL, OP_ADD, OP_SUB,  OP_MUL, OP_DIV,
                             OP_DIV, OP_FMA, OP_NEG, OP_ABS, OP_SQRT, OP_MIN, OP_MAX};
    Prog prog;
    prog_init(&prog);
    prog_add_input(&prog, TYPE_REAL, "x");
    const int n_constants = 1 + (int)rng_below(rng, 5), n_ops = 1 + (int)rng_below(rng, 9);
    for (int i = 0; i < n_constants; i++) prog_add_const(&prog, TYPE_REAL, random_constant(rng));
    for (int i = 0; i < n_ops; i++) {
        /* Rarely the operators with kinks. */
        const Op op = ops[rng_below(rng, rng_below(rng, 4) ? 10 : 14)];
        Ref args[3] = {0};
        for (int k = 0; k < op_info(op)->arity; k++) {
            /* Mostly what was computed last, so that little is lost. */
            const int n = prog.n;
            args[k] = k == 0 && i > 0 ? (Ref)(n - 1) : (Ref)rng_below(rng, (uint64_t)n);
        }
        prog_add(&prog, op, args[0], args[1], args[2]);
    }
    prog_prune(&prog);
    return prog;
}

typedef struct {
    int n_proven[3], n_finite[3], n_loose;
} Count;

static void check_program(Rng *rng, int index, Count *count)
{
    static const char *const VARIABLES[] = {"x"};
    Goal *goal = calloc(1, sizeof *goal);
    goal->type = TYPE_REAL;
    goal->n_variables = 1;
    const char *function = FUNCTIONS[rng_below(rng, sizeof FUNCTIONS / sizeof *FUNCTIONS)];
    assert_int_equal(infix_parse(&goal->reference, function, VARIABLES, 1, NULL), OK);
    const double lo =
        rng_below(rng, 3) ? (2 * rng_unit(rng) - 1) * 1.5 : -(double)rng_below(rng, 2);
    const double hi = rng_below(rng, 3) ? lo + exp2(-6 * rng_unit(rng)) : lo + 1;
    goal->domain[0] = (Domain){.lo = lo, .hi = hi};
    goal->bound.kind = rng_below(rng, 2) ? BOUND_REL : BOUND_ABS;
    goal->bound.limit = 1;
    const Prog prog = random_program(rng);

    enum { POINTS = 200 };
    double x[POINTS], most[3] = {0}, errors[POINTS][3];
    Oracle *oracle = oracle_new(&goal->reference, NULL, 0);
    for (int i = 0; i < POINTS; i++) {
        const double u = rng_unit(rng), end = exp2(-60 * rng_unit(rng));
        x[i] = i == 0           ? lo
               : i == 1         ? hi
               : i < POINTS / 2 ? lo + u * (hi - lo)
               : i % 2          ? lo + end * (hi - lo)
                                : hi - end * (hi - lo);
        if (i % 10 == 3 && lo < 0 && hi > 0) x[i] = (i % 4 - 1.5) / 2 * end * fmin(-lo, hi);
        errors[i][BOUND_REL] = errors[i][BOUND_ABS] = INFINITY;
        if (oracle_prog_error(oracle, &prog, &x[i], &errors[i][BOUND_REL], &errors[i][BOUND_ABS],
                              NULL) != OK)
            continue;
        for (int kind = BOUND_REL; kind <= BOUND_ABS; kind++)
            most[kind] = fmax(most[kind], fabs(errors[i][kind]));
    }
    oracle_free(oracle);
    /* What is known is less than what there is, now and then by far. */
    double known[3] = {0, most[BOUND_REL], most[BOUND_ABS]};
    if (rng_below(rng, 4) == 0)
        for (int kind = BOUND_REL; kind <= BOUND_ABS; kind++)
            if (isfinite(known[kind])) known[kind] *= 0.1;

    Proofs proofs;
    prove(&proofs, &prog, goal, known, 1, NULL);
    for (int kind = BOUND_REL; kind <= BOUND_ABS; kind++) {
        const Proof *proof = &proofs.proof[kind];
        count->n_finite[kind] += isfinite(most[kind]);
        if (!proof->is_proven) continue;
        count->n_proven[kind]++;
        if (!proof->sliver[0] && !(most[kind] <= proof->bound * (1 + 1e-8)) && most[kind] > 1e-60) {
            Text text = {0};
            infix_print(&text, &prog);
            fail_msg("program %d for %s on [%a, %a]: bound %g, met %g: %s", index, function, lo, hi,
                     proof->bound, most[kind], text_get(&text));
        }
        if (proof->bound > proof->least * 1.001) count->n_loose++;
    }
    free(goal);
}

static void no_error_is_above_a_proven_bound(void **state)
{
    const char *n = getenv("APPROX_FUZZ");
    const int n_programs = n ? atoi(n) : 400;
    Rng rng = rng_new(n ? (uint64_t)n_programs : 1, 0);
    Count count = {0};
    for (int i = 0; i < n_programs; i++) check_program(&rng, i, &count);
    print_message("%d of %d proven relative, %d of %d absolute, %d loose\n",
                  count.n_proven[BOUND_REL], count.n_finite[BOUND_REL], count.n_proven[BOUND_ABS],
                  count.n_finite[BOUND_ABS], count.n_loose);
    assert_true(count.n_loose == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_error_is_above_a_proven_bound)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
