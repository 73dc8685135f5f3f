/* The exponential inside a decaying function: its range, how exact it has to be, and its coefficients. */
#include "search/frame_decay.h"

#include "search/minimax.h"
#include "search/quad.h"

#include <math.h>

/* The relative error that leaves nearly all of the bound to the rest. */
static double exponential_error(const Problem *problem)
{
    /* Where rounding hardly counts, the constants that are tuned later share out the bound. */
    const double part = problem->limit > 32 * problem->floor ? 0.25 : 0.02;
    const double share = part * (problem->is_rounding ? problem->ties.needed : problem->limit);
    switch (problem->goal.bound.kind) {
    case BOUND_ULP: return ldexp(share, 1 - type_info(problem->goal.type)->precision);
    case BOUND_REL: return share;
    case BOUND_ABS: return share / 4;
    }
    return share;
}

/* Rounding S(v) moves it by half an ulp at most, and a step rounded as a whole by as much; exp(-rate*S) follows. */
static bool is_rough(const Frame *frame, const Problem *problem)
{
    const Decay *decay = &frame->decay;
    const double most = (double)(decay->rate * decay_exponent(decay, frame->hi));
    const double moved = 2 * most * ldexp(1, -type_info(problem->goal.type)->precision);
    return !problem->is_rounding && moved < exponential_error(problem);
}

/* Three factors' roundings and that of the result are no more than this many halves of an ulp. */
static bool is_loose(const Problem *problem)
{
    return !problem->is_rounding && problem->limit > 5 * problem->floor;
}

/* Is some power 2^-n, n the multiple of the step, subnormal? */
static bool leaves_range(const Frame *frame, const Problem *problem)
{
    const Decay *decay = &frame->decay;
    const double n = rint((double)(decay_exponent(decay, frame->hi) / decay->step));
    return n > type_info(problem->goal.type)->emax - 1;
}

/* c(r) = exp(-rate*r) - 1 = -rate*r + r*r*P(r), the larger part exact or nearly so; where the bound is loose r*P(r). */
static bool fit_exponential(Decay *decay, double wanted)
{
    enum { POINTS = 120 };
    Quad t[POINTS], g[POINTS], h[POINTS], f[POINTS];
    double weight[POINTS];
    const double half = ldexp(0.5001 * (double)decay->step, -decay->table_bits);
    for (int i = 0; i < POINTS; i++) {
        t[i] = -half * cos(M_PI * (i + 0.5) / POINTS);
        g[i] = decay->is_loose ? t[i] : t[i] * t[i];
        h[i] = decay->is_loose ? 0 : -decay->rate * t[i];
        f[i] = expm1l((long double)(-decay->rate * t[i]));
        weight[i] = 1 / (1 + (double)f[i]);
    }
    const MinimaxGrid grid = {POINTS, t, g, h, f, weight};
    decay->n_p = minimax_shortest(decay->p, &grid, 1, DECAY_COEFFICIENTS_MAX, wanted);
    return decay->n_p > 0;
}

bool decay_fit_exponential(Frame *frame, const Problem *problem)
{
    frame->leaves_range = leaves_range(frame, problem);
    frame->decay.is_rough = is_rough(frame, problem);
    frame->decay.is_loose = frame->decay.is_rough || is_loose(problem);
    return fit_exponential(&frame->decay, exponential_error(problem));
}

bool decay_fit_rough(Decay *decay, double wanted)
{
    decay->shape = DECAY_LINEAR;
    decay->is_rough = decay->is_loose = true;
    return fit_exponential(decay, wanted);
}
