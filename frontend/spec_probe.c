/* Is the function defined on the domain, and can the format meet the bound there? Asked
   of the oracle at chosen points, and where interval arithmetic cannot exclude
   a NaN, by bisection down to single inputs. */
#include "frontend/functions.h"
#include "frontend/spec.h"
#include "runtime/base/rng.h"
#include "runtime/oracle/oracle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    SPREAD = 64,         /* points that divide the domain evenly, in value and in order */
    INTEGER_MAX = 32,    /* integers looked at */
    RANDOM_POINTS = 400, /* of functions of several variables */
    BOXES_MAX = 300,     /* boxes asked for in a bisection */
};

typedef struct {
    const Goal *goal;
    Oracle *oracle;
    Type grid; /* whose values are the inputs: the goal's type, f64 for real */
    int64_t first[PROG_INPUTS_MAX], last[PROG_INPUTS_MAX]; /* finite inputs, in order */
    Err *err;
} Probe;

/* -- messages ----------------------------------------------------------------------- */

/* "x = 0.5, y = -1" */
static void describe_input(Text *out, const Goal *goal, const double *x)
{
    for (int i = 0; i < goal->n_variables; i++) {
        text_add(out, "%s%s = ", i > 0 ? ", " : "", goal->reference.input_name[i]);
        text_add_double(out, x[i]);
    }
}

/* The first node of the reference that is NaN at x; -1 if the oracle finds none. */
static int first_nan_node(const Goal *goal, const double *x)
{
    Prog *part = xmalloc(sizeof *part);
    int found = -1;
    for (int i = goal->reference.n_inputs; i < goal->reference.n && found < 0; i++) {
        if (goal->reference.node[i].type != TYPE_REAL) continue;
        *part = goal->reference;
        part->n = (uint16_t)(i + 1);
        prog_prune(part);
        Oracle *oracle = oracle_new(part, NULL, 0);
        double hi = 0, lo;
        if (oracle_double_double(oracle, x, &hi, &lo, NULL) == OK && isnan(hi)) found = i;
        oracle_free(oracle);
    }
    free(part);
    return found;
}

/* What the function tends to at the gap x, from its neighbours; false if they disagree. */
static bool guess_limit(const Probe *probe, double x, double *limit)
{
    double hi[2] = {NAN, NAN}, lo;
    const int64_t at = ordered_from_value(probe->grid, x);
    for (int side = 0; side < 2; side++) {
        /* -0 and +0 are neighbours; step over both. */
        const int64_t step = side ? 1 : -1;
        double near = value_from_ordered(probe->grid, at + step);
        if (near == x) near = value_from_ordered(probe->grid, at + 2 * step);
        if (isinf(near) || oracle_double_double(probe->oracle, &near, &hi[side], &lo, NULL) != OK)
            hi[side] = NAN;
    }
    if (isnan(hi[0])) hi[0] = hi[1];
    if (isnan(hi[1])) hi[1] = hi[0];
    if (!isfinite(hi[0]) || !isfinite(hi[1])) return false;
    if (fabs(hi[0] - hi[1]) > 1e-3 * fabs(hi[0]) + 1e-300) return false;
    *limit = (double)(float)hi[1];
    return true;
}

static Status fail_undefined(const Probe *probe, const double *x)
{
    const Goal *goal = probe->goal;
    const int node = first_nan_node(goal, x);
    const Op op = node >= 0 ? (Op)goal->reference.node[node].op : OP_INPUT;
    const char *where = function_domain(op);
    Text text = {0};
    text_add(&text, "'%.200s' is not defined at ", goal->expression);
    describe_input(&text, goal, x);
    double limit;
    if (where && goal->n_variables == 1 && goal->reference.n == 2)
        text_add(&text, ", only for %s; restrict the domain", where);
    else if (where)
        text_add(&text, ": %s needs an argument %s; restrict the domain", op_info(op)->name, where);
    else if (goal->n_variables == 1 && guess_limit(probe, x[0], &limit)) {
        text_add(&text, "; if the limit is its value there, say so with --exact '");
        text_add_double(&text, x[0]);
        text_add(&text, ":");
        text_add_double(&text, limit);
        text_add(&text, "'");
    } else
        text_add(&text, "; restrict the domain");
    fail(probe->err, ERR_INPUT, "%s", text_get(&text));
    text_release(&text);
    return ERR_INPUT;
}

