#include "search/problem_specials.h"

#include "runtime/measure/judge.h"
#include "runtime/measure/wrong_specials.h"
#include "runtime/prog/specials.h"

#include <math.h>

/* -- infinite results, and none --------------------------------------------------------------- */

/* Notes the result at x if x or the result is not finite; *is_noted (may be NULL) tells. */
static Status note_exact(Problem *problem, Oracle *oracle, double x, bool *is_noted, Err *err)
{
    const Type type = problem->goal.type;
    uint64_t want;
    if (is_noted) *is_noted = false;
    const Status status = oracle_round(oracle, &x, type, &want, NULL, err);
    if (status != OK) return status;
    const double right = value_from_bits(type, want);
    if (specials_exclude(problem->goal.excluded, type, &x, 1, right)) return OK;
    if (isfinite(x) && isfinite(right)) return OK;
    if (is_noted) *is_noted = true;
    const uint64_t bits = bits_from_value(type, x);
    for (int i = 0; i < problem->n_exact; i++)
        if (problem->exact[i].x == bits) return OK;
    if (problem->n_exact < PROBLEM_EXACT_MAX)
        problem->exact[problem->n_exact++] = (ExactResult){.x = bits, .want = want};
    return OK;
}

/* The first place between two floats, one with a finite result and one without, where the result is not. */
static Status note_boundary(Problem *problem, Oracle *oracle, int64_t finite, int64_t other,
                            Err *err)
{
    const Type type = problem->goal.type;
    while (finite - other > 1 || other - finite > 1) {
        const int64_t middle = finite + (other - finite) / 2;
        const double x = value_from_ordered(type, middle);
        uint64_t want;
        const Status status = oracle_round(oracle, &x, type, &want, NULL, err);
        if (status != OK) return status;
        if (isfinite(value_from_bits(type, want)))
            finite = middle;
        else
            other = middle;
    }
    return note_exact(problem, oracle, value_from_ordered(type, other), NULL, err);
}

static Status find_infinite(Problem *problem, Err *err)
{
    enum { STEPS = 96 };
    const Goal *goal = &problem->goal;
    const Domain *domain = &goal->domain[0];
    Oracle *oracle = oracle_new(&goal->reference, goal->exact, goal->n_exact);
    Status status = OK;
    if (domain->is_all) status = note_exact(problem, oracle, NAN, NULL, err);
    const int64_t first = domain_first(domain, goal->type), last = domain_last(domain, goal->type);
    /* The ends at first: there may be more than there is room for. */
    if (status == OK)
        status = note_exact(problem, oracle, value_from_ordered(goal->type, last), NULL, err);
    bool was_noted = false;
    int64_t before = first;
    for (int i = 0; i <= STEPS && status == OK; i++) {
        const int64_t at = first + (int64_t)(((__int128)last - first) * i / STEPS);
        bool is_noted;
        status = note_exact(problem, oracle, value_from_ordered(goal->type, at), &is_noted, err);
        if (status == OK && i > 0 && is_noted != was_noted)
            status =
                note_boundary(problem, oracle, is_noted ? before : at, is_noted ? at : before, err);
        was_noted = is_noted;
        before = at;
    }
    oracle_free(oracle);
    return status;
}

/* -- values that are to be hit ------------------------------------------------------------------ */

static void add_pin(Problem *problem, uint64_t x, uint64_t want)
{
    const ExactResult pin = {.x = x, .want = want, .is_pinned = true};
    for (int i = 0; i < problem->n_exact; i++)
        if (problem->exact[i].x == x && !problem->exact[i].is_signed) {
            problem->exact[i] = pin;
            return;
        }
    if (problem->n_exact < PROBLEM_EXACT_MAX) problem->exact[problem->n_exact++] = pin;
}

/* Zeros and infinities with a value that is to be hit. */
static Status note_pins(Problem *problem, Err *err)
{
    static const double PLACES[] = {0, -0.0, INFINITY, -INFINITY};
    const Goal *goal = &problem->goal;
    Oracle *oracle = oracle_new(&goal->reference, goal->exact, goal->n_exact);
    Status status = OK;
    for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES && status == OK; i++) {
        const double x = PLACES[i];
        uint64_t want;
        if (!special_is_pinned(goal, oracle, x)) continue;
        status = oracle_round(oracle, &x, goal->type, &want, NULL, err);
        if (status != OK ||
            specials_exclude(goal->excluded, goal->type, &x, 1, value_from_bits(goal->type, want)))
            continue;
        add_pin(problem, bits_from_value(goal->type, x), want);
    }
    oracle_free(oracle);
    return status;
}

