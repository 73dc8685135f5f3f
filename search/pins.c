#include "search/pins.h"

#include "runtime/prog/eval.h"
#include "search/score.h"

#include <math.h>
#include <stdlib.h>

/* Misses of so many times the bound are not those of a constant that rounds badly. */
static const double NEAR = 4;

static double result_at(const Prog *prog, Type type, uint64_t x)
{
    Eval *eval;
    if (eval_new(&eval, prog, NULL, NULL) != OK) return NAN;
    const double got = value_from_bits(type, eval_bits(eval, &x));
    eval_free(eval);
    return got;
}

/* got - want. */
static double miss_of(const Problem *problem, const Prog *prog, const ExactResult *pin)
{
    const Type type = problem->goal.type;
    return result_at(prog, type, pin->x) - value_from_bits(type, pin->want);
}

static int count_hit(const Problem *problem, const Prog *prog)
{
    int n = 0;
    for (int i = 0; i < problem->n_exact; i++)
        n += problem->exact[i].is_pinned && miss_of(problem, prog, &problem->exact[i]) == 0;
    return n;
}

static void set_constant(Prog *prog, Ref constant, int64_t ordered)
{
    Node *node = &prog->node[constant];
    node->value.lo = bits_from_ordered((Type)node->type, ordered);
}

/* Two values of the constant between which the miss changes its sign: steps from where it is are doubled, to either side in turns. */
static bool find_bracket(const Problem *problem, Prog *prog, Ref constant, const ExactResult *pin,
                         int64_t *low, int64_t *high)
{
    const Type type = (Type)prog->node[constant].type;
    const int64_t start =
        ordered_from_value(type, value_from_bits(type, prog->node[constant].value.lo));
    const int most = type_info(type)->precision - 6; /* a sixteenth of the constant, or so */
    const double first = miss_of(problem, prog, pin);
    int64_t last[2] = {start, start};
    for (int k = 0; k < most; k++) {
        for (int side = 0; side < 2; side++) {
            const int64_t at = start + (side == 0 ? 1 : -1) * ((int64_t)1 << k);
            set_constant(prog, constant, at);
            const double miss = miss_of(problem, prog, pin);
            if (miss == 0 || (miss < 0) != (first < 0)) {
                *low = last[side], *high = at;
                return !isnan(miss);
            }
            last[side] = at;
        }
    }
    return false;
}

/* Moves this constant to the nearest value with which the pin is hit; false if there is none. */
static bool move_constant(const Problem *problem, Prog *prog, Ref constant, const ExactResult *pin)
{
    int64_t low, high;
    if (!find_bracket(problem, prog, constant, pin, &low, &high)) return false;
    set_constant(prog, constant, low);
    const double first = miss_of(problem, prog, pin);
    while (high - low > 1 || low - high > 1) {
        const int64_t middle = low + (high - low) / 2;
        set_constant(prog, constant, middle);
        const double miss = miss_of(problem, prog, pin);
        if (miss != 0 && (miss < 0) == (first < 0))
            low = middle;
        else
            high = middle;
    }
    set_constant(prog, constant, high);
    return miss_of(problem, prog, pin) == 0;
}

/* By whichever constant does least harm, none to the pins that are hit. */
static void hit(const Problem *problem, Prog *prog, const ExactResult *pin)
{
    Ref free_constant[PROG_MAX];
    const int n = score_free_constants(prog, free_constant, PROG_MAX),
              n_hit = count_hit(problem, prog);
    Prog *trial = xmalloc(sizeof *trial), *best = xmalloc(sizeof *best);
    double least = INFINITY;
    for (int i = 0; i < n; i++) {
        *trial = *prog;
        if (!type_is_float((Type)prog->node[free_constant[i]].type)) continue;
        if (!move_constant(problem, trial, free_constant[i], pin)) continue;
        if (count_hit(problem, trial) <= n_hit) continue;
        const double error = sample_error(problem->quick, &problem->goal, trial, least, NULL);
        if (error < least) *best = *trial, least = error;
    }
    if (isfinite(least)) *prog = *best;
    free(trial);
    free(best);
}

void pins_hit(const Problem *problem, Prog *prog)
{
    for (int i = 0; i < problem->n_exact; i++) {
        const ExactResult *pin = &problem->exact[i];
        if (!pin->is_pinned) continue;
        const double want = value_from_bits(problem->goal.type, pin->want);
        const double miss = fabs(miss_of(problem, prog, pin)) * problem_weight(problem, want);
        if (miss > 0 && miss <= NEAR * problem->limit) hit(problem, prog, pin);
    }
}
