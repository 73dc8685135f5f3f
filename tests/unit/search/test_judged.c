/* Search and judge in turns: what stands gives way to something cheaper only. */
#include "search/judged.h"

#include "runtime/measure/timing.h"
#include "tests/support/check.h"
#include "tests/support/parsed.h"

#include <math.h>
#include <stdlib.h>

/* The real judge, but that it refuses programs as short as the first. */
typedef struct {
    const Goal *goal;
    int first, n_refused;
    bool a_longer_stands;
} Severe;

static Status judge_severely(void *context, const Prog *prog, Report *report, BadInputs *bad,
                             Err *err)
{
    Severe *s = context;
    const VerifyOptions options = {.stop_early = true, .bad = bad, .n_threads = 1};
    const Status status = verify(report, prog, s->goal, &options, err);
    if (status != OK) return status;
    const int n = prog_n_ops(prog);
    if (s->first == 0) s->first = n;
    if (n <= s->first) {
        report->max_ulp = fmax(report->max_ulp, 1.01);
        s->n_refused++;
    }
    s->a_longer_stands |= n > s->first && report_meets(report, s->goal);
    return OK;
}

static Goal *make_goal(void)
{
    return parsed_spec((SpecText){
        .what = "exp2", .type = "bf16", .domain = {"[0.25,1]"}, .minimize = "throughput"});
}

static Search *make_search(const Goal *goal, double budget)
{
    const SearchOptions options = {.seed = 1, .n_threads = 1, .seconds = budget};
    Search *search;
    Err err = {0};
    if (search_new(&search, goal, &options, &err) != OK) fail_msg("%s", err.text);
    return search;
}

static void run(Judged *judged, Severe *s, double budget)
{
    Goal *goal = make_goal();
    s->goal = goal;
    const JudgedOptions judging = {
        .ends = timing_now() + budget, .judge = judge_severely, .context = s};
    Search *search = make_search(goal, budget);
    Err err = {0};
    if (judged_run(judged, search, goal, &judging, &err) != OK) fail_msg("%s", err.text);
    search_free(search);
    free(goal);
}

static const Candidate *best_of(Search *search)
{
    Err err = {0};
    if (search_run(search, &err) != OK) fail_msg("%s", err.text);
    return search_state(search)->best;
}

static void only_what_is_cheaper_is_proposed_again(void **state)
{
    Goal *goal = make_goal();
    Search *search = make_search(goal, 8);
    const Candidate *best = best_of(search);
    assert_non_null(best);
    assert_false(search_again(search)); /* nothing was refused */
    const double cheapest = best->cost;
    for (int i = 0; i < 50 && best->cost * 0.9 < cheapest; i++) {
        const double at = 0.5 + i / 256.0;
        search_refute(search, &best->prog, 1.01, &at, 1);
        best = best_of(search);
        if (best == NULL) fail_msg("nothing left after %d refusals", i);
    }
    const double stands = best->cost;
    assert_true(stands * 0.9 >= cheapest);
    assert_true(search_again(search));
    best = best_of(search);
    assert_true(best == NULL || best->cost < stands);
    search_free(search);
    free(goal);
}

static void what_stands_stays_when_all_that_is_cheaper_is_refused(void **state)
{
    Judged *judged = xcalloc(1, sizeof *judged);
    Severe severe = {.n_refused = 0};
    run(judged, &severe, 6);
    assert_true(severe.n_refused > 0 && severe.a_longer_stands);
    assert_true(judged->is_met && prog_n_ops(&judged->prog) > severe.first);
    assert_true(judged->report.max_ulp <= 1);
    free(judged);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_is_cheaper_is_proposed_again),
        cmocka_unit_test(what_stands_stays_when_all_that_is_cheaper_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
