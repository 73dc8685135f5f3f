#include "runtime/prog/real_exact.h"

#include <stdlib.h>

typedef unsigned __int128 U128;

enum { EXPONENT_MAX = 1000000 /* beyond it nothing is worth folding */ };

static U128 mantissa_of(Real value) { return (U128)value.hi << 64 | value.lo; }

static bool is_zero(Real value) { return value.class == REAL_FINITE && mantissa_of(value) == 0; }

static bool make(Real *out, U128 m, int64_t exp2, int64_t exp10, bool negative)
{
    if (llabs(exp2) > EXPONENT_MAX || llabs(exp10) > EXPONENT_MAX) return false;
    *out = real_normalize((Real){.hi = (uint64_t)(m >> 64),
                                 .lo = (uint64_t)m,
                                 .exp2 = (int32_t)exp2,
                                 .exp10 = (int32_t)exp10,
                                 .negative = negative});
    return true;
}

static bool multiply(U128 *m, U128 factor)
{
    if (factor != 0 && *m > ~(U128)0 / factor) return false;
    *m *= factor;
    return true;
}

/* m * 10^by = m * 5^by * 2^by; and m * 2^by. */
static bool scale_by_tens(U128 *m, int64_t *exp2, int64_t by)
{
    for (int64_t i = 0; i < by; i++)
        if (!multiply(m, 5)) return false;
    *exp2 += by;
    return true;
}

static bool scale_by_twos(U128 *m, int64_t by)
{
    for (int64_t i = 0; i < by; i++)
        if (!multiply(m, 2)) return false;
    return true;
}

Real real_neg(Real a)
{
    if (a.class != REAL_NAN) a.negative = !a.negative;
    return a;
}

bool real_add(Real a, Real b, Real *out)
{
    if (a.class != REAL_FINITE || b.class != REAL_FINITE) return false;
    if (is_zero(a) && is_zero(b)) return make(out, 0, 0, 0, a.negative && b.negative);
    if (is_zero(a) || is_zero(b)) {
        *out = real_normalize(is_zero(a) ? b : a);
        return true;
    }
    U128 m_a = mantissa_of(a), m_b = mantissa_of(b);
    int64_t a2 = a.exp2, b2 = b.exp2;
    const int64_t exp10 = a.exp10 < b.exp10 ? a.exp10 : b.exp10;
    if (!scale_by_tens(&m_a, &a2, a.exp10 - exp10) || !scale_by_tens(&m_b, &b2, b.exp10 - exp10))
        return false;
    const int64_t exp2 = a2 < b2 ? a2 : b2;
    if (!scale_by_twos(&m_a, a2 - exp2) || !scale_by_twos(&m_b, b2 - exp2)) return false;
    if (a.negative == b.negative) {
        if (m_a > ~(U128)0 - m_b) return false;
        return make(out, m_a + m_b, exp2, exp10, a.negative);
    }
    if (m_a == m_b) return make(out, 0, 0, 0, false);
    if (m_a > m_b) return make(out, m_a - m_b, exp2, exp10, a.negative);
    return make(out, m_b - m_a, exp2, exp10, b.negative);
}

bool real_mul(Real a, Real b, Real *out)
{
    if (a.class != REAL_FINITE || b.class != REAL_FINITE) return false;
    U128 m = mantissa_of(a);
    if (!multiply(&m, mantissa_of(b))) return false;
    return make(out, m, (int64_t)a.exp2 + b.exp2, (int64_t)a.exp10 + b.exp10,
                a.negative != b.negative);
}

bool real_div(Real a, Real b, Real *out)
{
    if (a.class != REAL_FINITE || b.class != REAL_FINITE || is_zero(b)) return false;
    U128 divisor = mantissa_of(b);
    int64_t exp2 = (int64_t)a.exp2 - b.exp2, exp10 = (int64_t)a.exp10 - b.exp10;
    /* 1/2 = 2^-1, 1/5 = 2 * 10^-1 */
    while (divisor % 2 == 0) divisor /= 2, exp2--;
    while (divisor % 5 == 0) divisor /= 5, exp2++, exp10--;
    if (mantissa_of(a) % divisor != 0) return false;
    return make(out, mantissa_of(a) / divisor, exp2, exp10, a.negative != b.negative);
}
