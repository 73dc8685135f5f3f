/* Is there a program over the reals that could follow the function? Not over a pole or a branch point inside the domain, nor
   where it grows without bound towards an end.

   Boxes on which interval arithmetic shows the function to be analytic are passed; the others are bisected down to single
   doubles, of which few are left. What is there shows in the values nearby, at distances h that shrink
   geometrically to a few ulps: they grow (a pole, a logarithm), or they stay and the slope
   grows like a power of 1/h (a branch point). All else (a kink of abs, min, max, a gap, a
   jump) is hard, but not hopeless. */
#include "frontend/spec.h"
#include "runtime/oracle/oracle.h"

#include <math.h>
#include <string.h>

enum {
    BOXES_MAX = 1500,
    STEPS = 5, /* distances */
};

typedef struct {
    const Goal *goal;
    Oracle *oracle;
    double lo, hi;
    Err *err;
} Singular;

/* Infinite beyond the doubles; false where there is no value. */
static bool value_at(const Singular *s, double x, double *hi, double *lo)
{
    return x >= s->lo && x <= s->hi && oracle_double_double(s->oracle, &x, hi, lo, NULL) == OK &&
           !isnan(*hi);
}

/* The distances from c that are looked at: from a quarter of the domain to some ulps. False if these are too near to
   each other to tell anything. */
static bool make_distances(const Singular *s, double c, double h[STEPS])
{
    const double ulp = fmax(nextafter(fabs(c), INFINITY) - fabs(c), (s->hi - s->lo) * 0x1p-60);
    const double first = (s->hi - s->lo) / 4, last = 8 * ulp;
    if (!(last < first / 1024)) return false;
    for (int i = 0; i < STEPS; i++) h[i] = first * pow(last / first, i / (double)(STEPS - 1));
    return true;
}

/* Values grow by as much or more with every step: 1/h^p does, and log h. */
static bool is_unbounded(const Singular *s, double c, double side)
{
    double h[STEPS], a[STEPS], lo;
    if (!make_distances(s, c, h)) return false;
    for (int i = 0; i < STEPS; i++) {
        if (!value_at(s, c + side * h[i], &a[i], &lo)) return false;
        if (isinf(a[i])) return true;
        a[i] = fabs(a[i]);
    }
    /* The first step may still belong to the rest of the function. */
    for (int i = 2; i < STEPS; i++) {
        const double step = a[i] - a[i - 1], before = a[i - 1] - a[i - 2];
        if (!(step > 0) || !(step >= 0.5 * before)) return false;
    }
    return true;
}

/* Slopes of the chords to c grow with every step as for |h|^p, p < 1. */
static bool is_steep(const Singular *s, double c, double side)
{
    double h[STEPS], slope[STEPS], hi0, lo0, hi, lo;
    if (!make_distances(s, c, h) || !value_at(s, c, &hi0, &lo0) || isinf(hi0)) return false;
    for (int i = 0; i < STEPS; i++) {
        const double x = c + side * h[i];
        if (!value_at(s, x, &hi, &lo)) return false;
        slope[i] = fabs(((hi - hi0) + (lo - lo0)) / (x - c));
    }
    for (int i = 2; i < STEPS; i++)
        if (!(slope[i] > 1.9 * slope[i - 1])) return false;
    /* A jump is steeper: there the slope grows as 1/h. */
    return slope[STEPS - 1] < 0.6 * slope[STEPS - 2] * (h[STEPS - 2] / h[STEPS - 1]);
}

static Status fail_there(const Singular *s, const char *what, double x, const char *advice)
{
    const Goal *goal = s->goal;
    Text text = {0};
    text_add(&text, "'%.200s' %s %s = ", goal->expression, what, goal->reference.input_name[0]);
    text_add_double(&text, x);
    text_add(&text, "; %s", advice);
    fail(s->err, ERR_INPUT, "%s", text_get(&text));
    text_release(&text);
    return ERR_INPUT;
}

