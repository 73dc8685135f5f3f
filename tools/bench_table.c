/* Comparisons written down. */
#include "tools/bench.h"

#include "tools/say.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* -- for people ------------------------------------------------------------------------------- */

enum { NAME_WIDTH = 12, TIME_WIDTH = 11 };

static void print_time(Text *out, double ns)
{
    char text[32] = "-";
    if (!isnan(ns)) snprintf(text, sizeof text, "%.3g ns", fmax(ns, 0));
    text_add(out, "%*s", TIME_WIDTH, text);
}

static void print_row(Text *out, const CompareRow *row)
{
    const CompareTimes *t = &row->times;
    const double times[] = {t->scalar_ns, t->scalar_latency_ns, t->array_ns, t->vector_ns,
                            t->vector_latency_ns};
    text_add(out, "  %-*s", NAME_WIDTH, row->who);
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) print_time(out, times[i]);
    text_add(out, "   %8.4g ulp, %s; ", row->report.max_ulp,
             row->report.method == METHOD_EXHAUSTIVE ? "all inputs" : "sampled");
    if (row->n_specials_wrong)
        text_add(out, "%d specials wrong\n", row->n_specials_wrong);
    else
        text_add(out, "specials right\n");
}

void bench_print_table(Text *out, const BenchSubject *subject, const Comparison *c)
{
    static const char *const HEADS[] = {"one value", "latency", "arrays", "vectors", "latency"};
    text_add(out, "%s for %s, timed on [%.4g, %.4g]%s\n  %-*s", subject->symbol,
             subject->goal->target, c->inputs.lo, c->inputs.hi,
             subject->is_sure ? "" : "; the machine was too busy: times are not to be relied on",
             NAME_WIDTH, "");
    for (size_t i = 0; i < sizeof HEADS / sizeof *HEADS; i++)
        text_add(out, "%*s", TIME_WIDTH, HEADS[i]);
    text_add(out, "   largest error\n");
    for (int i = 0; i < c->n; i++) print_row(out, &c->row[i]);
    text_add(out, "\n");
}

/* -- means ---------------------------------------------------------------------------------------- */

static int find_library(BenchMeans *means, const char *who)
{
    for (int i = 0; i < means->n; i++)
        if (strcmp(means->library[i].who, who) == 0) return i;
    if (means->n == PEERS_MAX) return -1;
    snprintf(means->library[means->n].who, PEER_NAME_MAX, "%s", who);
    return means->n++;
}

void bench_add_means(BenchMeans *means, const Comparison *c)
{
    for (int i = 1; i < c->n; i++) {
        const CompareTimes *theirs = &c->row[i].times, *ours = &c->row[0].times;
        const double ratio[2] = {theirs->scalar_ns / ours->scalar_ns,
                                 theirs->vector_ns / ours->vector_ns};
        const int k = find_library(means, c->row[i].who);
        for (int form = 0; form < 2 && k >= 0; form++) {
            if (isnan(ratio[form])) continue;
            means->library[k].log_sum[form] += log(ratio[form]);
            means->library[k].n[form]++;
        }
    }
}

void bench_print_means(Text *out, const BenchMeans *means)
{
    static const char *const FORMS[] = {"one value", "vectors"};
    for (int k = 0; k < means->n; k++)
        for (int form = 0; form < 2; form++) {
            const int n = means->library[k].n[form];
            if (n == 0) continue;
            text_add(out, "%s, %s: %.2f times our time, in geometric mean of %d function%s\n",
                     means->library[k].who, FORMS[form], exp(means->library[k].log_sum[form] / n),
                     n, n == 1 ? "" : "s");
        }
}

/* -- JSON -------------------------------------------------------------------------------------------- */

static void add_key(Text *out, const char *key)
{
    text_add_json(out, key);
    text_add(out, ": ");
}

static void add_text(Text *out, const char *key, const char *value)
{
    add_key(out, key);
    text_add_json(out, value);
    text_add(out, ", ");
}

/* null: there is none; infinities are strings, as JSON has no number for them. */
static void add_number(Text *out, const char *key, double value)
{
    add_key(out, key);
    if (isnan(value))
        text_add(out, "null");
    else if (isinf(value))
        text_add(out, "\"inf\"");
    else
        text_add_double(out, value);
    text_add(out, ", ");
}

/* What tells a program of ours from a library, whose errors nobody bounds. */
static void add_bound(Text *out, const BenchSubject *subject, const Comparison *c,
                      const CompareRow *row)
{
    if (row == &c->row[0]) add_text(out, "bound", subject->goal->bound.text);
}

static void print_object(Text *out, const BenchSubject *subject, const Comparison *c,
                         const CompareRow *row)
{
    const CompareTimes *t = &row->times;
    const double in_arrays = fmin(t->array_ns, t->vector_ns); /* NaN counts as nothing */
    text_add(out, "{");
    add_text(out, "name", subject->symbol);
    add_text(out, "expression", subject->goal->expression);
    add_text(out, "type", type_info(subject->goal->type)->name);
    add_text(out, "target", subject->goal->target);
    add_text(out, "cpu", subject->cpu);
    add_text(out, "who", row->who);
    add_bound(out, subject, c, row);
    add_number(out, "ns", isnan(in_arrays) ? t->scalar_ns : in_arrays);
    add_number(out, "scalar_ns", t->scalar_ns);
    add_number(out, "scalar_latency_ns", t->scalar_latency_ns);
    add_number(out, "array_ns", t->array_ns);
    add_number(out, "vector_ns", t->vector_ns);
    add_number(out, "vector_latency_ns", t->vector_latency_ns);
    text_add(out, "\"lanes\": %d, ", row->lanes > 0 ? row->lanes : 1);
    add_number(out, "max_ulp", row->report.max_ulp);
    Text worst = {0};
    text_add_hex(&worst, row->report.worst_input[0]);
    add_text(out, "worst_input", text_get(&worst));
    text_release(&worst);
    add_text(out, "method", method_name(row->report.method));
    text_add(out, "\"points\": %llu, ", (unsigned long long)row->report.n_points);
    text_add(out, "\"specials_wrong\": %d, ", row->n_specials_wrong);
    add_number(out, "lo", c->inputs.lo);
    add_number(out, "hi", c->inputs.hi);
    add_number(out, "resolution", TIMING_RESOLUTION);
    text_add(out, "\"sure\": %s, ", subject->is_sure ? "true" : "false");
    add_key(out, "version");
    text_add_json(out, APPROX_VERSION);
    text_add(out, "}\n");
}

void bench_print_json(Text *out, const BenchSubject *subject, const Comparison *comparison)
{
    for (int i = 0; i < comparison->n; i++)
        print_object(out, subject, comparison, &comparison->row[i]);
}
