/* Exact cases, ties, subnormals, decimals, constants, threads. */
#include "oracle_support.h"

#include "runtime/base/pool.h"
#include "runtime/oracle/rounding.h"

#include <string.h>
#include <time.h>

typedef struct {
    Op op;
    double x, y;
    Type type;
    bool is_exact;
} Exact;

static void oracle_tells_exact_results(void **state)
{
    static const Exact cases[] = {
        {OP_EXP, 0, 0, TYPE_F32, true},        {OP_EXP, 1, 0, TYPE_F32, false},
        {OP_LOG, 1, 0, TYPE_F32, true},        {OP_LOG2, 0x1p-40, 0, TYPE_F64, true},
        {OP_LOG2, 3, 0, TYPE_F64, false},      {OP_LOG10, 1e22, 0, TYPE_F64, true},
        {OP_EXP2, -140, 0, TYPE_F32, true},    {OP_EXP2, 0.5, 0, TYPE_F32, false},
        {OP_EXP10, 10, 0, TYPE_F32, true},     {OP_EXP10, 22, 0, TYPE_F32, false},
        {OP_SQRT, 2.25, 0, TYPE_F32, true},    {OP_SQRT, 2, 0, TYPE_F32, false},
        {OP_CBRT, -27, 0, TYPE_F16, true},     {OP_POW, 1.5, 3, TYPE_F32, true},
        {OP_POW, 4, 0.5, TYPE_F32, true},      {OP_POW, 8, 1.5, TYPE_F32, false},
        {OP_SIN, 0, 0, TYPE_F64, true},        {OP_SINPI, 0.5, 0, TYPE_F64, true},
        {OP_COSPI, 0.25, 0, TYPE_F64, false},  {OP_TANPI, 0.25, 0, TYPE_F64, true},
        {OP_ASIN, 0, 0, TYPE_F64, true},       {OP_ACOS, 1, 0, TYPE_F64, true},
        {OP_ATAN, 0, 0, TYPE_F64, true},       {OP_COSH, 0, 0, TYPE_F64, true},
        {OP_ERF, 0, 0, TYPE_F64, true},        {OP_GAMMA, 11, 0, TYPE_F32, true},
        {OP_GAMMA, 0.5, 0, TYPE_F32, false},   {OP_LGAMMA, 1, 0, TYPE_F32, true},
        {OP_LGAMMA, 2, 0, TYPE_F32, true},     {OP_HYPOT, 3, 4, TYPE_F16, true},
        {OP_HYPOT, 1, 1, TYPE_F16, false},     {OP_ZETA, 0, 0, TYPE_F32, true},
        {OP_ADD, 1, 0x1p-24, TYPE_F32, false}, {OP_ADD, 1, 0x1p-23, TYPE_F32, true},
        {OP_DIV, 1, 3, TYPE_F64, false},       {OP_DIV, 6, 3, TYPE_F64, true},
        {OP_SIGMOID, 0, 0, TYPE_F32, true},    {OP_SINC, 0, 0, TYPE_F32, true},
        {OP_LOGIT, 0.5, 0, TYPE_F32, true},    {OP_MISH, 0, 0, TYPE_F32, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Exact *c = &cases[i];
        const Prog prog = reference_of(c->op);
        Oracle *oracle = oracle_new(&prog, NULL, 0);
        uint64_t bits;
        bool is_exact;
        Err err = {0};
        const double x[] = {c->x, c->y};
        if (oracle_round(oracle, x, c->type, &bits, &is_exact, &err) != OK)
            fail_msg("%s", err.text);
        if (is_exact != c->is_exact)
            fail_msg("%s(%a, %a) in %s is called %sexact", op_info(c->op)->name, c->x, c->y,
                     type_info(c->type)->name, is_exact ? "" : "in");
        oracle_free(oracle);
    }
}

static Prog exp_of_log(void)
{
    Prog p;
    prog_init(&p);
    prog_add(&p, OP_EXP, prog_add(&p, OP_LOG, prog_add_input(&p, TYPE_REAL, "t"), 0, 0), 0, 0);
    return p;
}

static void oracle_decides_all_but_ties_it_cannot_prove(void **state)
{
    const Prog prog = exp_of_log();
    Oracle *oracle = oracle_new(&prog, NULL, 0);
    Err err = {0};
    uint64_t bits;
    /* exp(log(x)) = x is a float: every enclosure rounds to it. */
    double x = 0x1.8p0;
    assert_true(rounded(oracle, &x, TYPE_F32) == x);
    /* Half way between two floats of f32, but not of f64. */
    x = 1 + 0x1p-24;
    assert_true(rounded(oracle, &x, TYPE_F64) == x);
    const clock_t start = clock();
    assert_int_equal(oracle_round(oracle, &x, TYPE_F32, &bits, NULL, &err), ERR_UNDECIDED);
    assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 0.5);
    assert_non_null(strstr(err.text, "t = 0x1.000001p+0"));
    assert_non_null(strstr(err.text, "4096 bits"));
    /* A tie that is exact: to even. */
    oracle_free(oracle);
    const Prog sum = reference_of(OP_ADD);
    oracle = oracle_new(&sum, NULL, 0);
    const double tie[] = {1, 0x1p-24}, odd[] = {1 + 0x1p-23, 0x1p-24};
    assert_true(rounded(oracle, tie, TYPE_F32) == 1);
    assert_true(rounded(oracle, odd, TYPE_F32) == 1 + 0x1p-22);
    oracle_free(oracle);
}

