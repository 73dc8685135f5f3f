/* Enclosures over boxes contain the values inside, for every reference operator. */
#include "oracle_support.h"

static bool is_reference_function(Op op)
{
    const OpInfo *info = op_info(op);
    return info->kind & KIND_REFERENCE && info->signature == SIG_FLOAT && info->arity > 0;
}

/* Pairs of ends: narrow and wide, on both sides of zero, touching interesting places. */
static void random_box(Rng *rng, double *lo, double *hi)
{
    static const double places[] = {0,
                                    -1,
                                    1,
                                    2,
                                    0.5,
                                    -0.5,
                                    -2,
                                    1.4616321449683623,
                                    -3,
                                    3,
                                    1.5707963267948966,
                                    -1.2784645,
                                    -0.7517915,
                                    -1.1924312,
                                    4,
                                    -2.7172628292045743,
                                    2.197141,
                                    3.683022,
                                    -1.01879,
                                    300,
                                    -300,
                                    0.25,
                                    1e-3,
                                    1e10,
                                    -1e10};
    const int n = sizeof places / sizeof *places;
    const double width = exp2(-40 * rng_unit(rng) + 4);
    const double centre = rng_below(rng, 2) ? places[rng_below(rng, n)]
                                            : (2 * rng_unit(rng) - 1) * exp2(6 * rng_unit(rng) - 2);
    *lo = centre - (rng_below(rng, 4) ? width * rng_unit(rng) : 0);
    *hi = centre + (rng_below(rng, 4) ? width * rng_unit(rng) : 0);
    if (rng_below(rng, 30) == 0) *hi = INFINITY;
    if (rng_below(rng, 30) == 0) *lo = -INFINITY;
}

static double random_inside(Rng *rng, double lo, double hi)
{
    const int choice = (int)rng_below(rng, 8);
    if (choice == 0 || lo == hi) return lo;
    if (choice == 1) return hi;
    if (lo == -INFINITY) lo = fmin(hi, 0) - 1000;
    if (hi == INFINITY) hi = fmax(lo, 0) + 1000;
    const double x = lo + (hi - lo) * rng_unit(rng);
    return x < lo ? lo : x > hi ? hi : x;
}

static void check_operator(Op op, int n_boxes)
{
    const Prog prog = reference_of(op);
    Oracle *oracle = oracle_new(&prog, NULL, 0);
    Rng rng = rng_new(3, op);
    int n_tight = 0;
    for (int i = 0; i < n_boxes; i++) {
        double lo[3], hi[3], f_lo, f_hi;
        bool is_smooth;
        Err err = {0};
        for (int k = 0; k < prog.n_inputs; k++) {
            random_box(&rng, &lo[k], &hi[k]);
            if (k > 0 && rng_below(&rng, 3) == 0) lo[k] = hi[k] = rint(lo[k]);
        }
        assert_int_equal(oracle_enclose(oracle, lo, hi, &f_lo, &f_hi, &is_smooth, &err), OK);
        n_tight += isfinite(f_lo) && isfinite(f_hi);
        for (int j = 0; j < 6; j++) {
            double x[3] = {0};
            for (int k = 0; k < prog.n_inputs; k++) x[k] = random_inside(&rng, lo[k], hi[k]);
            const double value = rounded(oracle, x, TYPE_F64);
            if (isnan(value)) {
                if (is_smooth)
                    fail_msg("%s is called smooth on [%a, %a] x [%a, %a] but NaN at %a %a",
                             op_info(op)->name, lo[0], hi[0], lo[1], hi[1], x[0], x[1]);
                continue;
            }
            /* The ends are rounded outward, so a rounded value may not leave them. */
            if (!(f_lo <= value && value <= f_hi))
                fail_msg("%s(%a, %a, %a) = %a is outside [%a, %a], of [%a, %a] x [%a, %a]",
                         op_info(op)->name, x[0], x[1], x[2], value, f_lo, f_hi, lo[0], hi[0],
                         lo[1], hi[1]);
        }
    }
    /* Not by calling everything unknown. */
    if (n_tight < n_boxes / 10)
        fail_msg("%s: %d of %d bounded", op_info(op)->name, n_tight, n_boxes);
    oracle_free(oracle);
}

static void oracle_encloses_every_operator(void **state)
{
    for (int op = 0; op < OP_COUNT; op++)
        if (is_reference_function((Op)op))
            check_operator((Op)op, op == OP_ZETA || op == OP_JN ? 150 : 1500);
}

