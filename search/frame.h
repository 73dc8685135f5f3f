/* A Frame leads a Goal's function back to a smooth one on a small interval: how the input becomes
   the reduced variable, what is to be approximated there (the curve), and how its value becomes the result. Frames
   are found by looking at values of the function, never by its name. */
#ifndef APPROX_SEARCH_FRAME_H
#define APPROX_SEARCH_FRAME_H

#include "search/builder.h"
#include "search/problem.h"

typedef struct FrameRow FrameRow;

/* 2^exponent in steps, modulo 2 steps, for exponents eight apart: frame_huge.c. */
enum { HUGE_BUCKETS = 32, HUGE_PARTS = 3 };
typedef struct {
    double scale[HUGE_BUCKETS]; /* makes the input an integer (or a small number) */
    double part[HUGE_PARTS][HUGE_BUCKETS];
} HugeTable;

enum { OTHER_MAX = 16, CENTRES_MAX = 8 };

/* Of a function that decays exponentially on a side, see frame_decay.c. */
typedef enum { DECAY_LINEAR, DECAY_SQUARE, DECAY_LINEAR_SQUARE, DECAY_LINEAR_CUBE } DecayShape;
typedef enum { OTHER_SUM, OTHER_DIFFERENCE, OTHER_NEGATIVE, OTHER_UNLIKE } OtherSide;
typedef enum { SLOW_IN_V, SLOW_OVER_V, SLOW_IN_EXP, SLOW_IN_LOGISTIC, SLOW_IS_LOGISTIC } SlowIn;
enum { DECAY_COEFFICIENTS_MAX = 14 };

typedef struct {
    int side;        /* the sign of x where f decays; v = side*x there */
    bool has_end;    /* results are 0 beyond hi, in v */
    bool has_both;   /* the domain has the other side, too: */
    OtherSide other; /* f(x) + f(-x) = shared, or f(x) - f(-x) = shared*x there, or f(-x) = -f(x) */
    bool nan_below, nan_above; /* f is NaN at -infinity, at infinity, as its expression has it */
    bool is_infinite_there;    /* f is infinite where the other side ends */
    double shared;
    DecayShape shape; /* f = v^power * exp(-rate*S(v)) * slow, S(v) = v, v^2, v + bend*v^2 or ^3 */
    Quad rate, bend;
    bool is_rough; /* the bound leaves room for S(v) rounded and for step in one part */
    bool is_loose; /* and for exp(-rate*S) and G rounded and multiplied; with is_rough always */
    double growth; /* of the slow part: like v^growth */
    int power;
    SlowIn slow_in; /* what the slow part is a curve in: v, the exponential e, or e/(1 + e); or f is
                       limit*v^power*e/(1 + e), and the curve is that of 1/e in the reduced v */
    double limit;
    bool has_bite; /* and 1 + 1/e loses 1/(bite[0] + bite[1]*e), frame_decay_logistic.c */
    Quad bite[2];
    double center; /* or the curve, in v, is that of R: slow = over/(v + center)*(1 + R), R small */
    Quad over;
    int table_bits; /* and 2^table_bits values of a step of the exponential are looked up, else 0 */
    double reach_here, reach_there; /* the largest v and -v of the domain */
    Quad step;                      /* of the reduction of S: ln2/rate */
    int n_p;                        /* exp(-rate*r) = 1 - rate*r + r*r*(p[0] + p[1]*r + ...), or
                                       1 + r*(p[0] + p[1]*r + ...) if is_loose */
    Quad p[DECAY_COEFFICIENTS_MAX];
} Decay;

/* Signs of zeros, as whole functions with an exact period have them: not looked at; 0; that of x; that of x, but the
   other one after odd numbers of steps. */
typedef enum { ZERO_ANY, ZERO_POSITIVE, ZERO_OF_INPUT, ZERO_ALTERNATES } ZeroKind;

