#include "search/quad.h"

#include <assert.h>
#include <math.h>

/* inf - inf and nan - nan are not 0. */
bool quad_is_finite(Quad x) { return x - x == 0; }

/* 2^n for any n that a Quad can hold, without ldexp. */
static Quad power_of_two(int n)
{
    Quad result = 1, base = n < 0 ? (Quad)0.5 : (Quad)2;
    for (unsigned rest = n < 0 ? -(unsigned)n : (unsigned)n; rest; rest >>= 1) {
        if (rest & 1) result *= base;
        base *= base;
    }
    return result;
}

/* |x| = m * 2^(*exponent) with 1 <= m < 2, for finite x != 0. */
static Quad split_binary(Quad x, int *exponent)
{
    Quad m = quad_abs(x);
    int e = 0;
    for (; m < power_of_two(-8192); e -= 8192) m *= power_of_two(8192);
    for (int step = 8192; step; step /= 2) {
        if (m >= power_of_two(step)) {
            m *= power_of_two(-step);
            e += step;
        } else if (m < power_of_two(1 - step)) {
            m *= power_of_two(step);
            e -= step;
        }
    }
    assert(m >= 1 && m < 2);
    *exponent = e;
    return m;
}

Quad quad_sqrt(Quad x)
{
    if (x == 0 || x != x || (x > 0 && !quad_is_finite(x))) return x;
    if (x < 0) return (x - x) / (x - x);
    int e;
    Quad m = split_binary(x, &e);
    if (e & 1) {
        m *= 2;
        e--;
    }
    /* Two Newton steps double the 53 right bits twice, past 113. */
    Quad y = sqrt((double)m);
    y = (y + m / y) / 2;
    y = (y + m / y) / 2;
    return y * power_of_two(e / 2);
}

Quad quad_from_real(Real value)
{
    const Quad sign = value.negative ? -1 : 1;
    if (value.class == REAL_INFINITY) return sign * (Quad)INFINITY;
    if (value.class == REAL_NAN) return NAN;
    Quad x = (Quad)value.hi * power_of_two(64) + (Quad)value.lo;
    x *= power_of_two(value.exp2);
    /* Powers of ten up to 10^48 are exact, so usual decimals see one rounding here. */
    Quad ten = 1;
    const int n = value.exp10 < 0 ? -value.exp10 : value.exp10;
    for (int i = 0; i < n && quad_is_finite(ten); i++) ten *= 10;
    return sign * (value.exp10 < 0 ? x / ten : x * ten);
}

Real real_from_quad(Quad value)
{
    if (!quad_is_finite(value)) return real_from_double((double)value);
    Real real = {.negative = value < 0, .class = REAL_FINITE};
    if (value == 0) return real_normalize(real);
    int e;
    /* 1 <= m < 2: the 64 bits above, then the 64 below. */
    const Quad m = split_binary(value, &e) * power_of_two(63);
    real.hi = (uint64_t)m;
    real.lo = (uint64_t)((m - (Quad)real.hi) * power_of_two(64));
    real.exp2 = e - 127;
    return real_normalize(real);
}

static void scale_rows(int n, Quad *a, Quad *b)
{
    for (int i = 0; i < n; i++) {
        Quad largest = 0;
        for (int k = 0; k < n; k++)
            if (quad_abs(a[i * n + k]) > largest) largest = quad_abs(a[i * n + k]);
        if (!(largest > 0)) continue;
        const Quad factor = 1 / largest;
        for (int k = 0; k < n; k++) a[i * n + k] *= factor;
        b[i] *= factor;
    }
}

static void swap_rows(int n, Quad *a, Quad *b, int i, int j)
{
    for (int k = 0; k < n && i != j; k++) {
        const Quad old = a[i * n + k];
        a[i * n + k] = a[j * n + k];
        a[j * n + k] = old;
    }
    const Quad old = b[i];
    b[i] = b[j];
    b[j] = old;
}

bool quad_solve(int n, Quad *a, Quad *b)
{
    const Quad smallest_pivot = (Quad)1e-33;
    scale_rows(n, a, b);
    for (int k = 0; k < n; k++) {
        int pivot = k;
        for (int i = k + 1; i < n; i++)
            if (quad_abs(a[i * n + k]) > quad_abs(a[pivot * n + k])) pivot = i;
        if (!(quad_abs(a[pivot * n + k]) > smallest_pivot)) return false;
        swap_rows(n, a, b, k, pivot);
        const Quad inverse = 1 / a[k * n + k];
        for (int i = k + 1; i < n; i++) {
            const Quad factor = a[i * n + k] * inverse;
            if (factor == 0) continue;
            for (int j = k + 1; j < n; j++) a[i * n + j] -= factor * a[k * n + j];
            b[i] -= factor * b[k];
        }
    }
    for (int k = n - 1; k >= 0; k--) {
        for (int j = k + 1; j < n; j++) b[k] -= a[k * n + j] * b[j];
        b[k] /= a[k * n + k];
        if (!quad_is_finite(b[k])) return false;
    }
    return true;
}