static Status fail_infinite(const Probe *probe, const double *x)
{
    Text text = {0};
    describe_input(&text, probe->goal, x);
    fail(
        probe->err, ERR_INPUT,
        "'%.200s' is infinite or beyond the doubles at %s; choose a domain that keeps away from it",
        probe->goal->expression, text_get(&text));
    text_release(&text);
    return ERR_INPUT;
}

static Status fail_bound(const Probe *probe, const double *x, double error)
{
    Text text = {0};
    describe_input(&text, probe->goal, x);
    fail(probe->err, ERR_INPUT,
         "no %s program can meet %s: at %s the nearest %s value is already off by %.3g%s",
         type_info(probe->goal->type)->name, probe->goal->bound.text, text_get(&text),
         type_info(probe->goal->type)->name, error,
         probe->goal->bound.kind == BOUND_REL ? "rel" : "abs");
    text_release(&text);
    return ERR_INPUT;
}

/* -- one input ---------------------------------------------------------------------- */

static bool is_exact_point(const Goal *goal, const double *x)
{
    for (int i = 0; i < goal->n_exact; i++)
        if (goal->exact[i].x == x[0]) return true;
    return false;
}

static Status check_real(const Probe *probe, const double *x)
{
    double hi, lo;
    const Status status = oracle_double_double(probe->oracle, x, &hi, &lo, probe->err);
    if (status != OK) return status;
    if (isnan(hi)) return fail_undefined(probe, x);
    return isinf(hi) ? fail_infinite(probe, x) : OK;
}

static Status check_input(const Probe *probe, const double *x)
{
    const Goal *goal = probe->goal;
    if (goal->n_variables == 1 && is_exact_point(goal, x)) return OK;
    if (goal->type == TYPE_REAL) return check_real(probe, x);
    uint64_t bits;
    Status status = oracle_round(probe->oracle, x, goal->type, &bits, NULL, probe->err);
    if (status != OK) return status;
    const double value = value_from_bits(goal->type, bits);
    if (isnan(value)) return goal->domain[0].is_all ? OK : fail_undefined(probe, x);
    if (goal->bound.kind == BOUND_ULP || isinf(value)) return OK;
    ErrorAt error;
    status = oracle_error(probe->oracle, x, goal->type, value, 0, &error, probe->err);
    if (status != OK) return status;
    const double least = goal->bound.kind == BOUND_REL ? error.rel : error.abs;
    return least > goal->bound.limit ? fail_bound(probe, x, least) : OK;
}

/* -- many inputs, one variable ------------------------------------------------------- */

static Status check_ordered(const Probe *probe, int64_t ordered)
{
    if (ordered < probe->first[0] || ordered > probe->last[0]) return OK;
    const double x = value_from_ordered(probe->grid, ordered);
    return check_input(probe, &x);
}

/* The input nearest to `value`, if that is in the domain. */
static Status check_value(const Probe *probe, double value)
{
    const double x = value_from_bits(probe->grid, bits_from_value(probe->grid, value));
    return check_ordered(probe, ordered_from_value(probe->grid, x));
}

/* first + (last - first) * i / n without overflow. */
static int64_t between(int64_t first, int64_t last, int i, int n)
{
    return (int64_t)(first + ((__int128)last - first) * i / n);
}

static Status check_points(const Probe *probe)
{
    Status status = check_ordered(probe, probe->first[0]);
    if (status == OK) status = check_ordered(probe, probe->last[0]);
    const double lo = value_from_ordered(probe->grid, probe->first[0]);
    const double hi = value_from_ordered(probe->grid, probe->last[0]);
    for (int i = -INTEGER_MAX; i <= INTEGER_MAX && status == OK; i++)
        status = check_value(probe, i);
    for (int i = 1; i < SPREAD && status == OK; i++)
        status = check_value(probe, lo * (1 - (double)i / SPREAD) + hi * ((double)i / SPREAD));
    for (int i = 1; i < SPREAD && status == OK; i++)
        status = check_ordered(probe, between(probe->first[0], probe->last[0], i, SPREAD));
    return status;
}

/* Bisects where interval arithmetic cannot exclude a NaN, until single inputs are left: where the
   enclosure is infinite on both sides, as it is around 0/0 (`want_infinite`), or where the
   function is not smooth, as at the edge of the domain of sqrt. */
