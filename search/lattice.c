#include "search/lattice.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void effects_init(Effects *effects, int n_free, int n, const double *base)
{
    assert(n_free <= EFFECT_CONSTANTS && n <= EFFECT_POINTS);
    memset(effects, 0, sizeof *effects);
    effects->n_free = n_free;
    effects->n = n;
    memcpy(effects->base, base, (size_t)n * sizeof *base);
}

void effects_set(Effects *effects, int k, const double *moved, double factor)
{
    double largest = 0;
    for (int i = 0; i < effects->n; i++) {
        effects->effect[k][i] = (moved[i] - effects->base[i]) * factor;
        largest = fmax(largest, fabs(effects->effect[k][i]));
    }
    effects->largest[k] = largest;
}

void effects_finish(Effects *effects)
{
    for (int k = 0; k < effects->n_free; k++) {
        for (int l = 0; l <= k; l++) {
            double sum = 0;
            for (int i = 0; i < effects->n; i++)
                sum += effects->effect[k][i] * effects->effect[l][i];
            effects->gram[k][l] = effects->gram[l][k] = sum;
        }
    }
}

/* -- least squares ------------------------------------------------------------------------- */

typedef struct {
    int n_columns, n;
    double column[EFFECT_CONSTANTS][EFFECT_POINTS], right[EFFECT_POINTS];
    double solution[EFFECT_CONSTANTS];
} LeastSquares;

static double dot(const double *a, const double *b, int from, int n)
{
    double sum = 0;
    for (int i = from; i < n; i++) sum += a[i] * b[i];
    return sum;
}

/* Minimises |sum of solution[j]*column[j] - right| by Householder reflections, overwriting both. Columns that
   depend on earlier ones get 0. */
static void least_squares(LeastSquares *s)
{
    double diagonal[EFFECT_CONSTANTS];
    bool is_used[EFFECT_CONSTANTS];
    int row = 0;
    int row_of[EFFECT_CONSTANTS];
    for (int j = 0; j < s->n_columns; j++) {
        double *v = s->column[j];
        const double whole = sqrt(dot(v, v, 0, s->n)), below = sqrt(dot(v, v, row, s->n));
        is_used[j] = row < s->n && below > 1e-12 * whole;
        row_of[j] = row;
        if (!is_used[j]) continue;
        diagonal[j] = v[row] > 0 ? -below : below;
        v[row] -= diagonal[j];
        const double scale = -1 / (diagonal[j] * v[row]); /* 2/|v|^2 */
        for (int l = j + 1; l <= s->n_columns; l++) {
            double *w = l < s->n_columns ? s->column[l] : s->right;
            const double factor = dot(v, w, row, s->n) * scale;
            for (int i = row; i < s->n; i++) w[i] -= factor * v[i];
        }
        row++;
    }
    for (int j = s->n_columns - 1; j >= 0; j--) {
        s->solution[j] = 0;
        if (!is_used[j]) continue;
        double sum = s->right[row_of[j]];
        for (int l = j + 1; l < s->n_columns; l++) sum -= s->column[l][row_of[j]] * s->solution[l];
        s->solution[j] = sum / diagonal[j];
    }
}

/* The weighted problem for the constants listed, given the errors as they stand. */
static void solve_for(LeastSquares *s, const Effects *effects, const double *weight,
                      const double *error, const int *constant, int n_constants)
{
    s->n_columns = n_constants;
    s->n = effects->n;
    for (int i = 0; i < effects->n; i++) s->right[i] = -error[i] * weight[i];
    for (int j = 0; j < n_constants; j++)
        for (int i = 0; i < effects->n; i++)
            s->column[j][i] = effects->effect[constant[j]][i] * weight[i];
    least_squares(s);
}

