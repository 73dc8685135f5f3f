/* Functions with f(x + 1) = f(x) + log|x + c|, as the logarithm of the gamma function, u = x + c. For u up to NEAR_END the function itself,
   the curve, whose zeros can be taken out; small u by f(u + 1) - log(u); large ones by

       f = (u - 1/2)*log(u) - u + S(1/u)          (Stirling)

   all three a*log(u) + b. Negative u, where f(u) + f(-u) + log|u*sin(pi*u)| is a constant, by that, infinite at whole u.
   There f has zeros between terms that cancel: everything is fitted to as many digits as the interior has. */
#include "search/frame_gamma.h"

#include <math.h>

static const double NEAR_END = 2.5;

typedef struct {
    ProblemValue value;
    const Frame *frame;
} LogGammaValue;

static bool value_at(const LogGammaValue *self, Quad u, Quad *f)
{
    double weight;
    return problem_value((void *)&self->value, u - self->frame->gamma.shift, f, &weight);
}

/* How much closer than the bound everything is fitted. */
static double closeness(const Frame *frame, const Problem *problem)
{
    return frame->gamma.has_reflection ? ldexp(1, type_info(problem->goal.type)->precision - 4) : 1;
}

static bool near_value(void *context, Quad u, Quad *f, double *weight)
{
    const LogGammaValue *self = context;
    const Problem *problem = self->value.problem;
    if (!problem_value(context, u - self->frame->gamma.shift, f, weight)) return false;
    if (*f == 0) return true;
    const bool is_ulp = problem->goal.bound.kind == BOUND_ULP;
    *weight = closeness(self->frame, problem) *
              (is_ulp ? ldexp(1, type_info(problem->goal.type)->precision) : 1) / fabs((double)*f);
    return true;
}

/* -- looking ------------------------------------------------------------------------------- */

/* exp(f(u + 1) - f(u)) - u, 0 for the right shift; far enough above 0 it tells what is wrong with the shift. */
static bool growth_excess(const LogGammaValue *value, double u, long double *excess)
{
    Quad here, next;
    if (!value_at(value, u, &here) || !value_at(value, u + (Quad)1, &next)) return false;
    *excess = expl((long double)(next - here)) - u;
    return true;
}

static bool find_shift(Frame *frame, const LogGammaValue *value)
{
    static const double FAR = 150.5, PLACES[] = {0.3, 1.7, 2.2, 4.6, 7.1};
    long double excess;
    if (!growth_excess(value, FAR, &excess) || !(fabsl(excess) < FAR / 2)) return false;
    frame->gamma.shift = rint((double)excess);
    for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++)
        if (!growth_excess(value, PLACES[i], &excess) || fabsl(excess) > 1e-15L * (1 + PLACES[i]))
            return false;
    return true;
}

static bool find_reflection(const LogGammaValue *value, Quad *constant)
{
    static const double PLACES[] = {0.3, 1.7, 2.2, 4.6};
    for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++) {
        const double u = PLACES[i];
        Quad here, there;
        if (!value_at(value, u, &here) || !value_at(value, -(Quad)u, &there)) return false;
        const Quad found = here + there + logl(u * fabsl(sinl(acosl(-1) * (long double)u)));
        if (i == 0) *constant = found;
        if (quad_abs(found - *constant) > 1e-15) return false;
    }
    return true;
}

/* S(t), t in (0, 1/NEAR_END], relative to what it is added to. */
static bool fit_far(GammaKernel *out, const LogGammaValue *value, double wanted)
{
    enum { POINTS = 140 };
    Quad t[POINTS], g[POINTS], h[POINTS], f[POINTS];
    double weight[POINTS];
    const double lo = 1e-3, hi = 1 / NEAR_END;
    for (int i = 0; i < POINTS; i++) {
        t[i] = (lo + hi) / 2 - (hi - lo) / 2 * cos(M_PI * (i + 0.5) / POINTS);
        const long double u = 1 / (long double)t[i];
        Quad y;
        if (!value_at(value, u, &y)) return false;
        g[i] = 1;
        h[i] = 0;
        f[i] = y - (u - 0.5L) * logl(u) + u;
        weight[i] = 1 / fabs((double)y);
    }
    const MinimaxGrid grid = {POINTS, t, g, h, f, weight};
    return gamma_fit_grid(out, &grid, wanted);
}

static bool fit_kernels(Frame *frame, const Problem *problem, const LogGammaValue *value)
{
    Gamma *gamma = &frame->gamma;
    const double wanted = gamma_error(problem) / closeness(frame, problem);
    return wanted > 0 && gamma_fit_log(&gamma->log, true, wanted) &&
           fit_far(&gamma->far, value, wanted) &&
           (!gamma->has_reflection || gamma_fit_sine(&gamma->sine, wanted));
}