static Status check_boxes(const Probe *probe, bool want_infinite)
{
    struct {
        int64_t first, last;
    } stack[130]; /* each level leaves one box behind */
    int n = 0, n_boxes = 0;
    stack[n].first = probe->first[0];
    stack[n++].last = probe->last[0];
    while (n > 0 && n_boxes++ < BOXES_MAX) {
        const int64_t first = stack[--n].first, last = stack[n].last;
        const double lo = value_from_ordered(probe->grid, first);
        const double hi = value_from_ordered(probe->grid, last);
        double f_lo, f_hi;
        bool is_smooth;
        if (oracle_enclose(probe->oracle, &lo, &hi, &f_lo, &f_hi, &is_smooth, NULL) != OK)
            f_lo = -INFINITY, f_hi = INFINITY, is_smooth = false;
        if (want_infinite ? isfinite(f_lo) || isfinite(f_hi) : is_smooth) continue;
        const int64_t middle = between(first, last, 1, 2);
        const Status status = check_ordered(probe, middle);
        if (status != OK) return status;
        if (first == last) continue;
        stack[n].first = middle + 1;
        stack[n++].last = last;
        stack[n].first = first;
        stack[n++].last = middle;
    }
    return OK;
}

/* -- several variables -------------------------------------------------------------- */

static Status check_random(const Probe *probe)
{
    const int n = probe->goal->n_variables;
    Rng rng = rng_new(1, 0);
    for (int k = 0; k < RANDOM_POINTS; k++) {
        double x[PROG_INPUTS_MAX];
        for (int i = 0; i < n; i++) {
            /* Corners and zeros first, then anywhere. */
            const int64_t first = probe->first[i], last = probe->last[i];
            const uint64_t what = rng_below(&rng, k < RANDOM_POINTS / 4 ? 4 : 2);
            const bool has_zero = first <= 0 && last >= 0;
            x[i] = value_from_ordered(probe->grid, first);
            const double hi = value_from_ordered(probe->grid, last), unit = rng_unit(&rng);
            if (k < RANDOM_POINTS / 4)
                x[i] = what == 0 ? x[i] : what == 1 ? hi : has_zero ? 0 : hi;
            else if (what == 0)
                x[i] = x[i] * (1 - unit) + hi * unit;
            else
                x[i] =
                    value_from_ordered(probe->grid, between(first, last, (int)(unit * 4096), 4096));
            x[i] = value_from_bits(probe->grid, bits_from_value(probe->grid, x[i]));
        }
        const Status status = check_input(probe, x);
        if (status != OK) return status;
    }
    return OK;
}

/* The finite inputs of a domain; for real without its open ends. */
static void set_range(Probe *probe, int i)
{
    const Domain *domain = &probe->goal->domain[i];
    const int64_t largest = ordered_from_value(probe->grid, INFINITY) - 1;
    probe->first[i] = domain_first(domain, probe->grid);
    probe->last[i] = domain_last(domain, probe->grid);
    if (probe->goal->type == TYPE_REAL) {
        if (domain->lo_open) probe->first[i]++;
        if (domain->hi_open) probe->last[i]--;
        if (domain->hi_open && domain->hi == 0) probe->last[i]--; /* -0 */
    }
    if (probe->first[i] < ordered_from_value(probe->grid, -INFINITY) + 1)
        probe->first[i] = ordered_from_value(probe->grid, -INFINITY) + 1;
    if (probe->last[i] > largest) probe->last[i] = largest;
}

Status spec_check_domain(const Goal *goal, Err *err)
{
    Probe probe = {.goal = goal, .err = err};
    probe.grid = goal->type == TYPE_REAL ? TYPE_F64 : goal->type;
    bool is_all = true;
    for (int i = 0; i < goal->n_variables; i++) {
        set_range(&probe, i);
        is_all &= goal->domain[i].is_all;
        if (probe.first[i] > probe.last[i]) return OK; /* infinities only */
    }
    if (is_all && goal->bound.kind == BOUND_ULP) return OK; /* NaN is a right answer there */
    probe.oracle = oracle_new(&goal->reference, goal->n_exact ? goal->exact : NULL, goal->n_exact);
    Status status;
    if (goal->n_variables == 1) {
        status = check_points(&probe);
        if (status == OK && !is_all) status = check_boxes(&probe, true);
        if (status == OK && !is_all) status = check_boxes(&probe, false);
    } else {
        status = check_random(&probe);
    }
    oracle_free(probe.oracle);
    return status;
}
