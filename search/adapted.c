#include "search/adapted.h"

#include "search/roots.h"

#include <assert.h>
#include <string.h>

/* Where the axis has to be: through the real part of the outermost pair of conjugate roots if at most one
   root lies further out; half way between the two outermost if those are real. Works on the right side; the left one
   by the mirror image. */
static bool find_axis(const Quad *p, int n, bool by_left, Quad *axis)
{
    Complex root[ROOTS_DEGREE_MAX];
    if (!roots_complex(p, n, root)) return false;
    const Complex first = root[by_left ? 0 : n - 1], second = root[by_left ? 1 : n - 2];
    const Quad size = quad_abs(first.re) + quad_abs(first.im);
    const bool is_first_real = quad_abs(first.im) <= size * (Quad)1e-25;
    const Quad second_size = quad_abs(second.re) + quad_abs(second.im);
    const bool is_second_real = quad_abs(second.im) <= second_size * (Quad)1e-25;
    if (!is_first_real)
        *axis = first.re;
    else if (is_second_real)
        *axis = (first.re + second.re) / 2;
    else
        *axis = second.re;
    return true;
}

/* c / (w - root), the remainder returned. */
static Quad divide_out(Quad *c, int n, Quad root)
{
    for (int i = n - 1; i >= 0; i--) c[i] += root * c[i + 1];
    const Quad rest = c[0];
    memmove(c, c + 1, (size_t)n * sizeof *c);
    return rest;
}

/* The root at which the even part vanishes too comes last. */
static void put_common_root_last(Quad *alpha, int m, const Quad *even, int n_even)
{
    int best = 0;
    Quad least = -1;
    for (int i = 0; i < m; i++) {
        Quad value = 0, size = 0;
        for (int k = n_even; k >= 0; k--) {
            value = value * alpha[i] + even[k];
            size = size * quad_abs(alpha[i]) + quad_abs(even[k]);
        }
        const Quad share = quad_abs(value) / size;
        if (least >= 0 && share >= least) continue;
        least = share;
        best = i;
    }
    const Quad last = alpha[best];
    memmove(alpha + best, alpha + best + 1, (size_t)(m - 1 - best) * sizeof *alpha);
    alpha[m - 1] = last;
}

bool adapted_build(Builder *b, const Quad *p, int n, bool by_left, Ref t, Ref *result)
{
    assert(n >= 3 && n <= ADAPTED_DEGREE_MAX);
    Quad axis, c[ADAPTED_DEGREE_MAX + 1];
    if (p[n] == 0 || !find_axis(p, n, by_left, &axis)) return false;
    memcpy(c, p, (size_t)(n + 1) * sizeof *c);
    roots_shift(c, n, axis); /* in y = t - axis */
    Quad even[ADAPTED_DEGREE_MAX + 1] = {0}, odd[ADAPTED_DEGREE_MAX + 1] = {0};
    for (int i = 0; i <= n; i++) *(i % 2 == 0 ? &even[i / 2] : &odd[i / 2]) = c[i];
    const int m = (n + 1) / 2 - 1;
    Quad alpha[ADAPTED_DEGREE_MAX + 1], beta[ADAPTED_DEGREE_MAX + 1];
    if (roots_real(odd, m, alpha) != m) return false;
    int n_even = n / 2;
    put_common_root_last(alpha, m, even, n_even);
    for (int i = m - 1; i >= 0; i--) beta[i] = divide_out(even, n_even--, alpha[i]);
    /* even is now z's part: [z0] (n odd) or [z0, lead] (n even). */
    const Ref y = build_add(b, t, build_constant(b, -axis));
    const Ref w = build_mul(b, y, y);
    Ref z = build_constant(b, odd[m]);
    if (n % 2 == 0) z = build_fma(b, build_constant(b, even[1]), y, z);
    z = build_fma(b, z, y, build_constant(b, even[0]));
    for (int i = 0; i < m; i++) {
        z = build_mul(b, z, build_add(b, w, build_constant(b, -alpha[i])));
        if (i < m - 1) z = build_add(b, z, build_constant(b, beta[i]));
    }
    *result = z;
    return true;
}