/* The constants that do something, by falling effect. */
static int by_effect(const Effects *effects, int *constant)
{
    int n = 0;
    for (int k = 0; k < effects->n_free; k++) {
        if (!(effects->largest[k] > 0)) continue;
        int at = n++;
        for (; at > 0 && effects->largest[constant[at - 1]] < effects->largest[k]; at--)
            constant[at] = constant[at - 1];
        constant[at] = k;
    }
    return n;
}

static double round_noisily(double x, double noise, Rng *rng)
{
    const double fraction = x - floor(x);
    if (noise > 0 && fabs(fraction - 0.5) < noise) return rng_next(rng) >> 63 ? floor(x) : ceil(x);
    return rint(x);
}

bool effects_round(const Effects *effects, const double *weight, double noise, Rng *rng,
                   Steps *steps)
{
    int constant[EFFECT_CONSTANTS];
    const int n = by_effect(effects, constant);
    double error[EFFECT_POINTS];
    memcpy(error, effects->base, sizeof error);
    LeastSquares *s = malloc(sizeof *s);
    if (!s) abort();
    bool is_good = n > 0;
    for (int first = 0; first < n && is_good; first++) {
        solve_for(s, effects, weight, error, constant + first, n - first);
        const double step = round_noisily(s->solution[0], noise, rng);
        is_good = fabs(step) < 0x1p60;
        if (!is_good) break;
        const int k = constant[first];
        steps->at[k] += (int64_t)step;
        for (int i = 0; i < effects->n; i++) error[i] += step * effects->effect[k][i];
    }
    free(s);
    return is_good;
}

void effects_reweight(const Effects *effects, double *weight)
{
    int constant[EFFECT_CONSTANTS];
    const int n = by_effect(effects, constant);
    LeastSquares *s = malloc(sizeof *s);
    if (!s) abort();
    solve_for(s, effects, weight, effects->base, constant, n);
    double error[EFFECT_POINTS], largest = 0;
    for (int i = 0; i < effects->n; i++) {
        error[i] = effects->base[i];
        for (int j = 0; j < n; j++) error[i] += s->solution[j] * effects->effect[constant[j]][i];
        largest = fmax(largest, fabs(error[i]));
    }
    free(s);
    if (!(largest > 0)) return;
    /* Half of the usual step, and never to nothing: part of the error is rounding noise. */
    for (int i = 0; i < effects->n; i++) weight[i] *= sqrt(fmax(fabs(error[i]) / largest, 0.05));
}

void effects_compensate(const Effects *effects, int k, double step, int n_others, Rng *rng,
                        Steps *steps)
{
    enum { OTHERS_MAX = 4 };
    int other[OTHERS_MAX], n = 0;
    for (int i = 0; i < n_others && i < OTHERS_MAX; i++) {
        const int l = (int)rng_below(rng, (uint64_t)effects->n_free);
        bool is_new = l != k && effects->largest[l] > 0;
        for (int j = 0; j < n; j++) is_new = is_new && other[j] != l;
        if (is_new) other[n++] = l;
    }
    /* gram[other][other] * x = -step * gram[other][k] by elimination; it is positive definite or nearly singular. */
    double a[OTHERS_MAX][OTHERS_MAX + 1];
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) a[i][j] = effects->gram[other[i]][other[j]];
        a[i][i] *= 1 + 1e-12;
        a[i][n] = -step * effects->gram[other[i]][k];
    }
    for (int i = 0; i < n; i++) {
        for (int r = i + 1; r < n; r++) {
            const double factor = a[r][i] / a[i][i];
            for (int j = i; j <= n; j++) a[r][j] -= factor * a[i][j];
        }
    }
    for (int i = n - 1; i >= 0; i--) {
        for (int j = i + 1; j < n; j++) a[i][n] -= a[i][j] * a[j][n];
        a[i][n] = rint(a[i][n] / a[i][i]); /* the ones above see the rounded value */
        if (!(fabs(a[i][n]) < 0x1p60)) return;
    }
    for (int i = 0; i < n; i++) steps->at[other[i]] += (int64_t)a[i][n];
}