/* Between the ends: an extremum, and pieces that are put together. */
static void oracle_encloses_what_lies_inside(void **state)
{
    static const struct {
        Op op;
        double lo, hi, inside;
    } ROWS[] = {
        {OP_Y0, 5.4, 5.45, 5.4296810407941351},
        {OP_Y0, 5.42968, 5.42969, 5.4296810407941351},
        {OP_Y1, 6.94, 6.95, 6.9415},
        {OP_Y1, 3.68, 3.69, 3.683022},
        {OP_J0, 3.8, 3.9, 3.8317059702075125},
        {OP_AI, -1.1, -1, -1.0187929716474711},
        {OP_ZETA, -3.15, 0.56, 0.55},
        {OP_ZETA, -2.9, -0.5, -0.51},
        {OP_ZETA, -3, 0.9, -2.7172628292045743},
        {OP_SINC, 4.4, 4.6, 4.4934094579},
        {OP_MISH, -1.3, -1.1, -1.1924312145},
        {OP_GELU_TANH, -0.8, -0.7, -0.7524614},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        const Prog prog = reference_of(ROWS[i].op);
        Oracle *oracle = oracle_new(&prog, NULL, 0);
        double lo, hi;
        bool is_smooth;
        Err err;
        assert_int_equal(
            oracle_enclose(oracle, &ROWS[i].lo, &ROWS[i].hi, &lo, &hi, &is_smooth, &err), OK);
        const double value = rounded(oracle, &ROWS[i].inside, TYPE_F64);
        if (!(lo <= value && value <= hi))
            fail_msg("%s on [%g, %g]: [%a, %a] without %a", op_info(ROWS[i].op)->name, ROWS[i].lo,
                     ROWS[i].hi, lo, hi, value);
        oracle_free(oracle);
    }
}

/* On a box of 1e-6 around an ordinary point the enclosure is not much wider than the
   values are apart. */
static void oracle_encloses_narrow_boxes_tightly(void **state)
{
    static const double centres[] = {0.3, 0.7, 1.3, 2.3, 5.1, -0.4, -1.7, -3.3};
    for (int op = 0; op < OP_COUNT; op++) {
        if (!is_reference_function((Op)op) || op_info((Op)op)->arity != 1) continue;
        const Prog prog = reference_of((Op)op);
        Oracle *oracle = oracle_new(&prog, NULL, 0);
        for (size_t i = 0; i < sizeof centres / sizeof *centres; i++) {
            const double lo = centres[i] - 1e-6, hi = centres[i] + 1e-6;
            const double left = rounded(oracle, &lo, TYPE_F64);
            double f_lo, f_hi;
            bool is_smooth;
            Err err;
            if (isnan(left)) continue;
            assert_int_equal(oracle_enclose(oracle, &lo, &hi, &f_lo, &f_hi, &is_smooth, &err), OK);
            if (!(f_hi - f_lo < 1e-3 * fmax(1, fabs(left))))
                fail_msg("%s on [%a, %a]: [%a, %a]", op_info((Op)op)->name, lo, hi, f_lo, f_hi);
            assert_true(is_smooth);
        }
        oracle_free(oracle);
    }
}

typedef struct {
    Op op;
    double lo, hi;
    bool is_smooth;
} Smoothness;

