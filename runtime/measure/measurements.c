#include "runtime/measure/measurements.h"

#include "runtime/emit/targets.h"
#include "runtime/measure/calibrate.h"
#include "runtime/measure/mca.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    uint64_t program; /* prog_hash */
    char target[32];
    TimingInputs inputs;
    Timing timing;
} Measurement;

/* In the order in which they were made. */
struct Measurements {
    Measurement *item;
    int n, capacity;
    CostModel *model; /* one for each target */
    int n_models;
    Timer *timer; /* made when first needed, for */
    char timer_target[32];
};

Measurements *measurements_new(void) { return xcalloc(1, sizeof(Measurements)); }

void measurements_free(Measurements *measurements)
{
    if (!measurements) return;
    timer_free(measurements->timer);
    free(measurements->item);
    free(measurements->model);
    free(measurements);
}

/* -- the table ------------------------------------------------------------------------- */

static Measurement key_of(const Prog *prog, const char *target, const TimingInputs *inputs)
{
    Measurement key = {.program = prog_hash(prog), .inputs = *inputs};
    snprintf(key.target, sizeof key.target, "%s", target);
    return key;
}

static Measurement *find(const Measurements *measurements, const Measurement *key)
{
    for (int i = 0; i < measurements->n; i++) {
        Measurement *item = &measurements->item[i];
        if (item->program == key->program && item->inputs.lo == key->inputs.lo &&
            item->inputs.hi == key->inputs.hi && strcmp(item->target, key->target) == 0)
            return item;
    }
    return NULL;
}

static void add(Measurements *measurements, const Measurement *item)
{
    if (measurements->n == measurements->capacity) {
        measurements->capacity = measurements->capacity ? 2 * measurements->capacity : 64;
        measurements->item = xrealloc(measurements->item,
                                      (size_t)measurements->capacity * sizeof *measurements->item);
    }
    measurements->item[measurements->n++] = *item;
}

const Timing *measurements_find(const Measurements *measurements, const Prog *prog,
                                const char *target, const TimingInputs *inputs)
{
    const Measurement key = key_of(prog, target, inputs);
    const Measurement *item = find(measurements, &key);
    return item ? &item->timing : NULL;
}

bool measurements_know(const Measurements *measurements, const char *target)
{
    for (int i = 0; i < measurements->n; i++)
        if (strcmp(measurements->item[i].target, target) == 0) return true;
    return false;
}

/* -- cost models ------------------------------------------------------------------------ */

const CostModel *measurements_model(const Measurements *measurements, const char *target)
{
    for (int i = 0; i < measurements->n_models; i++)
        if (strcmp(measurements->model[i].target, target) == 0) return &measurements->model[i];
    return NULL;
}

void measurements_keep_model(Measurements *measurements, const CostModel *model)
{
    CostModel *kept = (CostModel *)measurements_model(measurements, model->target);
    if (!kept) {
        const size_t n = (size_t)measurements->n_models++ + 1;
        measurements->model = xrealloc(measurements->model, n * sizeof *measurements->model);
        kept = &measurements->model[n - 1];
    }
    *kept = *model;
}

/* The lines of a model are those of calibrate.h with a word before; each begins with its header. */
static const char MODEL_WORD[] = "cost ", MODEL_HEADER[] = "cost approx-cost 1";

static void print_model(Text *out, const CostModel *model)
{
    Text lines = {0};
    char line[200];
    cost_model_print(&lines, model);
    for (size_t at = 0; at < lines.length;)
        if (text_take_line(line, sizeof line, text_get(&lines), lines.length, &at))
            text_add(out, "%s%s\n", MODEL_WORD, line);
    text_release(&lines);
}

/* Takes the lines of one model from *at on, where its header is. */
static Status parse_model(Measurements *measurements, const char *text, size_t length, size_t *at,
                          Err *err)
{
    const size_t start = *at, skip = sizeof MODEL_WORD - 1;
    char line[300], target[32] = "";
    Text lines = {0};
    for (size_t next = *at; next < length; *at = next) {
        if (!text_take_line(line, sizeof line, text, length, &next)) break;
        const bool is_first = *at == start;
        if (strncmp(line, MODEL_WORD, skip) != 0 || (!is_first && !strcmp(line, MODEL_HEADER)))
            break;
        text_add(&lines, "%s\n", line + skip);
        sscanf(line + skip, "target %31s", target);
    }
    CostModel model;
    Status status = ERR_INPUT;
    if (target_find(target))
        status = cost_model_parse(&model, target, text_get(&lines), lines.length, NULL);
    if (status == OK)
        measurements_keep_model(measurements, &model);
    else
        fail_at(err, ERR_INPUT, text, length, start, "expected what operators cost on a target");
    text_release(&lines);
    return status;
}

/* -- timing what is missing -------------------------------------------------------------- */

static Status ready_timer(Measurements *measurements, const char *target, Err *err)
{
    if (measurements->timer && strcmp(measurements->timer_target, target) == 0) return OK;
    timer_free(measurements->timer);
    measurements->timer = NULL;
    const Status status = timer_new(&measurements->timer, target, err);
    if (status == OK)
        snprintf(measurements->timer_target, sizeof measurements->timer_target, "%s", target);
    return status;
}

/* A latency joins what is known already; a throughput that is known stays. */
static void record(Measurements *measurements, const Measurement *key, const Timing *timing)
{
    Measurement *known = find(measurements, key);
    if (known) {
        known->timing.latency_ns = fmax(0, timing->latency_ns);
        return;
    }
    Measurement item = *key;
    item.timing = *timing;
    add(measurements, &item);
}

