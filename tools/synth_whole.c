/* By how much a part of the domain is cheaper: the same goal for every input, answered in the same way, beside it. */
#include "tools/synth.h"

#include "runtime/measure/timing.h"

#include <math.h>
#include <stdlib.h>

Status whole_check(const Goal *goal, const SynthArguments *a, Err *err)
{
    if (!a->compare_whole) return OK;
    if (a->want_front)
        return fail(err, ERR_INPUT, "--compare-whole is about one program, not a front");
    if (!type_is_float(goal->type) || goal->n_variables != 1 || goal->domain[0].is_all)
        return fail(err, ERR_INPUT,
                    "--compare-whole compares one float variable on a part of its values with all "
                    "of them; it needs such a --domain");
    return OK;
}

/* The program for all inputs; has_report tells whether there is one that meets the bound. */
static Status find_whole(Entry *whole, const Entry *entry, SynthArguments *a, Err *err)
{
    Text where = {0};
    bool is_met = false;
    Search *search = NULL;
    *whole = *entry;
    whole->goal.domain[0] = (Domain){.lo = -INFINITY, .hi = INFINITY, .is_all = true};
    whole->has_report = false;
    const bool is_known = known_may_answer(a) && known_as_asked(whole, a, &where);
    text_release(&where);
    if (is_known) return OK;
    a->started = timing_now();
    const SearchOptions options = synth_search_options(a, &whole->goal);
    Status status = search_new(&search, &whole->goal, &options, err);
    if (status == OK) known_offer(search, &whole->goal, a);
    if (status == OK) status = synth_search_and_judge(whole, search, a, &is_met, err);
    search_free(search);
    whole->has_report = is_met;
    return status;
}

/* Times of both on the inputs of the part, in turns; false if the machine does not run them or is too busy. */
static bool time_both(double ns[2], const Entry *entry, const Entry *whole, SynthArguments *a)
{
    enum { SECONDS = 4 };
    const Prog *prog[2] = {&entry->prog, &whole->prog};
    Timing timing[2];
    TimingInputs inputs;
    if (timing_inputs(&inputs, &entry->goal, NULL) != OK) return false;
    const bool is_latency = entry->goal.minimize == MINIMIZE_LATENCY;
    if (measurements_time(a->measurements, timing, prog, 2, entry->goal.target, &inputs, is_latency,
                          SECONDS, NULL) != OK)
        return false;
    for (int i = 0; i < 2; i++) ns[i] = is_latency ? timing[i].latency_ns : timing[i].throughput_ns;
    return timing[0].is_sure && timing[1].is_sure;
}

Status whole_compare(Text *out, const Entry *entry, SynthArguments *a, Err *err)
{
    double ns[2];
    if (!a->compare_whole) return OK;
    Entry *whole = xmalloc(sizeof *whole);
    const Status status = find_whole(whole, entry, a, err);
    if (status == OK && !whole->has_report) {
        text_add(out, "\n  no program for all inputs was found in as much time");
    } else if (status == OK) {
        text_add(out, "\n  for all inputs: %d operations; this one takes ",
                 prog_n_ops(&whole->prog));
        if (time_both(ns, entry, whole, a))
            text_add(out, "%.2f of its time on the same inputs", ns[0] / ns[1]);
        else
            text_add(out, "%.2f of its cost by operator classes",
                     cost_for_goal(&a->cost_model, &entry->prog, &entry->goal) /
                         cost_for_goal(&a->cost_model, &whole->prog, &entry->goal));
    }
    free(whole);
    return status;
}
