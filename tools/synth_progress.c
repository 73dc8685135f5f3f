#include "tools/synth.h"

#include "runtime/measure/timing.h"
#include "tools/say.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The seconds that are left, by the budget and by the generations. */
static double seconds_to_go(const SynthArguments *a, const SearchState *state)
{
    const double budget = fmax(0, a->budget - (timing_now() - a->started));
    const int n_done = state->generation - a->generations_before;
    if (a->generations == 0 || n_done <= 0) return budget;
    const double n = (double)a->generations - state->generation;
    return fmin(budget, n * state->seconds / n_done);
}

/* "3:3.06 5:5.36": digits by operations, in the measure of the bound. JSON: "3": 3.06, ... */
static void add_digits(Text *out, const SearchState *state, const char *format, const char *between)
{
    for (int i = 0; i < state->n_front; i++) {
        const Candidate *candidate = &state->front[i];
        if (i > 0) text_add(out, "%s", between);
        text_add(out, format, candidate->ops, fmin(99, -log10(candidate->error)));
    }
}

static void show_json(const SynthArguments *a, const SearchState *state, double fits_per_second)
{
    const double best = state->best ? state->best->error : INFINITY;
    Text text = {0};
    text_add(&text, "{\"generation\": %d, \"candidates\": %llu, \"front\": %d, ", state->generation,
             (unsigned long long)state->n_candidates, state->n_front);
    text_add(&text, "\"best_error\": %s%.6g%s, ", isfinite(best) ? "" : "\"", best,
             isfinite(best) ? "" : "\"");
    if (state->n_fits > 0) {
        text_add(&text, "\"digits\": {");
        add_digits(&text, state, "\"%d\": %.2f", ", ");
        text_add(&text, "}, \"fits\": %llu, \"fits_per_second\": %.0f, ",
                 (unsigned long long)state->n_fits, fits_per_second);
    }
    text_add(&text, "\"seconds\": %.2f, \"left\": %.1f}\n", state->seconds,
             seconds_to_go(a, state));
    fputs(text_get(&text), stderr);
    text_release(&text);
}

void progress_show(const SynthArguments *a, const SearchState *state)
{
    const double seconds = fmax(state->seconds, 1e-3);
    const double fits = (double)(state->n_fits - a->fits_before) / seconds;
    if (a->progress == PROGRESS_JSON) {
        show_json(a, state, fits);
        return;
    }
    Text text = {0};
    const bool is_line = a->progress == PROGRESS_LINE;
    text_add(&text, "%sgeneration %d  ", is_line ? "\r\033[K" : "", state->generation);
    if (state->n_fits > 0 && !is_line) {
        text_add(&text, "digits ");
        add_digits(&text, state, "%d:%.2f", " ");
    } else {
        text_add(&text, "front %d", state->n_front);
    }
    if (state->best)
        text_add(&text, "  best error %.4g cost %.4g", state->best->error, state->best->cost);
    if (state->n_fits > 0)
        text_add(&text, "  %.0f fits/s", fits);
    else
        text_add(&text, "  %.0f candidates/s", (double)state->n_candidates / seconds);
    text_add(&text, "  %.0f s left%s", seconds_to_go(a, state), is_line ? "" : "\n");
    fputs(text_get(&text), stderr);
    text_release(&text);
}

void progress_clear(const SynthArguments *a)
{
    if (a->progress == PROGRESS_LINE) fprintf(stderr, "\r\033[K");
}

void progress_judging(void *context, double done)
{
    fprintf(stderr, "\r\033[Kjudging every input: %3.0f %%", 100 * done);
}

Status progress_parse(SynthArguments *a, Err *err)
{
    static const struct {
        const char *name;
        Progress progress;
    } NAMES[] = {{"none", PROGRESS_NONE}, {"plain", PROGRESS_PLAIN}, {"json", PROGRESS_JSON}};
    if (!a->progress_text || strcmp(a->progress_text, "auto") == 0) {
        a->progress = say_is_terminal(STDERR_FILENO) ? PROGRESS_LINE : PROGRESS_NONE;
        return OK;
    }
    for (int i = 0; i < 3; i++)
        if (strcmp(NAMES[i].name, a->progress_text) == 0) {
            a->progress = NAMES[i].progress;
            return OK;
        }
    return fail(err, ERR_INPUT, "'--progress %s': expected auto, plain, json or none",
                a->progress_text);
}
