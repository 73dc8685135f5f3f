#include "tools/synth.h"

#include "runtime/measure/timing.h"
#include "tools/say.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void progress_show(void *context, const SearchState *state)
{
    const SynthArguments *a = context;
    const double best = state->best ? state->best->error : INFINITY;
    const double cost = state->best ? state->best->cost : INFINITY;
    const double rate = state->seconds > 0 ? (double)state->n_candidates / state->seconds : 0;
    const double left = fmax(0, a->budget - (timing_now() - a->started));
    if (a->progress == PROGRESS_JSON) {
        fprintf(
            stderr,
            "{\"generation\": %d, \"candidates\": %llu, \"front\": %d, \"best_error\": %s%.6g%s, "
            "\"seconds\": %.2f}\n",
            state->generation, (unsigned long long)state->n_candidates, state->n_front,
            isfinite(best) ? "" : "\"", best, isfinite(best) ? "" : "\"", state->seconds);
        return;
    }
    fprintf(
        stderr,
        "%sgeneration %d  front %d  best error %.4g cost %.4g  %.0f candidates/s  %.0f s left%s",
        a->progress == PROGRESS_LINE ? "\r\033[K" : "", state->generation, state->n_front, best,
        cost, rate, left, a->progress == PROGRESS_LINE ? "" : "\n");
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
