#include "runtime/measure/calibrate.h"

#include "runtime/emit/targets.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    N_KERNELS = 320,
    LEAST_SURE = 160, /* kernels without which there is no fit */
    LEAST_SEEN = 6,   /* kernels with a class that is fitted; others keep the table's ratio */
    SWEEPS = 400,     /* of the descent */
    PASSES = 6,       /* what the longest paths are depends on the latencies */
};

static const double TOLERANCE = 0.05; /* of the gate: a model errs by more */
static const double PRIOR = 0.05;     /* the weight of the table, in kernels */
static const double LEAST = 0.1;      /* of what the table says: nothing is for free */

/* -- least squares ------------------------------------------------------------------------- */

/* sum over rows (sum_k count[k] * w[k] / time - 1)^2 + PRIOR * sum_k (w[k] / table[k] - 1)^2, by descent in one
   coordinate after the other, w[k] >= LEAST * table[k]. */
typedef struct {
    int n, n_unknowns;
    const double *count; /* n rows of n_unknowns */
    const double *time;
    const double *table;
} Squares;

static void solve(const Squares *s, double *w)
{
    double *residual = xcalloc((size_t)s->n, sizeof *residual);
    for (int i = 0; i < s->n; i++) {
        residual[i] = -1;
        for (int k = 0; k < s->n_unknowns; k++)
            residual[i] += s->count[i * s->n_unknowns + k] * w[k] / s->time[i];
    }
    for (int sweep = 0; sweep < SWEEPS; sweep++)
        for (int k = 0; k < s->n_unknowns; k++) {
            const double t = s->table[k];
            double slope = PRIOR * (w[k] / t - 1) / t, curvature = PRIOR / (t * t);
            for (int i = 0; i < s->n; i++) {
                const double a = s->count[i * s->n_unknowns + k] / s->time[i];
                slope += a * residual[i];
                curvature += a * a;
            }
            const double better = fmax(LEAST * t, w[k] - slope / curvature);
            for (int i = 0; i < s->n; i++)
                residual[i] += s->count[i * s->n_unknowns + k] * (better - w[k]) / s->time[i];
            w[k] = better;
        }
    free(residual);
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_ratio(const double *time, const double *estimate, int n)
{
    double *ratio = xcalloc((size_t)n, sizeof *ratio);
    for (int i = 0; i < n; i++) ratio[i] = time[i] / estimate[i];
    qsort(ratio, (size_t)n, sizeof *ratio, by_value);
    const double median = ratio[n / 2];
    free(ratio);
    return median;
}

/* -- the model ----------------------------------------------------------------------------- */

/* Of a throughput: the classes, then overhead and window. Of a latency: the classes alone. */
enum { OVERHEAD = COST_CLASSES, WINDOW, UNKNOWNS };

/* Fits w, which holds the table before. Times become the table's cycles by their median ratio to it; classes that are
   seldom seen keep what the table says. */
static void fit_rows(double w[UNKNOWNS], const double *row, double *time, int n)
{
    double table[UNKNOWNS], fitted[UNKNOWNS];
    double *estimate = xcalloc((size_t)n, sizeof *estimate);
    for (int k = 0; k < UNKNOWNS; k++) table[k] = isfinite(w[k]) ? fmax(w[k], 0.01) : 1;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < COST_CLASSES; k++) estimate[i] += row[i * UNKNOWNS + k] * table[k];
    const double unit = median_ratio(time, estimate, n);
    for (int i = 0; i < n; i++) time[i] /= unit;
    memcpy(fitted, table, sizeof fitted);
    const Squares squares = {n, UNKNOWNS, row, time, table};
    solve(&squares, fitted);
    for (int k = 0; k < UNKNOWNS; k++) {
        int n_seen = 0;
        for (int i = 0; i < n; i++) n_seen += row[i * UNKNOWNS + k] > 0;
        if (n_seen >= LEAST_SEEN) w[k] = fitted[k];
    }
    free(estimate);
}

static void fit_latency(CostModel *model, const Prog *prog, const Timing *timing, int n,
                        double *row, double *time)
{
    for (int pass = 0; pass < PASSES; pass++) {
        CostModel table;
        double w[UNKNOWNS] = {0};
        int m = 0;
        cost_model_init(&table, model->target);
        memcpy(w, table.latency, sizeof table.latency);
        memset(row, 0, (size_t)n * UNKNOWNS * sizeof *row);
        for (int i = 0; i < n; i++) {
            if (!(timing[i].latency_ns > 0)) continue;
            cost_count_path(&prog[i], model, &row[m * UNKNOWNS]);
            time[m++] = timing[i].latency_ns;
        }
        if (m < LEAST_SEEN) return;
        fit_rows(w, row, time, m);
        memcpy(model->latency, w, sizeof model->latency);
    }
}

/* One row: what the estimate by the model is the sum of. False where the program waits for its divisions:
   no sum tells its time. */
static bool count_row(double *row, const Prog *prog, const CostModel *model)
{
    const Cost cost = cost_estimate_by(model, prog);
    double n_registers = 0, sum = model->overhead;
    cost_count(prog, model->target, row);
    for (int k = 0; k < COST_CLASSES; k++) n_registers += row[k];
    for (int k = 0; k < COST_CLASSES; k++)
        if (row[k] > 0) sum += row[k] * model->throughput[k];
    row[OVERHEAD] = 1;
    row[WINDOW] = n_registers * cost.latency;
    return cost.throughput <= 1.001 * (sum + model->window * row[WINDOW]);
}

