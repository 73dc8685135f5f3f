#include "search/inputs.h"

#include <math.h>
#include <stdlib.h>

static void inputs_add(Inputs *inputs, double x, const Domain *domain)
{
    if (!isfinite(x) || inputs->n == inputs->capacity) return;
    if (!domain->is_all && (x < domain->lo || x > domain->hi)) return;
    inputs->value[inputs->n++] = x;
}

/* The finite floats of the domain as an ordered range. */
static void finite_range(const Domain *domain, Type type, int64_t *first, int64_t *last)
{
    const int64_t highest = ordered_from_value(type, INFINITY) - 1;
    const int64_t lowest = ordered_from_value(type, -INFINITY) + 1;
    *first = domain_first(domain, type);
    *last = domain_last(domain, type);
    if (*first < lowest) *first = lowest;
    if (*last > highest) *last = highest;
}

static int64_t ordered_between(Rng *rng, int64_t first, int64_t last)
{
    const uint64_t count = (uint64_t)last - (uint64_t)first;
    if (count == UINT64_MAX) return (int64_t)rng_next(rng);
    return (int64_t)((uint64_t)first + rng_below(rng, count + 1));
}

/* Inputs where programs go wrong: both ends with neighbours, around zero, subnormals, powers of two. */
static void add_landmarks(Inputs *inputs, const Goal *goal, int variable, int n)
{
    const Domain *domain = &goal->domain[variable];
    const Type type = goal->type;
    const TypeInfo *info = type_info(type);
    int64_t first, last;
    finite_range(domain, type, &first, &last);
    for (int i = 0; i < 4 && i <= last - first; i++) {
        inputs_add(inputs, value_from_ordered(type, first + i), domain);
        inputs_add(inputs, value_from_ordered(type, last - i), domain);
    }
    const double least = ldexp(1, info->emin - info->precision + 1), normal = ldexp(1, info->emin);
    const double near_zero[] = {0, least, 2 * least, normal - least, normal};
    for (size_t i = 0; i < sizeof near_zero / sizeof *near_zero; i++) {
        inputs_add(inputs, near_zero[i], domain);
        inputs_add(inputs, -near_zero[i], domain);
    }
    /* At most about n/8 powers of two per sign. */
    const int stride = 1 + (info->emax - info->emin) * 8 / (n + 1);
    for (int e = info->emin; e <= info->emax; e += e >= -4 && e < 8 ? 1 : stride) {
        inputs_add(inputs, ldexp(1, e), domain);
        inputs_add(inputs, -ldexp(1, e), domain);
    }
    for (int i = 0; i < goal->n_exact && variable == 0; i++)
        inputs_add(inputs, goal->exact[i].x, domain);
}

/* Strata in the ordered integers [first, last], one random point in each. */
static void add_ordered(Inputs *inputs, const Goal *goal, int variable, int64_t first, int64_t last,
                        int n, Rng *rng)
{
    if (first > last || n < 1) return;
    const uint64_t count = (uint64_t)last - (uint64_t)first;
    const uint64_t width = count / (uint64_t)n + 1;
    for (int i = 0; i < n; i++) {
        const uint64_t start = (uint64_t)i * width;
        if (start > count) break;
        const uint64_t end = count - start < width - 1 ? count : start + (width - 1);
        const int64_t ordered = ordered_between(rng, (int64_t)((uint64_t)first + start),
                                                (int64_t)((uint64_t)first + end));
        inputs_add(inputs, value_from_ordered(goal->type, ordered), &goal->domain[variable]);
    }
}

/* Magnitudes about 1, where most functions change most, and where sums of multiples of a step or of a logarithm's gain
   cancel: a few of hundreds of binades. False if that is most of the domain anyway. */
