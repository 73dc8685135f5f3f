/* The least that a function of some accuracy is known to take: kernels that handle no special value, no overflow and no
   large argument. They are no competitors, but what ours are measured by.

   Coefficients: minimax, by search/minimax on the intervals named, rounded to f32. */
#include "tests/bench/machine/lanes.h"
#include "tests/bench/machine/peers.h"

static const float MAGIC = 0x1.8p+23f; /* x + MAGIC has the nearest integer to x in its low bits */

static inline Floats polynomial(Floats x, const float *c, int degree)
{
    Floats sum = all_of(c[degree]);
    for (int i = degree - 1; i >= 0; i--) sum = fused(sum, x, all_of(c[i]));
    return sum;
}

/* y * 2^n, n in the low bits of z */
static inline Floats scale(Floats y, Floats z) { return (Floats)((Ints)y + ((Ints)z << 23)); }

/* 2^n * 2^r with x*log2(e) = n + r: degree 3 on [-1/2, 1/2], 7.5e-5 */
static inline Floats exp_3(Floats x)
{
    static const float C[] = {0x1.fff692p-1f, 0x1.62f31ap-1f, 0x1.f0de1ap-3f, 0x1.c3f762p-5f};
    const Floats y = x * 0x1.715476p+0f;
    const Floats z = y + MAGIC;
    const Floats r = y - (z - MAGIC);
    return scale(polynomial(r, C, 3), z);
}

/* 2^n * exp(r) with x = n*ln2 + r, ln2 in two parts, the first of 15 bits: degree 5 on |r| <= ln2/2, 1e-7 */
static inline Floats exp_5(Floats x)
{
    static const float C[] = {1, 1, 0x1.fffdfcp-2f, 0x1.5557aep-3f, 0x1.572a04p-5f, 0x1.10627cp-7f};
    const Floats z = fused(x, all_of(0x1.715476p+0f), all_of(MAGIC));
    const Floats n = z - MAGIC;
    Floats r = fused(n, all_of(-0x1.62e4p-1f), x);
    r = fused(n, all_of(-0x1.7f7d1cp-20f), r);
    return scale(polynomial(r, C, 5), z);
}

/* e*ln2 + log(1 + m), 1 + m in [1/sqrt2, sqrt2): degree 9, 3e-8 */
static inline Floats log_9(Floats x)
{
    static const float C[] = {-0x1.fffffap-2f, 0x1.5556f4p-2f, -0x1.00049ap-2f, 0x1.98d2cp-3f,
                              -0x1.535d3p-3f,  0x1.318524p-3f, -0x1.250498p-3f, 0x1.65c76ep-4f};
    const Ints bits = (Ints)x;
    const Ints e = (bits - 0x3f3504f3) >> 23;
    const Floats m = (Floats)(bits - (e << 23)) - 1;
    const Floats tail = polynomial(m, C, 7);
    return fused(__builtin_convertvector(e, Floats), all_of(0x1.62e43p-1f), fused(m * m, tail, m));
}

/* (-1)^n * sin(r) with x = n*pi + r, pi in two parts: degree 9 on |r| <= pi/2, 6e-9 */
static inline Floats sin_9(Floats x)
{
    static const float C[] = {-0x1.55554cp-3f, 0x1.110ed4p-7f, -0x1.9f6ffep-13f, 0x1.5dbdecp-19f};
    const Floats z = fused(x, all_of(0x1.45f306p-2f), all_of(MAGIC));
    const Floats n = z - MAGIC;
    Floats r = fused(n, all_of(-0x1.922p+1f), x);
    r = fused(n, all_of(0x1.2aeef4p-17f), r);
    const Floats s = r * r;
    return (Floats)((Ints)fused(polynomial(s, C, 3), r * s, r) ^ ((Ints)z << 31));
}

/* x*P(x^2)/Q(x^2) of degree 13 over 6 on [-9, 9], where the argument is held: 6.6e-9 */
static inline Floats tanh_13_6(Floats x)
{
    static const float P[] = {0x1p+0f,          0x1.0bf5e4p-3f,  0x1.96d776p-9f,  0x1.7646b8p-17f,
                              -0x1.5b7762p-26f, 0x1.d040a6p-35f, -0x1.7e4bfep-44f};
    static const float Q[] = {1, 0x1.db5044p-2f, 0x1.915436p-6f, 0x1.0afb8ap-12f};
    x = VECTOR(min_ps)(VECTOR(max_ps)(x, all_of(-9)), all_of(9));
    const Floats s = x * x;
    return x * polynomial(s, P, 6) / polynomial(s, Q, 3);
}

#define FLOOR(kernel)                                                                              \
    static void run_##kernel(const void *const *x, void *y, size_t n)                              \
    {                                                                                              \
        const float *in = x[0];                                                                    \
        float *out = y;                                                                            \
        for (size_t i = 0; i + LANES <= n; i += LANES) store(out + i, kernel(load(in + i)));       \
    }

FLOOR(exp_3)
FLOOR(exp_5)
FLOOR(log_9)
FLOOR(sin_9)
FLOOR(tanh_13_6)

const LanePeer FOR_LANES(FLOORS)[] = {
    {"exp", "floor, degree 3", run_exp_3, {NULL}},  {"exp", "floor, degree 5", run_exp_5, {NULL}},
    {"log", "floor, degree 9", run_log_9, {NULL}},  {"sin", "floor, degree 9", run_sin_9, {NULL}},
    {"tanh", "floor, 13/6", run_tanh_13_6, {NULL}}, {0},
};
