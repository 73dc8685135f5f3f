#include "search/composed_function.h"

#include "runtime/prog/eval.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -- looking for a program ------------------------------------------------------------------------ */

static bool is_any(const Seeds *seeds, const Seed *seed) { return true; }

/* Over the whole of a narrow format, whose bits tell what a large argument is in steps. */
static bool is_huge_period(const Seeds *seeds, const Seed *seed)
{
    const FrameRow *row = seeds->frame[seed->frame].row;
    return (row == &FRAME_HUGE || row == &FRAME_HUGE_CYCLE) && !seed->is_table;
}

bool composed_is_plain(const Seeds *seeds, const Seed *seed)
{
    return seeds->frame[seed->frame].row == &FRAME_PLAIN && !seed->is_table &&
           !seeds->form[seed->frame][seed->form].is_rational;
}

/* The cheapest within the limit; -1 if there is none. */
static int cheapest(const CandidateList *list, double limit)
{
    int best = -1;
    for (int i = 0; i < list->n; i++)
        if (list->item[i].error <= limit &&
            (best < 0 || list->item[i].cost < list->item[best].cost))
            best = i;
    return best;
}

bool composed_first(const Problem *problem, SeedFilter *filter, Rng *rng, const Deadline *deadline,
                    Prog *out)
{
    const Goal *goal = &problem->goal;
    Seeds *seeds = xmalloc(sizeof *seeds);
    Oracle *oracle = oracle_new(&goal->reference, goal->exact, goal->n_exact);
    seeds_init(seeds, problem, oracle);
    oracle_free(oracle);
    bool is_found = false;
    for (int i = 0; i < seeds->n && !is_found && !deadline_is_over(deadline); i++) {
        if (!filter(seeds, &seeds->seed[i])) continue;
        CandidateList made = {0};
        seeds_make(seeds, problem, i, false, INFINITY, rng, deadline, &made);
        const int best = cheapest(&made, problem->limit);
        is_found = best >= 0;
        if (is_found) *out = made.item[best].prog;
        candidate_list_release(&made);
    }
    free(seeds);
    return is_found;
}

/* -- where the function is what -------------------------------------------------------------------- */

static double value_at(Oracle *oracle, Type type, double x)
{
    uint64_t bits;
    return oracle_round(oracle, &x, type, &bits, NULL, NULL) == OK ? value_from_bits(type, bits)
                                                                   : NAN;
}

typedef bool Holds(Oracle *oracle, Type type, double x);

/* The last argument where `holds` is true on the way from `good`, where it is, to `bad`, where it is not. The difference of two
   ordered values may need a bit more than they have. */
static double last_that_holds(Holds *holds, Oracle *oracle, Type type, __int128 good, __int128 bad)
{
    while (good - bad > 1 || bad - good > 1) {
        const __int128 middle = bad + (good - bad) / 2;
        if (holds(oracle, type, value_from_ordered(type, (int64_t)middle)))
            good = middle;
        else
            bad = middle;
    }
    return value_from_ordered(type, (int64_t)good);
}

static bool is_number(Oracle *oracle, Type type, double x)
{
    return !isnan(value_at(oracle, type, x));
}

/* Is the function NaN far out on the way from `inside`? Then *last is the last argument where it is none. */
static bool find_nan(Oracle *oracle, Type type, double inside, double far, double *last)
{
    if (is_number(oracle, type, far) || !is_number(oracle, type, inside)) return false;
    *last = last_that_holds(is_number, oracle, type, ordered_from_value(type, inside),
                            ordered_from_value(type, far));
    return true;
}

static void look_beyond(FunctionPart *part, Oracle *oracle, Type type)
{
    const double far = 0x1p+100;
    part->holds_lo = part->holds_hi = true;
    part->is_nan_below = find_nan(oracle, type, part->lo, -far, &part->first);
    part->is_nan_above = find_nan(oracle, type, part->hi, far, &part->last);
    if (part->is_nan_below) part->at_first = value_at(oracle, type, part->first);
    if (part->is_nan_above) part->at_last = value_at(oracle, type, part->last);
}

/* Is f(infinite) infinite, though not even large where arguments are held? Or a number that is not what f is there, such as
   exp(-infinity) where the least of the other arguments is -7? */
static bool differs_at_infinity(Oracle *oracle, Type type, double held, double infinite, double *at)
{
    const double large = ldexp(1, type_info(type)->emax / 3), at_held = value_at(oracle, type, held);
    *at = value_at(oracle, type, infinite);
    return isinf(*at) ? fabs(at_held) < large : fabs(at_held - *at) > fmax(1, fabs(*at)) / large;
}

