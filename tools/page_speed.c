#include "tools/page.h"

#include "runtime/measure/wrong_specials.h"
#include "tools/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOTE_MAX = 160 };

bool page_has_speed(const Entry *const *entries, int n)
{
    bool is_timed = false;
    for (int i = 0; i < n; i++) {
        const Goal *goal = &entries[i]->goal;
        if (!type_is_float(goal->type) || goal->n_variables != 1) return false;
        is_timed |= entries[i]->throughput_ns > 0 && entries[i]->has_report;
    }
    return is_timed;
}

/* The precision of the type, and what the largest error takes from it: 24 for an error of an ulp in f32. */
static double correct_bits(Type type, double max_ulp)
{
    return type_info(type)->precision - log2(fmax(max_ulp, 0.5));
}

typedef struct {
    PlotLine line[PLOT_COLOURS];
    char label[PLOT_COLOURS][48];
    char note[PLOT_COLOURS][PLOT_POINTS_MAX][NOTE_MAX];
    int n;
} Lines;

/* The line of that name; a new one if there is none; NULL: there is no room. */
static PlotLine *line_of(Lines *lines, const char *label)
{
    for (int i = 0; i < lines->n; i++)
        if (strcmp(lines->label[i], label) == 0) return &lines->line[i];
    if (lines->n == PLOT_COLOURS) return NULL;
    const int i = lines->n++;
    snprintf(lines->label[i], sizeof lines->label[i], "%s", label);
    lines->line[i] = (PlotLine){.label = lines->label[i], .colour = i};
    return &lines->line[i];
}

static void add_point(Lines *lines, PlotLine *line, double ns, Type type, double max_ulp,
                      const char *cpu)
{
    if (line == NULL || line->n == PLOT_POINTS_MAX || !isfinite(max_ulp)) return;
    char *note = lines->note[line - lines->line][line->n];
    snprintf(note, NOTE_MAX, "%s: %.3f ns, %.4g ulp (%s)", line->label, ns, max_ulp, cpu);
    line->point[line->n++] = (PlotPoint){ns, correct_bits(type, max_ulp), note};
}

static int compare_times(const void *left, const void *right)
{
    const Entry *a = *(const Entry *const *)left, *b = *(const Entry *const *)right;
    return a->throughput_ns < b->throughput_ns ? -1 : a->throughput_ns > b->throughput_ns;
}

static void add_row(Text *out, const char *who, const char *target, double ns, const char *cpu,
                    double max_ulp, int specials_wrong)
{
    text_add(out, "<tr><td>");
    plot_add_escaped(out, who);
    text_add(out, "</td><td>");
    plot_add_escaped(out, target);
    text_add(out, "</td><td class=\"number\">%.3f</td><td>", ns);
    plot_add_escaped(out, cpu);
    text_add(out, "</td><td class=\"number\">%.4g</td><td class=\"number\">%d</td></tr>\n", max_ulp,
             specials_wrong);
}

static void label_of(char label[48], const Entry *entry)
{
    snprintf(label, 48, "ours, %s", entry->goal.target);
}

/* Does one of the entries have the row's function and target? */
static bool is_wanted(const BesideRow *row, const Entry *const *entries, int n)
{
    for (int i = 0; i < n; i++)
        if (beside_is_about(row, &entries[i]->goal)) return true;
    return false;
}

void page_add_speed(Text *out, int number, const Entry *const *entries, int n, const Beside *beside)
{
    const Type type = entries[0]->goal.type;
    Lines *lines = xcalloc(1, sizeof *lines);
    const Entry **sorted = xcalloc((size_t)n, sizeof *sorted);
    Text rows = {0};
    memcpy(sorted, entries, (size_t)n * sizeof *sorted);
    qsort(sorted, (size_t)n, sizeof *sorted, compare_times);
    for (int i = 0; i < n; i++) {
        const Entry *entry = sorted[i];
        char label[48];
        if (!(entry->throughput_ns > 0) || !entry->has_report) continue;
        label_of(label, entry);
        PlotLine *line = line_of(lines, label);
        if (line) line->is_thick = true;
        add_point(lines, line, entry->throughput_ns, type, entry->report.max_ulp, entry->cpu);
        snprintf(label, sizeof label, "ours, for %.24s", entry->goal.bound.text);
        add_row(&rows, label, entry->goal.target, entry->throughput_ns, entry->cpu,
                entry->report.max_ulp,
                wrong_specials(&entry->report, &entry->goal, entry->report.max_ulp));
    }
    for (int i = 0; beside && i < beside->n; i++) {
        const BesideRow *row = &beside->row[i];
        if (row->bound[0] || !is_wanted(row, entries, n)) continue;
        add_point(lines, line_of(lines, row->who), row->ns, type, row->max_ulp, row->cpu);
        add_row(&rows, row->who, row->target, row->ns, row->cpu, row->max_ulp, row->specials_wrong);
    }
    char id[32];
    snprintf(id, sizeof id, "speed%d", number);
    const Plot plot = {.id = id,
                       .title = "correct bits against time",
                       .x_label = "nanoseconds per value, in arrays",
                       .y_label = "correct bits (of the largest error in ulp)",
                       .is_continuous = true,
                       .line = lines->line,
                       .n_lines = lines->n};
    text_add(out, "<figure class=\"wide\">\n");
    plot_add(out, &plot);
    text_add(out, "</figure>\n<div class=\"wide\"><table class=\"speed\"><thead><tr><th>whose</th>"
                  "<th>target</th><th>ns</th><th>on</th><th>largest error, ulp</th>"
                  "<th>special inputs wrong</th></tr></thead><tbody>\n");
    text_add(out, "%s</tbody></table></div>\n", text_get(&rows));
    text_release(&rows);
    free(sorted);
    free(lines);
}
