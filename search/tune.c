#include "search/tune.h"

#include "runtime/prog/eval.h"
#include "search/lattice.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A constant of a float type is an integer here, its place in the order of the floats (bits.h), and a step is 1. The error at
   the points depends on the steps almost linearly, plus rounding noise that no derivative sees. So: the linear part (the
   effects, lattice.h) says which combinations of steps nearly cancel, and the true error of each decides. */

typedef struct {
    double max;  /* the largest error */
    double norm; /* the 16-norm (mean), which sees the crowd below the maximum too */
} Score;

typedef struct {
    Prog *prog;
    Eval *eval; /* of prog, its constants as last set */
    int n_free;
    Ref ref[TUNE_CONSTANTS_MAX];
    Type type[TUNE_CONSTANTS_MAX];
    const Sample *sample;
    int *order;               /* of the points, worst first */
    void *x[PROG_INPUTS_MAX]; /* packed, in this order */
    double *f_hi, *f_lo, *scale;
    double *error;        /* |error| at the last complete evaluation */
    double spent, budget; /* evaluations of the whole sample */
    int tries, sorted;    /* tries when the points were last put in order */
    double target;
    Rng *rng;
    Effects effects;
    Steps best;
    Score best_score;
} Tuner;

enum {
    BLOCK = 512,
    SORT_TRIES = 32, /* sorting takes as long as some twenty evaluations */
};

typedef union {
    double f64[BLOCK];
    float f32[BLOCK];
    uint16_t f16[BLOCK];
} Packed;

/* -- the error of a set of constants ------------------------------------------------------ */

static void set_constants(Tuner *tuner, const Steps *steps)
{
    for (int k = 0; k < tuner->n_free; k++) {
        const uint64_t bits = bits_from_ordered(tuner->type[k], steps->at[k]);
        eval_set_constant(tuner->eval, tuner->ref[k], bits);
    }
}

/* Annealing compares energies: half the logarithm of the maximum, half that of the norm. */
static double energy(Score score) { return log(score.max + DBL_MIN) + log(score.norm + DBL_MIN); }

/* The signed errors of the points [start, start + n) in the tuner's order. A result that is not finite
   counts as a huge error, so that scores stay comparable. */
static void run_block(Tuner *tuner, int start, int n, double *error)
{
    const size_t size = (size_t)type_info(tuner->sample->type)->size;
    Packed packed;
    const void *x[PROG_INPUTS_MAX];
    for (int v = 0; v < tuner->sample->n_variables; v++)
        x[v] = (const char *)tuner->x[v] + (size_t)start * size;
    eval_run(tuner->eval, x, &packed, (size_t)n);
    sample_unpack(prog_type(tuner->prog), &packed, n, error);
    for (int i = 0; i < n; i++) {
        const int at = start + i;
        const double e = (error[i] - tuner->f_hi[at] - tuner->f_lo[at]) * tuner->scale[at];
        /* One-sided errors of harmless sign may be as large as they like. */
        error[i] = fabs(e) <= 1e15 ? e : e < 0 && isfinite(e) ? -1e15 : 1e15;
    }
}

/* False, leaving *score alone, as soon as the energy must end above the limit. */
static bool evaluate(Tuner *tuner, const Steps *steps, double limit, Score *score)
{
    set_constants(tuner, steps);
    tuner->tries++;
    const int n = tuner->sample->n;
    const double unit = 1 / (tuner->best_score.max + DBL_MIN); /* keeps the powers in range */
    Score sofar = {0, 0};
    bool is_complete = true;
    double sum = 0;
    for (int start = 0; start < n; start += BLOCK) {
        const int n_block = n - start < BLOCK ? n - start : BLOCK;
        double *error = tuner->error + start;
        run_block(tuner, start, n_block, error);
        for (int i = 0; i < n_block; i++) {
            error[i] = tuner->sample->is_one_sided ? fmax(error[i], 0) : fabs(error[i]);
            if (error[i] > sofar.max) sofar.max = error[i];
            const double e = error[i] * unit, e2 = e * e, e4 = e2 * e2, e8 = e4 * e4;
            sum += e8 * e8;
        }
        tuner->spent += (double)n_block / n;
        sofar.norm = pow(sum / n, 1.0 / 16) / unit;
        is_complete = start + n_block == n;
        if (energy(sofar) > limit) break;
    }
    if (!is_complete || energy(sofar) > limit) return false;
    *score = sofar;
    return true;
}

