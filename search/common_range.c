#include "search/common_range.h"

#include "runtime/prog/specials.h"
#include "search/frame_period.h"

#include <math.h>
#include <stdlib.h>

/* Programs for arguments up to the first can reduce them by a period in a few fused steps of a wider type; up to so many steps
   in the goal's own, where the second part of the step has 13 bits, or twice as many where that is needed to reach what is usual;
   and a bounded domain within the last is better served by one program, as its inputs may well be spread evenly. */
static const double WIDE_REACH = 32768, NARROW_STEPS = 1500, USUAL_REACH = 4096, WHOLE_REACH = 1e6;

/* The last power of two within so many steps. */
static double reach_of(double n_steps, const Frame *frame)
{
    return exp2(floor(log2(n_steps * (double)frame->step)));
}

typedef struct {
    const Problem *problem;
    Oracle *oracle;
    Type type;
    bool is_zero_at_0;
    double most; /* results from there on are not common */
} Look;

/* -- which inputs are common ------------------------------------------------------------------- */

static bool is_zero_at_0(const Look *look)
{
    const double zero = 0;
    uint64_t bits;
    return oracle_round(look->oracle, &zero, look->type, &bits, NULL, NULL) == OK &&
           value_from_bits(look->type, bits) == 0;
}

static bool is_finite_at(const Look *look, int64_t ordered)
{
    const double x = value_from_ordered(look->type, ordered);
    uint64_t bits;
    return isfinite(x) && oracle_round(look->oracle, &x, look->type, &bits, NULL, NULL) == OK &&
           isfinite(value_from_bits(look->type, bits));
}

/* A single input where the function is infinite, as tan(pi*x) at 1/2, ends no range. */
static bool is_pole(const Look *look, int64_t ordered)
{
    return is_finite_at(look, ordered - 1) && is_finite_at(look, ordered + 1);
}

/* A finite result that is normal, as is its half (a program may have the power of two apart from a factor that is a little
   less than 1), or exactly 0 as at a zero of the function; near 0 small results are no trouble, since the
   argument is as small. Where f(0) = 0 and small results are far out, f/x is to be normal, too:
   programs have x as a factor. */
static bool is_common(const Look *look, int64_t ordered)
{
    const double x = value_from_ordered(look->type, ordered);
    uint64_t bits;
    bool is_exact;
    if (!isfinite(x)) return false;
    if (oracle_round(look->oracle, &x, look->type, &bits, &is_exact, NULL) != OK) return false;
    const double f = value_from_bits(look->type, bits);
    const double tiny = ldexp(2, type_info(look->type)->emin);
    const bool is_product = look->is_zero_at_0 && fabs(f) < 0x1p-20;
    const double least = is_product ? fmax(1, 2 * fabs(x)) * tiny : tiny;
    if (isinf(f)) return is_pole(look, ordered);
    return fabs(f) < look->most && (fabs(f) >= least || fabs(x) < 1 || (f == 0 && is_exact));
}

/* The small whole number next to `inside`, on the way to `end`, that is not common: where functions with many poles have them. */
static bool find_pole(const Look *look, int64_t inside, int64_t end, int64_t *pole)
{
    enum { PLACES = 4 };
    for (int i = 0; i <= PLACES; i++) {
        const int64_t at = ordered_from_value(look->type, end < inside ? -i : i);
        const bool is_between = end < inside ? at < inside && at >= end : at > inside && at <= end;
        *pole = at;
        if (is_between && !is_common(look, at)) return true;
    }
    return false;
}

/* The last common input on the way from a common one to an end. A coarse walk first, since what is common need not be in
   one piece. */
static int64_t common_end(const Look *look, int64_t inside, int64_t end)
{
    enum { STEPS = 256 };
    int64_t good = inside, bad = end;
    const bool has_pole = find_pole(look, inside, end, &bad);
    for (int i = 1; i <= STEPS && !has_pole; i++) {
        const int64_t at = inside + (int64_t)(((__int128)end - inside) * i / STEPS);
        if (!is_common(look, at)) {
            bad = at;
            break;
        }
        good = at;
    }
    if (good == end && !has_pole) return end;
    while (good - bad > 1 || bad - good > 1) {
        const int64_t middle = bad + (good - bad) / 2;
        if (is_common(look, middle))
            good = middle;
        else
            bad = middle;
    }
    return good;
}

/* The same, and where results overflow beyond it, before they come within a factor of 8 of that: powers of two and their
   reciprocals are normal there. */
static int64_t common_end_below(Look *look, int64_t inside, int64_t end)
{
    const int64_t last = common_end(look, inside, end);
    if (last == end) return last;
    const double x = value_from_ordered(look->type, last + (end > inside ? 1 : -1));
    uint64_t bits;
    if (!isfinite(x) || oracle_round(look->oracle, &x, look->type, &bits, NULL, NULL) != OK ||
        !isinf(value_from_bits(look->type, bits)))
        return last;
    look->most = ldexp(1, type_info(look->type)->emax - 2);
    const int64_t lower = common_end(look, inside, last);
    look->most = INFINITY;
    return lower;
}

