/* Periodic functions without zeros (frame_period.h), as sin(x) + 2, exp(sin(x)) and 1/(2 + cos(x)): the period is the distance of two
   places where the function takes a value alike. The first lies where it rises fastest, so that values tell places
   to nearly as many digits as they have. Many such functions are symmetric about their extrema, which lie half way between
   places of the same value: with one in the middle of the period half of the coefficients are none. */
#include "search/frame_period.h"

#include "search/quad.h"

#include <math.h>

enum { PIECES = 400, TURNS_MAX = 60 };

typedef struct {
    ProblemValue value;
    Quad level; /* what is taken off f */
} Level;

static bool level_value(Level *level, Quad x, Quad *f)
{
    double weight;
    if (!problem_value(&level->value, x, f, &weight)) return false;
    *f -= level->level;
    return true;
}

/* f - level changes its sign once in [lo, hi]: the place, by false position with the weights of Illinois. */
static bool find_crossing(Level *level, Quad lo, Quad hi, Quad *at)
{
    Quad f_lo, f_hi, f;
    if (!level_value(level, lo, &f_lo) || !level_value(level, hi, &f_hi)) return false;
    for (int i = 0; i < 60 && f_lo != f_hi; i++) {
        *at = hi - f_hi * (hi - lo) / (f_hi - f_lo);
        if (!level_value(level, *at, &f)) return false;
        if (f == 0 || quad_abs(hi - lo) <= 1e-31 * quad_abs(hi)) return true;
        if ((f < 0) != (f_hi < 0)) {
            lo = hi, f_lo = f_hi;
        } else {
            f_lo /= 2;
        }
        hi = *at, f_hi = f;
    }
    return true;
}

/* f(at + r) = f(at + turn + sign*r) for r up to `reach`? */
static bool agrees(ProblemValue *value, Quad at, Quad turn, int sign, Quad reach)
{
    enum { PROBES = 9 };
    for (int i = 0; i < PROBES; i++) {
        const Quad r = reach * (i + 0.3) / PROBES;
        Quad here, there;
        double weight;
        if (!problem_value(value, at + r, &here, &weight)) return false;
        if (!problem_value(value, at + turn + sign * r, &there, &weight)) return false;
        if (!period_is_equal(here, there)) return false;
    }
    return true;
}

/* f at equal distances from 0; false if it is not all of one sign. */
static bool look_along(ProblemValue *value, double reach, Quad *f)
{
    for (int i = 0; i <= PIECES; i++) {
        double weight;
        if (!problem_value(value, (Quad)reach * i / PIECES, &f[i], &weight)) return false;
        if (f[i] == 0 || (f[i] < 0) != (f[0] < 0)) return false;
    }
    return true;
}

/* The middle of a symmetry that is nearest to 0, of those half a step apart; `middle` is one. */
static Quad nearest_middle(const Frame *frame, Quad middle)
{
    const Quad half = frame->step / 2;
    Quad at = middle - half * rint((double)(middle / half));
    if (quad_abs(at) < 1e-24 * half) at = 0;
    return at;
}

/* The mark, and the next place like it. `f`: along `reach`. */
static bool find_step(Frame *frame, ProblemValue *value, double reach, const Quad *f)
{
    const Quad piece = (Quad)reach / PIECES;
    int steepest = 0, n_turns = 0;
    for (int i = 0; i < PIECES / 2; i++)
        if (f[i + 1] - f[i] > f[steepest + 1] - f[steepest]) steepest = i;
    frame->mark = piece * (steepest + (Quad)0.5);
    Level level = {*value, 0};
    double weight;
    if (!problem_value(value, frame->mark, &level.level, &weight)) return false;
    Quad falls = 0;
    for (int i = steepest + 1; i < PIECES && n_turns < TURNS_MAX; i++) {
        if ((f[i] < level.level) == (f[i + 1] < level.level)) continue;
        Quad at = 0;
        n_turns++;
        if (!find_crossing(&level, piece * i, piece * (i + 1), &at)) return false;
        if (f[i] > level.level && falls == 0) falls = at;
        if (f[i] > level.level) continue;
        frame->step = at - frame->mark;
        if (!agrees(value, frame->mark, frame->step, 1, frame->step)) continue;
        if (!agrees(value, frame->mark, -3 * frame->step, 1, frame->step)) continue;
        const Quad middle = (frame->mark + falls) / 2;
        const bool is_symmetric = agrees(value, middle, 0, -1, frame->step / 2);
        frame->shift = is_symmetric ? nearest_middle(frame, middle) : 0;
        return true;
    }
    frame->step = 0;
    return false;
}

/* A double zero, as of a square, changes no sign. */
static bool is_zero_at(ProblemValue *value, Quad at, Quad step)
{
    const Quad h = 0x1p-24 * step;
    Quad near, far;
    double weight;
    if (!problem_value(value, at + h, &near, &weight)) return true;
    if (!problem_value(value, at + 2 * h, &far, &weight)) return true;
    return quad_abs(far) > 2 * quad_abs(near);
}

bool cycle_find(Frame *frame, const Problem *problem, Oracle *oracle)
{
    ProblemValue value = {problem, oracle};
    Quad f[PIECES + 1];
    frame->gain = 1;
    frame->step = 0;
    for (double reach = 28; reach > 1e-3; reach /= 4)
        if (!look_along(&value, reach, f))
            return false;
        else if (find_step(frame, &value, reach, f))
            break;
    return frame->step != 0 && !is_zero_at(&value, frame->shift, frame->step) &&
           !is_zero_at(&value, frame->shift + frame->step / 2, frame->step);
}
