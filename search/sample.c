#include "search/sample.h"

#include "runtime/base/rng.h"
#include "runtime/oracle/oracle.h"
#include "runtime/prog/specials.h"
#include "runtime/prog/eval.h"
#include "search/fit.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* -- memory ------------------------------------------------------------------------------ */

static size_t packed_size(Type type)
{
    return type == TYPE_REAL ? 0 : (size_t)type_info(type)->size;
}

static void reserve(Sample *sample, int capacity)
{
    if (capacity <= sample->capacity) return;
    const size_t doubles = (size_t)capacity * sizeof(double);
    for (int v = 0; v < sample->n_variables; v++) {
        sample->x_value[v] = xrealloc(sample->x_value[v], doubles);
        if (packed_size(sample->type))
            sample->x[v] = xrealloc(sample->x[v], (size_t)capacity * packed_size(sample->type));
    }
    sample->f_hi = xrealloc(sample->f_hi, doubles);
    sample->f_lo = xrealloc(sample->f_lo, doubles);
    sample->scale = xrealloc(sample->scale, doubles);
    sample->capacity = capacity;
}

void sample_free(Sample *sample)
{
    if (!sample) return;
    for (int v = 0; v < sample->n_variables; v++) {
        free(sample->x[v]);
        free(sample->x_value[v]);
    }
    free(sample->f_hi);
    free(sample->f_lo);
    free(sample->scale);
    free(sample);
}

static void pack(Sample *sample, int i)
{
    const size_t size = packed_size(sample->type);
    for (int v = 0; v < sample->n_variables && size; v++) {
        const uint64_t bits = bits_from_value(sample->type, sample->x_value[v][i]);
        memcpy((char *)sample->x[v] + (size_t)i * size, &bits, size); /* little-endian */
    }
}

static void copy_point(Sample *sample, int to, int from)
{
    for (int v = 0; v < sample->n_variables; v++) sample->x_value[v][to] = sample->x_value[v][from];
    sample->f_hi[to] = sample->f_hi[from];
    sample->f_lo[to] = sample->f_lo[from];
    sample->scale[to] = sample->scale[from];
    pack(sample, to);
}

/* -- one point --------------------------------------------------------------------------- */

/* What turns a difference at f into the measure of the bound. Where that would overflow, or f is 0
   under a relative bound, the largest double: any difference then counts as enormous. */
static double scale_at(const Goal *goal, double f)
{
    double unit = 1;
    if (goal->bound.kind == BOUND_REL) unit = fabs(f);
    if (goal->bound.kind == BOUND_ULP && goal->type != TYPE_REAL) unit = ulp_of(goal->type, f);
    const double scale = 1 / unit;
    return isfinite(scale) ? scale : DBL_MAX;
}

/* 1 / (tie - f) for the tie nearest to f, the value half way between two values of the type. The tie itself, a value of
   the wider type, goes to the even neighbour: where that is right, an error of 1 is still below 1. Of an exact tie
   the even neighbour is right, and the other must only just not be reached. */
static double tie_scale(Type type, double hi, double lo)
{
    const double ulp = ulp_of(type, hi), t = hi / ulp;
    const double rest =
        (t - rint(t)) + lo / ulp;           /* from the nearest value; the difference is exact */
    const double beyond = 0.5 - fabs(rest); /* negative: lo carries f past the tie */
    const double distance = fmax(fabs(beyond), 0x1p-60) * ulp;
    const bool is_above = beyond < 0 ? rest < 0 : rest > 0;
    const double right = beyond < 0 ? rint(t) + (rest > 0 ? 1 : -1) : rint(t);
    const double share = fmod(right, 2) == 0 ? 1 - 0x1p-20 : 1;
    return share * (is_above ? 1 : -1) / distance;
}

static bool is_finite_in(Type type, double f)
{
    if (!isfinite(f)) return false;
    return type == TYPE_REAL || isfinite(value_from_bits(type, bits_from_value(type, f)));
}

/* Writes the point at index i; *is_usable says whether the function has a finite value there. An input that
   the oracle cannot decide is not usable; the judge will speak about it. */
static Status set_point(Sample *sample, int i, const Goal *goal, Oracle *oracle, const double *x,
                        bool *is_usable, Err *err)
{
    *is_usable = false;
    double hi, lo;
    const Status status = oracle_double_double(oracle, x, &hi, &lo, err);
    if (status == ERR_UNDECIDED) return OK;
    if (status != OK) return status;
    if (!is_finite_in(goal->type, hi)) return OK;
    if (goal->excluded) {
        const double right = value_from_bits(goal->type, bits_from_value(goal->type, hi));
        if (specials_exclude(goal->excluded, goal->type, x, goal->n_variables, right)) return OK;
    }
    for (int v = 0; v < sample->n_variables; v++) sample->x_value[v][i] = x[v];
    pack(sample, i);
    sample->f_hi[i] = hi;
    sample->f_lo[i] = lo;
    sample->scale[i] = sample->is_one_sided ? tie_scale(goal->type, hi, lo) : scale_at(goal, hi);
    *is_usable = true;
    return OK;
}