static bool loses_nan(const Prog *prog, Type type)
{
    Eval *eval;
    const uint64_t nan = bits_from_value(type, NAN);
    if (eval_new(&eval, prog, NULL, NULL) != OK) return true;
    const bool is_lost = !isnan(value_from_bits(type, eval_bits(eval, &nan)));
    eval_free(eval);
    return is_lost;
}

/* Is f(x) neither NaN nor infinite nor so large or small that arithmetic with it may leave the type's exponents? Near 0 small
   results are no trouble. */
static bool is_usual(Oracle *oracle, Type type, double x)
{
    const double most = ldexp(1, type_info(type)->emax * 2 / 3);
    uint64_t bits;
    bool is_exact;
    if (oracle_round(oracle, &x, type, &bits, &is_exact, NULL) != OK) return false;
    const double f = fabs(value_from_bits(type, bits));
    return f <= most && (f >= 1 / most || fabs(x) < 1 || (f == 0 && is_exact));
}

/* The last argument with a usual result on the way from one to an end. */
static double usual_end(Oracle *oracle, Type type, double inside, double end)
{
    enum { STEPS = 128 };
    const __int128 first = ordered_from_value(type, inside), last = ordered_from_value(type, end);
    __int128 good = first, bad = last;
    for (int i = 1; i <= STEPS; i++) {
        bad = first + (last - first) * i / STEPS;
        if (!is_usual(oracle, type, value_from_ordered(type, (int64_t)bad))) break;
        good = bad;
    }
    return last_that_holds(is_usual, oracle, type, good, bad);
}

/* Leaves of part->lo to hi what has usual results, and no subnormals where that begins above 0. False if nothing is left. */
static bool keep_usual(FunctionPart *part, Oracle *oracle, Type type)
{
    const double places[] = {0, 1, -1, part->lo, part->hi, part->lo / 2 + part->hi / 2};
    const double lo = part->lo, hi = part->hi, tiny = ldexp(1, type_info(type)->emin + 20);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const double x = value_from_bits(type, bits_from_value(type, places[i]));
        if (x < lo || x > hi || !is_usual(oracle, type, x)) continue;
        part->lo = usual_end(oracle, type, x, lo);
        part->hi = usual_end(oracle, type, x, hi);
        if (part->lo > 0 && part->lo < tiny) part->lo = tiny;
        if (part->hi < 0 && part->hi > -tiny) part->hi = -tiny;
        part->holds_lo = part->lo > lo;
        part->holds_hi = part->hi < hi;
        return part->lo < part->hi;
    }
    return false;
}

/* A little more than what was seen, where that is as good; more where arguments come from beyond: held there, results
   that overflow in the goal's type still do. */
static void widen(double *lo, double *hi, bool reaches_out, Oracle *oracle, Type type)
{
    const double share = reaches_out ? 0.02 : 1e-3;
    const double more = share * (*hi - *lo) + 1e-9 * fmax(fabs(*lo), fabs(*hi)) + 1e-30;
    const double low = value_from_bits(type, bits_from_value(type, *lo - more)),
                 high = value_from_bits(type, bits_from_value(type, *hi + more));
    const bool crosses = *lo >= 0 && low < 0; /* an end at 0 may be a branch point */
    if (!crosses && isfinite(value_at(oracle, type, low))) *lo = low;
    if (!(*hi <= 0 && high > 0) && isfinite(value_at(oracle, type, high))) *hi = high;
}

/* The goal of the part; a Problem owns what it needs. */
static Goal *make_goal(const Problem *problem, const Prog *reference, Type type, double lo,
                       double hi, double limit)
{
    Goal *goal = xmalloc(sizeof *goal);
    *goal = problem->goal;
    goal->reference = *reference;
    goal->type = type;
    goal->domain[0] = (Domain){.lo = lo, .hi = hi};
    goal->bound = (Bound){.kind = BOUND_REL, .limit = limit};
    snprintf(goal->bound.text, sizeof goal->bound.text, "%.3grel", limit);
    goal->n_exact = 0;
    goal->excluded = 0;
    return goal;
}

static bool find_program(FunctionPart *part, const Problem *problem, const Prog *reference,
                         Type type, double limit, Rng *rng, const Deadline *deadline)
{
    Goal *goal = make_goal(problem, reference, type, part->lo, part->hi, limit);
    Problem *own = xcalloc(1, sizeof *own);
    bool is_found = problem_init(own, goal, 1, NULL) == OK;
    own->cost_model = problem->cost_model;
    if (is_found) is_found = composed_first(own, is_any, rng, deadline, &part->prog);
    problem_release(own);
    free(own);
    free(goal);
    return is_found;
}