static bool is_better(Score a, Score b)
{
    return a.max < b.max || (a.max == b.max && a.norm < b.norm);
}

static void keep_if_best(Tuner *tuner, const Steps *steps, Score score)
{
    if (!is_better(score, tuner->best_score)) return;
    tuner->best = *steps;
    tuner->best_score = score;
}

static bool is_done(const Tuner *tuner)
{
    return tuner->best_score.max <= tuner->target || tuner->spent >= tuner->budget ||
           tuner->tries >= 16 * tuner->budget;
}

/* -- making a tuner ----------------------------------------------------------------------- */

/* Copies the sample in the order given by tuner->order. */
static void gather(Tuner *tuner)
{
    const Sample *sample = tuner->sample;
    const size_t size = (size_t)type_info(sample->type)->size;
    for (int i = 0; i < sample->n; i++) {
        const int from = tuner->order[i];
        for (int v = 0; v < sample->n_variables; v++)
            memcpy((char *)tuner->x[v] + (size_t)i * size,
                   (const char *)sample->x[v] + (size_t)from * size, size);
        tuner->f_hi[i] = sample->f_hi[from];
        tuner->f_lo[i] = sample->f_lo[from];
        tuner->scale[i] = sample->scale[from];
    }
}

typedef struct {
    double error;
    int index;
} Ranked;

static int compare_ranked(const void *a, const void *b)
{
    const Ranked *x = a, *y = b;
    if (x->error != y->error) return x->error > y->error ? -1 : 1;
    return x->index - y->index;
}

/* Puts the quarter of a block with the worst points first; the rest stays a fair mixture. Needs tuner->error of a
   complete evaluation. */
static void worst_first(Tuner *tuner)
{
    tuner->sorted = tuner->tries;
    const int n = tuner->sample->n;
    Ranked *ranked = xmalloc((size_t)n * sizeof *ranked);
    for (int i = 0; i < n; i++) ranked[i] = (Ranked){tuner->error[i], tuner->order[i]};
    qsort(ranked, (size_t)n, sizeof *ranked, compare_ranked);
    const int n_first = n < BLOCK / 4 ? n : BLOCK / 4;
    bool *is_first = xcalloc((size_t)n, sizeof *is_first);
    int *order = xmalloc((size_t)n * sizeof *order);
    for (int i = 0; i < n_first; i++) {
        order[i] = ranked[i].index;
        is_first[ranked[i].index] = true;
    }
    for (int i = 0, next = n_first; i < n; i++)
        if (!is_first[tuner->order[i]]) order[next++] = tuner->order[i];
    memcpy(tuner->order, order, (size_t)n * sizeof *order);
    free(order);
    free(is_first);
    free(ranked);
    gather(tuner);
}

static void find_needed(const Prog *prog, bool *is_needed)
{
    memset(is_needed, 0, PROG_MAX * sizeof *is_needed);
    is_needed[prog_result(prog)] = true;
    for (int i = prog->n - 1; i >= 0; i--) {
        const Node *node = &prog->node[i];
        for (int k = 0; is_needed[i] && k < op_info((Op)node->op)->arity; k++)
            is_needed[node->arg[k]] = true;
    }
}

static void tuner_init(Tuner *tuner, Prog *prog, const Ref *free_refs, int n_free,
                       const Sample *sample, const TuneOptions *options, Rng *rng)
{
    *tuner = (Tuner){.prog = prog, .sample = sample, .rng = rng, .target = options->target};
    tuner->budget = options->max_evaluations;
    bool is_needed[PROG_MAX];
    find_needed(prog, is_needed);
    for (int k = 0; k < n_free && tuner->n_free < TUNE_CONSTANTS_MAX; k++) {
        const Node *node = &prog->node[free_refs[k]];
        const Type type = (Type)node->type;
        if (node->op != OP_CONST || !type_is_float(type) || !is_needed[free_refs[k]]) continue;
        if (!isfinite(value_from_bits(type, node->value.lo))) continue;
        tuner->ref[tuner->n_free] = free_refs[k];
        tuner->type[tuner->n_free] = type;
        tuner->best.at[tuner->n_free++] = ordered_from_bits(type, node->value.lo);
    }
    const size_t n = (size_t)sample->n;
    for (int v = 0; v < sample->n_variables; v++)
        tuner->x[v] = xmalloc(n * (size_t)type_info(sample->type)->size);
    tuner->f_hi = xmalloc(n * 4 * sizeof(double));
    tuner->f_lo = tuner->f_hi + n;
    tuner->scale = tuner->f_lo + n;
    tuner->error = tuner->scale + n;
    tuner->order = xmalloc(n * sizeof *tuner->order);
    for (int i = 0; i < sample->n; i++) tuner->order[i] = i;
    gather(tuner);
    if (eval_new(&tuner->eval, prog, NULL, NULL) != OK) tuner->eval = NULL;
}

