#include "tools/table.h"

#include "tools/say.h"

#include <math.h>
#include <string.h>

/* The error in ulps that the bound allows; infinite for an absolute one. */
static double allowed_ulps(const Goal *goal)
{
    if (goal->bound.kind == BOUND_ULP) return goal->bound.limit;
    if (goal->bound.kind == BOUND_ABS) return INFINITY;
    /* A value is less than 2^precision of its ulps. */
    return ldexp(goal->bound.limit, type_info(goal->type)->precision);
}

/* The fastest of the libraries that keep the bound and give every special value; NULL: none does. */
static const BesideRow *best_library(const Beside *beside, const Goal *goal)
{
    /* Errors are found among floats and printed: one of 1.0003 ulp is within 1 ulp for those who compare. */
    const double most = allowed_ulps(goal) * 1.001;
    const BesideRow *best = NULL;
    for (int i = 0; i < beside->n; i++) {
        const BesideRow *row = &beside->row[i];
        if (row->bound[0] || !beside_is_about(row, goal)) continue;
        if (row->max_ulp <= most && row->specials_wrong == 0 && (!best || row->ns < best->ns))
            best = row;
    }
    return best;
}

static const BesideRow *own_row(const Beside *beside, const Goal *goal)
{
    for (int i = 0; i < beside->n; i++)
        if (strcmp(beside->row[i].bound, goal->bound.text) == 0 &&
            beside_is_about(&beside->row[i], goal))
            return &beside->row[i];
    return NULL;
}

/* In a cell of Markdown | has to be escaped. */
static void add_cell(Text *out, const char *text)
{
    for (; *text; text++) text_add(out, *text == '|' ? "\\|" : "%c", *text);
}

static bool add_line(Text *out, const Entry *entry, const Beside *beside)
{
    const Goal *goal = &entry->goal;
    const BesideRow *own = own_row(beside, goal), *best = best_library(beside, goal);
    const double ns = own ? own->ns : entry->throughput_ns;
    Text domain = {0};
    text_add(out, "| ");
    add_cell(out, goal->expression);
    if (!goal->domain[0].is_all) {
        say_domain(&domain, &goal->domain[0], goal->type);
        text_add(out, " on %s", text_get(&domain));
    }
    text_release(&domain);
    text_add(out, " | %s | %s | %s | %.3f | %.3f%s | ", type_info(goal->type)->name,
             goal->bound.text, goal->target, entry->report.max_ulp, ns, own ? "" : " \\*");
    if (best) {
        add_cell(out, best->who);
        text_add(out, " (%.3f ulp) | %.3f | %.2f |\n", best->max_ulp, best->ns, best->ns / ns);
    } else {
        text_add(out, "%s | | |\n", beside->n > 0 ? "none" : "");
    }
    return own != NULL;
}

void table_make(Text *out, const Entry *const *entries, int n, const Beside *beside)
{
    bool is_of_one_run = true;
    text_add(out,
             "| function | type | bound | target | max ulp | ns | best library within the bound | "
             "its ns | times as fast |\n"
             "|---|---|---|---|---:|---:|---|---:|---:|\n");
    for (int i = 0; i < n; i++) {
        const Goal *goal = &entries[i]->goal;
        const bool is_known = entries[i]->throughput_ns > 0 || own_row(beside, goal);
        if (!type_is_float(goal->type) || goal->n_variables != 1) continue;
        if (entries[i]->has_report && is_known)
            is_of_one_run = add_line(out, entries[i], beside) && is_of_one_run;
    }
    if (!is_of_one_run) text_add(out, "\n\\* timed in another run than the libraries\n");
}