/* Of a gamma-like function, see frame_gamma.c. */
enum { GAMMA_COEFFICIENTS_MAX = 28 };
typedef struct {
    int n;
    Quad p[GAMMA_COEFFICIENTS_MAX];
} GammaKernel;

typedef struct {
    double shift;        /* u = x + shift */
    double most;         /* what |u| is held at, if it has_end */
    bool has_reflection; /* for negative u: f(u)*f(-u)*u*sin(pi*u) = constant */
    bool has_end, is_raised;
    Quad constant;
    GammaKernel log, exp2, sine;
    GammaKernel far; /* of the logarithm of one: what is added for large u, in 1/u */
} Gamma;

/* Of a function that is a ramp but for what dies out on both sides, see frame_folded.c. */
typedef struct {
    bool is_mirrored; /* u = -x */
    double slope;
    int sign, power, n_squared; /* of d; k; m */
    double known_to, end;       /* from where d may be 0; where it is */
} Folded;

typedef struct {
    const FrameRow *row;
    const FrameRow *inner_row; /* of x*f(x), frame_over.c, or f's root, frame_squared.c: the frame that this has */
    char way[24]; /* how a variant is called, after the row's name; "" for what was detected */
    Curve curve;  /* in the reduced variable */
    /* Tails: beyond clamp_lo, clamp_hi the function is constant within the bound, so the argument is
       held there; beyond same_lo, same_hi it is its argument. */
    bool clamps_lo, clamps_hi, same_lo, same_hi;
    double lo, hi; /* the interval that is left, in the goal's type */
    Quad step;     /* of a reduction x = shift + n*step + r; of a root: t*t = (shift - x)*step */
    Quad shift;
    Quad gain;         /* of a logarithm: f(2x) = f(x) + gain; of a root: f(x) + f(-x) */
    Quad low, high;    /* of a quotient of exponentials: its limits */
    bool is_plain_exp; /* else the quotient */
    Quad mark;         /* of a period without zeros: a place where f rises; not 0 */
    Quad product;      /* of a period: f(x)*f(x + step) where that is constant (is_reciprocal) */
    double edge;       /* of an exact period: (edge^2 - r^2)^edge_power is taken out of the curve */
    int edge_power;
    double peak;        /* and |r| taken off this; or */
    bool is_half;       /* r is within half a step, and n counts; or */
    bool is_folded;     /* it is |r| or step - |r|, the smaller one, with the sign of r */
    bool is_raised;     /* the curve is f times a power of two */
    bool ends_wide;     /* rounded last of all, for ties.c */
    ZeroKind zero_kind; /* where the sign of a zero counts */
    bool is_reciprocal;
    HugeTable huge;                /* of a period over the whole format */
    bool has_rest, has_first_rest; /* of a period: r is a sum of two, frame_period_narrow.c */
    double rest_slope, rest_bend;  /* f'(r) is about rest_slope + rest_bend*r^2 */
    int power; /* of a plain exponential: f(x)/x^power is what doubles; of a root: its mirror; of a
                  power p/q: q */
    int numerator;       /* p */
    double guess[2];     /* where the guess of x^(-1/q) starts, in f32 and in f64: frame_power.c */
    bool has_parts;      /* of a logarithm: exponent and significand by getexp and getmant */
    bool is_lifted;      /* of one, for f64: subnormal numbers are multiplied first */
    double inner_factor; /* of a logarithm of 1 + inner_factor*x: that */
    int inner; /* of a logarithm of something: of what, frame_log_of.c; f ends at left and right */
    double left, right;
    int n_centres; /* of a reflection: f(x) = f(c) + f(r), frame_reciprocal.c */
    double centre[CENTRES_MAX], at_centre[CENTRES_MAX];
    bool is_by_multiple; /* and the centre by a multiple of a step, not by exponent */
    Quad other[OTHER_MAX]; /* of a sum of exponentials: the second function, frame_hyperbolic.c */
    int n_other;
    int mirror;        /* f(-x)/f(x): 1, -1, or 0 if neither or not needed */
    bool leaves_range; /* results overflow or underflow: scale in two steps */
    int table_bits; /* of an exponential: 2^table_bits values of one step are looked up; the curve
                       is on that part of a step */
    bool has_low;   /* and what rounding those values took off */
    bool is_even;   /* or those values times a factor with which rounding takes little off */
    Quad factor;
    bool is_whole_steps; /* and x is taken apart by reduce */
    double scale;    /* of an exponential: its largest result */
    int n_parts;     /* of the step in the reduction; 0: as many as the type needs */
    bool keeps_rest; /* r is a sum of two, the second being n times the last part of the step */
    bool is_carried; /* of an exponential: at_zero + gain*r is added to the curve, as exactly as can be */
    bool is_exact;   /* and nothing that counts is lost when results are added up */
    bool is_signed;  /* and that as it is, not of |x| */
    double joint;    /* of two formulas: where the second begins */
    double end_of_near;     /* and which x that is, where the joint is not given as such; */
    double near_zero, near_square; /* of a near formula: see frame_near.h */
    Quad beyond[OTHER_MAX]; /* of a logarithm of something: what is added beyond the joint */
    int n_beyond;
    double split;    /* of a half angle: the same, in halves of the domain */
    bool has_rest_of_root; /* and what rounding a root took off is made good */
    double square_center; /* and what is taken off squares before it */
    bool is_by_exp;       /* and that is a curve in an exponential */
    double from;          /* of a logarithm: its reduced argument is in [from, 2*from) */
    int tail;        /* of a logarithm: how the multiple of the gain is added, see frame_log.c */
    bool takes_pair; /* can use the fitted value as a sum of two, or a sum with a product */
    bool wants_sum;  /* pointless with forms that are no sum */
    bool is_mixed; /* the integer part in the goal's type, whatever the rest is in: frame_mixed.c */
    bool is_narrow_only;         /* pointless with precision to spare */
    double at_zero, at_infinity; /* results there, where the reduction cannot give them */
    bool has_outside;            /* the domain reaches where the function is NaN, 0 or infinite */
    bool
        needs_wide; /* only right with exponent range and precision to spare: interior wider than the goal's type */
    Decay decay; /* of a function that decays */
    Gamma gamma; /* of one like the gamma function */
    Folded folded;
} Frame;