static void oracle_rounds_subnormals_once(void **state)
{
    /* 2.5 units -+ 2^-180: rounded to 24 bits first it would be the tie 2.5 either way, and go
       to 2 both times. */
    const Prog sum = reference_of(OP_ADD);
    Oracle *oracle = oracle_new(&sum, NULL, 0);
    const double unit = 0x1p-149;
    const double above[] = {2.5 * unit, 0x1p-180}, below[] = {2.5 * unit, -0x1p-180};
    const double less[] = {1.5 * unit, -0x1p-180}, half[] = {0.5 * unit, 0};
    const double more[] = {0.5 * unit, 0x1p-200};
    assert_true(rounded(oracle, above, TYPE_F32) == 3 * unit);
    assert_true(rounded(oracle, below, TYPE_F32) == 2 * unit);
    assert_true(rounded(oracle, less, TYPE_F32) == unit);
    assert_true(rounded(oracle, half, TYPE_F32) == 0);
    assert_true(rounded(oracle, more, TYPE_F32) == unit);
    const double f16_unit = 0x1p-24;
    const double f16_below[] = {2.5 * f16_unit, -0x1p-60};
    assert_true(rounded(oracle, f16_below, TYPE_F16) == 2 * f16_unit);
    /* The edge of overflow: the tie above the largest float is infinity. */
    const double edge[] = {0x1.ffffffp127, 0}, inside[] = {0x1.ffffffp127, -0x1p10};
    assert_true(rounded(oracle, edge, TYPE_F32) == INFINITY);
    assert_true(rounded(oracle, inside, TYPE_F32) == 0x1.fffffep127);
    oracle_free(oracle);
}

static void rounding_agrees_with_the_table_of_types(void **state)
{
    mpfr_t x, scratch;
    mpfr_inits2(53, x, scratch, (mpfr_ptr)NULL);
    Rng rng = rng_new(2, 2);
    for (int t = 0; t < N_FLOAT_TYPES; t++)
        for (int i = 0; i < 20000; i++) {
            const Type type = FLOAT_TYPES[t];
            const double value = (rng_unit(&rng) - 0.5) * exp2((int)rng_below(&rng, 340) - 180);
            mpfr_set_d(x, value, MPFR_RNDN);
            if (bits_from_mpfr(type, x, scratch) != bits_from_value(type, value))
                fail_msg("%a to %s", value, type_info(type)->name);
        }
    mpfr_clears(x, scratch, (mpfr_ptr)NULL);
}

/* -- decimals and constants -------------------------------------------------------------- */

static void check_decimal(const Prog *prog, const char *at, int digits, const char *want)
{
    Oracle *oracle = oracle_new(prog, NULL, 0);
    Real x = {0};
    const char *end;
    if (at) assert_true(real_parse(at, &end, &x));
    Text text = {0};
    Err err = {0};
    if (oracle_print(oracle, &x, digits, &text, &err) != OK) fail_msg("%s", err.text);
    if (strcmp(text_get(&text), want) != 0) fail_msg("%s, not %s", want, text_get(&text));
    text_release(&text);
    oracle_free(oracle);
}

static Prog leaf(Op op)
{
    Prog p;
    prog_init(&p);
    prog_add(&p, op, 0, 0, 0);
    return p;
}