static void tuner_release(Tuner *tuner)
{
    eval_free(tuner->eval);
    for (int v = 0; v < tuner->sample->n_variables; v++) free(tuner->x[v]);
    free(tuner->f_hi);
    free(tuner->order);
}

/* -- the effects of steps ------------------------------------------------------------------- */

static bool is_in_range(const Tuner *tuner, int k, int64_t at)
{
    const int64_t highest = ordered_from_value(tuner->type[k], INFINITY) - 1;
    const int64_t lowest = ordered_from_value(tuner->type[k], -INFINITY) + 1;
    return at >= lowest && at <= highest;
}

static void signed_errors(Tuner *tuner, const Steps *steps, int n, double *error)
{
    set_constants(tuner, steps);
    tuner->tries++;
    run_block(tuner, 0, n, error);
    tuner->spent += (double)n / tuner->sample->n;
}

/* Measures the change of the errors per step of each constant, by a difference that is many
   times the rounding noise: the step is doubled until something moves by 32 times the present maximum. */
static void measure_effects(Tuner *tuner)
{
    Effects *effects = &tuner->effects;
    double base[EFFECT_POINTS], moved[EFFECT_POINTS];
    const int n = tuner->sample->n < EFFECT_POINTS ? tuner->sample->n : EFFECT_POINTS;
    signed_errors(tuner, &tuner->best, n, base);
    effects_init(effects, tuner->n_free, n, base);
    const double wanted = 32 * fmin(tuner->best_score.max, 1e6);
    for (int k = 0; k < tuner->n_free; k++) {
        const int highest = type_info(tuner->type[k])->precision - 2;
        for (int shift = 0; shift <= highest; shift += shift + 4 <= highest ? 4 : 1) {
            Steps steps = tuner->best;
            steps.at[k] += (int64_t)1 << shift;
            if (!is_in_range(tuner, k, steps.at[k])) break;
            signed_errors(tuner, &steps, n, moved);
            double largest = 0;
            for (int i = 0; i < n; i++) largest = fmax(largest, fabs(moved[i] - base[i]));
            if (largest < wanted && shift < highest) continue;
            effects_set(effects, k, moved, ldexp(1, -shift));
            break;
        }
    }
    effects_finish(effects);
}

/* -- all constants together -------------------------------------------------------------- */

static bool are_in_range(const Tuner *tuner, const Steps *steps)
{
    for (int k = 0; k < tuner->n_free; k++)
        if (!is_in_range(tuner, k, steps->at[k])) return false;
    return true;
}

/* Where the linear model wants the constants, rounded one after the other, in several ways. */
static void round_once(Tuner *tuner)
{
    enum { ROUNDS = 6, VARIANTS = 4 };
    const Steps base = tuner->best;
    double weight[EFFECT_POINTS];
    for (int i = 0; i < tuner->effects.n; i++) weight[i] = 1;
    for (int round = 0; round < ROUNDS && !is_done(tuner); round++) {
        for (int variant = 0; variant < VARIANTS && !is_done(tuner); variant++) {
            Steps steps = base;
            const double noise = variant == 0 ? 0 : 0.15 * variant;
            if (!effects_round(&tuner->effects, weight, noise, tuner->rng, &steps)) continue;
            Score score;
            if (are_in_range(tuner, &steps) && evaluate(tuner, &steps, INFINITY, &score))
                keep_if_best(tuner, &steps, score);
        }
        effects_reweight(&tuner->effects, weight);
    }
}

/* Far from the optimum the linear model is rough (steps double in size from one binade to the next), so it is made
   anew while it helps much. */
static void round_in_turn(Tuner *tuner)
{
    for (int i = 0; i < 4 && !is_done(tuner); i++) {
        const double before = tuner->best_score.max;
        measure_effects(tuner);
        round_once(tuner);
        if (tuner->best_score.max > 0.7 * before) break;
    }
}

