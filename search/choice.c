#include "search/choice.h"

#include "search/attack.h"
#include "search/deadline.h"
#include "search/finalists.h"
#include "search/polish.h"
#include "search/score.h"

#include <math.h>
#include <stdlib.h>

enum {
    DEEP_POINTS = 24000,
    DEEP_POINTS_NARROW = 1 << 16, /* of 16-bit floats: all of them */
    CAUTIOUS =
        8, /* refusals after which only candidates with all the margin there is are proposed */
    TRUSTED = 4,     /* refusals of a form after which close looks at it are believed no more */
    MENDS_MAX = 3,   /* of programs of one form: more of them have not helped */
    JUDGINGS = 3,    /* so much time must be left for more than a little risk */
    CONFIRM_MAX = 6, /* candidates looked at closely before one is the best */
    MEND_EVALUATIONS = 4000,
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

/* What a candidate may use up of what the bound leaves, where floats all over the domain were looked at (attack.h). */
static const double SURE = 0.97;

/* How much dearer than it is a form counts for each refusal, where these cost little. */
static const double REFUSED_PENALTY = 0.1;

/* How far the sample's error is to be above that of rounding alone, as a share of what the bound leaves: the true one is
   larger by as much again. */
static const double MEND_PART = 0.5;

/* -- making and freeing ------------------------------------------------------------------ */

void choice_init(Choice *choice, Problem *problem, const SearchOptions *options, double started)
{
    *choice = (Choice){.problem = problem, .options = options, .started = started, .optimism = 1};
    choice->seconds = options->seconds;
    choice->keep = verify_keep_new();
    choice->sees_all = attack_sees_all(&problem->goal);
}

void choice_release(Choice *choice)
{
    if (choice->deep) sample_free(choice->deep);
    verify_keep_free(choice->keep);
    trust_list_release(&choice->trust);
    free(choice->confirmed);
}

/* -- margins ------------------------------------------------------------------------------------- */

/* Are refusals quick, and close looks nearly as good as they? */
static bool is_quick_to_judge(const Choice *choice)
{
    return choice->problem->goal.type == TYPE_F32 && !choice->problem->is_rounding;
}

/* From 0 to 1: how little time is left for refusals. Runs that are to be repeatable do not look at the clock. */
static double haste(const Choice *choice)
{
    const SearchOptions *options = choice->options;
    if (!(choice->seconds > 0) || options->max_generations > 0) return 0;
    const double left = choice->seconds - (clock_seconds() - choice->started);
    return fmax(0, fmin(1, 1 - left / (JUDGINGS * choice->judging + 1e-9)));
}

/* From 0 to 1: how much of the margin that there is a proposal should keep, by the time that is left for refusals and, where they
   take long, by their number. */
static double caution(const Choice *choice)
{
    if (choice->n_refused == 0) return 0;
    if (is_quick_to_judge(choice)) return haste(choice);
    return fmin(1, fmax(choice->n_refused / (double)CAUTIOUS, haste(choice)));
}

/* The largest error that a candidate of margin `i` may have. */
static double margin_error(const Choice *choice, int i, double optimism)
{
    const double limit = choice->problem->limit, floor = choice->problem->floor;
    /* Correct rounding has no margin: a program is right at all ties or not. */
    if (choice->problem->is_rounding) return limit;
    const double cautious = floor + 0.15 * (limit - floor), share = caution(choice);
    const bool is_f64 = choice->problem->goal.type == TYPE_F64;
    const double part = is_f64 ? MARGINS[i].part_f64 : MARGINS[i].part;
    const double wanted = floor + fmax(0, part * limit - floor) / optimism;
    return wanted * (1 - share) + cautious * share;
}

double choice_target(const Choice *choice) { return margin_error(choice, 0, choice->optimism); }

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

/* Close looks may go on a little beyond the budget: what comes last is looked at, too, unless only the oracle can tell. */
static Deadline looking_ends(const Choice *choice)
{
    const double seconds = choice->seconds, grace = 5 + seconds / 4;
    return (Deadline){.stop = choice->options->stop,
                      .at = seconds > 0 ? choice->started + seconds + grace : 0};
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
    if (error <= choice->problem->limit && goal->n_variables == 1 &&
        type_info(goal->type)->size > 2) {
        Attack found;
        const AttackOptions options = {.keep = choice->keep,
                                       .seed = choice->options->seed + 3,
                                       .n_threads = choice->options->n_threads,
                                       .deadline = looking_ends(choice)};
        Status status = attack(&found, goal, &candidate->prog, choice->deep, &options, err);
        if (found.error > candidate->error) candidate->error = found.error;
        for (int i = 0; i < found.n && status == OK; i++)
            status = problem_learn(choice->problem, &found.x[i], err);
        if (status != OK || found.is_broken_off) return status;
    }
    if (error > choice->problem->limit && isfinite(error)) {
        double x[PROG_INPUTS_MAX];
        for (int v = 0; v < goal->n_variables; v++) x[v] = choice->deep->x_value[v][worst];
        const Status status = problem_learn(choice->problem, x, err);
        return status == OK ? learn_stretches(choice, &candidate->prog, err) : status;
    }
    if (candidate->error > choice->problem->limit) return OK;
    choice->confirmed =
        xrealloc(choice->confirmed, (size_t)(choice->n_confirmed + 1) * sizeof *choice->confirmed);
    choice->confirmed[choice->n_confirmed++] = hash;
    return OK;
}

static bool is_too_dear(const Choice *choice, const Candidate *candidate)
{
    return choice->ceiling > 0 && candidate->cost >= choice->ceiling;
}

/* The close look saw nearly all that matters, and the judge refuses what breaks the bound all the same in little time. */
static bool may_be_sure(const Choice *choice, const Candidate *candidate, Trust trust)
{
    const Problem *problem = choice->problem;
    const double floor = problem->floor;
    if (choice->sees_all && !problem->is_rounding) return candidate->error <= problem->limit;
    return is_quick_to_judge(choice) && trust.n_refused <= TRUSTED &&
           candidate->error <= floor + SURE * (problem->limit - floor) / trust.optimism;
}

static bool is_sure(const Choice *choice, const Candidate *candidate)
{
    return may_be_sure(choice, candidate, trust_look_up(&choice->trust, &candidate->prog)) &&
           is_confirmed(choice, prog_hash(&candidate->prog));
}

/* What the cost of a candidate is taken times for the risk that the judge refuses it; infinite if it is known to break the
   bound. */
static double penalty(const Choice *choice, const Candidate *candidate)
{
    if (is_too_dear(choice, candidate)) return INFINITY;
    const Trust trust = trust_look_up(&choice->trust, &candidate->prog);
    const double refused = 1 + REFUSED_PENALTY * trust.n_refused;
    const double optimism = is_quick_to_judge(choice) ? trust.optimism : choice->optimism;
    const bool is_likely = may_be_sure(choice, candidate, trust);
    if (is_likely && (choice->sees_all || is_confirmed(choice, prog_hash(&candidate->prog))))
        return refused;
    for (int i = 0; i < N_MARGINS; i++)
        if (candidate->error <= margin_error(choice, i, optimism))
            return refused * MARGINS[i].penalty;
    return is_likely ? refused * MARGINS[N_MARGINS - 1].penalty : INFINITY;
}

const Candidate *choice_safest(const Choice *choice, const Population *population)
{
    const Candidate *safest = NULL, *sure = NULL;
    double least = choice->problem->limit;
    for (int i = 0; i < population->members.n; i++) {
        const Candidate *candidate = &population->members.item[i];
        if (is_too_dear(choice, candidate)) continue;
        if (is_sure(choice, candidate) && (sure == NULL || candidate->cost < sure->cost))
            sure = candidate;
        if (candidate->error > least) continue;
        least = candidate->error;
        safest = candidate;
    }
    return sure != NULL ? sure : safest;
}

/* The cheapest that meets the bound, safety weighed in. */
static const Candidate *find_best(const Choice *choice, const Population *population)
{
    const Candidate *best = NULL;
    double best_cost = INFINITY;
    for (int i = 0; i < population->members.n; i++) {
        const Candidate *candidate = &population->members.item[i];
        if (!(candidate->error <= choice->problem->limit)) continue;
        const double cost = candidate->cost * penalty(choice, candidate);
        if (cost > best_cost || (cost == best_cost && best && candidate->error >= best->error))
            continue;
        if (!isfinite(cost)) continue;
        best = candidate;
        best_cost = cost;
    }
    return best != NULL ? best : choice_safest(choice, population);
}

/* The cheapest of those that were looked at closely and stood it. */
static const Candidate *find_confirmed(const Choice *choice, const Population *population)
{
    const Candidate *best = NULL;
    for (int i = 0; i < population->members.n; i++) {
        const Candidate *candidate = &population->members.item[i];
        if (candidate->error > choice->problem->limit || is_too_dear(choice, candidate)) continue;
        if (best != NULL && candidate->cost >= best->cost) continue;
        if (is_confirmed(choice, prog_hash(&candidate->prog))) best = candidate;
    }
    return best;
}

/* A member that the close look has just put above the bound, or too near to it, is tuned again, now that the sample has the
   inputs that it was not made for; what others are believed to do there is looked up. Of what the sample did not see
   of the member it will not see half of what is tuned. */
static void mend(Choice *choice, Population *population, const Candidate *member,
                 double believed_before)
{
    const Problem *problem = choice->problem;
    const double aim = problem->floor + MEND_PART * (problem->limit - problem->floor);
    Candidate tuned = *member;
    const bool is_near = polish_is_near(problem, member->error, choice_target(choice), 1.5);
    for (int i = 0; i < population->members.n; i++) {
        Candidate *other = &population->members.item[i];
        const double believed = other->error;
        if (believed > problem->limit) continue;
        score_error(problem, other, INFINITY);
        other->error = fmax(other->error, believed);
    }
    if (!is_near || problem->is_rounding) return;
    if (is_quick_to_judge(choice) &&
        trust_of(&choice->trust, &member->prog)->n_mended++ >= MENDS_MAX)
        return;
    Rng rng = rng_new(choice->options->seed, prog_hash(&member->prog));
    polish(problem, &tuned, aim, MEND_EVALUATIONS, &rng);
    tuned.error += (member->error - believed_before) / 2;
    if (tuned.error < member->error) (void)population_add(population, &tuned);
}

Status choice_best(Choice *choice, Population *population, const Candidate **out, Err *err)
{
    const Candidate *best = find_best(choice, population);
    bool is_settled = false;
    for (int i = 0; i < CONFIRM_MAX && best != NULL; i++) {
        const double believed = best->error;
        const Status status = confirm(choice, (Candidate *)best, err);
        if (status != OK) return status;
        is_settled = best->error == believed;
        if (is_settled) break;
        if (best->error > choice_target(choice)) mend(choice, population, best, believed);
        best = find_best(choice, population);
    }
    /* With no end in sight, the next generation goes on from what is known by now. */
    *out = best != NULL && !is_settled ? find_confirmed(choice, population) : best;
    return OK;
}

Status choice_secure(Choice *choice, const Population *population, Err *err)
{
    if (choice->problem->is_rounding) return OK;
    for (int i = 0; i < CONFIRM_MAX; i++) {
        const Candidate *safest = choice_safest(choice, population);
        if (safest == NULL || is_confirmed(choice, prog_hash(&safest->prog))) break;
        const Status status = confirm(choice, (Candidate *)safest, err);
        if (status != OK) return status;
    }
    return OK;
}

/* -- the fastest --------------------------------------------------------------------------------- */

static int find_finalists(const Choice *choice, const Population *population, Finalist *list)
{
    int n = 0;
    for (int k = 0; k < population->members.n; k++) {
        const Candidate *candidate = &population->members.item[k];
        const double risk = penalty(choice, candidate);
        if (isfinite(risk)) list[n++] = (Finalist){candidate, risk, 0};
    }
    return finalists_keep(list, n);
}

double choice_timing_seconds(const Choice *choice)
{
    const double budget = choice->options->seconds;
    const Measurements *known = choice->options->measurements;
    if (!known || !finalists_can_be_timed(&choice->problem->goal, known)) return 0;
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

void choice_dare(Choice *choice, double ceiling)
{
    choice->ceiling = ceiling;
    choice->n_refused = 0;
    choice->optimism = 1;
    trust_list_release(&choice->trust);
}

/* Programs are believed too good by about the same share, unless the samples missed something altogether. */
void choice_learn(Choice *choice, const Prog *refused, const Candidate *believed, double true_error,
                  double seconds)
{
    enum { OPTIMISM_MAX = 2 };
    const double floor = choice->problem->floor;
    Trust *trust = trust_of(&choice->trust, refused);
    choice->n_refused++;
    trust->n_refused++;
    choice->judging = fmax(choice->judging, seconds);
    if (believed == NULL || !(believed->error > floor)) return;
    const double ratio = (true_error - floor) / (believed->error - floor);
    /* Its worst inputs join the samples, so that later beliefs are better. */
    if (!(ratio <= OPTIMISM_MAX)) return;
    choice->optimism = fmax(choice->optimism, sqrt(ratio));
    trust->optimism = fmax(trust->optimism, sqrt(ratio));
}
