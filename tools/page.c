#include "tools/page.h"

#include "search/classical.h"
#include "tools/plot.h"
#include "tools/say.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CLASSICAL_OPS_MIN = 14, /* classical forms are shown up to this at least, */
    CLASSICAL_OPS_MAX = 24, /* and never further than this */
    LINES_MAX = PLOT_COLOURS,
    SOURCE_LINES_MAX = 3, /* more sources than this are drawn as one line */
};

static const char STYLE[] =
    ":root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--soft:#59636e;--axis:#59636e;"
    "--grid:#d8dee4;--row:#f6f8fa;--c0:#0969da;--c1:#57606a;--c2:#bc4c00;--c3:#1a7f37;--c4:#8250df;"
    "--c5:#bf3989;--c6:#9a6700;--c7:#0e7c86;--c8:#cf222e;--c9:#6e7781}\n"
    "@media (prefers-color-scheme:dark){:root{--paper:#0d1117;--ink:#e6edf3;--soft:#9198a1;"
    "--axis:#9198a1;--grid:#2b3139;--row:#151b23;--c0:#4493f8;--c1:#b1bac4;--c2:#f0883e;--c3:#"
    "3fb950;"
    "--c4:#ab7df8;--c5:#f778ba;--c6:#d29922;--c7:#39c5cf;--c8:#ff7b72;--c9:#8b949e}}\n"
    "body{margin:2rem auto;max-width:72rem;padding:0 1rem;background:var(--paper);color:var(--ink);"
    "font:16px/1.5 system-ui,sans-serif}\n"
    "h1{font-size:1.6rem}h2{font-size:1.25rem;margin-top:2.5rem}h3{font-size:1rem;margin-top:2rem}"
    "\n"
    "code,pre{font:0.8rem/1.45 "
    "ui-monospace,monospace;overflow-wrap:anywhere;white-space:pre-wrap}\n"
    ".note,.origin,caption,figcaption,.extent{color:var(--soft);font-size:0.8rem}\n"
    ".wide{overflow-x:auto}\n"
    "table{border-collapse:collapse;font-size:0.9rem;width:100%}\n"
    "caption{text-align:left;padding-bottom:0.4rem}\n"
    "th,td{text-align:left;vertical-align:top;padding:0.35rem 0.6rem;border-bottom:1px solid "
    "var(--grid)}\n"
    "tbody tr:nth-child(even){background:var(--row)}th{white-space:nowrap}\n"
    ".number{text-align:right;font-variant-numeric:tabular-nums}.best{font-weight:600}\n"
    ".proven,.exhaustive{color:var(--c3)}.sampled{color:var(--c6)}\n"
    "summary{cursor:pointer;color:var(--soft);font-size:0.8rem}\n"
    "svg.plot{width:100%;height:auto;max-width:62rem}\n"
    "svg.curve{width:15rem;height:4rem;display:block}\n"
    "svg text{fill:var(--ink);font:12px system-ui,sans-serif}svg .tick{fill:var(--soft)}\n"
    ".axis{stroke:var(--axis);fill:none}.grid{stroke:var(--grid)}\n"
    ".frame{fill:none;stroke:var(--grid)}.line{fill:none;stroke-width:1.6}\n"
    ".line.thick{stroke-width:2.8}.line.band{stroke-width:9;stroke-linejoin:round;opacity:0.3}."
    "mark{stroke:var(--paper)}\n";

double page_accuracy(const Entry *entry)
{
    return entry->has_report ? say_digits(&entry->goal, &entry->report) : NAN;
}

/* -- groups -------------------------------------------------------------------------------- */

/* What can be drawn into one plot. */
static bool is_same_goal(const Goal *a, const Goal *b)
{
    if (a->type != b->type || a->n_variables != b->n_variables ||
        (a->bound.kind == BOUND_ABS) != (b->bound.kind == BOUND_ABS) ||
        strcmp(a->expression, b->expression) != 0 || strcmp(a->op_cost, b->op_cost) != 0)
        return false;
    for (int i = 0; i < a->n_variables; i++) {
        const Domain *p = &a->domain[i], *q = &b->domain[i];
        if (p->is_all != q->is_all || p->lo != q->lo || p->hi != q->hi) return false;
    }
    return true;
}

/* The programs of one goal, taken from the sources: their first one, the sources that have some. */
typedef struct {
    const PageSource *sources;
    int n_sources, number;
    const Beside *beside;
    const Goal *goal;
    bool is_stated;
    int ops_max;
    ClassicalList classical;
} Group;

static bool belongs(const Group *group, const Entry *entry)
{
    return is_same_goal(group->goal, &entry->goal);
}