bool problem_is_pinned(const Problem *problem, double x)
{
    const uint64_t bits = bits_from_value(problem->goal.type, x);
    for (int i = 0; i < problem->n_exact; i++)
        if (problem->exact[i].x == bits && problem->exact[i].is_pinned) return true;
    return false;
}

/* -- zeros --------------------------------------------------------------------------------------- */

/* Where the sign of a zero counts, the result at x is one to be hit exactly if it is one. */
static Status note_zero(Problem *problem, Oracle *oracle, double x, Err *err)
{
    const Goal *goal = &problem->goal;
    const ZeroSign which = problem->zero_sign;
    uint64_t want;
    bool is_exact;
    if (which == ZERO_SIGN_FREE || (which == ZERO_SIGN_AT_ZERO && x != 0)) return OK;
    const Status status = oracle_round(oracle, &x, goal->type, &want, &is_exact, err);
    if (status != OK) return status;
    const double right = value_from_bits(goal->type, want);
    const int64_t at = ordered_from_value(goal->type, x);
    if (right != 0 || !is_exact || at < domain_first(&goal->domain[0], goal->type) ||
        at > domain_last(&goal->domain[0], goal->type))
        return OK;
    if (x == 0 && signbit(x) && signbit(right)) problem->keeps_zero_sign = true;
    if (problem->n_exact < PROBLEM_EXACT_MAX)
        problem->exact[problem->n_exact++] =
            (ExactResult){.x = bits_from_value(goal->type, x), .want = want, .is_signed = true};
    return OK;
}

/* At small numbers, and where else the sample has a zero. */
static Status note_zeros(Problem *problem, Oracle *oracle, Err *err)
{
    enum { FROM_SAMPLE = 16 };
    const Sample *sample = problem->full;
    Status status = OK;
    for (int i = 0; i < ZERO_PLACES && status == OK; i++)
        status = note_zero(problem, oracle, ZERO_PLACE[i], err);
    int n = 0;
    for (int i = 0; i < sample->n && n < FROM_SAMPLE && status == OK; i++) {
        if (sample->f_hi[i] != 0 || sample->x_value[0][i] == 0) continue;
        status = note_zero(problem, oracle, sample->x_value[0][i], err);
        n++;
    }
    return status;
}

static void look_at_signs(Problem *problem)
{
    const Sample *sample = problem->full;
    problem->has_sign_of_input = true;
    for (int i = 0; i < sample->n; i++)
        problem->has_sign_of_input &= sample->f_hi[i] == 0 || sample->x_value[0][i] == 0 ||
                                      (sample->f_hi[i] < 0) == (sample->x_value[0][i] < 0);
}

static Status find_zeros(Problem *problem, const Goal *stated, Err *err)
{
    Oracle *oracle = oracle_new(&stated->reference, stated->exact, stated->n_exact);
    problem->zero_sign = zero_sign_of(stated, oracle);
    const Status status = note_zeros(problem, oracle, err);
    oracle_free(oracle);
    if (problem->keeps_zero_sign) look_at_signs(problem);
    return status;
}

Status problem_find_specials(Problem *problem, const Goal *stated, Err *err)
{
    if (stated->n_variables != 1) return OK;
    Status status = find_infinite(problem, err);
    if (status == OK) status = note_pins(problem, err);
    if (status == OK) status = find_zeros(problem, stated, err);
    return status;
}

/* -- for others --------------------------------------------------------------------------------- */

Status problem_take_specials(Problem *problem, const Problem *whole, Err *err)
{
    const Goal *goal = &problem->goal;
    if (goal->n_variables != 1) return OK;
    for (int i = 0; i < whole->n_exact; i++) {
        const ExactResult *pin = &whole->exact[i];
        const double x = value_from_bits(goal->type, pin->x);
        if (pin->is_pinned && domain_has(&goal->domain[0], goal->type, x))
            add_pin(problem, pin->x, pin->want);
    }
    Oracle *oracle = oracle_new(&goal->reference, goal->exact, goal->n_exact);
    problem->zero_sign = whole->zero_sign;
    const Status status = note_zeros(problem, oracle, err);
    oracle_free(oracle);
    if (problem->keeps_zero_sign) look_at_signs(problem);
    return status;
}

Status problem_learn_special(Problem *problem, double x, Err *err)
{
    const Goal *goal = &problem->goal;
    Oracle *oracle = oracle_new(&goal->reference, goal->exact, goal->n_exact);
    Status status = note_zero(problem, oracle, x, err);
    if (status == OK) status = note_exact(problem, oracle, x, NULL, err);
    oracle_free(oracle);
    return status;
}
