/* Functions with f(x + 1) = (x + c)*f(x), as the gamma function, u = x + c. For large y

       f = y^(y - 1/2) * e^-y * C(1/y)          (Stirling)

   where C, the curve, is smooth down to 0; the power is 2^((y - 1/2)*log2(y) - y*log2(e)), which an interior with a few digits
   to spare has exactly enough. Small u by y = u + 1 and one division. Negative u, where
   f(u)*f(-u)*u*sin(pi*u) is a constant, by that: 1/(f(|u| + 1)*sin(pi*|u|)/constant), no number at whole u. */
#include "search/frame_gamma.h"

#include <math.h>

typedef struct {
    ProblemValue value;
    double shift;
} GammaValue;

/* f at u. */
static bool value_at(const GammaValue *self, Quad u, Quad *f)
{
    double weight;
    return problem_value((void *)&self->value, u - self->shift, f, &weight) && *f != 0;
}

static bool stirling_value(void *context, Quad t, Quad *c, double *weight)
{
    const GammaValue *self = context;
    const Problem *problem = self->value.problem;
    if (t <= 0) return false;
    const long double y = 1 / (long double)t;
    Quad f;
    if (!value_at(self, y, &f) || !(f > 0)) return false;
    *c = expl(logl((long double)f) - (y - 0.5L) * logl(y) + y);
    *weight = problem->goal.bound.kind == BOUND_ULP
                  ? ldexp(1, type_info(problem->goal.type)->precision)
                  : 1;
    *weight /= (double)*c;
    return true;
}

/* -- looking ------------------------------------------------------------------------------- */

static bool find_shift(GammaValue *value)
{
    static const double PLACES[] = {0.3, 1.7, 2.2, 4.6, 7.1};
    for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++) {
        Quad here, next;
        if (!value_at(value, PLACES[i], &here) || !value_at(value, PLACES[i] + (Quad)1, &next))
            return false;
        const Quad found = next / here - PLACES[i];
        if (i == 0) {
            /* Where u is no float, negative whole numbers cannot be told. */
            const double shift = rint((double)found);
            if (quad_abs(found - shift) > 1e-20 || fabs(shift) > 64) return false;
            if (shift != 0) return value->shift = shift, find_shift(value);
        }
        if (quad_abs(found) > 1e-20 * (1 + PLACES[i])) return false;
    }
    return true;
}

static bool find_reflection(const GammaValue *value, Quad *constant)
{
    static const double PLACES[] = {0.3, 1.7, 2.2, 4.6};
    for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++) {
        const double u = PLACES[i];
        Quad here, there;
        if (!value_at(value, u, &here) || !value_at(value, -(Quad)u, &there)) return false;
        const Quad found = here * there * u * sinl(acosl(-1) * (long double)u);
        if (i == 0) *constant = found;
        if (quad_abs(found - *constant) > 1e-16 * quad_abs(*constant)) return false;
    }
    return true;
}

/* The least u whose result, and reciprocal if that is wanted, is beyond the range of the type, over the smallest sine, too. */
static double find_most(const GammaValue *value, Type type, bool has_reciprocals)
{
    const TypeInfo *info = type_info(type);
    const int up = info->emax + 2, down = 2 * info->precision - info->emin + 2;
    const double large = ldexp(1, has_reciprocals && down > up ? down : up);
    double u = 2;
    Quad f;
    while (u < 1000 && value_at(value, u, &f) && (double)f < large) u += 1;
    return u;
}

static bool fit_kernels(Frame *frame, const Problem *problem)
{
    Gamma *gamma = &frame->gamma;
    const double wanted = gamma_error(problem);
    return wanted > 0 && gamma_fit_log(&gamma->log, false, wanted / (2 * gamma->most)) &&
           gamma_fit_exp2(&gamma->exp2, wanted) &&
           (!gamma->has_reflection || gamma_fit_sine(&gamma->sine, wanted));
}

