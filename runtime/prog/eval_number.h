/* Operators that are more than one C expression, on one number, inside the kernels of one
   level (see eval_kernel.h). Without branches, so that loops over them vectorise. */

/* -- rounding to integral values and integers ----------------------------------- */

/* With SSE4.1 (or on other processors) these are one instruction. Without, below 2^(p-1)
   a value plus 2^(p-1) rounds to an integer, ties to even; above, it is one already. The
   sign is put back for -0. NaN fails the comparison and stays. `f` is the C suffix. */
#if defined __SSE4_1__ || !defined __x86_64__
#define ROUNDINGS(T, type, f, limit)                                                               \
    static inline T rint_##type(T x) { return __builtin_rint##f(x); }                              \
    static inline T floor_##type(T x) { return __builtin_floor##f(x); }                            \
    static inline T ceil_##type(T x) { return __builtin_ceil##f(x); }                              \
    static inline T trunc_##type(T x) { return __builtin_trunc##f(x); }
#else
#define ROUNDINGS(T, type, f, limit)                                                               \
    static inline T rint_##type(T x)                                                               \
    {                                                                                              \
        const T a = __builtin_fabs##f(x), r = (a + limit) - limit;                                 \
        return a < limit ? __builtin_copysign##f(r, x) : x;                                        \
    }                                                                                              \
    static inline T floor_##type(T x)                                                              \
    {                                                                                              \
        const T r = rint_##type(x), below = r - 1;                                                 \
        return __builtin_copysign##f(r > x ? below : r, x);                                        \
    }                                                                                              \
    static inline T ceil_##type(T x)                                                               \
    {                                                                                              \
        const T r = rint_##type(x), above = r + 1;                                                 \
        return __builtin_copysign##f(r < x ? above : r, x);                                        \
    }                                                                                              \
    static inline T trunc_##type(T x)                                                              \
    {                                                                                              \
        const T a = __builtin_fabs##f(x), r = rint_##type(a), below = r - 1;                       \
        return __builtin_copysign##f(r > a ? below : r, x);                                        \
    }
#endif
ROUNDINGS(float, f32, f, 0x1p23f)
ROUNDINGS(double, f64, , 0x1p52)

/* -- exponents and significands, as AVX-512 takes them apart --------------------------- */

/* A NaN that is not a signaling one has the first bit of its fraction set. */
static inline bool is_quiet_f32(float a)
{
    uint32_t bits;
    __builtin_memcpy(&bits, &a, sizeof bits);
    return bits >> 22 & 1;
}

static inline bool is_quiet_f64(double a)
{
    uint64_t bits;
    __builtin_memcpy(&bits, &a, sizeof bits);
    return bits >> 51 & 1;
}

/* In double the product is exact: 2^-149 * 2^-600 is a normal number. */
static inline float scalef_f32(float a, float b)
{
    if (__builtin_isinf(b) && a != a)
        return !is_quiet_f32(a) ? __builtin_nanf("") : b > 0 ? __builtin_inff() : 0;
    const float n = b < -600 ? -600 : b > 600 ? 600 : b != b ? 0 : floor_f32(b);
    const uint64_t bits = (uint64_t)((int64_t)n + 1023) << 52;
    double scale;
    __builtin_memcpy(&scale, &bits, sizeof scale);
    if (__builtin_isinf(b)) scale = b > 0 ? __builtin_inf() : 0;
    return b != b ? b : (float)((double)a * scale);
}

static inline double scalef_f64(double a, double b)
{
    if (b != b) return b;
    if (__builtin_isinf(b) && a != a)
        return !is_quiet_f64(a) ? __builtin_nan("") : b > 0 ? __builtin_inf() : 0;
    if (__builtin_isinf(b)) return a * (b > 0 ? b : 0);
    return __builtin_scalbn(a, (int)(b < -2200 ? -2200 : b > 2200 ? 2200 : floor_f64(b)));
}

static inline float getexp_f32(float a) { return __builtin_logbf(a); }
static inline double getexp_f64(double a) { return __builtin_logb(a); }

