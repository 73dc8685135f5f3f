/* Taylor coefficients of gamma, log |gamma| and zeta, by Euler-Maclaurin summation. */
#include "runtime/oracle/jet.h"

#include <math.h>

/* -- gamma and log |gamma| -------------------------------------------------------------- */

/* B(2m)/(2m)! = (-1)^(m+1) * 2 zeta(2m)/(2 pi)^(2m). */
static mpfi_srcptr bernoulli(Jets *j, int m)
{
    while (j->n_bernoulli < m) {
        const int next = j->n_bernoulli++ + 1;
        mpfi_ptr r = j->bernoulli[next - 1], power = j->t[0];
        mpfi_init2(r, j->bits);
        mpfi_const_pi(power);
        mpfi_mul_ui(power, power, 2);
        mpfi_set_ui(r, 1);
        for (int i = 0; i < 2 * next; i++) mpfi_mul(r, r, power);
        mpfr_zeta_ui(&power->left, 2ul * (unsigned)next, MPFR_RNDD);
        mpfr_zeta_ui(&power->right, 2ul * (unsigned)next, MPFR_RNDU);
        mpfi_div(r, power, r);
        mpfi_mul_si(r, r, next % 2 ? 2 : -2);
    }
    return j->bernoulli[m - 1];
}

/* c[k] = (-1)^k zeta(k, u)/k for k >= 2 and psi(u) for k = 1, by Euler-Maclaurin summation:
   with z = u + N,
     zeta(k, u) = sum_{i<N} (u+i)^-k + z^(1-k)/(k-1) + z^-k/2
                + sum_{m=1..M} B(2m)/(2m)! * k(k+1)...(k+2m-2) * z^(-k-2m+1) + rest,
   and likewise psi with log z in place of the second term and all signs changed. (z+t)^-k and its
   derivatives keep their signs, so the rest is between 0 and the first term left out. */
static void polygamma(Jets *j, mpfi_t *c, int n, mpfi_srcptr u, int n_shifts, int n_terms)
{
    mpfi_t z, inverse, power, b, term, square;
    mpfi_ptr all[] = {z, inverse, power, b, term, square};
    for (int i = 0; i < 6; i++) mpfi_init2(all[i], j->bits);
    for (int k = 1; k <= n; k++) mpfi_set_ui(c[k], 0);
    for (int i = 0; i < n_shifts; i++) {
        mpfi_add_ui(inverse, u, (unsigned)i);
        mpfi_ui_div(inverse, 1, inverse);
        mpfi_set(power, inverse);
        for (int k = 1; k <= n; k++) {
            mpfi_add(c[k], c[k], power);
            mpfi_mul(power, power, inverse);
        }
    }
    mpfi_add_ui(z, u, (unsigned)n_shifts);
    mpfi_ui_div(inverse, 1, z);
    mpfi_sqr(square, inverse);
    mpfi_set_ui(power, 1); /* z^(1-k) */
    for (int k = 1; k <= n; k++) {
        if (k > 1) {
            mpfi_div_ui(term, power, (unsigned)k - 1);
            mpfi_add(c[k], c[k], term);
        } else {
            mpfi_log(term, z);
            mpfi_sub(c[k], c[k], term);
        }
        mpfi_mul(power, power, inverse);
        mpfi_div_ui(term, power, 2);
        mpfi_add(c[k], c[k], term);
    }
    /* The Bernoulli sums, m outside so that each number is had once; aux[k] is
       k(k+1)...(k+2m-2) z^(-k-2m+1). */
    mpfi_set(b, square);
    for (int k = 1; k <= n; k++) {
        mpfi_mul_ui(j->aux[k], b, (unsigned)k);
        mpfi_mul(b, b, inverse);
    }
    for (int m = 1; m <= n_terms + 1; m++) {
        for (int k = 1; k <= n; k++) {
            mpfi_mul(term, bernoulli(j, m), j->aux[k]);
            if (m > n_terms) mpfi_put_ui(term, 0);
            mpfi_add(c[k], c[k], term);
            mpfi_mul(j->aux[k], j->aux[k], square);
            mpfi_mul_ui(j->aux[k], j->aux[k],
                        (unsigned long)(k + 2 * m - 1) * (unsigned)(k + 2 * m));
        }
    }
    for (int k = 1; k <= n; k++) mpfi_div_si(c[k], c[k], k % 2 ? -k : k);
    for (int i = 0; i < 6; i++) mpfi_clear(all[i]);
}

