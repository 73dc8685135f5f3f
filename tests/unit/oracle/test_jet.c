/* Taylor coefficients over a box contain those of every point in it, and those of a point agree
   with the neighbouring points' by the mean value: c'[k] = (k+1) c[k+1]. */
#include "oracle_support.h"

#include "runtime/oracle/jet.h"

enum { N = 20, BITS = 200, WIDE_BITS = 64 };

typedef struct {
    mpfi_t c[N + 2];
} Coefficients;

static void init(Coefficients *x, int bits)
{
    for (int k = 0; k <= N + 1; k++) mpfi_init2(x->c[k], bits);
}

static void release(Coefficients *x)
{
    for (int k = 0; k <= N + 1; k++) mpfi_clear(x->c[k]);
}

/* An interval around places of all kinds, narrow and wide. */
static void random_interval(Rng *rng, double *lo, double *hi)
{
    static const double places[] = {0, 1, -1, 0.5, 2, -2.5, 8, -0.5, 1.46, -7.25, 3, 30};
    const double centre = places[rng_below(rng, sizeof places / sizeof *places)] +
                          (rng_below(rng, 2) ? 0 : 2 * rng_unit(rng) - 1);
    const double radius = exp2(-12 * rng_unit(rng) - 1);
    *lo = centre - (rng_below(rng, 4) ? radius : 0);
    *hi = centre + radius;
}

static bool meet(mpfi_srcptr x, mpfi_srcptr y)
{
    return mpfr_cmp(&x->left, &y->right) <= 0 && mpfr_cmp(&y->left, &x->right) <= 0;
}

/* Was there anything to check? */
static bool check_box(Op op, Rng *rng, Jets *tight, Jets *wide, Coefficients *at,
                      Coefficients *over)
{
    double lo, hi;
    random_interval(rng, &lo, &hi);
    mpfi_t box, point;
    mpfi_init2(box, 53);
    mpfi_init2(point, 53);
    mpfi_interv_d(box, lo, hi);
    const bool is_known = jet(wide, op, over->c, N, box);
    for (int i = 0; i < 4 && is_known; i++) {
        const double x = i == 0 ? lo : i == 1 ? hi : lo + rng_unit(rng) * (hi - lo);
        mpfi_set_d(point, x);
        if (!jet(tight, op, at->c, N, point))
            fail_msg("%s is known on [%a, %a] but not at %a", op_info(op)->name, lo, hi, x);
        for (int k = 0; k <= N; k++)
            if (!mpfi_bounded_p(over->c[k]) || !meet(at->c[k], over->c[k]))
                fail_msg("%s: coefficient %d at %a is not in that of [%a, %a]", op_info(op)->name,
                         k, x, lo, hi);
    }
    mpfi_clear(box);
    mpfi_clear(point);
    return is_known;
}

static void coefficients_over_a_box_contain_those_inside(void **state)
{
    Rng rng = rng_new(5, 0);
    Jets *tight = jets_new(BITS), *wide = jets_new(WIDE_BITS);
    Coefficients at, over;
    init(&at, BITS);
    init(&over, WIDE_BITS);
    for (Op op = 0; op < OP_COUNT; op++) {
        if (!jet_has(op)) continue;
        int n_known = 0;
        for (int i = 0; i < 80; i++) n_known += check_box(op, &rng, tight, wide, &at, &over);
        if (n_known < 5) fail_msg("%s is known on %d boxes only", op_info(op)->name, n_known);
    }
    release(&at);
    release(&over);
    jets_free(tight);
    jets_free(wide);
}

/* (g[k](b) - g[k](a))/(b - a) is (k+1) g[k+1] somewhere between. */
static void coefficients_are_each_others_derivatives(void **state)
{
    Rng rng = rng_new(6, 0);
    Jets *tight = jets_new(BITS), *wide = jets_new(WIDE_BITS);
    Coefficients left, right, over;
    init(&left, BITS);
    init(&right, BITS);
    init(&over, WIDE_BITS);
    mpfi_t box, slope;
    mpfi_init2(box, BITS);
    mpfi_init2(slope, BITS);
    for (Op op = 0; op < OP_COUNT; op++)
        for (int i = 0; i < 20 && jet_has(op); i++) {
            double lo, hi;
            random_interval(&rng, &lo, &hi);
            hi = lo + 0x1p-20;
            mpfi_set_d(box, lo);
            if (!jet(tight, op, left.c, N, box)) continue;
            mpfi_set_d(box, hi);
            if (!jet(tight, op, right.c, N, box)) continue;
            mpfi_interv_d(box, lo, hi);
            if (!jet(wide, op, over.c, N + 1, box)) continue;
            for (int k = 0; k <= N; k++) {
                mpfi_sub(slope, right.c[k], left.c[k]);
                mpfi_mul_2ui(slope, slope, 20);
                mpfi_div_ui(slope, slope, (unsigned)k + 1);
                if (!meet(slope, over.c[k + 1]))
                    fail_msg("%s: coefficient %d at %a is not the slope of the one before",
                             op_info(op)->name, k + 1, lo);
            }
        }
    mpfi_clear(box);
    mpfi_clear(slope);
    release(&left);
    release(&right);
    release(&over);
    jets_free(tight);
    jets_free(wide);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(coefficients_over_a_box_contain_those_inside),
        cmocka_unit_test(coefficients_are_each_others_derivatives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