/* A place to begin: 0 or 1 or -1, or else the end that is nearest to 0. */
static bool find_inside(const Look *look, int64_t first, int64_t last, int64_t *inside)
{
    static const double PLACES[] = {0, 1, -1};
    for (int i = 0; i < 4; i++) {
        if (i == 3)
            *inside = first > 0 ? first : last < 0 ? last : first + (last - first) / 2;
        else
            *inside = ordered_from_value(look->type, PLACES[i]);
        if (*inside >= first && *inside <= last && is_common(look, *inside)) return true;
    }
    return false;
}

/* How far arguments of a function that repeats are common: larger ones have to be reduced with more digits. Infinite for one
   that does not. */
static double periods_reach(const Look *look, const Domain *domain)
{
    Problem *near = xmalloc(sizeof *near);
    *near = *look->problem;
    near->goal.domain[0] = (Domain){.lo = fmax(domain->lo, -1000), .hi = fmin(domain->hi, 1000)};
    Frame *frame = xcalloc(1, sizeof *frame);
    frame->row = &FRAME_PERIOD;
    double reach = INFINITY;
    const bool has_width = near->goal.domain[0].lo < near->goal.domain[0].hi;
    if (has_width && FRAME_PERIOD.detect(frame, near, look->oracle)) {
        const double usual = fmin(USUAL_REACH, reach_of(2 * NARROW_STEPS, frame));
        const double narrow = fmax(usual, reach_of(NARROW_STEPS, frame));
        reach = period_may_be_narrow(frame, near) ? fmin(narrow, WIDE_REACH) : WIDE_REACH;
    }
    const FrameRow *const others[] = {&FRAME_PERIOD_OVER, &FRAME_PERIOD_SQUARED, &FRAME_CYCLE};
    for (int i = 0; i < 3 && has_width && isinf(reach); i++) {
        *frame = (Frame){.row = others[i]};
        if (others[i]->detect(frame, near, look->oracle)) reach = WIDE_REACH;
    }
    free(frame);
    free(near);
    return reach;
}

/* -- the range ----------------------------------------------------------------------------------- */

/* Subnormal arguments are special where 0 is. */
static int64_t without_subnormals(const Look *look, int64_t lo)
{
    const int64_t least = ordered_from_value(look->type, ldexp(1, type_info(look->type)->emin));
    const int64_t zero = ordered_from_value(look->type, 0);
    return lo > zero && lo < least ? least : lo;
}

static bool is_greatest(double x, Type type)
{
    return ordered_from_value(type, x) == ordered_from_value(type, INFINITY) - 1;
}

/* Does the function grow by the same amount from x/16 to x/4 and to x? Then exponents are taken apart, and those of the
   greatest numbers, and infinity, are special. */
static bool grows_like_logarithm(const Look *look, double x)
{
    ProblemValue value = {look->problem, look->oracle};
    Quad f[3];
    double weight;
    for (int i = 0; i < 3; i++)
        if (!problem_value(&value, (Quad)ldexp(x, -2 * i), &f[i], &weight)) return false;
    const Quad step = f[0] - f[1];
    return step != 0 && quad_abs(f[1] - f[2] - step) < 1e-9 * quad_abs(step);
}

/* Is f(x) a constant times a power of x that is not a whole one, from far below 1 up to `large`? Programs for such take exponents
   apart by dividing them, which subnormals and the largest numbers (whose reciprocals are subnormal) do not
   let them do in a type that has no exponents to spare. */
static bool is_fractional_power(const Look *look, double large)
{
    const double places[] = {large, 1, 0x1p-30};
    const double step = 0x1p-24;
    ProblemValue value = {look->problem, look->oracle};
    Quad first = 0;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        Quad here, below;
        double weight;
        if (!problem_value(&value, places[i], &here, &weight) ||
            !problem_value(&value, places[i] * step, &below, &weight) || below == 0)
            return false;
        const Quad ratio = here / below;
        if (i == 0) first = ratio;
        if (quad_abs(ratio - first) > 1e-24 * quad_abs(first)) return false;
    }
    const double exponent = log2(fabs((double)first)) / 24;
    return fabs(exponent) < 1 && fabs(exponent - rint(exponent)) > 1e-9;
}

