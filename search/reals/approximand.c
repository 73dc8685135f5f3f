#include "search/reals/approximand.h"

#include "runtime/oracle/oracle.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

static const double PI = 3.14159265358979323846;

enum {
    GRID_EVEN =
        480, /* as the extrema of a Chebyshev polynomial are: a peak between two of them is missed
                            by less than (pi*m/(2*480))^2/2 of itself, m the number of peaks: 0.1 % for 14 */
    GRID_NEAREST =
        30, /* and halving steps towards both ends: where an end itself cannot be looked at,
                            because it is open or the program has a pole there, the next point stands for it */
    DEPTH_MAX =
        12, /* boxes that a stretch is cut into until it is seen to be smooth: 2^12 at most, */
    BOXES_MAX = 400, /* and so many in all */
};

typedef struct {
    Oracle *oracle;
    bool is_absolute;
    Err *err;
} Source;

/* -- values ---------------------------------------------------------------------------------- */

static int compare_doubles(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

/* Values at x[0..n), rising: one allocation, freed by its first member, x. */
static Status take_values(FitPoints *out, const Source *source, const double *x, int n)
{
    double *memory = xmalloc((size_t)n * 4 * sizeof *memory + 1);
    double *to_x = memory, *f_hi = memory + n, *f_lo = f_hi + n, *weight = f_lo + n;
    int count = 0;
    for (int i = 0; i < n; i++) {
        const Status status =
            oracle_double_double(source->oracle, &x[i], &f_hi[count], &f_lo[count], source->err);
        if (status == ERR_UNDECIDED) continue;
        if (status != OK) {
            free(memory);
            return status;
        }
        weight[count] = source->is_absolute ? 1 : 1 / fabs(f_hi[count]);
        if (!isfinite(f_hi[count]) || !isfinite(weight[count])) continue;
        to_x[count++] = x[i];
    }
    *out = (FitPoints){count, to_x, f_hi, f_lo, weight};
    return OK;
}

/* Every second point from both ends to the middle, in memory of its own. */
static FitPoints half_of(const FitPoints *points)
{
    const int n = points->n, half = n / 2;
    double *memory = xmalloc((size_t)half * 4 * sizeof *memory + 1);
    double *x = memory, *f_hi = memory + half, *f_lo = f_hi + half, *weight = f_lo + half;
    for (int i = 0; i < half; i++) {
        const int from = i < half / 2 ? 2 * i : n - 1 - 2 * (half - 1 - i);
        x[i] = points->x[from];
        f_hi[i] = points->f_hi[from];
        f_lo[i] = points->f_lo[from];
        weight[i] = points->weight[from];
    }
    return (FitPoints){half, x, f_hi, f_lo, weight};
}

static Status take_block(ApproximandLevel *level, const Source *source)
{
    double x[FIT_BLOCK];
    for (int i = 0; i < FIT_BLOCK; i++) {
        const double share = (1 - cos(PI * (i + 0.5) / FIT_BLOCK)) / 2;
        x[i] = level->lo + (level->hi - level->lo) * share;
    }
    const Status status = take_values(&level->block, source, x, FIT_BLOCK);
    if (status != OK) return status;
    level->few = half_of(&level->block);
    for (int i = 0; i < level->block.n; i++)
        level->size = fmax(level->size, fabs(level->block.weight[i] * level->block.f_hi[i]));
    return status;
}

static Status take_grid(ApproximandLevel *level, const Source *source, const Domain *domain)
{
    double x[GRID_EVEN + 1 + 2 * GRID_NEAREST];
    const double lo = domain->lo, hi = domain->hi, width = hi - lo;
    int n = 0;
    if (!domain->lo_open) x[n++] = lo;
    if (!domain->hi_open) x[n++] = hi;
    for (int i = 1; i < GRID_EVEN; i++) x[n++] = lo + width * (1 - cos(PI * i / GRID_EVEN)) / 2;
    for (int k = 16; k <= GRID_NEAREST; k += 2) {
        x[n++] = lo + ldexp(width, -k);
        x[n++] = hi - ldexp(width, -k);
    }
    qsort(x, (size_t)n, sizeof *x, compare_doubles);
    int kept = 0;
    for (int i = 0; i < n; i++) {
        const bool is_inside = (x[i] > lo || !domain->lo_open) && (x[i] < hi || !domain->hi_open);
        if (is_inside && (kept == 0 || x[i] > x[kept - 1])) x[kept++] = x[i];
    }
    return take_values(&level->grid, source, x, kept);
}

/* -- how wide it may get ------------------------------------------------------------------------ */

/* Is f finite, smooth and, for relative errors, other than 0 from lo to hi? Seen by enclosures of ever smaller boxes. */
static bool is_tame(const Source *source, double lo, double hi, int depth, int *boxes_left)
{
    if (!isfinite(lo) || !isfinite(hi) || (*boxes_left)-- <= 0) return false;
    double f_lo, f_hi;
    bool is_smooth;
    if (oracle_enclose(source->oracle, &lo, &hi, &f_lo, &f_hi, &is_smooth, NULL) != OK)
        return false;
    const bool is_finite = is_smooth && isfinite(f_lo) && isfinite(f_hi);
    if (is_finite && (source->is_absolute || f_lo > 0 || f_hi < 0)) return true;
    const double middle = lo + (hi - lo) / 2;
    if (depth == 0 || !(lo < middle && middle < hi)) return false;
    return is_tame(source, lo, middle, depth - 1, boxes_left) &&
           is_tame(source, middle, hi, depth - 1, boxes_left);
}

/* An empty stretch is. */
static bool is_tame_between(const Source *source, double lo, double hi)
{
    int boxes_left = BOXES_MAX;
    return lo >= hi || is_tame(source, lo, hi, DEPTH_MAX, &boxes_left);
}

/* Power series about 0 and power laws of the constants serve a domain that begins near 0, too, unless f is
   singular there. */
static double choose_anchor(const Source *source, const Domain *domain)
{
    const double lo = domain->lo, hi = domain->hi, near = (hi - lo) / 4;
    if (lo <= 0 && hi >= 0) return 0;
    Source any_sign = *source;
    any_sign.is_absolute = true;
    if (lo > 0 && lo <= near && is_tame_between(&any_sign, 0, lo)) return 0;
    if (hi < 0 && -hi <= near && is_tame_between(&any_sign, hi, 0)) return 0;
    return lo + (hi - lo) / 2;
}

static double level_scale(int level) { return exp2((double)level / LEVELS_PER_DOUBLING); }

static double widened(double anchor, double end, int level)
{
    return level == 0 ? end : anchor + level_scale(level) * (end - anchor);
}

/* Can the domain be as wide as that? It reaches one level further than the ones before. */
static bool reaches(const Source *source, const Domain *domain, double anchor, int level)
{
    return is_tame_between(source, widened(anchor, domain->hi, level - 1),
                           widened(anchor, domain->hi, level)) &&
           is_tame_between(source, widened(anchor, domain->lo, level),
                           widened(anchor, domain->lo, level - 1));
}

/* How many levels there are. A level is left out where f ends, or is 0, just beyond it. */
static int count_levels(const Source *source, const Domain *domain, double anchor)
{
    int level = 1;
    while (level <= LEVELS_MAX && reaches(source, domain, anchor, level)) level++;
    return level > 2 ? level - 1 : 1;
}

/* -- the whole ------------------------------------------------------------------------------------ */

static Status take_levels(Approximand *a, const Source *source, const Goal *goal)
{
    const Domain *domain = &goal->domain[0];
    for (int i = 0; i < a->n_levels; i++) {
        ApproximandLevel *level = &a->level[i];
        level->scale = level_scale(i);
        level->lo = widened(a->anchor, domain->lo, i);
        level->hi = widened(a->anchor, domain->hi, i);
        Status status = take_block(level, source);
        if (status == OK && i == 0) status = take_grid(level, source, domain);
        if (status != OK) return status;
        if (i > 0 && level->block.n < FIT_BLOCK) { /* not so tame after all */
            free((void *)level->block.x);
            free((void *)level->few.x);
            level->block = level->few = (FitPoints){0};
            a->n_levels = i;
        }
    }
    const ApproximandLevel *first = &a->level[0];
    if (first->block.n < FIT_BLOCK / 2 || first->grid.n < GRID_EVEN / 2)
        return fail(
            source->err, ERR_INPUT, "'%.200s' is 0 or has no finite value on most of its domain%s",
            goal->expression,
            a->is_absolute ? ""
                           : "; where it is 0, only an absolute error such as 1e-9abs makes sense");
    return OK;
}

/* Ends that do not belong to the domain matter as well: near them errors would have no bound. */
static void find_zero(Approximand *a, const Source *source, const Domain *domain)
{
    const double places[] = {domain->lo, domain->hi, 0};
    for (int i = 0; i < 3 && !a->has_zero && !a->is_absolute; i++) {
        double hi, lo;
        const double x = places[i];
        if (x < domain->lo || x > domain->hi) continue;
        if (oracle_double_double(source->oracle, &x, &hi, &lo, NULL) != OK || hi != 0) continue;
        a->has_zero = true;
        a->zero = x;
    }
}

Status approximand_new(Approximand **out, const Goal *goal, Err *err)
{
    assert(goal->n_variables == 1);
    const Domain *domain = &goal->domain[0];
    if (domain->is_all || !isfinite(domain->lo) || !isfinite(domain->hi) ||
        !(domain->lo < domain->hi))
        return fail(err, ERR_INPUT,
                    "a program over the reals is fitted on an interval with two different, finite "
                    "ends; the domain of %s is not one",
                    goal->name);
    Approximand *a = xcalloc(1, sizeof *a);
    a->is_absolute = goal->bound.kind == BOUND_ABS;
    const Source source = {oracle_new(&goal->reference, goal->exact, goal->n_exact), a->is_absolute,
                           err};
    a->anchor = choose_anchor(&source, domain);
    a->n_levels = count_levels(&source, domain, a->anchor);
    find_zero(a, &source, domain);
    const Status status = take_levels(a, &source, goal);
    oracle_free(source.oracle);
    if (status != OK) {
        approximand_free(a);
        return status;
    }
    *out = a;
    return OK;
}

void approximand_free(Approximand *approximand)
{
    if (!approximand) return;
    for (int i = 0; i < LEVELS_MAX; i++) {
        free((void *)approximand->level[i].block.x);
        free((void *)approximand->level[i].few.x);
        free((void *)approximand->level[i].grid.x);
    }
    free(approximand);
}