/* -- walking --------------------------------------------------------------------------------- */

/* A random step of constant k: a power of two, up to what moves the error by about half the maximum. */
static int64_t random_step(Tuner *tuner, int k, int extra)
{
    const double effect = tuner->effects.largest[k];
    int span = extra;
    if (effect > 0) span += (int)fmin(40, fmax(0, log2(0.5 * tuner->best_score.max / effect)));
    const int64_t size = (int64_t)1 << rng_below(tuner->rng, (uint64_t)span + 1);
    return rng_next(tuner->rng) >> 63 ? size : -size;
}

static void move_one(Tuner *tuner, Steps *steps)
{
    const int k = (int)rng_below(tuner->rng, (uint64_t)tuner->n_free);
    steps->at[k] += random_step(tuner, k, 0);
}

static void move_several(Tuner *tuner, Steps *steps)
{
    const int n_moves = 2 + (int)rng_below(tuner->rng, 2);
    for (int i = 0; i < n_moves; i++) move_one(tuner, steps);
}

/* One constant goes further than the error allows, one or two others take it back. */
static void move_compensated(Tuner *tuner, Steps *steps)
{
    const int k = (int)rng_below(tuner->rng, (uint64_t)tuner->n_free);
    const int64_t step = random_step(tuner, k, 3);
    steps->at[k] += step;
    const int n_others = 1 + (int)rng_below(tuner->rng, 3);
    effects_compensate(&tuner->effects, k, (double)step, n_others, tuner->rng, steps);
}

typedef struct {
    double share; /* of the moves; they sum to 1 */
    void (*move)(Tuner *, Steps *);
} Move;

static const Move MOVES[] = {{0.4, move_one}, {0.15, move_several}, {0.45, move_compensated}};

static void random_move(Tuner *tuner, Steps *steps)
{
    double u = rng_unit(tuner->rng);
    size_t i = 0;
    for (; i + 1 < sizeof MOVES / sizeof *MOVES && u >= MOVES[i].share; i++) u -= MOVES[i].share;
    MOVES[i].move(tuner, steps);
}

/* Annealing in legs that each start from the best; the temperature, in units of the energy, falls over the budget
   from a few percent to nothing. */
static void walk(Tuner *tuner)
{
    const double start = tuner->spent;
    const int leg_length = 40 + 20 * tuner->n_free;
    while (!is_done(tuner)) {
        Steps now = tuner->best;
        double now_energy = energy(tuner->best_score);
        for (int i = 0; i < leg_length && !is_done(tuner); i++) {
            const double left = 1 - (tuner->spent - start) / (tuner->budget - start);
            const double temperature = 0.05 * left * left;
            Steps steps = now;
            random_move(tuner, &steps);
            if (!are_in_range(tuner, &steps)) continue;
            /* Metropolis with the random number drawn first, so that evaluation can give up. */
            const double limit = now_energy - temperature * log(1 - rng_unit(tuner->rng));
            Score score;
            if (!evaluate(tuner, &steps, limit, &score)) continue;
            now = steps;
            now_energy = energy(score);
            if (!is_better(score, tuner->best_score)) continue;
            keep_if_best(tuner, &steps, score);
            if (tuner->tries - tuner->sorted >= SORT_TRIES) worst_first(tuner);
        }
    }
}

double tune_constants(Prog *prog, const Ref *free_refs, int n_free, const Sample *sample,
                      const Goal *goal, const TuneOptions *options, Rng *rng)
{
    assert(type_is_float(goal->type) && sample->n > 0);
    Tuner *tuner = xmalloc(sizeof *tuner);
    tuner_init(tuner, prog, free_refs, n_free, sample, options, rng);
    tuner->best_score = (Score){1, 1}; /* a unit for the first powers */
    if (!tuner->eval) {
        tuner->best_score.max = INFINITY;
    } else if (evaluate(tuner, &tuner->best, INFINITY, &tuner->best_score) && tuner->n_free > 0 &&
               !is_done(tuner)) {
        worst_first(tuner);
        round_in_turn(tuner);
        walk(tuner);
    }
    for (int k = 0; k < tuner->n_free; k++)
        prog->node[tuner->ref[k]].value.lo = bits_from_ordered(tuner->type[k], tuner->best.at[k]);
    const double reached = tuner->best_score.max < 1e15 ? tuner->best_score.max : INFINITY;
    tuner_release(tuner);
    free(tuner);
    return reached;
}
