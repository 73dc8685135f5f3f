/* The code of a FitEngine, included once per kind of number by fit_engine_*.c, which define Num, num_sqrt,
   NUM_EPSILON, ENGINE, ENGINE_NAME and ENGINE_TRUST before. */
#include "search/fit_block.h"
#include "search/fit_descent.h"

/* -- the largest error --------------------------------------------------------------------- */

static double errors_at(FitWork *work, const FitPoints *points, const Num *c, bool strict,
                        double *error, int *worst)
{
    /* The block loaded for least squares comes back afterwards. */
    const Block saved = work->block;
    double largest = 0;
    start_signs(work, strict);
    for (int start = 0; start < points->n && largest < INFINITY; start += N) {
        const int n = points->n - start < N ? points->n - start : N;
        load_block(work, points, start, n, NULL);
        Num r[N];
        if (!forward(work, c)) {
            largest = INFINITY;
            break;
        }
        residuals(work, r);
        for (int p = 0; p < n; p++) {
            const double e = (double)r[p];
            if (error) error[start + p] = e;
            if (fabs(e) <= largest) continue;
            largest = isfinite(e) ? fabs(e) : INFINITY;
            if (worst) *worst = start + p;
        }
    }
    work->block = saved;
    return largest;
}

static double error_of(FitWork *work, const FitPoints *points, const Quad *c, bool strict,
                       double *error, int *worst)
{
    Num now[K_MAX];
    for (int i = 0; i < work->tape->n_free; i++) now[i] = (Num)c[i];
    if (worst) *worst = 0;
    return errors_at(work, points, now, strict, error, worst);
}

/* -- exchange -------------------------------------------------------------------------------- */

/* How many constants count: the rank of the derivatives at the loaded points, columns scaled to 1, by pivoted
   Gram-Schmidt. */
static int rank_at(FitWork *work, const Num *c)
{
    start_signs(work, true);
    if (!forward(work, c)) return 0;
    backward(work);
    const int k = work->tape->n_free, n = rows(work);
    Num column[K_MAX][N];
    for (int j = 0; j < k; j++) {
        copy(column[j], work->adjoint[work->tape->free[j]], n);
        const Num length = num_sqrt(dot(n, column[j], column[j]));
        for (int p = 0; p < n && length > 0; p++) column[j][p] /= length;
    }
    int rank = 0;
    for (; rank < k; rank++) {
        int pivot = rank;
        for (int j = rank + 1; j < k; j++)
            if (dot(n, column[j], column[j]) > dot(n, column[pivot], column[pivot])) pivot = j;
        const Num length = num_sqrt(dot(n, column[pivot], column[pivot]));
        if (!(length > 4096 * NUM_EPSILON)) break;
        Num q[N];
        copy(q, column[pivot], n);
        copy(column[pivot], column[rank], n);
        for (int p = 0; p < n; p++) q[p] /= length;
        for (int j = rank + 1; j < k; j++) add_scaled(n, column[j], -dot(n, q, column[j]), q);
    }
    return rank;
}

/* The damped Newton step: over the m points of the loaded block, minimise
       sum (r + J*dc - sign*E)^2 + regularisation * (|J_k|*dc_k)^2
   by Householder on the stacked matrix. Returns false if nothing finite comes out. */
static bool alternation_step(FitWork *work, int m, const Num *r, const signed char *sign,
                             Num regularisation, Num *dc)
{
    enum { ROWS = K_MAX + 1 + K_MAX };
    const int k = work->tape->n_free, rows = m + k, columns = k + 1;
    Num(*a)[ROWS] = xcalloc((size_t)columns + 1, sizeof *a), length[K_MAX];
    for (int j = 0; j < k; j++) {
        const Num *from = work->adjoint[work->tape->free[j]];
        Num square = 0;
        for (int p = 0; p < m; p++) square += from[p] * from[p];
        length[j] = square > 0 ? num_sqrt(square) : 1;
        for (int p = 0; p < m; p++) a[j][p] = from[p] / length[j];
        a[j][m + j] = num_sqrt(regularisation);
    }
    for (int p = 0; p < m; p++) {
        a[k][p] = -sign[p];
        a[columns][p] = -r[p];
    }
    for (int j = 0; j < columns; j++) {
        Num square = 0;
        for (int p = j; p < rows; p++) square += a[j][p] * a[j][p];
        if (!(square > 0)) continue;
        const Num norm = num_sqrt(square), diagonal = a[j][j] > 0 ? -norm : norm;
        a[j][j] -= diagonal;
        const Num scale = -1 / (diagonal * a[j][j]);
        for (int l = j + 1; l <= columns; l++) {
            Num sum = 0;
            for (int p = j; p < rows; p++) sum += a[j][p] * a[l][p];
            for (int p = j; p < rows; p++) a[l][p] -= scale * sum * a[j][p];
        }
        a[j][j] = diagonal;
    }
    bool is_good = true;
    for (int j = columns - 1; j >= 0; j--) {
        Num sum = a[columns][j];
        for (int l = j + 1; l < columns; l++) sum -= a[l][j] * a[columns][l];
        a[columns][j] = a[j][j] != 0 ? sum / a[j][j] : 0;
        is_good = is_good && is_finite(a[columns][j]);
    }
    for (int j = 0; j < k && is_good; j++) dc[j] = a[columns][j] / length[j];
    free(a);
    return is_good;
}