bool jet_gamma(Jets *j, Op op, mpfi_t *c, int n, mpfi_srcptr u)
{
    enum { SHIFTS_MAX = 4000 };
    if (!jet_value(j, op, c[0], u)) return false;
    /* With z about bits/5 the terms fall until about the 3/4*z-th, to below 2^-bits. */
    const double least = mpfr_get_d(&u->left, MPFR_RNDD), reach = 8 + (double)j->bits / 5;
    const double shifts = ceil(fmax(0, reach - least));
    const int n_terms = (int)(3 * reach / 4);
    if (!(shifts <= SHIFTS_MAX) || n_terms >= BERNOULLI_MAX) return false;
    /* gamma(u) was found to be smooth, so no u + i has a zero: no pole in u. */
    polygamma(j, c, n, u, (int)shifts, n_terms);
    if (op == OP_LGAMMA) return true;
    /* y = exp(l): k y[k] = sum i l[i] y[k-i]. */
    mpfi_ptr term = j->t[0];
    for (int k = 1; k <= n; k++) mpfi_mul_ui(j->aux[k], c[k], (unsigned)k);
    for (int k = 1; k <= n; k++) {
        mpfi_set_ui(c[k], 0);
        for (int i = 1; i <= k; i++) {
            mpfi_mul(term, j->aux[i], c[k - i]);
            mpfi_add(c[k], c[k], term);
        }
        mpfi_div_ui(c[k], c[k], (unsigned)k);
    }
    return true;
}

/* -- zeta ----------------------------------------------------------------------------------- */

/* c[k] = value*(-log)^k/k!: the series of N^-(s+x) in x, for value = N^-s, log = log N. */
static void power_series(mpfi_t *c, int n, mpfi_srcptr value, mpfi_srcptr log)
{
    mpfi_set(c[0], value);
    for (int k = 1; k <= n; k++) {
        mpfi_mul(c[k], c[k - 1], log);
        mpfi_div_si(c[k], c[k], -k);
    }
}

/* p(x) <- p(x)*(a + x). */
static void times_linear(mpfi_t *p, int n, mpfi_srcptr a)
{
    for (int k = n; k >= 0; k--) {
        mpfi_mul(p[k], p[k], a);
        if (k > 0) mpfi_add(p[k], p[k], p[k - 1]);
    }
}

/* Euler-Maclaurin summation, as series in x about s:
     zeta(s+x) = sum_{i<N} i^-(s+x) + N^(1-s-x)/(s+x-1) + N^-(s+x)/2
               + N^-(s+x) sum_{m=1..M} B(2m)/(2m)! (s+x)(s+x+1)...(s+x+2m-2) N^(1-2m) + R,
     R = -integral from N of b(t) (s+x)...(s+x+2M-1) t^-(s+x+2M) dt, |b| <= |B(2M)|/(2M)!.
   With P[j] the coefficients of the product, and A = s + 2M > 1,
     |R[k]| <= |B(2M)|/(2M)! sum_{j<=k} |P[j]| I[k-j],  I[m] = integral of (log t)^m/m! t^-A
             = (N^(1-A) (log N)^m/m! + I[m-1])/(A-1). */
