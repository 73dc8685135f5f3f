/* The work is a list of numbered fits, one for each target and pair of degrees. Each fit gives up to three
   programs: the same polynomial or quotient evaluated in different ways. */
#include "search/classical.h"

#include "runtime/base/pool.h"
#include "runtime/prog/op_list.h"
#include "search/adapted.h"
#include "search/classical_series.h"
#include "search/fit_engine.h"
#include "search/fraction.h"
#include "search/problem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    POINTS_MAX = 2 * CURVE_POINTS_MAX,
    DEGREE_MAX = ADAPTED_DEGREE_MAX,
    CENTERS = 2,
    WAYS = 6, /* to evaluate one fit: a quotient as fractions with tails of degree 1 to 5 */
};

typedef struct {
    const ClassicalTarget *target;
    const Quad *y;
    const ClassicalSeries *series; /* NULL: minimax */
    int n_p, n_q;
    ClassicalProg *made[WAYS]; /* NULL: none */
} Job;

typedef struct {
    Problem problem;
    bool is_relative;
    int ops_max;
    Curve curve;
    ClassicalTarget target[CLASSICAL_TARGETS_MAX];
    Quad y[CLASSICAL_TARGETS_MAX][CURVE_POINTS_MAX]; /* what each of them is fitted to */
    int n_targets;
    ClassicalSeries series[CENTERS][CLASSICAL_TARGETS_MAX]; /* of each, about 0 and the middle */
    /* Where programs are judged: inside the domain, where no denominator may change its sign, and at its ends. */
    double x[POINTS_MAX], f_hi[POINTS_MAX], f_lo[POINTS_MAX], weight[POINTS_MAX];
    FitPoints inside, ends;
    Job *job;
    int n_jobs;
} Classical;

const char *classical_kind_name(ClassicalKind kind)
{
    static const char *const NAMES[CLASSICAL_KINDS] = {"minimax polynomial",
                                                       "adapted polynomial",
                                                       "minimax rational",
                                                       "continued fraction",
                                                       "Pade",
                                                       "Taylor"};
    return NAMES[kind];
}

/* -- points ---------------------------------------------------------------------------------- */

static void note_point(Classical *c, FitPoints *points, Quad x, Quad f, double weight)
{
    const int i = (int)(points->x - c->x) + points->n++;
    c->x[i] = (double)x;
    c->f_hi[i] = (double)f;
    c->f_lo[i] = (double)(f - c->f_hi[i]);
    c->weight[i] = weight;
}

static FitPoints points_from(const Classical *c, int first)
{
    return (FitPoints){0, c->x + first, c->f_hi + first, c->f_lo + first, c->weight + first};
}

/* The curve's points and one between each two. */
static void place_points(Classical *c, ProblemValue *value)
{
    const Curve *curve = &c->curve;
    c->ends = points_from(c, 0);
    c->inside = points_from(c, 2);
    for (int i = 0; i < curve->n; i++) {
        const bool is_end = curve->x[i] == curve->lo || curve->x[i] == curve->hi;
        note_point(c, is_end ? &c->ends : &c->inside, curve->x[i], curve->f[i], curve->weight[i]);
        if (i + 1 == curve->n) break;
        const Quad x = (double)((curve->x[i] + curve->x[i + 1]) / 2);
        Quad f;
        double weight;
        if (x > curve->x[i] && x < curve->x[i + 1] && problem_value(value, x, &f, &weight))
            note_point(c, &c->inside, x, f, weight);
    }
}

/* The largest weighted error, inf where a denominator changes its sign. */
static double judge(const Classical *c, const Prog *prog)
{
    Tape *tape = xmalloc(sizeof *tape);
    double error = INFINITY;
    if (tape_make(tape, prog, NULL, 0)) {
        const FitEngine *engine = &fit_engine_quad;
        FitWork *work = engine->work_new(tape);
        Quad none;
        error = engine->error(work, &c->inside, &none, true, NULL, NULL);
        if (isfinite(error) && c->ends.n > 0)
            error = fmax(error, engine->error(work, &c->ends, &none, false, NULL, NULL));
        engine->work_free(work);
    }
    free(tape);
    return isnan(error) ? INFINITY : error;
}

/* -- one fit ----------------------------------------------------------------------------------- */

static void name_program(ClassicalProg *made, const Job *job, int m)
{
    const ClassicalTarget *target = job->target;
    Text name = {0};
    text_add(&name, "%s ", classical_kind_name(made->kind));
    text_add(&name, job->n_q > 0 ? "[%d/%d]" : "%d", m, job->n_q);
    if (job->series) text_add(&name, " about %.4g", job->series->center);
    if (target->has_square && target->shift != 0)
        text_add(&name, " in (x - %.4g)^2", (double)target->shift);
    else if (target->has_square)
        text_add(&name, " in x^2");
    if (target->moebius != 0) text_add(&name, ", (1 + y)/(1 - y)");
    if (target->has_root)
        text_add(&name, ", root");
    else if (!target->has_square && target->s_power + target->n_zeros > 0)
        text_add(&name, ", zero taken out");
    if (target->side != 0)
        text_add(&name, ", %.4g %c its square", (double)target->offset,
                 target->side > 0 ? '+' : '-');
    if (target->squarings > 0)
        text_add(&name, ", %d squaring%s", target->squarings, target->squarings > 1 ? "s" : "");
    snprintf(made->name, sizeof made->name, "%s", text_get(&name));
    text_release(&name);
}

