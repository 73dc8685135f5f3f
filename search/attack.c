#include "search/attack.h"

#include <math.h>
#include <stdlib.h>

enum {
    STRETCHES = 32, /* of the sorted sample, each with its worst point */
    PEAKS = 3,      /* stretches looked at closely */
    ROUNDS = 2,
    POINTS = 300, /* of one look */
};

typedef struct {
    double x, error;
} Place;

static int compare_places(const void *left, const void *right)
{
    const Place *a = left, *b = right;
    return a->x < b->x ? -1 : a->x > b->x;
}

static int compare_peaks(const void *left, const void *right)
{
    const Place *a = left, *b = right;
    return a->error > b->error ? -1 : a->error < b->error;
}

/* The worst point of each stretch, worst first; returns their number. */
static int find_peaks(Place *peak, const Goal *goal, const Prog *prog, const Sample *sample)
{
    Place *place = xmalloc((size_t)sample->n * sizeof *place);
    double *error = xmalloc((size_t)sample->n * sizeof *error);
    int n = 0;
    sample_errors(sample, goal, prog, error);
    for (int i = 0; i < sample->n; i++) place[i] = (Place){sample->x_value[0][i], error[i]};
    qsort(place, (size_t)sample->n, sizeof *place, compare_places);
    const int length = (sample->n + STRETCHES - 1) / STRETCHES;
    for (int i = 0; i < sample->n; i++) {
        if (i % length == 0) peak[n++] = place[i];
        if (place[i].error > peak[n - 1].error) peak[n - 1] = place[i];
    }
    free(error);
    free(place);
    qsort(peak, (size_t)n, sizeof *peak, compare_peaks);
    return n;
}

/* The part of the domain within `reach` of x. */
static Domain neighbourhood(const Domain *domain, double x, double reach)
{
    Domain near = {.lo = x - reach, .hi = x + reach};
    if (domain->is_all) return near;
    near.lo = fmax(near.lo, domain->lo);
    near.hi = fmin(near.hi, domain->hi);
    near.lo_open = near.lo == domain->lo && domain->lo_open;
    near.hi_open = near.hi == domain->hi && domain->hi_open;
    return near;
}

Status attack(const Goal *goal, const Prog *prog, const Sample *sample, double enough,
              uint64_t seed, double *error, double *x, Err *err)
{
    Place peak[STRETCHES];
    Status status = OK;
    const int n = find_peaks(peak, goal, prog, sample);
    const double width =
        goal->domain[0].is_all ? INFINITY : goal->domain[0].hi - goal->domain[0].lo;
    Goal *near = xmalloc(sizeof *near);
    *near = *goal;
    *error = n > 0 ? peak[0].error : 0;
    *x = n > 0 ? peak[0].x : 0;
    for (int i = 0; i < n && i < PEAKS; i++) {
        Place worst = peak[i];
        double reach = fmin(width / 32, fabs(worst.x) / 2);
        for (int round = 0; round < ROUNDS && reach > 0 && *error <= enough; round++) {
            Sample *points;
            int at;
            near->domain[0] = neighbourhood(&goal->domain[0], worst.x, reach);
            if (!(near->domain[0].hi > near->domain[0].lo)) break;
            status = sample_new(&points, near, POINTS, seed + (uint64_t)(round + 2 * i), err);
            if (status == ERR_INPUT) { /* no finite value there: nothing to find */
                status = OK;
                break;
            }
            if (status != OK) goto done;
            const double found = sample_error(points, goal, prog, INFINITY, &at);
            if (found > worst.error) worst = (Place){points->x_value[0][at], found};
            sample_free(points);
            if (worst.error > *error) {
                *error = worst.error;
                *x = worst.x;
            }
            reach /= 6;
        }
    }
done:
    free(near);
    return status;
}