bool composed_function_of_input(const Problem *problem, const Prog *reference, double limit, Rng *rng,
                                const Deadline *deadline, Prog *out)
{
    const Domain *domain = &problem->goal.domain[0];
    Goal *goal = make_goal(problem, reference, problem->goal.type, domain->lo, domain->hi, limit);
    Problem *own = xcalloc(1, sizeof *own);
    goal->domain[0] = *domain;
    bool is_found = problem_init(own, goal, 1, NULL) == OK;
    own->cost_model = problem->cost_model;
    own->keeps_wide = true;
    own->keeps_zero_sign = false; /* the whole's counts */
    own->n_exact = 0;
    if (is_found) is_found = composed_first(own, is_huge_period, rng, deadline, out);
    problem_release(own);
    free(own);
    free(goal);
    return is_found;
}

bool composed_function_find(FunctionPart *part, const Problem *problem, const Prog *reference,
                            Type type, const FunctionArguments *arguments, double limit, Rng *rng,
                            const Deadline *deadline)
{
    Oracle *oracle = oracle_new(reference, NULL, 0);
    memset(part, 0, sizeof *part);
    part->lo = arguments->lo;
    part->hi = arguments->hi;
    widen(&part->lo, &part->hi, arguments->reaches_out, oracle, type);
    const bool is_found = keep_usual(part, oracle, type) &&
                          find_program(part, problem, reference, type, limit, rng, deadline);
    if (is_found && arguments->reaches_out) look_beyond(part, oracle, type);
    if (is_found && arguments->has_below) {
        part->holds_lo = true;
        part->differs_below = differs_at_infinity(oracle, type, part->lo, -INFINITY, &part->at_below);
    }
    if (is_found && arguments->has_above) {
        part->holds_hi = true;
        part->differs_above = differs_at_infinity(oracle, type, part->hi, INFINITY, &part->at_above);
    }
    if (is_found) part->loses_nan = loses_nan(&part->prog, type);
    oracle_free(oracle);
    return is_found;
}

/* -- writing it -------------------------------------------------------------------------------------- */

static Ref choose(Builder *b, Ref is, double value, Ref y)
{
    return prog_add(b->prog, OP_SELECT, is, prog_add_const(b->prog, b->type, value), y);
}

static Ref choose_at(Builder *b, Ref u, double place, double at, Ref y)
{
    const Ref is = prog_add(b->prog, OP_EQ, u, prog_add_const(b->prog, b->type, place), 0);
    return choose(b, is, at, y);
}

/* Beyond `limit`, where that is the last argument with a result: `at` there if that is infinite, then NaN. */
static Ref choose_beyond(Builder *b, bool is_above, Ref u, double limit, double at, Ref y)
{
    const Ref end = build_constant(b, limit);
    if (isinf(at)) y = choose_at(b, u, limit, at, y);
    const Ref is_beyond = prog_add(b->prog, OP_LT, is_above ? end : u, is_above ? u : end, 0);
    return choose(b, is_beyond, NAN, y);
}

bool composed_function_write(const FunctionPart *part, Type type, Prog *out, Ref argument,
                             Ref *result)
{
    enum { AROUND = 24 };
    Builder b = {.prog = out, .type = type};
    Ref held = argument;
    if (part->prog.n_tables + out->n_tables > PROG_TABLES_MAX ||
        part->prog.n_pool + out->n_pool > PROG_POOL_MAX ||
        !prog_has_room(out, part->prog.n + AROUND))
        return false;
    if (part->holds_lo) held = build_at_least(&b, held, part->lo);
    if (part->holds_hi) held = build_at_most(&b, held, part->hi);
    Ref y = prog_append(out, &part->prog, &held);
    if (part->is_nan_below) y = choose_beyond(&b, false, argument, part->first, part->at_first, y);
    if (part->is_nan_above) y = choose_beyond(&b, true, argument, part->last, part->at_last, y);
    if (part->differs_below) y = choose_at(&b, argument, -INFINITY, part->at_below, y);
    if (part->differs_above) y = choose_at(&b, argument, INFINITY, part->at_above, y);
    if (part->loses_nan) {
        const Ref is_number = prog_add(out, OP_EQ, argument, argument, 0);
        y = prog_add(out, OP_SELECT, is_number, y, argument);
    }
    *result = y;
    return true;
}