static void oracle_prints_known_constants_to_40_digits(void **state)
{
    Prog p = leaf(OP_PI);
    check_decimal(&p, NULL, 40, "3.141592653589793238462643383279502884197");
    p = leaf(OP_E);
    check_decimal(&p, NULL, 40, "2.718281828459045235360287471352662497757");
    p = leaf(OP_LN2);
    check_decimal(&p, NULL, 40, "0.6931471805599453094172321214581765680755");
    p = reference_of(OP_ZETA);
    check_decimal(&p, "3", 40, "1.202056903159594285399738161511449990765");
    p = reference_of(OP_GAMMA);
    check_decimal(&p, "0.5", 40, "1.772453850905516027298167483341145182798");
    p = reference_of(OP_SQRT);
    check_decimal(&p, "2", 40, "1.414213562373095048801688724209698078570");
    p = reference_of(OP_LI2); /* pi^2/12 - log(2)^2/2 */
    check_decimal(&p, "0.5", 40, "0.5822405264650125059026563201596801087442");
    p = reference_of(OP_AI);
    check_decimal(&p, "0", 40, "0.3550280538878172392600631860041831763980");
    /* One tenth, not the double next to it. */
    p = reference_of(OP_EXP);
    check_decimal(&p, "0.1", 40, "1.105170918075647624811707826490246668225");
    check_decimal(&p, "0", 5, "1.0000");
    check_decimal(&p, "100", 10, "2.688117142e+43");
    check_decimal(&p, "-100", 10, "3.720075976e-44");
    p = reference_of(OP_LOG);
    check_decimal(&p, "-1", 10, "nan");
    check_decimal(&p, "0", 10, "-inf");
    check_decimal(&p, "1", 10, "0");
}

static Prog quarter_pi(void)
{
    Prog p = leaf(OP_PI);
    prog_add(&p, OP_DIV, 0, prog_add_const(&p, TYPE_REAL, 4), 0);
    return p;
}

static void oracle_constants_are_rounded_down_and_up(void **state)
{
    Err err = {0};
    double down, up;
    Prog p = quarter_pi();
    assert_int_equal(oracle_constant(&p, &down, &up, &err), OK);
    assert_true(down == 0x1.921fb54442d18p-1 && up == 0x1.921fb54442d19p-1);
    prog_init(&p);
    prog_add_const(&p, TYPE_REAL, 0.375);
    assert_int_equal(oracle_constant(&p, &down, &up, &err), OK);
    assert_true(down == 0.375 && up == 0.375);
    Real tenth;
    const char *end;
    real_parse("0.1", &end, &tenth);
    prog_init(&p);
    prog_add_real(&p, tenth);
    assert_int_equal(oracle_constant(&p, &down, &up, &err), OK);
    assert_true(up == 0.1 && down == nextafter(0.1, 0));
    real_parse("1e-300000", &end, &tenth);
    prog_init(&p);
    prog_add_real(&p, tenth);
    assert_int_equal(oracle_constant(&p, &down, &up, &err), OK);
    assert_true(down == 0 && up == 0x1p-1074);
    prog_init(&p);
    prog_add(&p, OP_LOG, prog_add_const(&p, TYPE_REAL, -1), 0, 0);
    assert_int_equal(oracle_constant(&p, &down, &up, &err), ERR_INPUT);
}

/* -- threads --------------------------------------------------------------------------------- */

typedef struct {
    Oracle *oracle[4];
    double sum[64];
} Work;

static void work(void *context, int piece, int worker)
{
    Work *w = context;
    for (int i = 0; i < 50; i++) {
        const double x = piece + i / 64.0;
        uint64_t bits = 0;
        oracle_round(w->oracle[worker], &x, TYPE_F64, &bits, NULL, NULL);
        w->sum[piece] += value_from_bits(TYPE_F64, bits);
    }
}

static void oracles_of_several_threads_agree(void **state)
{
    const Prog prog = reference_of(OP_LGAMMA);
    Work one = {0}, four = {0};
    for (int i = 0; i < 4; i++) one.oracle[i] = oracle_new(&prog, NULL, 0);
    memcpy(four.oracle, one.oracle, sizeof one.oracle);
    pool_run(1, 64, work, &one);
    pool_run(4, 64, work, &four);
    assert_memory_equal(one.sum, four.sum, sizeof one.sum);
    for (int i = 0; i < 4; i++) oracle_free(one.oracle[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(oracle_tells_exact_results),
        cmocka_unit_test(oracle_decides_all_but_ties_it_cannot_prove),
        cmocka_unit_test(oracle_rounds_subnormals_once),
        cmocka_unit_test(rounding_agrees_with_the_table_of_types),
        cmocka_unit_test(oracle_prints_known_constants_to_40_digits),
        cmocka_unit_test(oracle_constants_are_rounded_down_and_up),
        cmocka_unit_test(oracles_of_several_threads_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