/* Leaves of a fractional power the inputs that are normal, as are their reciprocals; false if the type has exponents to spare. */
static bool limit_power(CommonRange *range, const Look *look, int64_t *lo, int64_t *hi)
{
    const TypeInfo *info = type_info(look->type);
    const double large = ldexp(1, info->emax - 3), least = ldexp(1, info->emin);
    const int64_t most = ordered_from_value(look->type, large),
                  minus_most = ordered_from_value(look->type, -large);
    const int64_t zero = ordered_from_value(look->type, 0);
    if (look->type == TYPE_F16 || !is_fractional_power(look, large)) return false;
    if (*hi > most) *hi = most;
    if (*lo < minus_most) *lo = minus_most;
    if (*lo<zero && * hi> zero)
        range->excluded = SPECIAL_ZEROS | SPECIAL_DENORMALS;
    else if (*lo >= zero && value_from_ordered(look->type, *lo) < least)
        *lo = ordered_from_value(look->type, least);
    return true;
}

/* The cheapest guard for [lo, hi] in a domain that reaches from first to last. Of a range on both sides of 0 a
   small part may be given up for that. */
static void choose_guard(CommonRange *range, const Look *look, int64_t lo, int64_t hi,
                         int64_t first, int64_t last)
{
    const Type type = look->type;
    const double x_lo = value_from_ordered(type, lo), x_hi = value_from_ordered(type, hi);
    const double least = fmin(-x_lo, x_hi);
    const bool reaches_lo = lo == first && !look->problem->goal.domain[0].is_all;
    const bool reaches_hi = hi == last && !look->problem->goal.domain[0].is_all;
    range->lo = x_lo;
    range->hi = x_hi;
    if (range->excluded) {
        range->guard = GUARD_SIZE;
        range->hi = fmax(-x_lo, x_hi);
        range->lo = ldexp(1, type_info(type)->emin);
    } else if (x_lo > 0 && !reaches_hi) {
        range->guard = GUARD_POSITIVE;
    } else if (reaches_hi || (is_greatest(x_hi, type) && x_hi > 1e9 * -x_lo)) {
        /* An infinite argument that gives what it should passes as well as not: so the guard is open above. */
        range->guard = GUARD_ABOVE;
    } else if (reaches_lo || (is_greatest(-x_lo, type) && -x_lo > 1e9 * x_hi)) {
        range->guard = GUARD_BELOW;
    } else if (least > 0.9 * fmax(-x_lo, x_hi)) {
        range->guard = GUARD_WITHIN;
        range->hi = least;
        range->lo = -least;
    } else {
        range->guard = GUARD_BETWEEN;
    }
}

/* What passes the guard, as a domain; strict comparisons leave out the ends. */
static void settle_domain(CommonRange *range, const Look *look, double x_lo, double x_hi,
                          int64_t first, int64_t last)
{
    const Type type = look->type;
    int64_t lo = first, hi = last;
    if (range->guard == GUARD_SIZE) {
        range->domain = (Domain){.lo = x_lo, .hi = x_hi};
        return;
    }
    const int64_t below = ordered_from_value(type, range->lo) + 1;
    const int64_t above = ordered_from_value(type, range->hi) - 1;
    if (range->guard == GUARD_POSITIVE) {
        lo = below - 1;
        hi = above + 1;
    }
    if (range->guard == GUARD_ABOVE || range->guard == GUARD_WITHIN ||
        range->guard == GUARD_BETWEEN)
        lo = below;
    if (range->guard == GUARD_BELOW || range->guard == GUARD_WITHIN ||
        range->guard == GUARD_BETWEEN)
        hi = above;
    range->domain = (Domain){.lo = value_from_ordered(type, lo > first ? lo : first),
                             .hi = value_from_ordered(type, hi < last ? hi : last)};
}

bool common_range_find(CommonRange *range, const Problem *problem, Oracle *oracle)
{
    const Goal *goal = &problem->goal;
    const Domain *domain = &goal->domain[0];
    Look look = {problem, oracle, goal->type, false, INFINITY};
    if (goal->n_variables != 1 || !type_is_float(goal->type)) return false;
    look.is_zero_at_0 = is_zero_at_0(&look);
    const int64_t first = domain_first(domain, goal->type), last = domain_last(domain, goal->type);
    int64_t inside;
    if (!find_inside(&look, first, last, &inside)) return false;
    int64_t lo = without_subnormals(&look, common_end_below(&look, inside, first));
    int64_t hi = common_end_below(&look, inside, last);
    const double whole = domain->is_all ? WIDE_REACH : WHOLE_REACH;
    if (fmax(value_from_ordered(goal->type, hi), -value_from_ordered(goal->type, lo)) > whole) {
        const double reach = periods_reach(&look, domain);
        const int64_t most = ordered_from_value(goal->type, reach),
                      least = ordered_from_value(goal->type, -reach);
        if (hi > most) hi = most;
        if (lo < least) lo = least;
    }
    range->excluded = 0;
    const bool is_power = limit_power(range, &look, &lo, &hi);
    /* Infinities alone are no reason: what saturates gets them right by itself. */
    const int64_t greatest = ordered_from_value(goal->type, INFINITY) - 1;
    const bool is_all_above = hi >= (last < greatest ? last : greatest);
    const bool is_all_below = lo <= (first > -greatest ? first : -greatest);
    if (is_all_above && is_all_below && !range->excluded) return false;
    if ((__int128)hi - lo < ((__int128)last - first) / 64) return false;
    /* On the other side of 0, too, the argument itself does not tell them. */
    const double large = ldexp(1, type_info(goal->type)->emax - 1);
    const int64_t most = ordered_from_value(goal->type, large);
    const int64_t least = ordered_from_value(goal->type, -large);
    if (!is_power && lo <= 0 && hi > most && grows_like_logarithm(&look, large)) hi = most;
    if (!is_power && hi >= 0 && lo < least && grows_like_logarithm(&look, -large)) lo = least;
    choose_guard(range, &look, lo, hi, first, last);
    settle_domain(range, &look, value_from_ordered(goal->type, lo),
                  value_from_ordered(goal->type, hi), first, last);
    return range->domain.lo < range->domain.hi;
}