typedef struct {
    FitWork *work;
    const FitPoints *points;
    int rank;
    double *error, *trial_error; /* of `c` at the points, and of what is tried instead */
    int *peak;
} Exchange;

/* How far the errors at the m points are from +-E in turn, as a share of E, their mean. */
static Num unlevelled(int m, const Num *r, const signed char *sign)
{
    Num mean = 0, worst = 0;
    for (int p = 0; p < m; p++) mean += sign[p] * r[p] / m;
    for (int p = 0; p < m; p++) {
        const Num off = num_abs(sign[p] * r[p] - mean);
        if (!(off <= worst)) worst = off;
    }
    return worst / num_abs(mean);
}

/* The values of the constants for which the errors at m peaks are +-E in turn, by Newton's method, since one step of it
   runs off the curved floor of a valley that is much narrower than the step. The loaded block is that of the peaks. */
static bool level_errors(FitWork *work, int m, const signed char *sign, Num regularisation, Num *c)
{
    enum { STEPS = 12 };
    const int k = work->tape->n_free;
    Num before = INFINITY;
    for (int step = 0; step < STEPS; step++) {
        Num r[N], dc[K_MAX];
        start_signs(work, true);
        if (!forward(work, c)) return false;
        residuals(work, r);
        if (step > 0) {
            const Num off = unlevelled(m, r, sign);
            if (off <= (Num)1e-9) return true;
            if (!(off < 1000 * before)) return false;
            if (step > 3 && !(off < before)) return off < (Num)0.1;
            before = off;
        }
        backward(work);
        if (!alternation_step(work, m, r, sign, regularisation, dc)) return false;
        for (int j = 0; j < k; j++) c[j] += dc[j];
    }
    return before < (Num)0.1;
}

/* One round: the reference, the constants that level the errors there, or as much of the way as helps.
   Returns the largest error, unchanged if nothing helped. */
static double exchange_round(Exchange *x, Num *c, double largest)
{
    const Num damping[] = {NUM_EPSILON * NUM_EPSILON,
                           (Num)1e-30,
                           (Num)1e-16,
                           (Num)1e-10,
                           (Num)1e-6,
                           (Num)1e-3,
                           (Num)1e-1};
    FitWork *work = x->work;
    const int k = work->tape->n_free;
    int m = peaks_find(x->error, x->points->n, x->peak);
    m = peaks_thin(x->error, x->peak, m, x->rank + 1);
    if (m == 0) return largest; /* no error at all */
    signed char sign[N];
    for (int p = 0; p < m; p++) sign[p] = x->error[x->peak[p]] > 0 ? 1 : -1;
    const Block saved = work->block;
    Block reference;
    load_block(work, x->points, 0, m, x->peak);
    reference = work->block;
    double best = largest;
    for (size_t d = 0; d < sizeof damping / sizeof *damping && best == largest; d++) {
        Num full[K_MAX], trial[K_MAX];
        memcpy(full, c, (size_t)k * sizeof *c);
        work->block = reference;
        if (!level_errors(work, m, sign, damping[d], full)) continue;
        for (double share = 1; share > 0.1; share /= 2) {
            for (int j = 0; j < k; j++) trial[j] = c[j] + (Num)share * (full[j] - c[j]);
            const double e = errors_at(work, x->points, trial, true, x->trial_error, NULL);
            if (!(e < largest)) continue;
            memcpy(c, trial, (size_t)k * sizeof *c);
            double *old = x->error;
            x->error = x->trial_error;
            x->trial_error = old;
            best = e;
            break;
        }
    }
    work->block = saved;
    return best;
}

static double exchange(FitWork *work, const FitPoints *points, Quad *c, int *n_alternations,
                       int *rank)
{
    enum { ROUNDS = 60 };
    const int k = work->tape->n_free, n = points->n;
    Num now[K_MAX];
    for (int i = 0; i < k; i++) now[i] = (Num)c[i];
    Exchange x = {work, points, 0, NULL, NULL, NULL};
    x.error = xmalloc((size_t)n * 2 * sizeof(double));
    double *const errors = x.error;
    x.trial_error = x.error + n;
    x.peak = xmalloc((size_t)n * sizeof(int));
    double largest = errors_at(work, points, now, true, x.error, NULL);
    x.rank = rank_at(work, now);
    for (int round = 0; round < ROUNDS && isfinite(largest) && x.rank > 0; round++) {
        const double before = largest;
        largest = exchange_round(&x, now, before);
        if (!(largest < before * (1 - 1e-7))) break;
    }
    *n_alternations = 0;
    if (isfinite(largest)) {
        *n_alternations = peaks_count(x.error, x.peak, peaks_find(x.error, n, x.peak));
        for (int i = 0; i < k; i++) c[i] = (Quad)now[i];
    }
    *rank = x.rank;
    free(errors);
    free(x.peak);
    return largest;
}

const FitEngine ENGINE = {
    .name = ENGINE_NAME,
    .trust = ENGINE_TRUST,
    .work_new = work_new,
    .work_free = work_free,
    .reset = reset,
    .load = load,
    .least_squares = least_squares,
    .descend = descend,
    .settle = settle,
    .refine = refine,
    .error = error_of,
    .exchange = exchange,
};