static bool build_way(Builder *b, const Minimax *fit, int way, Ref t, ClassicalKind *kind, Ref *r)
{
    const int m = fit->n_p - 1, k = fit->n_q;
    if (k == 0) {
        if (way > 2) return false;
        *kind = way == 0 ? CLASSICAL_POLYNOMIAL : CLASSICAL_ADAPTED;
        if (way == 0) *r = build_polynomial(b, fit->p, m + 1, t, SCHEME_HORNER);
        return way == 0 || (m >= ADAPTED_DEGREE_MIN && m <= ADAPTED_DEGREE_MAX &&
                            adapted_build(b, fit->p, m, way == 1, t, r));
    }
    Quad q[DEGREE_MAX + 1] = {1};
    memcpy(q + 1, fit->q, (size_t)k * sizeof *q);
    if (q[k] == 0 || way > (k > 1 ? k - (m < k) : 1)) return false;
    *kind = way == 0 ? CLASSICAL_QUOTIENT : CLASSICAL_FRACTION;
    if (way == 0) *r = fraction_build_quotient(b, fit->p, m, q, k, t);
    return way == 0 || fraction_build(b, fit->p, m, q, k, way, t, r);
}

static ClassicalProg *make_way(const Classical *c, const Job *job, const Minimax *fit, int way)
{
    ClassicalProg *made = xcalloc(1, sizeof *made);
    prog_init(&made->prog);
    Builder b = {&made->prog, TYPE_REAL, c->problem.may[OP_FMA], false, SCHEME_HORNER, false};
    const Ref x = prog_add_input(&made->prog, TYPE_REAL, "x");
    Ref s, r;
    const Ref t = classical_target_variable(&b, job->target, x, &s);
    bool is_good = build_way(&b, fit, way, t, &made->kind, &r);
    if (is_good) {
        classical_target_finish(&b, job->target, s, t, r);
        prog_prune(&made->prog);
        made->form = job->target->form;
        if (job->n_q == 0 && job->target->moebius != 0) made->kind = CLASSICAL_QUOTIENT;
        made->ops = prog_n_ops(&made->prog);
        made->cost = op_weights_sum(c->problem.op_cost, &made->prog);
        is_good = made->ops <= c->ops_max && problem_allows(&c->problem, &made->prog);
    }
    if (is_good) made->error = judge(c, &made->prog);
    if (is_good && isfinite(made->error)) {
        if (job->series) made->kind = job->n_q > 0 ? CLASSICAL_PADE : CLASSICAL_TAYLOR;
        name_program(made, job, fit->n_p - 1);
        return made;
    }
    free(made);
    return NULL;
}

static bool find_fit(const Classical *c, const Job *job, Minimax *fit)
{
    const double reach = fmax(fabs(c->curve.lo), fabs(c->curve.hi));
    if (job->series)
        return classical_series_fit(
            fit, job->series, job->target->has_square ? reach * reach : reach, job->n_p, job->n_q);
    return classical_target_fit(fit, job->target, &c->curve, job->y, c->is_relative, job->n_p,
                                job->n_q) == OK;
}

static void work(void *context, int piece, int worker)
{
    Classical *c = context;
    Job *job = &c->job[piece];
    Minimax *fit = xmalloc(sizeof *fit);
    if (find_fit(c, job, fit))
        for (int way = 0; way < WAYS; way++) {
            job->made[way] = make_way(c, job, fit, way);
            /* Longer tails have the same value and more operations, if fewer divisions. */
            if (job->n_q > 0 && way > 0 && job->made[way] && !c->problem.goal.op_cost[0]) break;
        }
    free(fit);
}

/* -- all of them ---------------------------------------------------------------------------------- */

/* The operations of the cheapest way, at least. */
static int least_ops(int m, int k, bool has_fma)
{
    const int apart = m > k ? m - k : k - m, common = m < k ? m : k;
    if (k > 0) return (has_fma ? 1 : 2) * apart + 3 * common;
    if (has_fma || m < ADAPTED_DEGREE_MIN) return has_fma ? m : 2 * m;
    return (m % 2 == 0 ? 2 : 0) + 3 + 3 * ((m + 1) / 2 - 1); /* adapted.h */
}

static void add_jobs(Classical *c, Job job)
{
    const bool has_fma = c->problem.may[OP_FMA], has_div = c->problem.may[OP_DIV];
    const int around = classical_target_ops(job.target, has_fma);
    for (int m = 0; m <= DEGREE_MAX; m++)
        for (int k = 0; k <= (has_div ? DEGREE_MAX : 0); k++) {
            const bool is_near = m - k <= 1 && k - m <= 1;
            if (job.target->form == CLASSICAL_SQUARED && k > 0 && !is_near) continue;
            if (job.series && k == 0 && job.target->moebius != 0)
                continue; /* no Taylor polynomial */
            if (around + least_ops(m, k, has_fma) > c->ops_max) continue;
            job.n_p = m + 1;
            job.n_q = k;
            c->job[c->n_jobs++] = job;
        }
}

