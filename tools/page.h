/* A page about programs: for each function a plot of accuracy against operations, over the reals beside the classical forms,
   a table of the programs with what was found about them, and their error curves. One HTML file, well-formed XML
   too, that needs nothing else. */
#ifndef APPROX_TOOLS_PAGE_H
#define APPROX_TOOLS_PAGE_H

#include "runtime/base/text.h"
#include "runtime/catalogue/entry.h"
#include "tools/beside.h"

/* Programs that belong together, as those of one front. */
typedef struct {
    const char *label; /* what the plot calls them */
    const Entry *entries;
    int n;
} PageSource;

/* `is_stated`: the errors are what a file says, not found just now. `beside` (may be NULL): what the speed of float programs is
   compared with. ERR_INPUT if there is nothing to show. */
Status page_make(Text *out, const PageSource *sources, int n, bool is_stated, const Beside *beside,
                 int n_threads, Err *err);

/* What plots and tables call accuracy: -log10 of the largest error in the measure of the bound; NaN
   if nothing was judged, inf if it is exact. */
double page_accuracy(const Entry *entry);

/* -- page_speed.c: programs in float types that were timed */

/* Can `entries` be shown so: floats of one variable, one of them timed at least? */
bool page_has_speed(const Entry *const *entries, int n);
/* Correct bits against time, a line for each target, beside what else there is; and the same as a table. */
void page_add_speed(Text *out, int number, const Entry *const *entries, int n,
                    const Beside *beside);

/* -- page_program.c: one program of the page */

/* One row of the table of programs: operations, accuracy, how checked, error curve, the program. */
void page_add_program(Text *out, const Entry *entry);
/* The program as infix, and as FPCore to be unfolded. */
void page_add_text(Text *out, const Prog *prog, const Goal *goal);

#endif