static int count_programs(const Group *group, const PageSource *source)
{
    int n = 0;
    for (int i = 0; i < source->n; i++) n += belongs(group, &source->entries[i]);
    return n;
}

/* The classical forms count as the programs do: with fma if one of them has it. */
static void find_classical(Group *group, int n_threads)
{
    bool has_fma = false;
    group->ops_max = 0;
    for (int s = 0; s < group->n_sources; s++)
        for (int i = 0; i < group->sources[s].n; i++) {
            const Entry *entry = &group->sources[s].entries[i];
            if (!belongs(group, entry)) continue;
            const int ops = (int)ceil(say_weighted_ops(entry));
            group->ops_max = ops > group->ops_max ? ops : group->ops_max;
            has_fma |= prog_has_op(&entry->prog, OP_FMA);
        }
    if (group->goal->type != TYPE_REAL || group->goal->n_variables != 1) return;
    int ops = group->ops_max < CLASSICAL_OPS_MIN ? CLASSICAL_OPS_MIN : group->ops_max;
    if (ops > CLASSICAL_OPS_MAX) ops = CLASSICAL_OPS_MAX;
    if (group->ops_max > 4 * CLASSICAL_OPS_MAX) group->ops_max = 4 * CLASSICAL_OPS_MAX;
    if (group->ops_max < ops) group->ops_max = ops;
    Goal *goal = xmalloc(sizeof *goal);
    *goal = *group->goal;
    if (has_fma && !goal->ops[0]) snprintf(goal->ops, sizeof goal->ops, "+,-,*,/,fma");
    /* A function without classical forms is shown without them. */
    if (classical_list(&group->classical, goal, ops, n_threads, NULL) != OK)
        group->classical = (ClassicalList){0};
    free(goal);
}

/* -- the plot ------------------------------------------------------------------------------ */

typedef struct {
    PlotLine line[LINES_MAX];
    char note[LINES_MAX][PLOT_POINTS_MAX][160];
    int n;
} Lines;

static PlotLine *add_line(Lines *lines, const char *label, int colour)
{
    PlotLine *line = &lines->line[lines->n++];
    *line = (PlotLine){.label = label, .colour = colour % PLOT_COLOURS};
    return line;
}

static void add_point(Lines *lines, double ops, double digits, const char *what)
{
    PlotLine *line = &lines->line[lines->n - 1];
    if (line->n == PLOT_POINTS_MAX || !isfinite(digits)) return;
    char *note = lines->note[lines->n - 1][line->n];
    snprintf(note, sizeof lines->note[0][0], "%.4g operations: %.2f digits (%s)", ops, digits,
             what);
    line->point[line->n++] = (PlotPoint){ops, digits, note};
}

static int compare_entries(const void *left, const void *right)
{
    const Entry *a = *(const Entry *const *)left, *b = *(const Entry *const *)right;
    const double x = say_weighted_ops(a), y = say_weighted_ops(b);
    return x < y ? -1 : x > y;
}

/* The programs of one source, or (NULL) of all of them together. */
static void add_source_line(Lines *lines, const Group *group, const PageSource *only)
{
    int n = 0, capacity = 0;
    for (int s = 0; s < group->n_sources; s++) capacity += group->sources[s].n;
    const Entry **sorted = xcalloc((size_t)capacity, sizeof *sorted);
    for (int s = 0; s < group->n_sources; s++) {
        const PageSource *source = &group->sources[s];
        for (int i = 0; i < source->n && (!only || only == source); i++)
            if (belongs(group, &source->entries[i]) && isfinite(page_accuracy(&source->entries[i])))
                sorted[n++] = &source->entries[i];
    }
    qsort(sorted, (size_t)n, sizeof *sorted, compare_entries);
    const char *label = only ? only->label : "the programs";
    if (n > 0) add_line(lines, label, lines->n == 0 ? 0 : 7 + lines->n)->is_thick = true;
    for (int i = 0; i < n; i++)
        add_point(lines, say_weighted_ops(sorted[i]), page_accuracy(sorted[i]), label);
    free(sorted);
}

static void add_source_lines(Lines *lines, const Group *group)
{
    int n = 0;
    for (int s = 0; s < group->n_sources; s++) n += count_programs(group, &group->sources[s]) > 0;
    if (n > SOURCE_LINES_MAX) {
        add_source_line(lines, group, NULL);
        return;
    }
    for (int s = 0; s < group->n_sources; s++)
        if (count_programs(group, &group->sources[s]) > 0)
            add_source_line(lines, group, &group->sources[s]);
}