/* -- choosing inputs ---------------------------------------------------------------------- */

/* Candidate values of one variable, filled up to a capacity that is never reached. */
typedef struct {
    double *value;
    int n, capacity;
} Values;

static void values_add(Values *values, double x, const Domain *domain)
{
    if (!isfinite(x) || values->n == values->capacity) return;
    if (!domain->is_all && (x < domain->lo || x > domain->hi)) return;
    values->value[values->n++] = x;
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

/* Values where programs go wrong: both ends with neighbours, around zero, subnormals, powers of two. */
static void add_landmarks(Values *values, const Goal *goal, int variable, int n)
{
    const Domain *domain = &goal->domain[variable];
    const Type type = goal->type;
    const TypeInfo *info = type_info(type);
    int64_t first, last;
    finite_range(domain, type, &first, &last);
    for (int i = 0; i < 4 && i <= last - first; i++) {
        values_add(values, value_from_ordered(type, first + i), domain);
        values_add(values, value_from_ordered(type, last - i), domain);
    }
    const double least = ldexp(1, info->emin - info->precision + 1), normal = ldexp(1, info->emin);
    const double near_zero[] = {0, least, 2 * least, normal - least, normal};
    for (size_t i = 0; i < sizeof near_zero / sizeof *near_zero; i++) {
        values_add(values, near_zero[i], domain);
        values_add(values, -near_zero[i], domain);
    }
    /* At most about n/8 powers of two per sign. */
    const int stride = 1 + (info->emax - info->emin) * 8 / (n + 1);
    for (int e = info->emin; e <= info->emax; e += e >= -4 && e < 8 ? 1 : stride) {
        values_add(values, ldexp(1, e), domain);
        values_add(values, -ldexp(1, e), domain);
    }
    for (int i = 0; i < goal->n_exact && variable == 0; i++)
        values_add(values, goal->exact[i].x, domain);
}

/* Strata in the ordered integers [first, last], one random point in each. */
static void add_ordered(Values *values, const Goal *goal, int variable, int64_t first, int64_t last,
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
        values_add(values, value_from_ordered(goal->type, ordered), &goal->domain[variable]);
    }
}

/* Magnitudes about 1, where most functions change most, and where sums of multiples of a step or of a logarithm's gain
   cancel: a few of hundreds of binades. False if that is most of the domain anyway. */
static bool add_middle(Values *values, const Goal *goal, int variable, int64_t first, int64_t last,
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
    add_ordered(values, goal, variable, from, to, n_above, rng);
    add_ordered(values, goal, variable, minus_from, minus_to, n - n_above, rng);
    return true;
}

/* Strata, one random point in each: in the ordered integers, in those about 1, and in the value. */
static void add_spread(Values *values, const Goal *goal, int variable, int n, Rng *rng)
{
    const Domain *domain = &goal->domain[variable];
    const Type type = goal->type;
    int64_t first, last;
    finite_range(domain, type, &first, &last);
    const double lo = value_from_ordered(type, first), hi = value_from_ordered(type, last);
    int part = n / 3 > 0 ? n / 3 : 1;
    if (!add_middle(values, goal, variable, first, last, part, rng)) part = n / 2 > 0 ? n / 2 : 1;
    add_ordered(values, goal, variable, first, last, part, rng);
    for (int i = 0; i < part; i++) {
        const double u = (i + rng_unit(rng)) / part;
        const double x = lo * (1 - u) + hi * u;
        values_add(values, value_from_bits(type, bits_from_value(type, x)), domain);
    }
}

/* Even in the cosine's sense (denser towards the ends), and steps halving towards both ends. */
static void add_real_spread(Values *values, const Domain *domain, int n)
{
    const double lo = domain->lo, width = domain->hi - domain->lo;
    if (!domain->lo_open) values_add(values, domain->lo, domain);
    if (!domain->hi_open) values_add(values, domain->hi, domain);
    for (int k = 8; k <= 24; k += 2) {
        values_add(values, lo + ldexp(width, -k), domain);
        values_add(values, domain->hi - ldexp(width, -k), domain);
    }
    for (int i = 0; i < n; i++) {
        const double u = (1 - cos(3.14159265358979323846 * (i + 0.5) / n)) / 2;
        values_add(values, lo * (1 - u) + domain->hi * u, domain);
    }
}

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    if (x != y) return x < y ? -1 : 1;
    return (int)signbit(y) - (int)signbit(x); /* -0 before +0 */
}

