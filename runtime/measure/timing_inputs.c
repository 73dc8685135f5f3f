/* Where a function lives, by looking at its values. */
#include "runtime/measure/timing.h"

#include "runtime/oracle/oracle.h"

#include <math.h>

enum { N_LOOKS = 300, N_PASSES = 3 };

static const double RARE = 4096; /* the magnitude at which ends that the goal leaves open are set */
static const double INSIDE = 0.9; /* of each end's magnitude: ends are where things get special */

/* The domain without what is beyond finite values and, where an end is open, beyond RARE. */
static void bounded_domain(const Goal *goal, double *lo, double *hi)
{
    const Type type = goal->type;
    const double largest = value_from_ordered(type, ordered_from_value(type, INFINITY) - 1);
    const Domain *domain = &goal->domain[0];
    const double rare = fmin(RARE, largest);
    *lo = domain->is_all || domain->lo <= -largest ? -rare : domain->lo;
    *hi = domain->is_all || domain->hi >= largest ? rare : domain->hi;
    if (*lo > *hi)
        *lo = domain->is_all ? -rare : fmax(domain->lo, -largest), *hi = fmin(domain->hi, largest);
}

static bool is_normal(Type type, uint64_t bits)
{
    static const int LEAST_EXPONENT[] = {
        [TYPE_F16] = -14, [TYPE_BF16] = -126, [TYPE_F32] = -126, [TYPE_F64] = -1022};
    const double value = value_from_bits(type, bits);
    return isfinite(value) && fabs(value) >= ldexp(1, LEAST_EXPONENT[type]);
}

/* Looks at x[0..n), in order: `life` becomes the first and the last between which the function lives, being normal
   and other than at the look before, and `around` the looks next to them. False where it does nowhere. */
static bool find_life(Oracle *oracle, Type type, const double *x, int n, TimingInputs *life,
                      TimingInputs *around)
{
    uint64_t last = 0;
    bool was_normal = false, is_found = false;
    for (int i = 0; i < n; i++) {
        uint64_t bits = 0;
        const bool is_good =
            oracle_round(oracle, &x[i], type, &bits, NULL, NULL) == OK && is_normal(type, bits);
        if (is_good && was_normal && bits != last) {
            if (!is_found) life->lo = x[i - 1], around->lo = x[i > 1 ? i - 2 : 0];
            life->hi = x[i];
            around->hi = x[i < n - 1 ? i + 1 : i];
            is_found = true;
        }
        was_normal = is_good;
        last = bits;
    }
    return is_found;
}

/* Half of the looks evenly, half by magnitude, in order. */
static int choose_looks(Type type, double lo, double hi, double *x)
{
    enum { HALF = N_LOOKS / 2 };
    double even[HALF + 1], scaled[HALF + 1];
    const int64_t first = ordered_from_value(type, lo), last = ordered_from_value(type, hi);
    const uint64_t span = (uint64_t)last - (uint64_t)first;
    for (int i = 0; i <= HALF; i++) {
        const double t = i / (double)HALF;
        even[i] = value_from_bits(type, bits_from_value(type, lo * (1 - t) + hi * t));
        const uint64_t step =
            (uint64_t)(t * (double)span); /* as unsigned: f64 has more than int64 holds */
        scaled[i] = value_from_ordered(type, (int64_t)((uint64_t)first + step));
    }
    scaled[HALF] = hi;
    int n = 0;
    for (int a = 0, b = 0; a <= HALF || b <= HALF;) {
        const double next =
            b > HALF || (a <= HALF && even[a] <= scaled[b]) ? even[a++] : scaled[b++];
        if (n == 0 || next > x[n - 1]) x[n++] = next;
    }
    return n;
}

static double inside(double end, double other)
{
    /* Towards the other end, by a part of the magnitude. */
    return end < other ? (end < 0 ? end * INSIDE : end / INSIDE)
                       : (end < 0 ? end / INSIDE : end * INSIDE);
}

Status timing_inputs(TimingInputs *out, const Goal *goal, Err *err)
{
    double x[N_LOOKS + 4];
    TimingInputs life, around;
    if (goal->n_variables != 1 || !type_is_float(goal->type))
        return fail(err, ERR_UNSUPPORTED, "only float programs of one variable are timed");
    bounded_domain(goal, &life.lo, &life.hi);
    around = life;
    Oracle *oracle = oracle_new(&goal->reference, goal->exact, goal->n_exact);
    for (int pass = 0; pass < N_PASSES; pass++) {
        const int n = choose_looks(goal->type, around.lo, around.hi, x);
        if (!find_life(oracle, goal->type, x, n, &life, &around)) break;
    }
    oracle_free(oracle);
    *out = (TimingInputs){inside(life.lo, life.hi), inside(life.hi, life.lo)};
    if (!(out->lo < out->hi)) *out = life;
    return OK;
}
