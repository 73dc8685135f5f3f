#include "tools/page.h"

#include "frontend/fpcore.h"
#include "frontend/infix.h"
#include "runtime/oracle/oracle_prog.h"
#include "runtime/prog/eval.h"
#include "runtime/prog/prog_text.h"
#include "tools/plot.h"
#include "tools/say.h"

#include <math.h>
#include <stdlib.h>

enum { CURVE_POINTS = 401 };

typedef struct {
    double x[CURVE_POINTS], y[CURVE_POINTS];
    int n;
} ErrorCurve;

/* The signed error of a program over the reals, or the unsigned one of a float program in the measure of its
   bound. */
static bool error_at(Oracle *oracle, Eval *eval, const Entry *entry, double x, double *error)
{
    const Goal *goal = &entry->goal;
    ErrorAt at;
    double rel, abs;
    if (goal->type == TYPE_REAL) {
        if (oracle_prog_error(oracle, &entry->prog, &x, &rel, &abs, NULL) != OK) return false;
        *error = goal->bound.kind == BOUND_ABS ? abs : rel;
        return isfinite(*error);
    }
    const uint64_t bits = bits_from_value(goal->type, x);
    const double got = value_from_bits(goal->type, eval_bits(eval, &bits));
    if (oracle_error(oracle, &x, goal->type, got, 0, &at, NULL) != OK) return false;
    *error = goal->bound.kind == BOUND_ABS   ? at.abs
             : goal->bound.kind == BOUND_REL ? at.rel
                                             : at.ulp;
    return isfinite(*error);
}

/* Evenly spaced points; those where there is no error to speak of are left out. */
static void find_curve(ErrorCurve *curve, const Entry *entry)
{
    const Goal *goal = &entry->goal;
    const Domain *domain = &goal->domain[0];
    Eval *eval = NULL;
    curve->n = 0;
    if (goal->n_variables != 1 || domain->is_all || !isfinite(domain->hi - domain->lo)) return;
    if (goal->type != TYPE_REAL && eval_new(&eval, &entry->prog, NULL, NULL) != OK) return;
    Oracle *oracle = oracle_new(&goal->reference, goal->exact, goal->n_exact);
    for (int i = 0; i < CURVE_POINTS; i++) {
        const double share = (double)i / (CURVE_POINTS - 1);
        double x = domain->lo + share * (domain->hi - domain->lo), error;
        if (goal->type != TYPE_REAL)
            x = value_from_bits(goal->type, bits_from_value(goal->type, x));
        if (x < domain->lo || x > domain->hi) continue;
        if (curve->n > 0 && !(x > curve->x[curve->n - 1])) continue;
        if (!error_at(oracle, eval, entry, x, &error)) continue;
        curve->x[curve->n] = x;
        curve->y[curve->n++] = error;
    }
    oracle_free(oracle);
    if (eval) eval_free(eval);
}

void page_add_text(Text *out, const Prog *prog, const Goal *goal)
{
    Text infix = {0}, other = {0};
    infix_print(&infix, prog);
    const bool is_fpcore = fpcore_from_prog(&other, prog, goal, NULL) == OK;
    if (!is_fpcore) prog_print(&other, prog);
    text_add(out, "<code>");
    plot_add_escaped(out, text_get(&infix));
    text_add(out, "</code><details><summary>%s</summary><pre>", is_fpcore ? "FPCore" : "text form");
    plot_add_escaped(out, text_get(&other));
    text_add(out, "</pre></details>");
    text_release(&infix);
    text_release(&other);
}

/* What the errors of the page are in. */
static const char *unit_of(const Goal *goal)
{
    if (goal->bound.kind == BOUND_ABS) return "abs";
    return goal->bound.kind == BOUND_REL || goal->type == TYPE_REAL ? "rel" : "ulp";
}

static double largest_error(const Entry *entry)
{
    const Report *r = &entry->report;
    if (entry->goal.bound.kind == BOUND_ABS) return r->max_abs;
    return *unit_of(&entry->goal) == 'r' ? r->max_rel : r->max_ulp;
}

void page_add_program(Text *out, const Entry *entry)
{
    const Report *r = &entry->report;
    const double accuracy = page_accuracy(entry);
    text_add(out, "<tr><td class=\"number\">%d</td><td class=\"number\">",
             prog_n_ops(&entry->prog));
    if (isfinite(accuracy)) text_add(out, "%.2f", accuracy);
    if (isinf(accuracy)) text_add(out, accuracy > 0 ? "exact" : "none");
    text_add(out, "</td><td>");
    if (entry->has_report) {
        text_add(out, "%.5g %s", largest_error(entry), unit_of(&entry->goal));
        text_add(out, "<br/><span class=\"%s\">%s</span>", method_name(r->method),
                 method_name(r->method));
        if (r->sliver[0]) {
            text_add(out, "<br/><span class=\"note\">out of reach: ");
            plot_add_escaped(out, r->sliver);
            text_add(out, "</span>");
        }
    } else {
        text_add(out, "not judged");
    }
    if (entry->throughput_ns > 0)
        text_add(out, "<br/><span class=\"note\">%.3g ns per value, %.3g ns latency</span>",
                 entry->throughput_ns, entry->latency_ns);
    text_add(out, "</td><td>");
    ErrorCurve *curve = xmalloc(sizeof *curve);
    find_curve(curve, entry);
    if (curve->n > 1)
        plot_add_curve(out, curve->x, curve->y, curve->n, "error over the domain",
                       unit_of(&entry->goal));
    free(curve);
    text_add(out, "</td><td>");
    page_add_text(out, &entry->prog, &entry->goal);
    text_add(out, "</td></tr>\n");
}