bool jet_zeta(Jets *j, Op op, mpfi_t *c, int n, mpfi_srcptr u)
{
    enum { REACH_MAX = 60 };
    const double s_lo = mpfr_get_d(&u->left, MPFR_RNDD);
    if (!jet_value(j, op, c[0], u)) return false;
    if (!(s_lo > -REACH_MAX)) return false;
    const int n_first = (int)(8 + (double)j->bits / 5), n_terms = 3 * n_first / 4 + REACH_MAX;
    if (n_terms >= BERNOULLI_MAX) return false;
    enum { VALUE, LOG, A, TERM, SCALE, N_NUMBERS };
    mpfi_t number[N_NUMBERS], power[JET_MAX + 1], product[JET_MAX + 1], sum[JET_MAX + 1];
    for (int i = 0; i < N_NUMBERS; i++) mpfi_init2(number[i], j->bits);
    for (int k = 0; k <= n; k++) {
        mpfi_init2(power[k], j->bits);
        mpfi_init2(product[k], j->bits);
        mpfi_init2(sum[k], j->bits);
        mpfi_set_ui(product[k], 0);
        mpfi_set_ui(sum[k], 0);
        if (k > 0) mpfi_set_ui(c[k], 0);
    }
    mpfi_ptr value = number[VALUE], log = number[LOG], a = number[A], term = number[TERM],
             scale = number[SCALE];

    for (int i = 1; i <= n_first; i++) { /* value = i^-s */
        mpfi_set_ui(log, (unsigned)i);
        mpfi_log(log, log);
        mpfi_mul(value, log, u);
        mpfi_neg(value, value);
        mpfi_exp(value, value);
        power_series(power, n, value, log);
        for (int k = 1; k <= n && i < n_first; k++) mpfi_add(c[k], c[k], power[k]);
    }
    /* N^(1-s-x)/(a + x), a = s - 1, in j->aux. */
    mpfi_sub_ui(a, u, 1);
    for (int k = 0; k <= n; k++) {
        mpfi_mul_ui(j->aux[k], power[k], (unsigned)n_first);
        if (k > 0) mpfi_sub(j->aux[k], j->aux[k], j->aux[k - 1]);
        mpfi_div(j->aux[k], j->aux[k], a);
        if (k > 0) mpfi_add(c[k], c[k], j->aux[k]);
    }
    /* sum = 1/2 + the Bernoulli terms without N^-(s+x); product = (s+x)...(s+x+2m-2). */
    mpfi_set_d(sum[0], 0.5);
    mpfi_set(product[0], u);
    if (n > 0) mpfi_set_ui(product[1], 1);
    mpfi_set_ui(scale, 1);
    for (int m = 1; m <= n_terms; m++) {
        mpfi_div_ui(scale, scale, (unsigned)(m == 1 ? n_first : n_first * n_first));
        mpfi_mul(term, bernoulli(j, m), scale);
        for (int k = 0; k <= n; k++) {
            mpfi_mul(value, term, product[k]);
            mpfi_add(sum[k], sum[k], value);
        }
        mpfi_add_ui(a, u, (unsigned)(2 * m - 1));
        times_linear(product, n, a);
        if (m == n_terms) break; /* with 2M factors, for the rest */
        mpfi_add_ui(a, u, (unsigned)(2 * m));
        times_linear(product, n, a);
    }
    for (int k = 1; k <= n; k++)
        for (int i = 0; i <= k; i++) {
            mpfi_mul(term, power[i], sum[k - i]);
            mpfi_add(c[k], c[k], term);
        }
    /* I[m] in aux: power[m]*N^(1-2M) is N^(1-A) (-log N)^m/m!, and scale is N^(1-2M). */
    mpfi_add_ui(a, u, (unsigned)(2 * n_terms - 1));
    for (int k = 0; k <= n; k++) {
        mpfi_abs(j->aux[k], power[k]);
        mpfi_mul(j->aux[k], j->aux[k], scale);
        if (k > 0) mpfi_add(j->aux[k], j->aux[k], j->aux[k - 1]);
        mpfi_div(j->aux[k], j->aux[k], a);
        mpfi_abs(product[k], product[k]);
    }
    for (int k = 1; k <= n; k++) {
        mpfi_set_ui(value, 0);
        for (int i = 0; i <= k; i++) {
            mpfi_mul(term, product[i], j->aux[k - i]);
            mpfi_add(value, value, term);
        }
        mpfi_mul(value, value, bernoulli(j, n_terms));
        mpfi_abs(value, value);
        mpfi_increase(c[k], &value->right);
    }
    for (int i = 0; i < N_NUMBERS; i++) mpfi_clear(number[i]);
    for (int k = 0; k <= n; k++) {
        mpfi_clear(power[k]);
        mpfi_clear(product[k]);
        mpfi_clear(sum[k]);
    }
    return true;
}
