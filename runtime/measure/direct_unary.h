/* Functions of one argument for direct_kernel.h: what computes them, how far that may be off, and how
   steep they are about an argument that is itself off. */
enum { PLAIN_ULPS = 4, TANGENT_ULPS = 6, WILD_ULPS = 8, GAMMA_ULPS = 32 };

static Hard fold_turns(Hard x, Hard *sign)
{
    /* x mod 2 in [-1, 1], exactly; then |r| <= 1/2 by sin(pi*(1-r)) = sin(pi*r). */
    Hard r = LIBM(remainder)(x, 2);
    *sign = r < 0 ? -1 : 1;
    r = magnitude(r);
    return r > (Hard)0.5 ? 1 - r : r;
}

static const Hard PI_HARD = 3.14159265358979323846264338327950288L;

static Hard sin_pi(Hard x)
{
    Hard sign;
    const Hard r = fold_turns(x, &sign);
    return sign * (r <= (Hard)0.25 ? LIBM(sin)(PI_HARD * r) : LIBM(cos)(PI_HARD * ((Hard)0.5 - r)));
}

static Hard cos_pi(Hard x)
{
    const Hard r = magnitude(LIBM(remainder)(x, 2));
    if (r <= (Hard)0.25) return LIBM(cos)(PI_HARD * r);
    if (r >= (Hard)0.75) return -LIBM(cos)(PI_HARD * (1 - r));
    return LIBM(sin)(PI_HARD * ((Hard)0.5 - r));
}

static Hard tan_pi(Hard x) { return sin_pi(x) / cos_pi(x); }

static Hard sin_over_x(Hard x) { return x == 0 ? 1 : CIRCULAR(sin)(x) / x; }

#ifdef LOG_GAMMA
static Hard gamma_of(Hard x) { return LIBM(tgamma)(x); }

static Hard log_gamma_of(Hard x)
{
    int sign;
    return LOG_GAMMA(x, &sign);
}
#endif

static Hard reciprocal_root(Hard x) { return 1 / LIBM(sqrt)(x); }

/* Bounds of |f'| over [a - e, a + e], v being f(a): inf where there is none. */
static Hard slope_exp(Hard a, Hard e, Hard v)
{
    return e <= (Hard)0.25 ? v * (1 + 2 * e) : INFINITY;
}

static Hard slope_exp10(Hard a, Hard e, Hard v)
{
    return e <= (Hard)0.1 ? (Hard)2.31 * v * (1 + 3 * e) : INFINITY;
}

static Hard slope_expm1(Hard a, Hard e, Hard v) { return slope_exp(a, e, v + 1 + UNIT); }

static Hard slope_log(Hard a, Hard e, Hard v) { return a > e ? 1 / (a - e) : INFINITY; }

static Hard slope_log2(Hard a, Hard e, Hard v) { return (Hard)1.45 * slope_log(a, e, v); }

static Hard slope_log1p(Hard a, Hard e, Hard v) { return slope_log(1 + a - UNIT, e, v); }

static Hard slope_one(Hard a, Hard e, Hard v) { return 1 + 2 * UNIT; }

static Hard slope_tan(Hard a, Hard e, Hard v)
{
    const Hard here = 1 + v * v;
    return e * here <= (Hard)0.05 ? 2 * here : INFINITY;
}

static Hard slope_asin(Hard a, Hard e, Hard v)
{
    const Hard b = magnitude(a) + e;
    return b < 1 ? 1 / LIBM(sqrt)((1 - b) * (1 + b)) : INFINITY;
}

static Hard slope_sinh(Hard a, Hard e, Hard v) { return LIBM(cosh)(magnitude(a) + e); }

static Hard slope_acosh(Hard a, Hard e, Hard v)
{
    const Hard b = a - e;
    return b > 1 ? 1 / LIBM(sqrt)((b - 1) * (b + 1)) : INFINITY;
}

static Hard slope_atanh(Hard a, Hard e, Hard v)
{
    const Hard b = magnitude(a) + e;
    return b < 1 ? 1 / ((1 - b) * (1 + b)) : INFINITY;
}

static Hard slope_erf(Hard a, Hard e, Hard v)
{
    const Hard b = magnitude(a) > e ? magnitude(a) - e : 0;
    return (Hard)1.13 * LIBM(exp)(-b * b);
}

static Hard slope_sqrt(Hard a, Hard e, Hard v)
{
    return a > e ? (Hard)0.51 / LIBM(sqrt)(a - e) : INFINITY;
}

static Hard slope_rsqrt(Hard a, Hard e, Hard v)
{
    return a > e ? (Hard)0.51 / ((a - e) * LIBM(sqrt)(a - e)) : INFINITY;
}

static Hard slope_cbrt(Hard a, Hard e, Hard v)
{
    const Hard root = LIBM(cbrt)(magnitude(a) - e);
    return magnitude(a) > e ? (Hard)0.34 / (root * root) : INFINITY;
}