static Status time_missing(Measurements *measurements, const Prog *const *missing,
                           const Measurement *key, int n, bool want_latency, double seconds,
                           Err *err)
{
    Timing *timing = xcalloc((size_t)n, sizeof *timing);
    const Target *target = target_find(key[0].target);
    const bool is_modelled = target && !target_is_runnable(target) && mca_is_there();
    Status status = is_modelled ? mca_measure(timing, missing, n, target->name, err)
                                : ready_timer(measurements, key[0].target, err);
    if (status == OK && !is_modelled)
        status = timer_measure(measurements->timer, timing, missing, n, &key[0].inputs,
                               want_latency, seconds, err);
    if (status == ERR_UNDECIDED) status = OK;
    for (int i = 0; i < n && status == OK; i++) record(measurements, &key[i], &timing[i]);
    free(timing);
    return status;
}

Status measurements_time(Measurements *measurements, Timing *out, const Prog *const *prog, int n,
                         const char *target, const TimingInputs *inputs, bool want_latency,
                         double seconds, Err *err)
{
    const Prog **missing = xcalloc((size_t)n + 1, sizeof *missing);
    Measurement *key = xcalloc((size_t)n + 1, sizeof *key);
    int n_missing = 0;
    for (int i = 0; i < n; i++) {
        key[n_missing] = key_of(prog[i], target, inputs);
        const Measurement *known = find(measurements, &key[n_missing]);
        if (known && !(want_latency && known->timing.latency_ns < 0)) continue;
        missing[n_missing++] = prog[i];
    }
    Status status = OK;
    if (n_missing > 0)
        status = time_missing(measurements, missing, key, n_missing, want_latency, seconds, err);
    for (int i = 0; i < n && status == OK; i++)
        out[i] = *measurements_find(measurements, prog[i], target, inputs);
    free(missing);
    free(key);
    return status;
}

/* -- text -------------------------------------------------------------------------------- */

static const char HEADER[] = "approx-measurements 1\n";

void measurements_print(Text *out, const Measurements *measurements)
{
    text_add(out, "%s", HEADER);
    for (int i = 0; i < measurements->n_models; i++) print_model(out, &measurements->model[i]);
    for (int i = 0; i < measurements->n; i++) {
        const Measurement *item = &measurements->item[i];
        const struct {
            const char *name;
            double value;
        } NUMBERS[] = {{"from", item->inputs.lo},
                       {"to", item->inputs.hi},
                       {"throughput_ns", item->timing.throughput_ns},
                       {"latency_ns", item->timing.latency_ns}};
        text_add(out, "program %016llx target %s", (unsigned long long)item->program, item->target);
        for (int k = 0; k < 4; k++) {
            text_add(out, " %s ", NUMBERS[k].name);
            text_add_double(out, NUMBERS[k].value);
        }
        if (item->timing.vectors > 0) text_add(out, " vectors %d", item->timing.vectors);
        text_add(out, " %s\n",
                 item->timing.is_modelled ? "modelled"
                 : item->timing.is_sure   ? "sure"
                                          : "disturbed");
    }
}

static bool parse_line(const char *line, Measurement *item)
{
    unsigned long long program;
    char how[12];
    int end = 0, behind = 0;
    Timing *timing = &item->timing;
    const int n =
        sscanf(line, "program %llx target %31s from %lf to %lf throughput_ns %lf latency_ns %lf%n",
               &program, item->target, &item->inputs.lo, &item->inputs.hi, &timing->throughput_ns,
               &timing->latency_ns, &end);
    if (n != 6) return false;
    if (sscanf(line + end, " vectors %1d%n", &timing->vectors, &behind) == 1) end += behind;
    behind = 0;
    if (sscanf(line + end, " %11s%n", how, &behind) != 1) return false;
    end += behind;
    item->program = program;
    timing->is_modelled = strcmp(how, "modelled") == 0;
    timing->is_sure = timing->is_modelled || strcmp(how, "sure") == 0;
    const bool is_shape = timing->vectors >= 0 && timing->vectors <= BACKEND_VECTORS_MAX &&
                          !(timing->vectors & (timing->vectors - 1));
    return line[end] == 0 && is_shape && (timing->is_sure || strcmp(how, "disturbed") == 0) &&
           isfinite(item->inputs.lo) && isfinite(item->inputs.hi) && timing->throughput_ns > 0 &&
           isfinite(timing->throughput_ns) && timing->latency_ns >= -1 &&
           isfinite(timing->latency_ns);
}

Status measurements_parse(Measurements *measurements, const char *text, size_t length, Err *err)
{
    const size_t header = sizeof HEADER - 1;
    if (length < header || memcmp(text, HEADER, header) != 0)
        return fail_at(err, ERR_INPUT, text, length, 0, "expected 'approx-measurements 1'");
    for (size_t at = header; at < length;) {
        const size_t start = at;
        char line[300];
        Measurement item = {0};
        const size_t n_header = sizeof MODEL_HEADER - 1;
        if (length - at > n_header && !memcmp(text + at, MODEL_HEADER, n_header)) {
            const Status status = parse_model(measurements, text, length, &at, err);
            if (status != OK) return status;
            continue;
        }
        if (!text_take_line(line, sizeof line, text, length, &at) || !parse_line(line, &item))
            return fail_at(err, ERR_INPUT, text, length, start, "expected the times of a program");
        if (!find(measurements, &item)) add(measurements, &item);
    }
    return OK;
}