static bool gamma_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    const Goal *goal = &problem->goal;
    const Domain *domain = &goal->domain[0];
    Gamma *gamma = &frame->gamma;
    GammaValue value = {.value = {problem, oracle}};
    if (goal->type == TYPE_REAL || goal->type == TYPE_F64 || !problem->may[OP_DIV]) return false;
    if (!find_shift(&value)) return false;
    frame->lo = domain->is_all ? -INFINITY : domain->lo;
    frame->hi = domain->is_all ? INFINITY : domain->hi;
    gamma->shift = value.shift;
    gamma->has_reflection = frame->lo + gamma->shift < 0;
    gamma->is_raised = frame->lo + gamma->shift < 1;
    if (gamma->has_reflection && !find_reflection(&value, &gamma->constant)) return false;
    const double end = find_most(&value, goal->type, gamma->has_reflection);
    gamma->has_end = gamma->has_reflection || frame->hi + gamma->shift > end;
    gamma->most = fmin(end, frame->hi + gamma->shift);
    if (gamma->has_reflection) gamma->most = end;
    if (!(gamma->most > 2) || !fit_kernels(frame, problem)) return false;
    frame->needs_wide = true;
    const double raised = gamma->is_raised ? 1 : 0;
    const double least = gamma->is_raised ? 1 : frame->lo + gamma->shift;
    return curve_init(&frame->curve, 1 / (gamma->most + raised), 1 / least, stirling_value, &value);
}

/* -- writing ----------------------------------------------------------------------------------- */

static void gamma_open(const Frame *frame, Builder *b, FrameState *state)
{
    Prog *prog = b->prog;
    const Gamma *gamma = &frame->gamma;
    const Ref u =
        gamma->shift == 0 ? state->x : build_add(b, state->x, build_constant(b, gamma->shift));
    const Ref size = gamma->has_reflection ? prog_add(prog, OP_ABS, u, 0, 0) : u;
    const Ref held = gamma->has_end ? build_at_most(b, size, gamma->most) : size;
    const Ref one = build_constant(b, 1);
    const Ref y = gamma->is_raised ? build_add(b, held, one) : held;
    const Ref below = build_sub(b, y, build_constant(b, 0.5));
    const Ref linear = build_mul(b, y, build_constant(b, -M_LOG2E));
    const Ref e = build_fma(b, below, gamma_log(&gamma->log, b, false, y), linear);
    state->r = build_div(b, one, y);
    state->rest = gamma_exp2(&gamma->exp2, b, e);
    /* What the result is divided by. -0 stays. */
    state->y = gamma->has_end ? build_at_most(b, u, gamma->most) : u;
    state->x = size;
    state->n_float = u;
}

static Ref gamma_close(const Frame *frame, Builder *b, const FrameState *state, RefPair fitted)
{
    Prog *prog = b->prog;
    const Gamma *gamma = &frame->gamma;
    const Ref f = build_mul(b, fitted.hi, state->rest);
    if (!gamma->is_raised) return f;
    if (!gamma->has_reflection) return build_div(b, f, state->y);
    Ref n;
    const Ref zero = build_constant(b, 0), fraction = gamma_fraction(b, state->x, &n);
    const Ref is_negative = prog_add(prog, OP_LT, state->n_float, zero, 0);
    const Ref is_whole = prog_add(prog, OP_EQ, fraction, zero, 0);
    const Ref scaled = build_mul(b, f, build_constant(b, 1 / gamma->constant));
    const Ref product = build_mul(b, gamma_sine(&gamma->sine, b, fraction, n), scaled);
    const Ref other = prog_add(prog, OP_SELECT, is_whole, build_constant(b, NAN), product);
    const Ref below = prog_add(prog, OP_SELECT, is_negative, other, state->y);
    const Ref above = prog_add(prog, OP_SELECT, is_negative, build_constant(b, 1), f);
    return build_div(b, above, below);
}

const FrameRow FRAME_GAMMA = {"gamma ", gamma_detect, gamma_open, gamma_close, NULL, 0};
