#include "search/choice.h"

#include "search/attack.h"
#include "search/deadline.h"
#include "search/finalists.h"

#include <math.h>
#include <stdlib.h>

enum {
    DEEP_POINTS = 24000,
    DEEP_POINTS_NARROW = 1 << 16, /* of 16-bit floats: all of them */
    CAUTIOUS =
        8, /* refusals after which only candidates with all the margin there is are proposed */
    JUDGINGS = 3,     /* so much time must be left for more than a little risk */
    CONFIRM_MAX = 12, /* candidates looked at closely before one is the best */
};

/* The true maximum is above that of the sample, most for f64, of whose values a sample sees next to nothing. A candidate
   whose belief comes nearer to the bound may be refused by the judge, which costs time: it has to be so much
   cheaper than a safer one. */
typedef struct {
    double part, part_f64; /* of the bound that the belief reaches */
    double penalty;        /* on the cost */
} Margin;

static const Margin MARGINS[] = {{0.93, 0.86, 1}, {0.98, 0.95, 1.1}, {1, 1, 1.3}};
enum { N_MARGINS = 3 };

/* -- making and freeing ------------------------------------------------------------------ */

void choice_init(Choice *choice, Problem *problem, const SearchOptions *options, double started)
{
    *choice = (Choice){.problem = problem, .options = options, .started = started, .optimism = 1};
}

void choice_release(Choice *choice)
{
    if (choice->deep) sample_free(choice->deep);
    free(choice->confirmed);
}

/* -- margins ------------------------------------------------------------------------------------- */

/* From 0 to 1: how much of the margin that there is a proposal should keep, by the number of refusals, and by the time
   that is left for more of them. */
static double caution(const Choice *choice)
{
    if (choice->n_refused == 0) return 0;
    const double left = choice->options->seconds - (clock_seconds() - choice->started);
    const double haste =
        choice->options->seconds > 0 ? 1 - left / (JUDGINGS * choice->judging + 1e-9) : 0;
    return fmin(1, fmax(choice->n_refused / (double)CAUTIOUS, haste));
}

/* The largest error that a candidate of margin `i` may have. */
static double margin_error(const Choice *choice, int i)
{
    const double limit = choice->problem->limit, floor = choice->problem->floor;
    /* Correct rounding has no margin: a program is right at all ties or not. */
    if (choice->problem->is_rounding) return limit;
    const double cautious = floor + 0.15 * (limit - floor), share = caution(choice);
    const bool is_f64 = choice->problem->goal.type == TYPE_F64;
    const double part = is_f64 ? MARGINS[i].part_f64 : MARGINS[i].part;
    const double wanted = floor + fmax(0, part * limit - floor) / choice->optimism;
    return wanted * (1 - share) + cautious * share;
}

double choice_target(const Choice *choice) { return margin_error(choice, 0); }

/* -- the best ------------------------------------------------------------------------------------ */

static bool is_confirmed(const Choice *choice, uint64_t hash)
{
    for (int i = 0; i < choice->n_confirmed; i++)
        if (choice->confirmed[i] == hash) return true;
    return false;
}

/* The sample takes in points of the deep one at which the candidate breaks the bound: the worst of each stretch. */
static Status learn_stretches(Choice *choice, const Prog *prog, Err *err)
{
    enum { STRETCHES = 16 };
    const Goal *goal = &choice->problem->goal;
    const Sample *deep = choice->deep;
    Status status = OK;
    double *error = xmalloc((size_t)(deep->n + 1) * sizeof *error);
    sample_errors(deep, goal, prog, error);
    const int length = deep->n / STRETCHES + 1;
    for (int start = 0; start < deep->n && status == OK; start += length) {
        int worst = start;
        for (int i = start; i < start + length && i < deep->n; i++)
            if (error[i] > error[worst]) worst = i;
        if (!(error[worst] > choice->problem->limit)) continue;
        double x[PROG_INPUTS_MAX];
        for (int v = 0; v < goal->n_variables; v++) x[v] = deep->x_value[v][worst];
        status = problem_learn(choice->problem, x, err);
    }
    free(error);
    return status;
}

/* Looks at a candidate on many more points, and closely where they are worst; the worst join the sample if they break
   the bound. */
static Status confirm(Choice *choice, Candidate *candidate, Err *err)
{
    const Goal *goal = &choice->problem->goal;
    const uint64_t hash = prog_hash(&candidate->prog);
    if (is_confirmed(choice, hash)) return OK;
    if (choice->problem->is_rounding) return OK; /* the ties tell more than any points */
    if (choice->deep == NULL) {
        const int n = type_info(goal->type)->size == 2 ? DEEP_POINTS_NARROW : DEEP_POINTS;
        const Status status = sample_new(&choice->deep, goal, n, choice->options->seed + 2, err);
        if (status != OK) return status;
    }
    int worst = 0;
    const double error = sample_error(choice->deep, goal, &candidate->prog, INFINITY, &worst);
    if (error > candidate->error) candidate->error = error;
    double x[PROG_INPUTS_MAX];
    for (int v = 0; v < goal->n_variables; v++) x[v] = choice->deep->x_value[v][worst];
    if (error <= choice->problem->limit && goal->n_variables == 1 &&
        type_info(goal->type)->size > 2) {
        double found;
        const Status status = attack(goal, &candidate->prog, choice->deep, choice->problem->limit,
                                     choice->options->seed + 3, &found, x, err);
        if (status != OK) return status;
        if (found > candidate->error) candidate->error = found;
    }
    if (candidate->error > choice->problem->limit && isfinite(candidate->error)) {
        const Status status = problem_learn(choice->problem, x, err);
        return status == OK ? learn_stretches(choice, &candidate->prog, err) : status;
    }
    choice->confirmed =
        xrealloc(choice->confirmed, (size_t)(choice->n_confirmed + 1) * sizeof *choice->confirmed);
    choice->confirmed[choice->n_confirmed++] = hash;
    return OK;
}