/* What frame_open leaves for frame_close. */
typedef struct {
    Ref input; /* in the goal's type */
    Ref x;     /* after the tails, in the interior type */
    Ref r;     /* the reduced variable */
    Ref lost;  /* of a period with has_rest: what is to be taken off r */
    Ref rest;  /* with keeps_rest: r less the next */
    Ref first; /* with keeps_rest: r but for its last part, exact; r and the rest, too, where that is exact */
    Ref z; /* of an exact period: what is reduced, before that; of a decay: has n in its low bits */
    Ref y; /* of a logarithm of something: that; of a logistic function: x as it is held */
    Ref n; /* how often it was reduced; its type and meaning are the row's */
    int last_bit; /* of a period: where n has its last bit, with none below */
    Ref n_float;
} FrameState;

struct FrameRow {
    const char *name;
    bool (*detect)(Frame *frame, const Problem *problem, Oracle *oracle);
    void (*open)(const Frame *frame, Builder *b, FrameState *state);
    /* y.lo is y.hi unless takes_pair. */
    Ref (*close)(const Frame *frame, Builder *b, const FrameState *state, RefPair y);
    /* The same reduction done in other ways: changes what was detected to variant 0, 1, ... n_variants - 1;
       false if that one makes no sense. NULL: there is one way only. */
    bool (*vary)(Frame *frame, const Problem *problem, Oracle *oracle, int variant);
    int n_variants;
};