static void values_sort(Values *values)
{
    qsort(values->value, (size_t)values->n, sizeof(double), compare_doubles);
    int n = 0;
    for (int i = 0; i < values->n; i++)
        if (n == 0 || compare_doubles(&values->value[n - 1], &values->value[i]) != 0)
            values->value[n++] = values->value[i];
    values->n = n;
}

static void values_shuffle(Values *values, Rng *rng)
{
    for (int i = values->n - 1; i > 0; i--) {
        const int j = (int)rng_below(rng, (uint64_t)i + 1);
        const double old = values->value[i];
        values->value[i] = values->value[j];
        values->value[j] = old;
    }
}

/* The values of one variable that the sample is made of, in random order. */
static Values choose_values(const Goal *goal, int variable, int n, Rng *rng)
{
    Values values = {.capacity = 2 * n + 4096};
    values.value = xmalloc((size_t)values.capacity * sizeof(double));
    const Domain *domain = &goal->domain[variable];
    if (goal->type == TYPE_REAL) {
        add_real_spread(&values, domain, n);
    } else {
        int64_t first, last;
        finite_range(domain, goal->type, &first, &last);
        const uint64_t count = (uint64_t)last - (uint64_t)first + 1;
        if (first <= last && count <= (uint64_t)n) {
            for (int64_t o = first; o <= last; o++)
                values_add(&values, value_from_ordered(goal->type, o), domain);
        } else if (first <= last) {
            add_landmarks(&values, goal, variable, n);
            add_spread(&values, goal, variable, n, rng);
        }
    }
    values_sort(&values);
    values_shuffle(&values, rng);
    return values;
}

Status sample_new(Sample **out, const Goal *goal, int n, uint64_t seed, Err *err)
{
    assert(n > 0 && goal->n_variables >= 1);
    Rng rng = rng_new(seed, 0x5a);
    Status status = OK;
    Sample *sample = xcalloc(1, sizeof *sample);
    sample->n_variables = goal->n_variables;
    sample->type = goal->type;
    Values values[PROG_INPUTS_MAX];
    int n_points = 0;
    for (int v = 0; v < goal->n_variables; v++) {
        values[v] = choose_values(goal, v, n, &rng);
        if (values[v].n > n_points) n_points = values[v].n;
    }
    if (goal->n_variables > 1) n_points = n;
    reserve(sample, n_points > 0 ? n_points : 1);
    Oracle *oracle = oracle_new(&goal->reference, goal->exact, goal->n_exact);
    for (int i = 0; i < n_points; i++) {
        /* Several variables: every one runs through its own shuffled values, so landmarks meet at random. */
        double x[PROG_INPUTS_MAX];
        bool is_usable = true;
        for (int v = 0; v < goal->n_variables; v++) {
            if (values[v].n == 0)
                is_usable = false;
            else if (i < values[v].n)
                x[v] = values[v].value[i];
            else
                x[v] = values[v].value[rng_below(&rng, (uint64_t)values[v].n)];
        }
        if (!is_usable) continue;
        status = set_point(sample, sample->n, goal, oracle, x, &is_usable, err);
        if (status != OK) goto done;
        sample->n += is_usable;
    }
    if (sample->n == 0)
        status = fail(err, ERR_INPUT, "%s has no finite value at any point tried of its domain",
                      goal->name);
done:
    oracle_free(oracle);
    for (int v = 0; v < goal->n_variables; v++) free(values[v].value);
    if (status != OK) {
        sample_free(sample);
        return status;
    }
    *out = sample;
    return OK;
}

Status sample_at_inputs(Sample **out, const Goal *goal, const double *x, int n, Err *err)
{
    assert(goal->n_variables == 1);
    Sample *sample = xcalloc(1, sizeof *sample);
    sample->n_variables = 1;
    sample->type = goal->type;
    reserve(sample, n > 0 ? n : 1);
    Oracle *oracle = oracle_new(&goal->reference, goal->exact, goal->n_exact);
    Status status = OK;
    for (int i = 0; i < n && status == OK; i++) {
        bool is_usable;
        status = set_point(sample, sample->n, goal, oracle, &x[i], &is_usable, err);
        sample->n += status == OK && is_usable;
    }
    oracle_free(oracle);
    if (status == OK)
        *out = sample;
    else
        sample_free(sample);
    return status;
}

Sample *sample_part(const Sample *from, const int *index, int n)
{
    Sample *sample = xcalloc(1, sizeof *sample);
    sample->n_variables = from->n_variables;
    sample->type = from->type;
    sample->is_one_sided = from->is_one_sided;
    reserve(sample, n > 0 ? n : 1);
    for (int i = 0; i < n; i++) {
        const int at = index[i];
        for (int v = 0; v < from->n_variables; v++) sample->x_value[v][i] = from->x_value[v][at];
        sample->f_hi[i] = from->f_hi[at];
        sample->f_lo[i] = from->f_lo[at];
        sample->scale[i] = from->scale[at];
        pack(sample, i);
    }
    sample->n = n;
    return sample;
}