/* Programs with a square root have branch points themselves. */
static bool has_sqrt(const Goal *goal) { return strstr(goal->ops, "sqrt") != NULL; }

static Status check_inside(const Singular *s, double c)
{
    for (int side = -1; side <= 1; side += 2)
        if (is_unbounded(s, c, side))
            return fail_there(s, "has a pole or a logarithm inside the domain, near", c,
                              "no program follows it over that; choose a domain on one side");
    for (int side = -1; side <= 1 && !has_sqrt(s->goal); side += 2)
        if (is_steep(s, c, side))
            return fail_there(s, "has a branch point inside the domain, near", c,
                              "no program follows it over that; choose a domain on one side");
    return OK;
}

static Status check_boxes(const Singular *s)
{
    struct {
        int64_t first, last;
    } stack[130]; /* each level leaves one box behind */
    int n = 0, n_boxes = 0;
    const int64_t first_of_all = ordered_from_value(TYPE_F64, s->lo);
    const int64_t last_of_all = ordered_from_value(TYPE_F64, s->hi);
    stack[n].first = first_of_all;
    stack[n++].last = last_of_all;
    while (n > 0 && n_boxes++ < BOXES_MAX) {
        const int64_t first = stack[--n].first, last = stack[n].last;
        const double lo = value_from_ordered(TYPE_F64, first);
        const double hi = value_from_ordered(TYPE_F64, last);
        double f_lo, f_hi;
        bool is_smooth;
        if (oracle_enclose(s->oracle, &lo, &hi, &f_lo, &f_hi, &is_smooth, NULL) == OK && is_smooth)
            continue;
        if (last - first > 1) {
            const int64_t middle = (int64_t)(((__int128)first + last) / 2);
            stack[n].first = middle;
            stack[n++].last = last;
            stack[n].first = first;
            stack[n++].last = middle;
            continue;
        }
        if (first == first_of_all || last == last_of_all) continue; /* an end */
        const Status status = check_inside(s, lo < 0 ? hi : lo);
        if (status != OK) return status;
    }
    return OK;
}

static Status check_open_end(const Singular *s, double end, double side)
{
    double hi, lo;
    if (value_at(s, end, &hi, &lo) && isfinite(hi)) return OK;
    if (!is_unbounded(s, end, side)) return OK; /* a gap */
    return fail_there(s, "grows without bound towards the open end", end,
                      "choose an end where it is bounded");
}

static Status check_point(const Singular *s)
{
    double hi, lo;
    if (s->lo < s->hi) return OK;
    if (!value_at(s, s->lo, &hi, &lo) || isinf(hi)) return OK; /* told elsewhere */
    Text text = {0};
    text_add(&text, "the domain [");
    text_add_double(&text, s->lo);
    text_add(&text, ", ");
    text_add_double(&text, s->hi);
    text_add(&text, "] is a single point: '%.200s' is the constant ", s->goal->expression);
    text_add_double(&text, hi);
    text_add(&text, " there, and there is nothing to approximate");
    fail(s->err, ERR_INPUT, "%s", text_get(&text));
    text_release(&text);
    return ERR_INPUT;
}

Status spec_check_singular(const Goal *goal, Err *err)
{
    const Domain *domain = &goal->domain[0];
    if (goal->type != TYPE_REAL || goal->n_variables != 1) return OK;
    Singular s = {.goal = goal, .lo = domain->lo, .hi = domain->hi, .err = err};
    s.oracle = oracle_new(&goal->reference, goal->n_exact ? goal->exact : NULL, goal->n_exact);
    Status status = check_point(&s);
    if (status == OK && domain->lo_open) status = check_open_end(&s, domain->lo, 1);
    if (status == OK && domain->hi_open) status = check_open_end(&s, domain->hi, -1);
    if (status == OK) status = check_boxes(&s);
    oracle_free(s.oracle);
    return status;
}