/* -- the guard ------------------------------------------------------------------------------------- */

static Type integer_of(Type type)
{
    return type == TYPE_F64 ? TYPE_I64 : type == TYPE_F32 ? TYPE_I32 : TYPE_I16;
}

/* |x| < hi: patterns of floats without their sign, shifted out by an addition, have their order, and NaN's are the largest. Integer
   operations compete less with the program's own than a float's abs and comparison: exp as a whole takes 3 % less. */
static Ref guard_within(const CommonRange *range, Prog *prog, Ref x)
{
    const Type type = (Type)prog->node[x].type, integer = integer_of(type);
    const int width = 8 * type_info(integer)->size;
    const uint64_t all = width == 64 ? UINT64_MAX : ((uint64_t)1 << width) - 1;
    const Ref bits = prog_add_typed(prog, OP_BITCAST, integer, x, 0, 0);
    const Ref twice = prog_add(prog, OP_IADD, bits, bits, 0);
    const uint64_t limit = 2 * bits_from_value(type, range->hi) & all;
    return prog_add(prog, OP_ULT, twice, prog_add_bits(prog, integer, limit), 0);
}

/* lo <= x <= hi with 0 < lo: patterns of positive floats have their order; those of all others are larger, or smaller than lo. */
static Ref guard_positive(const CommonRange *range, Prog *prog, Ref x)
{
    const Type type = (Type)prog->node[x].type, integer = integer_of(type);
    const uint64_t from = bits_from_value(type, range->lo), to = bits_from_value(type, range->hi);
    const Ref bits = prog_add_typed(prog, OP_BITCAST, integer, x, 0, 0);
    const Ref above = prog_add(prog, OP_ISUB, bits, prog_add_bits(prog, integer, from), 0);
    return prog_add(prog, OP_ULT, above, prog_add_bits(prog, integer, to - from + 1), 0);
}

/* lo <= |x| <= hi, in the order that patterns have without their sign. */
static Ref guard_size(const CommonRange *range, Prog *prog, Ref x)
{
    const Type type = (Type)prog->node[x].type, integer = integer_of(type);
    const uint64_t from = 2 * bits_from_value(type, range->lo),
                   to = 2 * bits_from_value(type, range->hi);
    const Ref bits = prog_add_typed(prog, OP_BITCAST, integer, x, 0, 0);
    const Ref twice = prog_add(prog, OP_IADD, bits, bits, 0);
    const Ref above = prog_add(prog, OP_ISUB, twice, prog_add_bits(prog, integer, from), 0);
    return prog_add(prog, OP_ULT, above, prog_add_bits(prog, integer, to - from + 1), 0);
}

Ref common_range_guard(const CommonRange *range, Prog *prog, Ref x)
{
    const Type type = (Type)prog->node[x].type;
    if (range->guard == GUARD_WITHIN) return guard_within(range, prog, x);
    if (range->guard == GUARD_SIZE) return guard_size(range, prog, x);
    if (range->guard == GUARD_POSITIVE) return guard_positive(range, prog, x);
    const Ref lo = prog_add_const(prog, type, range->lo),
              hi = prog_add_const(prog, type, range->hi);
    switch (range->guard) {
    case GUARD_ABOVE: return prog_add(prog, OP_LT, lo, x, 0);
    case GUARD_BELOW: return prog_add(prog, OP_LT, x, hi, 0);
    default:
        return prog_add(prog, OP_AND, prog_add(prog, OP_LT, lo, x, 0),
                        prog_add(prog, OP_LT, x, hi, 0), 0);
    }
}

bool common_range_has(const CommonRange *range, double x)
{
    const bool is_inside = x >= range->domain.lo && x <= range->domain.hi;
    return is_inside && (range->guard != GUARD_SIZE || fabs(x) >= range->lo);
}
