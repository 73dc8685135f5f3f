#include "search/classical_series.h"

#include "search/roots.h"

#include <assert.h>
#include <string.h>

bool classical_series_init(ClassicalSeries *f, Oracle *oracle, double center)
{
    Real coefficient[ORACLE_TAYLOR_MAX];
    *f = (ClassicalSeries){.center = center};
    if (oracle_taylor(oracle, center, ORACLE_TAYLOR_MAX, coefficient, NULL) != OK) return false;
    f->n = ORACLE_TAYLOR_MAX;
    for (int i = 0; i < f->n; i++) {
        f->c[i] = quad_from_real(coefficient[i]);
        if (!quad_is_finite(f->c[i])) f->n = i;
    }
    return f->n > 0;
}

/* -- power series --------------------------------------------------------------------------- */

/* y becomes its square root: y = r*r gives r_k from the r_j before it. False unless y_0 > 0. */
static bool take_root(Quad *y, int n)
{
    if (!(y[0] > 0)) return false;
    Quad root[ORACLE_TAYLOR_MAX];
    root[0] = quad_sqrt(y[0]);
    for (int k = 1; k < n; k++) {
        Quad rest = y[k];
        for (int j = 1; j < k; j++) rest -= root[j] * root[k - j];
        root[k] = rest / (2 * root[0]);
    }
    memcpy(y, root, (size_t)n * sizeof *y);
    return true;
}

/* y times (a + b*u + c*u^2). */
static void multiply(Quad *y, int n, Quad a, Quad b, Quad c)
{
    for (int k = n - 1; k >= 0; k--)
        y[k] = a * y[k] + (k > 0 ? b * y[k - 1] : 0) + (k > 1 ? c * y[k - 2] : 0);
}

/* y / g; returns how many coefficients are left, 0 if g has a zero that y has not. */
static int divide(Quad *y, const Quad *g, int n)
{
    int order = 0;
    while (order < n && g[order] == 0) order++;
    Quad size = 0;
    for (int i = 0; i < n; i++)
        if (quad_abs(y[i]) > size) size = quad_abs(y[i]);
    for (int i = 0; i < order; i++)
        if (i == n || quad_abs(y[i]) > size * (Quad)1e-30) return 0;
    n -= order;
    for (int k = 0; k < n; k++) {
        y[k] = y[k + order];
        for (int j = 1; j <= k; j++) y[k] -= g[order + j] * y[k - j];
        y[k] /= g[order];
    }
    return n;
}

void classical_series_of(ClassicalSeries *r, const ClassicalTarget *target,
                         const ClassicalSeries *f)
{
    *r = *f;
    const Quad away = (Quad)f->center - target->shift; /* s = away + u, u = x - center */
    r->t_center = target->has_square ? 0 : away;
    /* A root of s has no series (nor is that at an extreme taken); nor can a series in s*s begin elsewhere than at 0. */
    if (target->side != 0 || target->has_root || (target->has_square && away != 0)) r->n = 0;
    for (int k = 0; k < target->squarings && r->n > 0; k++)
        if (!take_root(r->c, r->n)) r->n = 0;
    if (r->n < 2) return;
    if (target->moebius != 0) {
        Quad above[ORACLE_TAYLOR_MAX];
        memcpy(above, r->c, sizeof above);
        above[0] += target->moebius;
        r->c[0] -= target->moebius;
        r->n = divide(r->c, above, r->n);
    }
    r->c[0] -= target->h0 + target->h1 * away;
    r->c[1] -= target->h1;
    Quad g[ORACLE_TAYLOR_MAX] = {1};
    for (int k = 0; k < target->s_power; k++) multiply(g, r->n, away, 1, 0);
    for (int k = 0; k < target->n_zeros; k++)
        if (target->has_square)
            multiply(g, r->n, away * away - target->zero[k], 2 * away, 1);
        else
            multiply(g, r->n, away - target->zero[k], 1, 0);
    r->n = divide(r->c, g, r->n);
    if (!target->has_square) return;
    for (int k = 0; 2 * k < r->n; k++) r->c[k] = r->c[2 * k];
    r->n = (r->n + 1) / 2;
}

/* -- quotients ------------------------------------------------------------------------------- */

/* With R*Q - P = O(u^(m + k + 1)): the coefficients m + 1 ... m + k of R*Q are 0, which gives Q with q[0] = 1;
   those up to m are P. */
bool classical_series_fit(Minimax *out, const ClassicalSeries *r, double width, int n_p, int n_q)
{
    const int m = n_p - 1, k = n_q;
    if (n_p + n_q > r->n || m > ROOTS_DEGREE_MAX || k > ROOTS_DEGREE_MAX || !(width > 0))
        return false;
    Quad c[ORACLE_TAYLOR_MAX], power = 1; /* of u/width: all coefficients of about one size */
    for (int i = 0; i < n_p + n_q; i++, power *= width) c[i] = r->c[i] * power;
    Quad a[ROOTS_DEGREE_MAX * ROOTS_DEGREE_MAX], q[ROOTS_DEGREE_MAX + 1] = {1};
    for (int i = 0; i < k; i++) {
        for (int j = 0; j < k; j++) a[i * k + j] = m + i - j >= 0 ? c[m + i - j] : 0;
        q[i + 1] = -c[m + i + 1];
    }
    if (k > 0 && !quad_solve(k, a, q + 1)) return false;
    Quad p[ROOTS_DEGREE_MAX + 1] = {0};
    for (int i = 0; i <= m; i++)
        for (int j = 0; j <= i && j <= k; j++) p[i] += q[j] * c[i - j];
    power = 1;
    for (int i = 0; i <= m || i <= k; i++, power /= width) {
        if (i <= m) p[i] *= power;
        if (i <= k) q[i] *= power;
    }
    roots_shift(p, m, -r->t_center);
    roots_shift(q, k, -r->t_center);
    if (q[0] == 0) return false;
    *out = (Minimax){.n_p = n_p, .n_q = n_q};
    for (int i = 0; i <= m; i++) out->p[i] = p[i] / q[0];
    for (int i = 1; i <= k; i++) out->q[i - 1] = q[i] / q[0];
    return true;
}