/* The best with at most so many operations, where that is better than with fewer. */
static void add_classical_line(Lines *lines, const Group *group, ClassicalKind kind)
{
    const bool is_all = kind == CLASSICAL_KINDS;
    const char *label = is_all ? "best classical form" : classical_kind_name(kind);
    double last = 0;
    PlotLine *line = add_line(lines, label, is_all ? 1 : 2 + (int)kind);
    line->is_band = is_all;
    for (int ops = 1; ops <= group->ops_max; ops++) {
        const ClassicalProg *best = classical_best(&group->classical, kind, ops);
        if (!best || !(-log10(best->error) > last)) continue;
        last = -log10(best->error);
        add_point(lines, best->cost, last, best->name);
    }
    if (line->n == 0) lines->n--;
}

static bool add_speed(Text *out, const Group *group)
{
    int n = 0;
    for (int s = 0; s < group->n_sources; s++) n += count_programs(group, &group->sources[s]);
    const Entry **entries = xcalloc((size_t)n, sizeof *entries);
    n = 0;
    for (int s = 0; s < group->n_sources; s++)
        for (int i = 0; i < group->sources[s].n; i++)
            if (belongs(group, &group->sources[s].entries[i]))
                entries[n++] = &group->sources[s].entries[i];
    const bool is_timed = page_has_speed(entries, n);
    if (is_timed) page_add_speed(out, group->number, entries, n, group->beside);
    free(entries);
    return is_timed;
}

static void add_plot(Text *out, const Group *group)
{
    Lines *lines = xcalloc(1, sizeof *lines);
    add_source_lines(lines, group);
    if (group->classical.n > 0) {
        for (int kind = 0; kind <= CLASSICAL_KINDS; kind++)
            add_classical_line(lines, group, (ClassicalKind)kind);
    }
    char id[32];
    snprintf(id, sizeof id, "plot%d", group->number);
    const bool is_absolute = group->goal->bound.kind == BOUND_ABS;
    const Plot plot = {.id = id,
                       .title = "correct digits against operations",
                       .x_label = group->goal->op_cost[0] ? "operations, weighed" : "operations",
                       .y_label = is_absolute ? "digits (-log10 of the largest absolute error)"
                                              : "digits (-log10 of the largest relative error)",
                       .line = lines->line,
                       .n_lines = lines->n};
    text_add(out, "<figure class=\"wide\">\n");
    plot_add(out, &plot);
    text_add(out, "</figure>\n");
    free(lines);
}

/* -- tables -------------------------------------------------------------------------------- */

static void add_origin(Text *out, const Entry *entry, bool is_stated)
{
    text_add(out, "<p class=\"origin\">");
    if (entry->version[0]) {
        text_add(out, "Made by approxcc ");
        plot_add_escaped(out, entry->version);
        text_add(out, ", seed %llu. ", (unsigned long long)entry->seed);
    }
    if (is_stated)
        text_add(out, "Errors are those that the file states; <code>approxcc verify</code> judges "
                      "them again. ");
    if (entry->command[0]) {
        text_add(out, "<br/><code>");
        plot_add_escaped(out, entry->command);
        text_add(out, "</code>");
    }
    text_add(out, "</p>\n");
}

static void add_programs(Text *out, const Group *group, const PageSource *source)
{
    bool is_first = true;
    for (int i = 0; i < source->n; i++) {
        const Entry *entry = &source->entries[i];
        if (!belongs(group, entry)) continue;
        if (is_first) {
            text_add(out, "<h3>Programs: ");
            plot_add_escaped(out, source->label);
            text_add(out, "</h3>\n");
            add_origin(out, entry, group->is_stated);
            text_add(out,
                     "<div class=\"wide\"><table class=\"programs\"><thead><tr><th>operations"
                     "</th><th>digits</th><th>largest error</th><th>error curve</th><th>program"
                     "</th></tr></thead><tbody>\n");
        }
        is_first = false;
        page_add_program(out, entry);
    }
    if (!is_first) text_add(out, "</tbody></table></div>\n");
}

static double best_of_source(const Group *group, const PageSource *source, int ops)
{
    double best = 0;
    for (int i = 0; i < source->n; i++) {
        const Entry *entry = &source->entries[i];
        if (!belongs(group, entry) || say_weighted_ops(entry) > ops) continue;
        const double digits = page_accuracy(entry);
        if (digits > best) best = digits;
    }
    return best;
}

static void add_cell(Text *out, double digits, bool is_best)
{
    const char *class = is_best ? "number best" : "number";
    if (digits > 0 && isfinite(digits))
        text_add(out, "<td class=\"%s\">%.2f</td>", class, digits);
    else
        text_add(out, "<td class=\"number\">%s</td>", digits > 0 ? "exact" : "");
}

