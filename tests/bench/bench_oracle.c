/* What one call of the oracle costs, in ns of processor time, for single and composed
   references. */
#include "runtime/base/rng.h"
#include "runtime/oracle/oracle.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static Prog single(Op op)
{
    Prog p;
    prog_init(&p);
    prog_add(&p, op, prog_add_input(&p, TYPE_REAL, "x"), 0, 0);
    return p;
}

static Prog versine(void) /* (1-cos(x))/(x*x) */
{
    Prog p;
    prog_init(&p);
    const Ref x = prog_add_input(&p, TYPE_REAL, "x");
    const Ref c = prog_add(&p, OP_COS, x, 0, 0);
    const Ref n = prog_add(&p, OP_SUB, prog_add_const(&p, TYPE_REAL, 1), c, 0);
    prog_add(&p, OP_DIV, n, prog_add(&p, OP_MUL, x, x, 0), 0);
    return p;
}

static Prog log_one_exp(void) /* log(1+exp(x)) */
{
    Prog p;
    prog_init(&p);
    const Ref e = prog_add(&p, OP_EXP, prog_add_input(&p, TYPE_REAL, "x"), 0, 0);
    const Ref s = prog_add(&p, OP_ADD, prog_add_const(&p, TYPE_REAL, 1), e, 0);
    prog_add(&p, OP_LOG, s, 0, 0);
    return p;
}

static Prog gelu(void) /* 0.5*x*(1+erf(x/sqrt(2))) */
{
    Prog p;
    prog_init(&p);
    const Ref x = prog_add_input(&p, TYPE_REAL, "x");
    const Ref root = prog_add(&p, OP_SQRT, prog_add_const(&p, TYPE_REAL, 2), 0, 0);
    const Ref e = prog_add(&p, OP_ERF, prog_add(&p, OP_DIV, x, root, 0), 0, 0);
    const Ref s = prog_add(&p, OP_ADD, prog_add_const(&p, TYPE_REAL, 1), e, 0);
    const Ref h = prog_add(&p, OP_MUL, prog_add_const(&p, TYPE_REAL, 0.5), x, 0);
    prog_add(&p, OP_MUL, h, s, 0);
    return p;
}

enum { N_POINTS = 1024 };

static void measure(const char *name, const Prog *prog)
{
    static const Type types[] = {TYPE_F32, TYPE_F64};
    Oracle *oracle = oracle_new(prog, NULL, 0);
    Rng rng = rng_new(1, 1);
    double x[N_POINTS];
    printf("%-24s", name);
    for (int t = 0; t < 2; t++) {
        for (int i = 0; i < N_POINTS; i++) x[i] = (float)(0.01 + 4 * rng_unit(&rng));
        double round_ns = 0, error_ns = 0;
        for (int pass = 0; pass < 2; pass++) { /* the second one counts */
            const double start = now_ns();
            uint64_t bits[N_POINTS];
            Err err;
            for (int i = 0; i < N_POINTS; i++)
                oracle_round(oracle, &x[i], types[t], &bits[i], NULL, &err);
            const double middle = now_ns();
            for (int i = 0; i < N_POINTS; i++) {
                ErrorAt error;
                const double got = nextafterf((float)value_from_bits(types[t], bits[i]), 9);
                oracle_error(oracle, &x[i], types[t], got, 0, &error, &err);
            }
            round_ns = (middle - start) / N_POINTS;
            error_ns = (now_ns() - middle) / N_POINTS;
        }
        printf("  %s: round %7.0f  error %7.0f", type_info(types[t])->name, round_ns, error_ns);
    }
    double dd_ns = now_ns();
    for (int i = 0; i < N_POINTS; i++) {
        double hi, lo;
        Err err;
        oracle_double_double(oracle, &x[i], &hi, &lo, &err);
    }
    dd_ns = (now_ns() - dd_ns) / N_POINTS;
    printf("  double-double %7.0f\n", dd_ns);
    oracle_free(oracle);
}

int main(void)
{
    static const Op ops[] = {OP_EXP,  OP_LOG,     OP_SIN,     OP_TANH, OP_ASIN,
                             OP_ERF,  OP_GAMMA,   OP_SILU,    OP_GELU, OP_MISH,
                             OP_SINC, OP_SIGMOID, OP_NORMCDF, OP_J0,   OP_ZETA};
    printf("ns of processor time per call, x in [0.01, 4]\n");
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        const Prog p = single(ops[i]);
        measure(op_info(ops[i])->name, &p);
    }
    Prog p = versine();
    measure("(1-cos(x))/(x*x)", &p);
    p = log_one_exp();
    measure("log(1+exp(x))", &p);
    p = gelu();
    measure("x/2*(1+erf(x/sqrt(2)))", &p);
    return 0;
}