Sample *sample_of_ties(const Sample *from)
{
    int *index = xmalloc((size_t)(from->n + 1) * sizeof *index);
    for (int i = 0; i < from->n; i++) index[i] = i;
    Sample *sample = sample_part(from, index, from->n);
    free(index);
    sample->n_added = from->n_added;
    sample->is_one_sided = true;
    for (int i = 0; i < from->n; i++)
        sample->scale[i] = tie_scale(from->type, from->f_hi[i], from->f_lo[i]);
    return sample;
}

Status sample_add(Sample *sample, const Goal *goal, const double *x, Err *err)
{
    reserve(sample, sample->n + 1 <= sample->capacity ? sample->capacity : sample->n + 64);
    Oracle *oracle = oracle_new(&goal->reference, goal->exact, goal->n_exact);
    /* The first of the others makes room at the front. */
    bool is_usable;
    const int end = sample->n;
    const Status status = set_point(sample, end, goal, oracle, x, &is_usable, err);
    oracle_free(oracle);
    if (status != OK || !is_usable) return status;
    sample->n++;
    if (sample->n_added < end) {
        reserve(sample, sample->n + 1);
        copy_point(sample, sample->n, end); /* one past the end as a scratch place */
        copy_point(sample, end, sample->n_added);
        copy_point(sample, sample->n_added, sample->n);
    }
    sample->n_added++;
    return OK;
}

/* -- the error ----------------------------------------------------------------------------- */

static double real_error(const Sample *sample, const Prog *prog, int *worst)
{
    if (sample->n_variables != 1) return INFINITY;
    const FitPoints points = {sample->n, sample->x_value[0], sample->f_hi, sample->f_lo,
                              sample->scale};
    return fit_error(prog, &points, worst);
}

enum { BLOCK = 512 };

/* The errors of the points from `start` on, at most a block of them; returns their number. `type` is that of results. */
static int block_errors(const Sample *sample, Eval *eval, Type type, int start, double *error)
{
    const int n = sample->n - start < BLOCK ? sample->n - start : BLOCK;
    const size_t size = packed_size(sample->type);
    union {
        double f64[BLOCK];
        float f32[BLOCK];
        uint16_t f16[BLOCK];
    } packed;
    double got[BLOCK];
    const void *x[PROG_INPUTS_MAX];
    for (int v = 0; v < sample->n_variables; v++)
        x[v] = (const char *)sample->x[v] + (size_t)start * size;
    eval_run(eval, x, &packed, (size_t)n);
    sample_unpack(type, &packed, n, got);
    for (int i = 0; i < n; i++) {
        const int at = start + i;
        const double e = ((got[i] - sample->f_hi[at]) - sample->f_lo[at]) * sample->scale[at];
        error[i] = sample->is_one_sided ? fmax(e, 0) : fabs(e);
        if (!isfinite(got[i])) error[i] = INFINITY;
    }
    return n;
}

double sample_error(const Sample *sample, const Goal *goal, const Prog *prog, double give_up,
                    int *worst)
{
    if (worst) *worst = 0;
    if (sample->type == TYPE_REAL) return real_error(sample, prog, worst);
    Eval *eval = NULL;
    if (eval_new(&eval, prog, NULL, NULL) != OK) return INFINITY;
    double largest = 0, error[BLOCK];
    for (int start = 0; start < sample->n && largest <= give_up; start += BLOCK) {
        const int n = block_errors(sample, eval, prog_type(prog), start, error);
        for (int i = 0; i < n; i++) {
            if (error[i] <= largest) continue;
            largest = error[i];
            if (worst) *worst = start + i;
        }
    }
    eval_free(eval);
    return largest;
}

void sample_errors(const Sample *sample, const Goal *goal, const Prog *prog, double *error)
{
    Eval *eval = NULL;
    const bool is_runnable = eval_new(&eval, prog, NULL, NULL) == OK;
    for (int i = 0; i < sample->n && !is_runnable; i++) error[i] = INFINITY;
    for (int start = 0; start < sample->n && is_runnable; start += BLOCK)
        (void)block_errors(sample, eval, prog_type(prog), start, error + start);
    eval_free(eval);
}

void sample_unpack(Type type, const void *packed, int n, double *value)
{
    if (type == TYPE_F64) {
        memcpy(value, packed, (size_t)n * sizeof(double));
    } else if (type == TYPE_F32) {
        const float *from = packed;
        for (int i = 0; i < n; i++) value[i] = from[i];
    } else {
        const uint16_t *from = packed;
        for (int i = 0; i < n; i++) value[i] = value_from_bits(type, from[i]);
    }
}