static bool log_gamma_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    const Goal *goal = &problem->goal;
    const Domain *domain = &goal->domain[0];
    Gamma *gamma = &frame->gamma;
    LogGammaValue value = {{problem, oracle}, frame};
    if (goal->type == TYPE_REAL || goal->type == TYPE_F64 || !problem->may[OP_DIV]) return false;
    if (!find_shift(frame, &value)) return false;
    const double shift = gamma->shift;
    frame->lo = domain->is_all ? -INFINITY : domain->lo;
    frame->hi = domain->is_all ? INFINITY : domain->hi;
    gamma->has_reflection = frame->lo + shift < 0;
    gamma->is_raised = frame->lo + shift < 1;
    if (gamma->has_reflection && !find_reflection(&value, &gamma->constant)) return false;
    gamma->most = ldexp(1, type_info(goal->type)->emax + 2); /* f is infinite there */
    gamma->has_end = gamma->has_reflection || frame->hi + shift > gamma->most;
    if (!fit_kernels(frame, problem, &value)) return false;
    frame->needs_wide = true;
    return curve_init(&frame->curve, 1, NEAR_END, near_value, &value);
}

/* -- writing ----------------------------------------------------------------------------------- */

static void log_gamma_open(const Frame *frame, Builder *b, FrameState *state)
{
    Prog *prog = b->prog;
    const Gamma *gamma = &frame->gamma;
    const Ref u =
        gamma->shift == 0 ? state->x : build_add(b, state->x, build_constant(b, gamma->shift));
    Ref size = gamma->has_reflection ? prog_add(prog, OP_ABS, u, 0, 0) : u;
    if (gamma->has_end) size = build_at_most(b, size, gamma->most);
    const Ref one = build_constant(b, 1);
    state->n_float = u;
    state->x = state->r = size;
    if (!gamma->is_raised) return;
    state->n = prog_add(prog, OP_LT, size, one, 0);
    state->r = prog_add(prog, OP_SELECT, state->n, build_add(b, size, one), size);
}

/* f of the size of u. */
static Ref close_positive(const Frame *frame, Builder *b, const FrameState *state, Ref near)
{
    Prog *prog = b->prog;
    const Gamma *gamma = &frame->gamma;
    const Ref u = state->x, one = build_constant(b, 1), zero = build_constant(b, 0);
    const Ref is_far = prog_add(prog, OP_LE, build_constant(b, NEAR_END), u, 0);
    const Ref t = build_div(b, one, u);
    const Ref s = build_polynomial(b, gamma->far.p, gamma->far.n, t, b->scheme);
    const Ref minus = prog_add(prog, OP_NEG, one, 0, 0);
    const Ref below = gamma->is_raised ? prog_add(prog, OP_SELECT, state->n, minus, zero) : zero;
    const Ref a = prog_add(prog, OP_SELECT, is_far, build_sub(b, u, build_constant(b, 0.5)), below);
    const Ref rest = prog_add(prog, OP_SELECT, is_far, build_sub(b, s, u), near);
    return build_fma(b, a, gamma_log(&gamma->log, b, true, u), rest);
}

static Ref log_gamma_close(const Frame *frame, Builder *b, const FrameState *state, RefPair fitted)
{
    Prog *prog = b->prog;
    const Gamma *gamma = &frame->gamma;
    const Ref f = close_positive(frame, b, state, fitted.hi);
    const Ref zero = build_constant(b, 0), infinity = build_constant(b, INFINITY);
    if (!gamma->has_reflection) {
        if (frame->lo + gamma->shift > 0) return f;
        const Ref is_zero = prog_add(prog, OP_EQ, state->x, zero, 0);
        return prog_add(prog, OP_SELECT, is_zero, infinity, f);
    }
    Ref n;
    const Ref fraction = gamma_fraction(b, state->x, &n);
    const Ref sine = gamma_sine(&gamma->sine, b, fraction, n);
    const Ref product = prog_add(prog, OP_ABS, build_mul(b, sine, state->x), 0, 0);
    const Ref logarithm = gamma_log(&gamma->log, b, true, product);
    const Ref sum = build_add(b, f, logarithm);
    const Ref other = build_sub(b, build_constant(b, gamma->constant), sum);
    const Ref is_negative = prog_add(prog, OP_LE, state->n_float, zero, 0);
    const Ref is_whole = prog_add(prog, OP_EQ, fraction, zero, 0);
    const Ref there = prog_add(prog, OP_SELECT, is_whole, infinity, other);
    return prog_add(prog, OP_SELECT, is_negative, there, f);
}

const FrameRow FRAME_LOG_GAMMA = {
    "log gamma ", log_gamma_detect, log_gamma_open, log_gamma_close, NULL, 0};