static void list_jobs(Classical *c)
{
    enum { DEGREES = (DEGREE_MAX + 1) * (DEGREE_MAX + 1) };
    c->job = xcalloc((size_t)c->n_targets * (1 + CENTERS) * DEGREES, sizeof *c->job);
    for (int i = 0; i < c->n_targets; i++) {
        add_jobs(c, (Job){.target = &c->target[i], .y = c->y[i]});
        for (int k = 0; k < CENTERS; k++)
            if (c->series[k][i].n > 0)
                add_jobs(c, (Job){.target = &c->target[i], .series = &c->series[k][i]});
    }
}

/* About 0, if that is in the domain, and about its middle. */
static void find_series(Classical *c, Oracle *oracle)
{
    const double lo = c->curve.lo, hi = c->curve.hi;
    const double center[CENTERS] = {0, (lo + hi) / 2};
    ClassicalSeries f;
    for (int k = 0; k < CENTERS; k++) {
        const bool is_wanted = k == 0 ? lo <= 0 && hi >= 0 : center[k] != 0;
        if (!is_wanted || !classical_series_init(&f, oracle, center[k])) continue;
        for (int i = 0; i < c->n_targets; i++)
            classical_series_of(&c->series[k][i], &c->target[i], &f);
    }
}

static int compare_programs(const void *left, const void *right)
{
    const ClassicalProg *a = left, *b = right;
    if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
    if (a->form != b->form) return a->form < b->form ? -1 : 1;
    if (a->cost != b->cost) return a->cost < b->cost ? -1 : 1;
    if (a->error != b->error) return a->error < b->error ? -1 : 1;
    return strcmp(a->name, b->name);
}

/* In the order of the jobs; what something cheaper of its kind and form beats is left out. */
static void gather(ClassicalList *out, const Classical *c)
{
    int n = 0;
    out->item = xmalloc((size_t)(c->n_jobs * WAYS + 1) * sizeof *out->item);
    for (int i = 0; i < c->n_jobs; i++)
        for (int way = 0; way < WAYS; way++)
            if (c->job[i].made[way]) out->item[n++] = *c->job[i].made[way];
    qsort(out->item, (size_t)n, sizeof *out->item, compare_programs);
    out->n = 0;
    for (int i = 0; i < n; i++) {
        const ClassicalProg *last = out->n > 0 ? &out->item[out->n - 1] : NULL;
        const ClassicalProg *next = &out->item[i];
        if (last && last->kind == next->kind && last->form == next->form &&
            !(next->error < last->error))
            continue;
        if (next != &out->item[out->n]) out->item[out->n] = *next;
        out->n++;
    }
}

Status classical_list(ClassicalList *out, const Goal *goal, int ops_max, int n_threads, Err *err)
{
    *out = (ClassicalList){0};
    Classical *c = xcalloc(1, sizeof *c);
    Status status = problem_init(&c->problem, goal, 0, err);
    if (status != OK) goto done;
    c->is_relative = goal->bound.kind != BOUND_ABS;
    c->ops_max = ops_max;
    Oracle *oracle = oracle_new(&goal->reference, goal->exact, goal->n_exact);
    ProblemValue value = {&c->problem, oracle};
    if (curve_init(&c->curve, goal->domain[0].lo, goal->domain[0].hi, problem_value, &value)) {
        c->n_targets = classical_targets(c->target, &c->curve, c->is_relative,
                                         c->problem.may[OP_SQRT], problem_value, &value);
        for (int i = 0; i < c->n_targets; i++)
            classical_target_values(c->y[i], &c->target[i], &c->curve);
        find_series(c, oracle);
        place_points(c, &value);
    } else {
        status = fail(err, ERR_INPUT, "%s has no finite value on most of its domain", goal->name);
    }
    oracle_free(oracle);
    if (status != OK) goto done;
    list_jobs(c);
    pool_run(n_threads, c->n_jobs, work, c);
    gather(out, c);
done:
    for (int i = 0; i < c->n_jobs; i++)
        for (int way = 0; way < WAYS; way++) free(c->job[i].made[way]);
    free(c->job);
    problem_release(&c->problem);
    free(c);
    return status;
}

void classical_list_release(ClassicalList *list)
{
    free(list->item);
    *list = (ClassicalList){0};
}

const ClassicalProg *classical_best(const ClassicalList *list, ClassicalKind kind, double cost)
{
    const ClassicalProg *best = NULL;
    for (int i = 0; i < list->n; i++) {
        const ClassicalProg *item = &list->item[i];
        if (item->cost > cost || (kind != CLASSICAL_KINDS && item->kind != kind)) continue;
        if (!best || item->error < best->error) best = item;
    }
    return best;
}