/* Which programs wait for their divisions depends on what the rest costs. */
static void fit_throughput(CostModel *model, const Prog *prog, const Timing *timing, int n,
                           int lanes, double *row, double *time)
{
    CostModel table;
    cost_model_init(&table, model->target);
    for (int pass = 0; pass < PASSES; pass++) {
        double w[UNKNOWNS];
        int m = 0;
        memcpy(w, table.throughput, sizeof table.throughput);
        w[OVERHEAD] = 1;
        w[WINDOW] = 0.01; /* a turn of 50 cycles and 20 instructions takes 10 more */
        memset(row, 0, (size_t)n * UNKNOWNS * sizeof *row);
        for (int i = 0; i < n; i++)
            if (count_row(&row[m * UNKNOWNS], &prog[i], model))
                time[m++] = timing[i].throughput_ns * lanes;
        if (m < LEAST_SEEN) return;
        fit_rows(w, row, time, m);
        memcpy(model->throughput, w, sizeof model->throughput);
        model->overhead = w[OVERHEAD];
        model->window = w[WINDOW];
    }
}

void calibrate_fit(CostModel *model, const Prog *prog, const Timing *timing, int n, int lanes)
{
    double *row = xcalloc((size_t)n * UNKNOWNS, sizeof *row);
    double *time = xcalloc((size_t)n, sizeof *time);
    fit_latency(model, prog, timing, n, row, time);
    fit_throughput(model, prog, timing, n, lanes, row, time);
    model->is_calibrated = true;
    free(row);
    free(time);
}

static int keep_sure(Prog *prog, Timing *timing, int n)
{
    int n_sure = 0;
    for (int i = 0; i < n; i++)
        if (timing[i].is_sure) {
            prog[n_sure] = prog[i];
            timing[n_sure++] = timing[i];
        }
    return n_sure;
}

Status calibrate(CostModel *out, const char *target, double seconds, Err *err)
{
    static const TimingInputs INPUTS = {0.75, 1.25};
    static const uint64_t SEED = 1;
    Prog *prog = xcalloc(N_KERNELS, sizeof *prog);
    const Prog *list[N_KERNELS];
    Timing timing[N_KERNELS];
    Timer *timer = NULL;
    Status status = timer_new(&timer, target, err);
    if (status != OK) goto done;
    timer_set_tolerance(timer, TOLERANCE);
    for (int i = 0; i < N_KERNELS; i++) {
        prog[i] = calibrate_kernel(target, SEED, i);
        list[i] = &prog[i];
    }
    status = timer_measure(timer, timing, list, N_KERNELS, &INPUTS, true, seconds, err);
    if (status != OK && status != ERR_UNDECIDED) goto done;
    const int n_sure = keep_sure(prog, timing, N_KERNELS);
    if (n_sure < LEAST_SURE) {
        status = fail(err, ERR_UNDECIDED,
                      "this machine is too busy to calibrate: only %d of %d kernels could be timed "
                      "undisturbed",
                      n_sure, N_KERNELS);
        goto done;
    }
    status = OK;
    cost_model_init(out, target);
    calibrate_fit(out, prog, timing, n_sure, target_find(target)->lanes);
done:
    timer_free(timer);
    free(prog);
    return status;
}

/* -- text ------------------------------------------------------------------------------------ */

static const char HEADER[] = "approx-cost 1\n";

void cost_model_print(Text *out, const CostModel *model)
{
    text_add(out, "%starget %s\noverhead ", HEADER, model->target);
    text_add_double(out, model->overhead);
    text_add(out, " window ");
    text_add_double(out, model->window);
    text_add(out, "\n");
    for (int c = 0; c < COST_CLASSES; c++) {
        if (!isfinite(model->throughput[c])) continue; /* what the target does not have */
        text_add(out, "class %s throughput ", cost_class_name(c));
        text_add_double(out, model->throughput[c]);
        text_add(out, " latency ");
        text_add_double(out, model->latency[c]);
        text_add(out, "\n");
    }
}

static bool parse_line(CostModel *model, const char *line)
{
    char word[32];
    double throughput, latency;
    int end = 0;
    if (sscanf(line, "target %31s%n", word, &end) == 1 && !line[end])
        return strcmp(word, model->target) == 0;
    if (sscanf(line, "overhead %lf window %lf%n", &model->overhead, &model->window, &end) == 2)
        return !line[end] && model->overhead >= 0 && isfinite(model->overhead) &&
               model->window >= 0 && isfinite(model->window);
    if (sscanf(line, "class %31s throughput %lf latency %lf%n", word, &throughput, &latency,
               &end) != 3 ||
        line[end])
        return false;
    if (!(throughput > 0 && isfinite(throughput) && latency >= 0 && isfinite(latency)))
        return false;
    for (int c = 0; c < COST_CLASSES; c++)
        if (strcmp(cost_class_name(c), word) == 0 && isfinite(model->throughput[c])) {
            model->throughput[c] = throughput;
            model->latency[c] = latency;
            return true;
        }
    return false;
}

Status cost_model_parse(CostModel *out, const char *target, const char *text, size_t length,
                        Err *err)
{
    const size_t header = sizeof HEADER - 1;
    CostModel model;
    cost_model_init(&model, target);
    if (length < header || memcmp(text, HEADER, header) != 0)
        return fail_at(err, ERR_INPUT, text, length, 0, "expected 'approx-cost 1'");
    for (size_t at = header; at < length;) {
        const size_t start = at;
        char line[200];
        if (!text_take_line(line, sizeof line, text, length, &at) || !parse_line(&model, line))
            return fail_at(err, ERR_INPUT, text, length, start,
                           "expected what a class of operators costs on %s", target);
    }
    model.is_calibrated = true;
    *out = model;
    return OK;
}
