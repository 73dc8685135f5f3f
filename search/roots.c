#include "search/roots.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* -- complex numbers ------------------------------------------------------------------- */

static Complex minus(Complex a, Complex b) { return (Complex){a.re - b.re, a.im - b.im}; }
static Complex times(Complex a, Complex b)
{
    return (Complex){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}
static Quad square_size(Complex a) { return a.re * a.re + a.im * a.im; }
static Complex inverse(Complex a)
{
    const Quad size = square_size(a);
    return (Complex){a.re / size, -a.im / size};
}

static int compare_roots(const void *left, const void *right)
{
    const Complex *a = left, *b = right;
    if (a->re != b->re) return a->re < b->re ? -1 : 1;
    return a->im < b->im ? -1 : a->im > b->im;
}

/* p(x)/p'(x) */
static Complex newton_step(const Quad *c, int n, Complex x)
{
    Complex p = {c[n], 0}, slope = {0, 0};
    for (int i = n - 1; i >= 0; i--) {
        slope = times(slope, x);
        slope.re += p.re, slope.im += p.im;
        p = times(p, x);
        p.re += c[i];
    }
    if (square_size(p) == 0) return (Complex){0, 0};
    return times(p, inverse(slope));
}

/* About where the roots are: the geometric mean of their sizes, of those that are not 0. */
static double typical_size(const Quad *c, int n)
{
    int low = 0;
    while (c[low] == 0) low++;
    if (low == n) return 1;
    return pow((double)quad_abs(c[low] / c[n]), 1.0 / (n - low));
}

/* Aberth's iteration: Newton's, each root pushed away from the others. */
bool roots_complex(const Quad *c, int n, Complex *root)
{
    enum { ROUNDS = 200 };
    assert(n >= 1 && n <= ROOTS_DEGREE_MAX && c[n] != 0 && "a polynomial of this degree");
    const double radius = typical_size(c, n);
    if (!isfinite(radius)) return false;
    for (int i = 0; i < n; i++) {
        const double angle = 2 * M_PI * i / n + 0.4; /* off the axis, where conjugates would tie */
        root[i] = (Complex){radius * cos(angle), radius * sin(angle)};
    }
    bool is_settled = false;
    for (int round = 0; round < ROUNDS && !is_settled; round++) {
        is_settled = true;
        for (int i = 0; i < n; i++) {
            const Complex newton = newton_step(c, n, root[i]);
            Complex push = {0, 0};
            for (int j = 0; j < n; j++) {
                const Complex distance = minus(root[i], root[j]);
                if (j == i || square_size(distance) == 0) continue;
                const Complex away = inverse(distance);
                push.re += away.re, push.im += away.im;
            }
            const Complex share = minus((Complex){1, 0}, times(newton, push));
            if (square_size(share) == 0) return false;
            const Complex step = times(newton, inverse(share));
            root[i] = minus(root[i], step);
            if (!quad_is_finite(root[i].re) || !quad_is_finite(root[i].im)) return false;
            const Quad size = square_size(root[i]);
            if (square_size(step) > size * (Quad)1e-60) is_settled = false;
        }
        /* The last bits of multiple roots never settle; what is there is then as good as it gets. */
        if (round == ROUNDS - 1) is_settled = true;
    }
    qsort(root, (size_t)n, sizeof *root, compare_roots);
    return is_settled;
}

/* -- real roots ------------------------------------------------------------------------ */

static Quad horner(const Quad *c, int n, Quad x)
{
    Quad sum = c[n];
    for (int i = n - 1; i >= 0; i--) sum = sum * x + c[i];
    return sum;
}

/* Between a and b, where c has different signs. */
static Quad bisect(const Quad *c, int n, Quad a, Quad b)
{
    const bool is_negative = horner(c, n, a) < 0;
    for (int i = 0; i < 240; i++) {
        const Quad middle = a + (b - a) / 2;
        if (middle == a || middle == b) break;
        const Quad value = horner(c, n, middle);
        if (value == 0) return middle;
        *((value < 0) == is_negative ? &a : &b) = middle;
    }
    return a;
}

/* Between the extremes, which are the roots of the derivative, there is one root or none. */
int roots_real(const Quad *c, int n, Quad *root)
{
    assert(n >= 0 && n <= ROOTS_DEGREE_MAX);
    if (n == 0 || c[n] == 0) return 0;
    if (n == 1) {
        root[0] = -c[0] / c[1];
        return 1;
    }
    Quad slope[ROOTS_DEGREE_MAX + 1], extreme[ROOTS_DEGREE_MAX + 2];
    for (int i = 1; i <= n; i++) slope[i - 1] = i * c[i];
    Quad reach = 0, size = 0; /* Cauchy's bound of the roots */
    for (int i = 0; i < n; i++)
        if (quad_abs(c[i]) > reach) reach = quad_abs(c[i]);
    reach = 1 + reach / quad_abs(c[n]);
    const int n_extremes = roots_real(slope, n - 1, extreme + 1);
    extreme[0] = -reach;
    extreme[n_extremes + 1] = reach;
    int found = 0;
    for (int i = 0; i <= n_extremes; i++) {
        const Quad a = extreme[i], b = extreme[i + 1];
        const Quad at_a = horner(c, n, a), at_b = horner(c, n, b);
        Quad power = 1;
        size = 0;
        for (int k = 0; k <= n; k++, power *= quad_abs(b)) size += quad_abs(c[k]) * power;
        const bool touches = i < n_extremes && quad_abs(at_b) <= size * (Quad)1e-31;
        if (touches)
            root[found++] = b;
        else if ((at_a < 0) != (at_b < 0) && !(found > 0 && root[found - 1] == a))
            root[found++] = bisect(c, n, a, b);
    }
    return found;
}

void roots_shift(Quad *c, int n, Quad shift)
{
    for (int i = 0; i < n; i++)
        for (int k = n - 1; k >= i; k--) c[k] += shift * c[k + 1];
}