static void oracle_knows_kinks_poles_and_branch_points(void **state)
{
    static const Smoothness cases[] = {
        {OP_ABS, -1, 1, false},      {OP_ABS, 0, 1, true},           {OP_ABS, -2, -1, true},
        {OP_SQRT, 0, 1, false},      {OP_SQRT, 0.5, 1, true},        {OP_SQRT, -1, 1, false},
        {OP_LOG, 0, 1, false},       {OP_LOG, 0.1, 1, true},         {OP_CBRT, -1, 1, false},
        {OP_CBRT, 0.1, 1, true},     {OP_TAN, 1, 2, false},          {OP_TAN, -1, 1, true},
        {OP_TANPI, 0.5, 0.6, false}, {OP_TANPI, 0.51, 0.6, true},    {OP_FLOOR, 0.1, 0.9, true},
        {OP_FLOOR, 0.9, 1.1, false}, {OP_GAMMA, -0.5, 0.5, false},   {OP_GAMMA, -1.9, -1.1, true},
        {OP_GAMMA, -2, -1.5, false}, {OP_LGAMMA, -3.5, -2.5, false}, {OP_ZETA, 0.5, 1.5, false},
        {OP_ZETA, 1.5, 5, true},     {OP_ASIN, -1, 0, false},        {OP_ASIN, -0.9, 0.9, true},
        {OP_ACOSH, 1, 2, false},     {OP_LI2, 0.5, 1.5, false},      {OP_LI2, -5, 0.5, true},
        {OP_SINC, -1, 1, true},      {OP_SINC, -100, 100, true},     {OP_COSH, -1, 1, true},
        {OP_MISH, -9, 9, true},      {OP_LOGIT, 0, 0.5, false},      {OP_LOGIT, 0.1, 0.9, true},
        {OP_Y0, 0, 1, false},        {OP_Y1, 0.1, 9, true},          {OP_EXP, -5, 5, true},
        {OP_RSQRT, 0, 1, false},     {OP_RSQRT, 0.5, 1, true},       {OP_ATANH, -1, 0, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Smoothness *c = &cases[i];
        const Prog prog = reference_of(c->op);
        Oracle *oracle = oracle_new(&prog, NULL, 0);
        double f_lo, f_hi;
        bool is_smooth;
        Err err;
        assert_int_equal(oracle_enclose(oracle, &c->lo, &c->hi, &f_lo, &f_hi, &is_smooth, &err),
                         OK);
        if (is_smooth != c->is_smooth)
            fail_msg("%s on [%g, %g] is called %ssmooth", op_info(c->op)->name, c->lo, c->hi,
                     is_smooth ? "" : "not ");
        oracle_free(oracle);
    }
}

static Ref op_of(Prog *p, Op op, Ref x) { return prog_add(p, op, x, 0, 0); }

/* sqrt(log(1 + x^2)) */
static void root_of_log(Prog *p, Ref x)
{
    const Ref sum = prog_add(p, OP_ADD, prog_add_const(p, TYPE_REAL, 1), prog_add(p, OP_MUL, x, x, 0), 0);
    op_of(p, OP_SQRT, op_of(p, OP_LOG, sum));
}

/* sqrt(1 - cos(x)) */
static void chord(Prog *p, Ref x)
{
    const Ref one = prog_add_const(p, TYPE_REAL, 1);
    op_of(p, OP_SQRT, prog_add(p, OP_SUB, one, op_of(p, OP_COS, x), 0));
}

/* log(1 + exp(x)) */
static void log_of_sum(Prog *p, Ref x)
{
    const Ref one = prog_add_const(p, TYPE_REAL, 1);
    op_of(p, OP_LOG, prog_add(p, OP_ADD, one, op_of(p, OP_EXP, x), 0));
}

static void log_of_cosh(Prog *p, Ref x) { op_of(p, OP_LOG, op_of(p, OP_COSH, x)); }

static void acosh_of_exp(Prog *p, Ref x) { op_of(p, OP_ACOSH, op_of(p, OP_EXP, x)); }

/* Over a binade these are smooth and at most square, though in few bits they seem to reach zero, or in any to pass through
   infinity. */
static void oracle_encloses_what_few_bits_or_exponents_cannot_hold(void **state)
{
    static const struct {
        void (*build)(Prog *p, Ref x);
        double lo;
    } cases[] = {
        {root_of_log, 0x1p-100}, {root_of_log, 0x1p-20}, {chord, 0x1p-100},
        {chord, 0x1p-20},        {log_of_sum, 0x1p43},   {log_of_sum, 0x1p100},
        {log_of_cosh, 0x1p100},  {log_of_cosh, 0x1p-90}, {acosh_of_exp, 0x1p60},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Prog p;
        prog_init(&p);
        cases[i].build(&p, prog_add_input(&p, TYPE_REAL, "x"));
        Oracle *oracle = oracle_new(&p, NULL, 0);
        const double lo = cases[i].lo, hi = 2 * lo, middle = 1.5 * lo;
        const double value = rounded(oracle, &middle, TYPE_F64);
        double f_lo, f_hi;
        bool is_smooth;
        Err err;
        assert_int_equal(oracle_enclose(oracle, &lo, &hi, &f_lo, &f_hi, &is_smooth, &err), OK);
        if (!is_smooth || !(f_lo <= value && value <= f_hi) || !(f_hi <= 4.1 * f_lo))
            fail_msg("case %zu on [%a, %a]: [%a, %a] is %ssmooth", i, lo, hi, f_lo, f_hi,
                     is_smooth ? "" : "not ");
        oracle_free(oracle);
    }
}

/* What the enclosure over even integers says holds at each of them. */
static void oracle_knows_functions_at_even_integers(void **state)
{
    (void)state;
    static const double boxes[][2] = {
        {4, 60}, {-60, -4}, {-6, 6}, {0x1p24, 0x1p24 + 40}, {-0x1p60, -0x1p59}};
    static const Op known[] = {OP_SINPI, OP_COSPI, OP_TANPI, OP_GAMMA, OP_LGAMMA};
    for (int op = 0; op < OP_COUNT; op++) {
        if (!is_reference_function((Op)op) || op_info((Op)op)->arity != 1) continue;
        const Prog prog = reference_of((Op)op);
        Oracle *oracle = oracle_new(&prog, NULL, 0);
        for (size_t k = 0; k < sizeof boxes / sizeof *boxes; k++) {
            double f_lo, f_hi;
            bool is_smooth;
            Err err;
            assert_int_equal(oracle_enclose_multiples(oracle, &boxes[k][0], &boxes[k][1], 1, &f_lo,
                                                      &f_hi, &is_smooth, &err),
                             OK);
            const double step =
                boxes[k][1] - boxes[k][0] > 1000 ? (boxes[k][1] - boxes[k][0]) / 8 : 2;
            for (double x = boxes[k][0]; x <= boxes[k][1]; x += step) {
                const double value = rounded(oracle, &x, TYPE_F64);
                const bool is_right =
                    isnan(value) ? isnan(f_lo) || isinf(f_lo) : f_lo <= value && value <= f_hi;
                if (!is_right)
                    fail_msg("%s(%a) = %a is outside [%a, %a]", op_info((Op)op)->name, x, value,
                             f_lo, f_hi);
            }
            for (size_t i = 0; i < sizeof known / sizeof *known; i++)
                if (known[i] == (Op)op && boxes[k][1] < 0)
                    assert_true((f_lo == f_hi || isnan(f_lo)) && !is_smooth);
        }
        oracle_free(oracle);
    }
}

/* sinpi(x/8 + 3x - 6) at multiples of 2^grid: even integers in between from grid 4 on. */
static void oracle_knows_multiples_through_sums_and_products(void **state)
{
    (void)state;
    Prog prog;
    prog_init(&prog);
    const Ref x = prog_add_input(&prog, TYPE_REAL, "x");
    const Ref eighth = prog_add(&prog, OP_MUL, x, prog_add_const(&prog, TYPE_REAL, 0.125), 0);
    const Ref triple = prog_add(&prog, OP_MUL, prog_add_const(&prog, TYPE_REAL, 3), x, 0);
    const Ref sum = prog_add(&prog, OP_ADD, eighth, triple, 0);
    const Ref angle = prog_add(&prog, OP_SUB, sum, prog_add_const(&prog, TYPE_REAL, 6), 0);
    prog_add(&prog, OP_SINPI, angle, 0, 0);
    Oracle *oracle = oracle_new(&prog, NULL, 0);
    const double lo = 0x1p30, hi = 0x1p31;
    for (int grid = 0; grid < 8; grid++) {
        double f_lo, f_hi;
        assert_int_equal(
            oracle_enclose_multiples(oracle, &lo, &hi, grid, &f_lo, &f_hi, NULL, NULL), OK);
        assert_int_equal(f_lo == 0 && f_hi == 0, grid >= 4);
        /* The next run knows nothing of it. */
        assert_int_equal(oracle_enclose(oracle, &lo, &hi, &f_lo, &f_hi, NULL, NULL), OK);
        assert_true(f_lo == -1 && f_hi == 1);
    }
    oracle_free(oracle);
}

static void oracle_refuses_an_empty_box(void **state)
{
    const Prog prog = reference_of(OP_EXP);
    Oracle *oracle = oracle_new(&prog, NULL, 0);
    const double lo = 1, hi = 0;
    double f_lo, f_hi;
    Err err;
    assert_int_equal(oracle_enclose(oracle, &lo, &hi, &f_lo, &f_hi, NULL, &err), ERR_INPUT);
    oracle_free(oracle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(oracle_encloses_every_operator),
        cmocka_unit_test(oracle_encloses_what_lies_inside),
        cmocka_unit_test(oracle_encloses_narrow_boxes_tightly),
        cmocka_unit_test(oracle_knows_functions_at_even_integers),
        cmocka_unit_test(oracle_knows_multiples_through_sums_and_products),
        cmocka_unit_test(oracle_knows_kinks_poles_and_branch_points),
        cmocka_unit_test(oracle_encloses_what_few_bits_or_exponents_cannot_hold),
        cmocka_unit_test(oracle_refuses_an_empty_box),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
