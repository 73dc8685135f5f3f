#include "runtime/measure/samples.h"

#include <math.h>

typedef enum { WAY_VALUE, WAY_ORDERED, WAY_END, WAY_ZERO, WAY_POWER, WAY_COUNT } Way;

/* Out of 100. */
static const int SHARE[WAY_COUNT] = {
    [WAY_VALUE] = 45, [WAY_ORDERED] = 30, [WAY_END] = 8, [WAY_ZERO] = 7, [WAY_POWER] = 10,
};
enum { HARD_SHARE = 15 }; /* of all, where hard points are known */

static Way draw_way(Rng *rng)
{
    int left = (int)rng_below(rng, 100);
    int way = 0;
    while (left >= SHARE[way]) left -= SHARE[way++];
    return (Way)way;
}

static int64_t clamp(int64_t ordered, int64_t first, int64_t last)
{
    return ordered < first ? first : ordered > last ? last : ordered;
}

/* A distance that is as likely to be around 1 as around 2^bits. */
static int64_t draw_distance(Rng *rng, int bits)
{
    return (int64_t)(rng_next(rng) >> (63 - rng_below(rng, (uint64_t)bits + 1)));
}

static int bits_of_range(int64_t first, int64_t last)
{
    const uint64_t range = (uint64_t)last - (uint64_t)first;
    return range == 0 ? 0 : 63 - __builtin_clzll(range | 1) - (range >> 63);
}

static double draw_value(const Domain *domain, int64_t first, int64_t last, Type type, Rng *rng)
{
    double lo = domain->lo, hi = domain->hi;
    if (domain->is_all || isinf(lo) || isinf(hi)) {
        /* Even up to some power of two, since no even spread over all is of use. */
        const double reach = ldexp(1, (int)rng_below(rng, 24) - 8);
        lo = domain->is_all ? -reach : fmax(lo, -reach);
        hi = domain->is_all ? reach : fmin(hi, reach);
        if (lo > hi) lo = hi = lo < 0 ? hi : lo;
    }
    const double x = lo + (hi / 2 - lo / 2) * 2 * rng_unit(rng);
    return value_from_ordered(type, clamp(ordered_from_value(type, x), first, last));
}

static double draw_one(const Domain *domain, Type type, Rng *rng)
{
    const int64_t first = domain_first(domain, type), last = domain_last(domain, type);
    const uint64_t range = (uint64_t)last - (uint64_t)first;
    const int bits = bits_of_range(first, last);
    int64_t ordered = first;
    switch (draw_way(rng)) {
    case WAY_VALUE: return draw_value(domain, first, last, type, rng);
    case WAY_END:
        ordered =
            rng_next(rng) & 1 ? first + draw_distance(rng, bits) : last - draw_distance(rng, bits);
        break;
    case WAY_ZERO:
        if (first <= 0 && last >= 0) {
            ordered = draw_distance(rng, bits);
            if (first < 0 && (rng_next(rng) & 1)) ordered = -1 - ordered;
            break;
        }
        /* fall through */
    case WAY_ORDERED:
        ordered = (int64_t)((uint64_t)first +
                            (range == UINT64_MAX ? rng_next(rng) : rng_below(rng, range + 1)));
        break;
    case WAY_POWER: {
        ordered = (int64_t)((uint64_t)first +
                            (range == UINT64_MAX ? rng_next(rng) : rng_below(rng, range + 1)));
        const double near = value_from_ordered(type, ordered);
        if (near != 0 && isfinite(near))
            ordered = ordered_from_value(type, copysign(ldexp(1, ilogb(near)), near));
        const int64_t distance = draw_distance(rng, 12);
        ordered += rng_next(rng) & 1 ? distance : -distance;
        break;
    }
    default: break;
    }
    return value_from_ordered(type, clamp(ordered, first, last));
}

void sampler_draw(const Sampler *sampler, Rng *rng, double *x)
{
    const Goal *goal = sampler->goal;
    const Type type = goal->type;
    const double *hard = NULL;
    if (sampler->n_hard > 0 && rng_below(rng, 100) < HARD_SHARE)
        hard = sampler->hard[rng_below(rng, (uint64_t)sampler->n_hard)];
    for (int v = 0; v < goal->n_variables; v++) {
        const Domain *domain = &goal->domain[v];
        if (hard == NULL || isnan(hard[v])) {
            x[v] = draw_one(domain, type, rng);
            continue;
        }
        const int64_t distance = draw_distance(rng, type_info(type)->precision - 4);
        const int64_t ordered =
            ordered_from_value(type, hard[v]) + (rng_next(rng) & 1 ? distance : -distance);
        x[v] = value_from_ordered(
            type, clamp(ordered, domain_first(domain, type), domain_last(domain, type)));
    }
}

size_t sampler_specials(const Sampler *sampler, void *const *x, size_t limit)
{
    const Goal *goal = sampler->goal;
    double value[PROG_INPUTS_MAX][SPECIALS_MAX];
    int n_values[PROG_INPUTS_MAX];
    size_t n_all = 1;
    for (int v = 0; v < goal->n_variables; v++) {
        double special[SPECIALS_MAX];
        const int n = special_inputs(&goal->domain[v], goal->type, special, NULL);
        n_values[v] = 0;
        for (int i = 0; i < n; i++)
            if (domain_has(&goal->domain[v], goal->type, special[i]))
                value[v][n_values[v]++] = special[i];
        n_all = n_all > limit ? n_all : n_all * (size_t)n_values[v];
    }
    Rng rng = rng_new(1, 0);
    const size_t n = n_all < limit ? n_all : limit;
    for (size_t i = 0; i < n; i++) {
        size_t rest = i;
        for (int v = 0; v < goal->n_variables; v++) {
            const size_t count = (size_t)n_values[v];
            const size_t pick = n_all <= limit ? rest % count : rng_below(&rng, count);
            rest /= count;
            packed_set(goal->type, x[v], i, value[v][pick]);
        }
    }
    return n;
}