static void add_comparison(Text *out, const Group *group)
{
    if (group->classical.n == 0) return;
    text_add(out, "<h3>Digits with at most so many operations</h3>\n<div class=\"wide\"><table "
                  "class=\"digits\"><caption>The classical forms are computed here, their errors "
                  "found on a fine set of points.</caption><thead><tr><th>form</th>");
    for (int ops = 2; ops <= group->ops_max; ops++)
        text_add(out, "<th class=\"number\">%d</th>", ops);
    text_add(out, "</tr></thead><tbody>\n");
    for (int s = 0; s < group->n_sources; s++) {
        if (count_programs(group, &group->sources[s]) == 0) continue;
        text_add(out, "<tr><th>");
        plot_add_escaped(out, group->sources[s].label);
        text_add(out, "</th>");
        for (int ops = 2; ops <= group->ops_max; ops++)
            add_cell(out, best_of_source(group, &group->sources[s], ops), true);
        text_add(out, "</tr>\n");
    }
    for (int kind = CLASSICAL_KINDS; kind >= 0; kind--) {
        const bool is_all = kind == CLASSICAL_KINDS;
        text_add(out, "<tr><th>%s</th>",
                 is_all ? "best classical form" : classical_kind_name((ClassicalKind)kind));
        for (int ops = 2; ops <= group->ops_max; ops++) {
            const ClassicalProg *best = classical_best(&group->classical, (ClassicalKind)kind, ops);
            add_cell(out, best ? -log10(best->error) : 0, is_all);
        }
        text_add(out, "</tr>\n");
    }
    text_add(out, "</tbody></table></div>\n");
}

static void add_classical_programs(Text *out, const Group *group)
{
    if (group->classical.n == 0) return;
    text_add(out, "<details><summary>The best classical programs</summary><div class=\"wide\">"
                  "<table><thead><tr><th>operations</th><th>digits</th><th>form</th><th>program"
                  "</th></tr></thead><tbody>\n");
    const ClassicalProg *last = NULL;
    for (int ops = 1; ops <= group->ops_max; ops++) {
        const ClassicalProg *best = classical_best(&group->classical, CLASSICAL_KINDS, ops);
        if (!best || best == last) continue;
        last = best;
        text_add(out, "<tr><td class=\"number\">%.4g</td><td class=\"number\">%.2f</td><td>",
                 best->cost, -log10(best->error));
        plot_add_escaped(out, best->name);
        text_add(out, "</td><td>");
        page_add_text(out, &best->prog, group->goal);
        text_add(out, "</td></tr>\n");
    }
    text_add(out, "</tbody></table></div></details>\n");
}

/* -- the page ------------------------------------------------------------------------------ */

static void add_group(Text *out, Group *group, int n_threads)
{
    Text title = {0};
    say_goal(&title, group->goal);
    text_add(out, "<section>\n<h2>");
    plot_add_escaped(out, text_get(&title));
    text_add(out, "</h2>\n");
    find_classical(group, n_threads);
    if (!add_speed(out, group)) add_plot(out, group);
    for (int s = 0; s < group->n_sources; s++) add_programs(out, group, &group->sources[s]);
    add_comparison(out, group);
    add_classical_programs(out, group);
    text_add(out, "</section>\n");
    classical_list_release(&group->classical);
    text_release(&title);
}

/* Did an earlier program have the same goal? */
static bool is_known(const PageSource *sources, int s, int i)
{
    const Goal *goal = &sources[s].entries[i].goal;
    for (int t = 0; t <= s; t++)
        for (int k = 0; k < (t < s ? sources[t].n : i); k++)
            if (is_same_goal(goal, &sources[t].entries[k].goal)) return true;
    return false;
}

Status page_make(Text *out, const PageSource *sources, int n, bool is_stated, const Beside *beside,
                 int n_threads, Err *err)
{
    int n_groups = 0;
    text_add(out, "<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n"
                  "<head>\n<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" "
                  "content=\"width=device-width, initial-scale=1\"/>\n<meta name=\"generator\" "
                  "content=\"approxcc " APPROX_VERSION "\"/>\n<title>approxcc report</title>\n"
                  "<style>\n");
    text_add_bytes(out, STYLE, sizeof STYLE - 1);
    text_add(out, "</style>\n</head>\n<body>\n<h1>approxcc report</h1>\n");
    for (int s = 0; s < n; s++)
        for (int i = 0; i < sources[s].n; i++) {
            if (is_known(sources, s, i)) continue;
            Group group = {.sources = sources,
                           .n_sources = n,
                           .number = ++n_groups,
                           .beside = beside,
                           .goal = &sources[s].entries[i].goal,
                           .is_stated = is_stated};
            add_group(out, &group, n_threads);
        }
    text_add(out, "</body>\n</html>\n");
    return n_groups > 0 ? OK : fail(err, ERR_INPUT, "there is no program to report on");
}