static Hard slope_turns(Hard a, Hard e, Hard v) { return (Hard)3.15; }

typedef struct {
    Op op;
    int ulps;
    Hard (*f)(Hard);
    Hard (*slope)(Hard a, Hard e, Hard v);
} Unary;

static const Unary UNARY[] = {
    {OP_SQRT, 1, LIBM(sqrt), slope_sqrt},
    {OP_RSQRT, PLAIN_ULPS, reciprocal_root, slope_rsqrt},
    {OP_CBRT, PLAIN_ULPS, LIBM(cbrt), slope_cbrt},
    {OP_EXP, PLAIN_ULPS, LIBM(exp), slope_exp},
    {OP_EXP2, PLAIN_ULPS, LIBM(exp2), slope_exp},
    {OP_EXP10, PLAIN_ULPS, LIBM(exp10), slope_exp10},
    {OP_EXPM1, PLAIN_ULPS, LIBM(expm1), slope_expm1},
    {OP_LOG, PLAIN_ULPS, LIBM(log), slope_log},
    {OP_LOG2, PLAIN_ULPS, LIBM(log2), slope_log2},
    {OP_LOG10, PLAIN_ULPS, LIBM(log10), slope_log},
    {OP_LOG1P, PLAIN_ULPS, LIBM(log1p), slope_log1p},
    {OP_SIN, PLAIN_ULPS, CIRCULAR(sin), slope_one},
    {OP_COS, PLAIN_ULPS, CIRCULAR(cos), slope_one},
    {OP_TAN, TANGENT_ULPS, CIRCULAR(tan), slope_tan},
    {OP_SINPI, PLAIN_ULPS, sin_pi, slope_turns},
    {OP_COSPI, PLAIN_ULPS, cos_pi, slope_turns},
    {OP_TANPI, WILD_ULPS, tan_pi, NULL},
    {OP_ASIN, PLAIN_ULPS, LIBM(asin), slope_asin},
    {OP_ACOS, PLAIN_ULPS, LIBM(acos), slope_asin},
    {OP_ATAN, PLAIN_ULPS, LIBM(atan), slope_one},
    {OP_SINH, WILD_ULPS, LIBM(sinh), slope_sinh},
    {OP_COSH, WILD_ULPS, LIBM(cosh), slope_sinh},
    {OP_TANH, WILD_ULPS, LIBM(tanh), slope_one},
    {OP_ASINH, PLAIN_ULPS, LIBM(asinh), slope_one},
    {OP_ACOSH, PLAIN_ULPS, LIBM(acosh), slope_acosh},
    {OP_ATANH, PLAIN_ULPS, LIBM(atanh), slope_atanh},
    {OP_ERF, WILD_ULPS, LIBM(erf), slope_erf},
    {OP_ERFC, WILD_ULPS, LIBM(erfc), slope_erf},
    {OP_SINC, PLAIN_ULPS + 1, sin_over_x, NULL},
#ifdef LOG_GAMMA
    {OP_GAMMA, GAMMA_ULPS, gamma_of, NULL},
    {OP_LGAMMA, GAMMA_ULPS, log_gamma_of, NULL},
#endif
};

static const Unary *unary_find(Op op)
{
    for (size_t i = 0; i < sizeof UNARY / sizeof UNARY[0]; i++)
        if (UNARY[i].op == op) return &UNARY[i];
    return NULL;
}

/* lgamma(x) = log(pi/|x*sin(pi*x)|) - lgamma(-x) where x < 0: a difference, which loses near the zeros from -2 on. Neither side is
   much above lgamma(-x) <= -x*log(-x) < -x*k where -x < 2^k. */
static Hard difference_error(Op op, Hard x)
{
    if (op != OP_LGAMMA || x > -2) return 0;
    return GAMMA_ULPS * UNIT * -x * (LIBM(logb)(-x) + 1);
}

/* Where log|gamma| is infinite; gamma itself is NaN there. */
static bool is_pole(Op op, Fuzzy a)
{
    return op == OP_LGAMMA && a.e == 0 && a.v <= 0 && a.v == LIBM(floor)(a.v);
}

/* sinpi, cospi and tanpi where they are whole numbers, or tanpi a pole; large floats are nothing else. */
static bool is_whole_at(Op op, Hard x, Hard *value)
{
    if (op != OP_SINPI && op != OP_COSPI && op != OP_TANPI) return false;
    const Hard r = LIBM(remainder)(x, 2), m = magnitude(r), sign = r < 0 ? -1 : 1;
    if (m == 0 || m == 1)
        *value = op == OP_COSPI ? 1 - 2 * m : 0;
    else if (m == (Hard)0.5)
        *value = op == OP_COSPI ? 0 : op == OP_SINPI ? sign : sign * INFINITY;
    else if (op == OP_TANPI && (m == (Hard)0.25 || m == (Hard)0.75))
        *value = m < (Hard)0.5 ? sign : -sign;
    else
        return false;
    return true;
}
