#include "search/sample.h"

#include "runtime/base/rng.h"
#include "runtime/oracle/oracle.h"
#include "runtime/prog/specials.h"
#include "runtime/prog/eval.h"
#include "search/fit.h"
#include "search/inputs.h"

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

/* -- making --------------------------------------------------------------------------------- */

Status sample_new(Sample **out, const Goal *goal, int n, uint64_t seed, Err *err)
{
    assert(n > 0 && goal->n_variables >= 1);
    Rng rng = rng_new(seed, 0x5a);
    Status status = OK;
    Sample *sample = xcalloc(1, sizeof *sample);
    sample->n_variables = goal->n_variables;
    sample->type = goal->type;
    Inputs inputs[PROG_INPUTS_MAX];
    int n_points = 0;
    for (int v = 0; v < goal->n_variables; v++) {
        inputs[v] = inputs_choose(goal, v, n, &rng);
        if (inputs[v].n > n_points) n_points = inputs[v].n;
    }
    if (goal->n_variables > 1) n_points = n;
    reserve(sample, n_points > 0 ? n_points : 1);
    Oracle *oracle = oracle_new(&goal->reference, goal->exact, goal->n_exact);
    for (int i = 0; i < n_points; i++) {
        /* Several variables: every one runs through its own shuffled values, so landmarks meet at random. */
        double x[PROG_INPUTS_MAX];
        bool is_usable = true;
        for (int v = 0; v < goal->n_variables; v++) {
            if (inputs[v].n == 0)
                is_usable = false;
            else if (i < inputs[v].n)
                x[v] = inputs[v].value[i];
            else
                x[v] = inputs[v].value[rng_below(&rng, (uint64_t)inputs[v].n)];
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
    for (int v = 0; v < goal->n_variables; v++) free(inputs[v].value);
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