const Candidate *choice_safest(const Choice *choice, const Population *population)
{
    const Candidate *safest = NULL;
    double least = choice->problem->limit;
    for (int i = 0; i < population->members.n; i++) {
        const Candidate *candidate = &population->members.item[i];
        if (candidate->error > least) continue;
        least = candidate->error;
        safest = candidate;
    }
    return safest;
}

/* The cheapest that meets the bound, safety weighed in. */
static const Candidate *find_best(const Choice *choice, const Population *population)
{
    const Candidate *best = NULL;
    double best_cost = INFINITY;
    for (int i = 0; i < N_MARGINS; i++) {
        const double penalty = MARGINS[i].penalty;
        const Candidate *candidate = population_best(population, margin_error(choice, i));
        if (candidate == NULL || candidate->cost * penalty >= best_cost) continue;
        best = candidate;
        best_cost = candidate->cost * penalty;
    }
    return best != NULL ? best : choice_safest(choice, population);
}

Status choice_best(Choice *choice, Population *population, const Candidate **out, Err *err)
{
    const Candidate *best = find_best(choice, population);
    for (int i = 0; i < CONFIRM_MAX && best != NULL; i++) {
        const double believed = best->error;
        const Status status = confirm(choice, (Candidate *)best, err);
        if (status != OK) return status;
        if (best->error == believed) break;
        best = find_best(choice, population);
    }
    *out = best;
    return OK;
}

/* -- the fastest --------------------------------------------------------------------------------- */

static int find_finalists(const Choice *choice, const Population *population, Finalist *list)
{
    double most[N_MARGINS];
    int n = 0;
    for (int i = 0; i < N_MARGINS; i++) most[i] = margin_error(choice, i);
    for (int k = 0; k < population->members.n; k++) {
        const Candidate *candidate = &population->members.item[k];
        double penalty = INFINITY;
        for (int i = 0; i < N_MARGINS; i++)
            if (candidate->error <= most[i]) penalty = fmin(penalty, MARGINS[i].penalty);
        if (isfinite(penalty)) list[n++] = (Finalist){candidate, penalty, 0};
    }
    return finalists_keep(list, n);
}

double choice_timing_seconds(const Choice *choice)
{
    const double budget = choice->options->seconds;
    if (!choice->options->measurements || !finalists_can_be_timed(&choice->problem->goal)) return 0;
    return budget > 0 ? fmin(3, 0.1 * budget) : 3;
}

/* One that a close look finds worse than it was believed to be is chosen again, with what comes in its place. */
Status choice_fastest(Choice *choice, Population *population, const Candidate **out, Err *err)
{
    const Goal *goal = &choice->problem->goal;
    const SearchOptions *options = choice->options;
    const double seconds = choice_timing_seconds(choice);
    *out = NULL;
    if (seconds == 0 || (options->stop && atomic_load(options->stop))) return OK;
    Finalist *list = xcalloc((size_t)population->members.n + 1, sizeof *list);
    Status status = OK;
    for (int i = 0; i < CONFIRM_MAX && status == OK; i++) {
        const int n = find_finalists(choice, population, list);
        bool is_sure;
        if (n < 2) break; /* the table's choice stands */
        status = finalists_time(list, n, goal, options->measurements, seconds, &is_sure, err);
        if (status != OK || !is_sure) break;
        const Candidate *fastest = finalists_fastest(list, n);
        const double believed = fastest->error;
        status = confirm(choice, (Candidate *)fastest, err);
        if (status != OK || fastest->error != believed) continue;
        *out = fastest;
        break;
    }
    free(list);
    return status;
}

/* -- what the judge found ------------------------------------------------------------------------ */

/* Programs are believed too good by about the same share, unless the samples missed something altogether. */
void choice_learn(Choice *choice, const Candidate *believed, double true_error, double seconds)
{
    enum { OPTIMISM_MAX = 2 };
    const double floor = choice->problem->floor;
    choice->n_refused++;
    choice->judging = fmax(choice->judging, seconds);
    if (believed == NULL || !(believed->error > floor)) return;
    const double ratio = (true_error - floor) / (believed->error - floor);
    /* Its worst inputs join the samples, so that later beliefs are better. */
    if (ratio <= OPTIMISM_MAX) choice->optimism = fmax(choice->optimism, sqrt(ratio));
}