/* frexp gives [1/2, 1). */
#define GETMANT(T, type, f)                                                                        \
    static inline T getmant_##type(T a)                                                            \
    {                                                                                              \
        if (a != a) return a;                                                                      \
        if (a == 0) return __builtin_copysign##f(1, a);                                            \
        if (a < 0) return __builtin_nan##f("");                                                    \
        if (__builtin_isinf(a)) return 1;                                                          \
        int exponent;                                                                              \
        const T half = __builtin_frexp##f(a, &exponent);                                           \
        return half < (T)0.75 ? 2 * half : half;                                                   \
    }
GETMANT(float, f32, f)
GETMANT(double, f64, )

static inline float reduce_f32(float a) { return __builtin_isinf(a) ? 0 : a - rint_f32(a); }
static inline double reduce_f64(double a) { return __builtin_isinf(a) ? 0 : a - rint_f64(a); }

/* -- rounding, continued ---------------------------------------------------------------- */

/* Ties away from zero: |x| - trunc|x| is exact. */
static inline float round_f32(float x)
{
    const float a = __builtin_fabsf(x), t = trunc_f32(a), above = t + 1;
    return __builtin_copysignf(a - t >= 0.5f ? above : t, x);
}

static inline double round_f64(double x)
{
    const double a = __builtin_fabs(x), t = trunc_f64(a), above = t + 1;
    return __builtin_copysign(a - t >= 0.5 ? above : t, x);
}

/* Saturating, NaN -> 0. `limit` is 2^(width-1), the first value too large; comparisons
   with NaN are false, so that `inside` is 0 then. */
#define SATURATE(name, T, I, limit, least, most)                                                   \
    static inline I name(T x)                                                                      \
    {                                                                                              \
        const bool is_above = x >= limit, is_below = x < -limit, is_number = x == x;               \
        const T inside = (is_above | is_below | !is_number) ? 0 : x;                               \
        I r = (I)inside;                                                                           \
        r = is_above ? most : r;                                                                   \
        return is_below ? least : r;                                                               \
    }
SATURATE(i32_of_f32, float, int32_t, 0x1p31f, INT32_MIN, INT32_MAX)
SATURATE(i64_of_f32, float, int64_t, 0x1p63f, INT64_MIN, INT64_MAX)
SATURATE(i32_of_f64, double, int32_t, 0x1p31, INT32_MIN, INT32_MAX)
SATURATE(i64_of_f64, double, int64_t, 0x1p63, INT64_MIN, INT64_MAX)

/* Rounds to odd: an inexact result has an odd last bit, so that rounding it once more, to a
   format at least two bits shorter, is the same as rounding x. If the nearest float is
   even, the odd neighbour of x lies on x's other side (2^128 - ulp below infinity). */
static inline float odd_f32_of_f64(double x)
{
    const float nearest = (float)x;
    const uint32_t bits = bits_of_float(nearest);
    const double back = nearest;
    const bool is_short = __builtin_fabs(back) < __builtin_fabs(x);
    const bool is_long = __builtin_fabs(back) > __builtin_fabs(x);
    const uint32_t step = is_short ? 1 : is_long ? -1u : 0;
    return float_of_bits(bits & 1 ? bits : bits + step);
}

/* -- fma ------------------------------------------------------------------------ */

/* Where the processor has none, libm's is exact but slow and scalar; for f32 double arithmetic
   does as well. The product of two floats is exact in double. The sum is too, but for `error`
   (two-sum); if there is one, the sum is moved to the odd neighbour on its side, so that rounding to
   f32 is right: see odd_f32_of_f64. Infinities and NaN make error a NaN, which moves nothing. */
static inline float fma_one_f32(float a, float b, float c)
{
#if defined __FMA__ || !defined __x86_64__
    return __builtin_fmaf(a, b, c);
#else
    const double product = (double)a * b, sum = product + c;
    const double c_part = sum - product, error = (product - (sum - c_part)) + (c - c_part);
    const uint64_t bits = bits_of_double(sum);
    /* The sign of error against that of sum: away from zero is +1 in the bits. */
    const uint64_t step = error * sum > 0 ? 1 : (uint64_t)-1;
    const bool is_inexact = (error > 0) | (error < 0);
    return (float)double_of_bits(is_inexact ? bits + (bits & 1 ? 0 : step) : bits);
#endif
}

static inline double fma_one_f64(double a, double b, double c) { return __builtin_fma(a, b, c); }