extern const FrameRow FRAME_PLAIN, FRAME_EXP, FRAME_LOGISTIC, FRAME_LOG, FRAME_PERIOD, FRAME_ROOT;
extern const FrameRow FRAME_HUGE, FRAME_POWER, FRAME_RECIPROCAL, FRAME_HYPERBOLIC, FRAME_DECAY,
    FRAME_LOG_OF, FRAME_LOG_PLUS, FRAME_SHIFTED_EXP, FRAME_SATURATING, FRAME_GAMMA,
    FRAME_LOG_GAMMA, FRAME_EXP_INVERSE, FRAME_HUGE_OVER, FRAME_PERIOD_OVER, FRAME_HUGE_SQUARED,
    FRAME_PERIOD_SQUARED, FRAME_PERIOD_EXACT, FRAME_CYCLE, FRAME_HUGE_CYCLE,
    FRAME_HALF_ANGLE, FRAME_LOG_TWO, FRAME_FOLDED;
enum { FRAME_LOG_PLUS_WAYS = 2 };

/* The step over which a function doubles, positive where it rises, told from values between `from` and `to`; false if it does
   not. */
bool frame_find_doubling(CurveValue value, void *context, double from, double to, Quad *step);
/* y * 2^n, n in the low bits of n, in the builder's type; zero, infinity and what leaves the range come out wrong. */
Ref frame_scale(Builder *b, Ref n, Ref y);

/* Writes z = x/step + 1.5*2^m, whose low bits are the nearest integer n, and r = x - shift - n*step in as many parts
   of step as the type needs for |n| up to n_max. */
void frame_reduce(const Frame *frame, Builder *b, FrameState *state, double n_max, bool is_wide);
/* How e*gain and the value y of a logarithm's significand are added, in the order of cost: frame_log.c. */
typedef enum { LOG_TAIL_PLAIN, LOG_TAIL_LOW, LOG_TAIL_SHARED, LOG_TAIL_EXACT } LogTail;
Ref frame_log_sum(const Frame *frame, Builder *b, const FrameState *state, RefPair y);
/* The distance of x to the nearer of two ends, as a share of their distance; a = |x - their middle|. Exact where a is more than
   half of what it can be, if the scale is a power of two. */
Ref frame_end_distance(Builder *b, double left, double right, Ref x, Ref a);
/* The integer type of the size of a float type. */
Type frame_int_type(Type type);

/* Reductions with the integer part in the goal's type, where the rest is in a wider one: does that make sense for the
   frame; is it what is to be written now; can numbers of steps up to n_max be told apart so? */
bool frame_may_mix(const Problem *problem, const Frame *frame);
bool frame_is_mixed(const Frame *frame, const Builder *b, const FrameState *state);
bool frame_counts_well(Type type, double n_max);
/* The builder that n is found with. */
Builder frame_counter(const Frame *frame, const Builder *b, const FrameState *state);
/* y rounded, its bits then `op` those of state->n shifted up: into the exponent, the sign. */
Ref frame_narrow_end(Builder *b, const FrameState *state, Op op, int shift, Ref y);

enum { FRAMES_MAX = 32 };

/* The frames that fit the Goal, simplest first, in all their variants; returns their number. One-variable goals. */
int frame_list(Frame *frame, const Problem *problem, Oracle *oracle);

enum { FRAME_JOINTS_MAX = 200 };

/* Inputs about the places where the reduction goes over from one multiple to the next, near the first few: there sums cancel
   most, and a sample may have no point. Returns their number. */
int frame_joints(const Frame *frame, const Problem *problem, double *x);

/* Where a constant tail begins: where it is right within a part of the bound; or, if its value is to be hit at infinity
   (problem_is_pinned), where results round to it. */
typedef enum { TAILS_WITHIN_BOUND, TAILS_HIT } FrameTails;

/* Finds the tails and the interval between them; false if nothing is left or it has no finite length. */
bool frame_find_tails(Frame *frame, const Problem *problem, Oracle *oracle, FrameTails how);

/* Writes input, tails and reduction; then result, tails and conversion to the Goal's type. */
void frame_open(const Frame *frame, const Problem *problem, Builder *b, FrameState *state);
void frame_close(const Frame *frame, const Problem *problem, Builder *b, const FrameState *state,
                 RefPair y);

#endif