static bool add_middle(Inputs *inputs, const Goal *goal, int variable, int64_t first, int64_t last,
                       int n, Rng *rng)
{
    enum { BINADES = 5 };
    const Type type = goal->type;
    const int64_t least = ordered_from_value(type, ldexp(1, -BINADES)),
                  most = ordered_from_value(type, ldexp(1, BINADES));
    const int64_t minus_least = ordered_from_value(type, -ldexp(1, -BINADES)),
                  minus_most = ordered_from_value(type, -ldexp(1, BINADES));
    const int64_t from = first > least ? first : least, to = last < most ? last : most;
    const int64_t minus_from = first > minus_most ? first : minus_most,
                  minus_to = last < minus_least ? last : minus_least;
    const double above = to >= from ? (double)to - (double)from : 0,
                 below = minus_to >= minus_from ? (double)minus_to - (double)minus_from : 0;
    if (above + below == 0 || 4 * (above + below) > (double)last - (double)first) return false;
    const int n_above = (int)(n * above / (above + below));
    add_ordered(inputs, goal, variable, from, to, n_above, rng);
    add_ordered(inputs, goal, variable, minus_from, minus_to, n - n_above, rng);
    return true;
}

/* Strata, one random point in each: in the ordered integers, in those about 1, and in the value. */
static void add_spread(Inputs *inputs, const Goal *goal, int variable, int n, Rng *rng)
{
    const Domain *domain = &goal->domain[variable];
    const Type type = goal->type;
    int64_t first, last;
    finite_range(domain, type, &first, &last);
    const double lo = value_from_ordered(type, first), hi = value_from_ordered(type, last);
    int part = n / 3 > 0 ? n / 3 : 1;
    if (!add_middle(inputs, goal, variable, first, last, part, rng)) part = n / 2 > 0 ? n / 2 : 1;
    add_ordered(inputs, goal, variable, first, last, part, rng);
    for (int i = 0; i < part; i++) {
        const double u = (i + rng_unit(rng)) / part;
        const double x = lo * (1 - u) + hi * u;
        inputs_add(inputs, value_from_bits(type, bits_from_value(type, x)), domain);
    }
}

/* Even in the cosine's sense (denser towards the ends), and steps halving towards both ends. */
static void add_real_spread(Inputs *inputs, const Domain *domain, int n)
{
    const double lo = domain->lo, width = domain->hi - domain->lo;
    if (!domain->lo_open) inputs_add(inputs, domain->lo, domain);
    if (!domain->hi_open) inputs_add(inputs, domain->hi, domain);
    for (int k = 8; k <= 24; k += 2) {
        inputs_add(inputs, lo + ldexp(width, -k), domain);
        inputs_add(inputs, domain->hi - ldexp(width, -k), domain);
    }
    for (int i = 0; i < n; i++) {
        const double u = (1 - cos(3.14159265358979323846 * (i + 0.5) / n)) / 2;
        inputs_add(inputs, lo * (1 - u) + domain->hi * u, domain);
    }
}

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    if (x != y) return x < y ? -1 : 1;
    return (int)signbit(y) - (int)signbit(x); /* -0 before +0 */
}

static void inputs_sort(Inputs *inputs)
{
    qsort(inputs->value, (size_t)inputs->n, sizeof(double), compare_doubles);
    int n = 0;
    for (int i = 0; i < inputs->n; i++)
        if (n == 0 || compare_doubles(&inputs->value[n - 1], &inputs->value[i]) != 0)
            inputs->value[n++] = inputs->value[i];
    inputs->n = n;
}

static void inputs_shuffle(Inputs *inputs, Rng *rng)
{
    for (int i = inputs->n - 1; i > 0; i--) {
        const int j = (int)rng_below(rng, (uint64_t)i + 1);
        const double old = inputs->value[i];
        inputs->value[i] = inputs->value[j];
        inputs->value[j] = old;
    }
}

Inputs inputs_choose(const Goal *goal, int variable, int n, Rng *rng)
{
    Inputs inputs = {.capacity = 2 * n + 4096};
    inputs.value = xmalloc((size_t)inputs.capacity * sizeof(double));
    const Domain *domain = &goal->domain[variable];
    if (goal->type == TYPE_REAL) {
        add_real_spread(&inputs, domain, n);
    } else {
        int64_t first, last;
        finite_range(domain, goal->type, &first, &last);
        const uint64_t count = (uint64_t)last - (uint64_t)first + 1;
        if (first <= last && count <= (uint64_t)n) {
            for (int64_t o = first; o <= last; o++)
                inputs_add(&inputs, value_from_ordered(goal->type, o), domain);
        } else if (first <= last) {
            add_landmarks(&inputs, goal, variable, n);
            add_spread(&inputs, goal, variable, n, rng);
        }
    }
    inputs_sort(&inputs);
    inputs_shuffle(&inputs, rng);
    return inputs;
}
