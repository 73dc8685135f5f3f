#include "search/fraction.h"

#include <assert.h>
#include <string.h>

typedef struct {
    int degree; /* -1: the polynomial 0 */
    Quad c[FRACTION_DEGREE_MAX + 1];
} Polynomial;

/* Leading coefficients that are nothing but rounding of what they came from (`size`) are 0. */
static void trim(Polynomial *a, Quad size)
{
    while (a->degree >= 0 && quad_abs(a->c[a->degree]) <= size * (Quad)1e-32) a->degree--;
}

static Quad largest(const Polynomial *a)
{
    Quad size = 0;
    for (int i = 0; i <= a->degree; i++)
        if (quad_abs(a->c[i]) > size) size = quad_abs(a->c[i]);
    return size;
}

/* a = quotient*b + rest, degree of rest below that of b; a becomes rest. */
static void divide(Polynomial *a, const Polynomial *b, Polynomial *quotient)
{
    const Quad size = largest(a);
    quotient->degree = a->degree - b->degree;
    for (int i = quotient->degree; i >= 0; i--) {
        const Quad factor = a->c[b->degree + i] / b->c[b->degree];
        quotient->c[i] = factor;
        for (int k = 0; k < b->degree; k++) a->c[i + k] -= factor * b->c[k];
    }
    a->degree = b->degree - 1;
    trim(a, size);
}

Ref fraction_build_quotient(Builder *b, const Quad *p, int m, const Quad *q, int k, Ref t)
{
    Quad above[FRACTION_DEGREE_MAX + 1];
    for (int i = 0; i <= m; i++) above[i] = p[i] / q[k];
    Ref below = build_add(b, t, build_constant(b, q[k - 1] / q[k]));
    for (int i = k - 2; i >= 0; i--) below = build_fma(b, below, t, build_constant(b, q[i] / q[k]));
    return build_div(b, build_polynomial(b, above, m + 1, t, SCHEME_HORNER), below);
}

/* a/b with the degree of a below that of b: b = S*a + rest, so it is 1/(S + rest/a), all divided by the leading
   coefficient of S. */
static Ref build_proper(Builder *b, Polynomial *a, Polynomial *below, int tail, Ref t)
{
    if (tail > 1 && a->degree > 0 && below->degree <= tail)
        return fraction_build_quotient(b, a->c, a->degree, below->c, below->degree, t);
    Polynomial s;
    divide(below, a, &s);
    const Quad lead = s.c[s.degree];
    Ref sum = t;
    for (int i = s.degree - 1; i >= 0; i--) {
        sum = build_add(b, sum, build_constant(b, s.c[i] / lead));
        if (i > 0) sum = build_mul(b, sum, t);
    }
    if (below->degree >= 0) {
        for (int i = 0; i <= below->degree; i++) below->c[i] /= lead;
        sum = build_add(b, sum, build_proper(b, below, a, tail, t));
    }
    return build_div(b, build_constant(b, 1 / lead), sum);
}

bool fraction_build(Builder *b, const Quad *p, int m, const Quad *q, int k, int tail, Ref t,
                    Ref *result)
{
    assert(m >= 0 && m <= FRACTION_DEGREE_MAX && k >= 1 && k <= FRACTION_DEGREE_MAX);
    Polynomial above = {.degree = m}, below = {.degree = k}, s;
    memcpy(above.c, p, (size_t)(m + 1) * sizeof *p);
    memcpy(below.c, q, (size_t)(k + 1) * sizeof *q);
    trim(&above, largest(&above));
    trim(&below, largest(&below));
    if (above.degree < 0 || below.degree < 0) return false;
    if (above.degree < below.degree) {
        *result = build_proper(b, &above, &below, tail, t);
        return true;
    }
    divide(&above, &below, &s);
    *result = build_polynomial(b, s.c, s.degree + 1, t, SCHEME_HORNER);
    if (above.degree >= 0)
        *result = build_add(b, *result, build_proper(b, &above, &below, tail, t));
    return true;
}
