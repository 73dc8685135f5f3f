#include "search/minimax.h"

#include "search/peaks.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The family is reduced to P/Q against F = (f - h)/g with the weight W = weight*|g|, on
   points sorted by t. Inside, t is mapped to u in [-1, 1] and P, Q are sums of Chebyshev
   polynomials T_k(u), Q with the coefficient 1 of T_0 (a Q without zeros has a nonzero
   mean, so that is no loss): the systems stay well conditioned whatever the scale of t.

   An optimum has K + 1 = n_p + n_q + 1 points where W*(F - P/Q) is E, -E, E, ... of largest size. The
   exchange guesses these points (the reference), makes the error there alternate by Newton's
   method on that system, which is linear and takes one step for polynomials,
   and moves the reference to the peaks of the new error curve. */

typedef struct {
    int n;           /* points */
    int n_p, n_q, k; /* k = n_p + n_q */
    Quad *F, *W;     /* [n] */
    Quad *basis;     /* [n][n_basis] values of T_j(u) */
    int n_basis;
    double *u;          /* [n] in [-1, 1], rising */
    double *error;      /* [n] weighted, of the present solution */
    Quad *q;            /* [n] its denominator */
    Quad middle, slope; /* u = slope*(t - middle) */
    const MinimaxGrid *grid;
} Problem;

/* Coefficients in the Chebyshev basis: p[0..n_p), q[1..n_q], q[0] = 1. */
typedef struct {
    Quad p[MINIMAX_COEFFICIENTS_MAX], q[MINIMAX_COEFFICIENTS_MAX + 1];
    double worst; /* largest |error| on the grid; negative: none known yet */
} Solution;

/* -- making the problem --------------------------------------------------------------- */

typedef struct {
    Quad t;
    int index;
} SortKey;

static int compare_keys(const void *a, const void *b)
{
    const SortKey *x = a, *y = b;
    if (x->t != y->t) return x->t < y->t ? -1 : 1;
    return x->index - y->index;
}

static bool is_usable(const MinimaxGrid *grid, int i)
{
    return grid->g[i] != 0 && quad_is_finite(grid->g[i]) && quad_is_finite(grid->t[i]) &&
           quad_is_finite(grid->h[i]) && quad_is_finite(grid->f[i]) && isfinite(grid->weight[i]) &&
           grid->weight[i] > 0;
}

static void problem_release(Problem *problem)
{
    free(problem->F);
    free(problem->basis);
    free(problem->u);
}

static bool problem_init(Problem *problem, const MinimaxGrid *grid, int n_p, int n_q)
{
    *problem = (Problem){.grid = grid, .n_p = n_p, .n_q = n_q, .k = n_p + n_q};
    SortKey *keys = xmalloc((size_t)grid->n * sizeof *keys);
    int n = 0;
    for (int i = 0; i < grid->n; i++)
        if (is_usable(grid, i)) keys[n++] = (SortKey){grid->t[i], i};
    qsort(keys, (size_t)n, sizeof *keys, compare_keys);
    problem->n = n;
    if (n <= problem->k || !(keys[0].t < keys[n - 1].t)) {
        free(keys);
        return false;
    }
    problem->middle = (keys[0].t + keys[n - 1].t) / 2;
    problem->slope = 2 / (keys[n - 1].t - keys[0].t);
    problem->n_basis = n_p > n_q + 1 ? n_p : n_q + 1;
    problem->F = xmalloc((size_t)n * 3 * sizeof(Quad));
    problem->W = problem->F + n;
    problem->q = problem->W + n;
    problem->basis = xmalloc((size_t)n * problem->n_basis * sizeof(Quad));
    problem->u = xmalloc((size_t)n * 2 * sizeof(double));
    problem->error = problem->u + n;
    for (int i = 0; i < n; i++) {
        const int from = keys[i].index;
        const Quad u = problem->slope * (grid->t[from] - problem->middle);
        problem->u[i] = (double)u;
        problem->F[i] = (grid->f[from] - grid->h[from]) / grid->g[from];
        problem->W[i] = grid->weight[from] * quad_abs(grid->g[from]);
        Quad *row = problem->basis + (size_t)i * problem->n_basis;
        row[0] = 1;
        if (problem->n_basis > 1) row[1] = u;
        for (int j = 2; j < problem->n_basis; j++) row[j] = 2 * u * row[j - 1] - row[j - 2];
    }
    free(keys);
    return true;
}

/* -- a solution on the grid ------------------------------------------------------------ */

static Quad row_p(const Problem *problem, const Solution *solution, int i)
{
    const Quad *row = problem->basis + (size_t)i * problem->n_basis;
    Quad sum = solution->p[0];
    for (int j = 1; j < problem->n_p; j++) sum += solution->p[j] * row[j];
    return sum;
}

static Quad row_q(const Problem *problem, const Solution *solution, int i)
{
    const Quad *row = problem->basis + (size_t)i * problem->n_basis;
    Quad sum = 1;
    for (int j = 1; j <= problem->n_q; j++) sum += solution->q[j] * row[j];
    return sum;
}

/* Fills error and q; false if Q is not positive on the whole grid (Q has mean 1). */
static bool evaluate(Problem *problem, Solution *solution)
{
    solution->worst = 0;
    for (int i = 0; i < problem->n; i++) {
        problem->q[i] = problem->n_q ? row_q(problem, solution, i) : 1;
        if (!(problem->q[i] > 0)) return false;
        const Quad p = row_p(problem, solution, i);
        const Quad value = problem->n_q ? p / problem->q[i] : p;
        problem->error[i] = (double)(problem->W[i] * (problem->F[i] - value));
        const double size = fabs(problem->error[i]);
        if (!(size <= solution->worst)) solution->worst = size;
    }
    return isfinite(solution->worst);
}

/* -- solving on a reference ------------------------------------------------------------ */

/* One Newton step for W*(F - P/Q) = s*E on the k + 1 points of the reference, s = 1, -1, ...:
   with D = F - s*E/W the equation is P - D*Q = 0; to first order in dP, dQ and dE
       dP - D*dQ + (s/W)*Q*dE = -(P - D*Q).
   `share` scales the step. */
static bool newton_step(const Problem *problem, Solution *solution, Quad *level,
                        const int *reference, double share)
{
    const int size = problem->k + 1;
    Quad *a = xmalloc((size_t)size * (size + 1) * sizeof *a), *b = a + (size_t)size * size;
    for (int r = 0; r < size; r++) {
        const int i = reference[r];
        const Quad *basis = problem->basis + (size_t)i * problem->n_basis;
        const Quad s_over_w = (r & 1 ? -1 : 1) / problem->W[i];
        const Quad d = problem->F[i] - s_over_w * *level;
        const Quad p = row_p(problem, solution, i), q = row_q(problem, solution, i);
        Quad *row = a + (size_t)r * size;
        for (int j = 0; j < problem->n_p; j++) row[j] = basis[j];
        for (int j = 1; j <= problem->n_q; j++) row[problem->n_p + j - 1] = -d * basis[j];
        row[size - 1] = s_over_w * q;
        b[r] = d * q - p;
    }
    const bool solved = quad_solve(size, a, b);
    for (int j = 0; j < problem->n_p && solved; j++) solution->p[j] += share * b[j];
    for (int j = 1; j <= problem->n_q && solved; j++)
        solution->q[j] += share * b[problem->n_p + j - 1];
    if (solved) *level += share * b[size - 1];
    free(a);
    return solved;
}

/* Newton on a fixed reference, then the error on the grid. Steps that lose the sign of Q are
   shortened. False if nothing usable came out; `solution` is then what it was. */
static bool level_reference(Problem *problem, Solution *solution, Quad *level, const int *reference)
{
    const int n_steps = problem->n_q ? 4 : 1;
    for (double share = 1; share > 0.1; share /= 2) {
        Solution trial = *solution;
        Quad trial_level = *level;
        bool solved = true;
        for (int step = 0; step < n_steps && solved; step++) {
            const Quad before = trial_level;
            solved = newton_step(problem, &trial, &trial_level, reference, share);
            if (quad_abs(trial_level - before) <= quad_abs(trial_level) * (Quad)1e-12) break;
        }
        if (!solved || !evaluate(problem, &trial)) continue;
        *solution = trial;
        *level = trial_level;
        return true;
    }
    return false;
}

static int count_alternations(const Problem *problem)
{
    int *peak = xmalloc((size_t)problem->n * sizeof *peak);
    const int n = peaks_find(problem->error, problem->n, peak);
    const int count = peaks_count(problem->error, peak, n);
    free(peak);
    return count;
}

/* -- where to start ---------------------------------------------------------------------- */

/* Grid points nearest to the n Chebyshev nodes of [-1, 1], all different, rising. */
static void chebyshev_points(const Problem *problem, int n, bool extrema, int *point)
{
    int i = 0;
    for (int j = 0; j < n; j++) {
        const double angle = extrema ? (double)j / (n - 1) : (j + 0.5) / n;
        const double u = -cos(3.14159265358979323846 * angle);
        while (i + 1 < problem->n - (n - 1 - j) && problem->u[i] < u) i++;
        if (i > 0 && (j == 0 || i - 1 > point[j - 1]) && u - problem->u[i - 1] < problem->u[i] - u)
            i--;
        point[j] = i;
        if (i + 1 < problem->n) i++;
    }
}

/* Interpolation P - F*Q = 0 at k nodes: its error has k changes of sign by construction. */
static bool interpolate(Problem *problem, Solution *solution)
{
    int node[2 * MINIMAX_COEFFICIENTS_MAX];
    const int k = problem->k;
    chebyshev_points(problem, k, false, node);
    Quad *a = xmalloc((size_t)k * (k + 1) * sizeof *a), *b = a + (size_t)k * k;
    for (int r = 0; r < k; r++) {
        const Quad *basis = problem->basis + (size_t)node[r] * problem->n_basis;
        const Quad f = problem->F[node[r]];
        for (int j = 0; j < problem->n_p; j++) a[r * k + j] = basis[j];
        for (int j = 1; j <= problem->n_q; j++) a[r * k + problem->n_p + j - 1] = -f * basis[j];
        b[r] = f;
    }
    const bool solved = quad_solve(k, a, b);
    *solution = (Solution){.q[0] = 1, .worst = -1};
    for (int j = 0; j < problem->n_p && solved; j++) solution->p[j] = b[j];
    for (int j = 1; j <= problem->n_q && solved; j++) solution->q[j] = b[problem->n_p + j - 1];
    free(a);
    return solved && evaluate(problem, solution);
}

/* Weighted least squares of (P - F*Q)/Q_before over about 4k grid points, repeated with the Q it gave
   (Sanathanan and Koerner 1963) and, after three rounds, with Lawson's weights, which raise the weight
   where the error is large. Normal equations squared away by solving them in ~113 bits with a
   little damping: good enough for a start, whatever the degeneracy. */
static bool reweighted_least_squares(Problem *problem, Solution *solution)
{
    const int k = problem->k, n_rounds = 8;
    const int n_rows = problem->n < 4 * k + 16 ? problem->n : 4 * k + 16;
    int *point = xmalloc((size_t)n_rows * sizeof *point);
    chebyshev_points(problem, n_rows, true, point);
    double *lawson = xmalloc((size_t)n_rows * sizeof *lawson);
    for (int r = 0; r < n_rows; r++) lawson[r] = 1;
    Quad *a = xmalloc(((size_t)k * k + 2 * k) * sizeof *a), *b = a + (size_t)k * k, *row = b + k;
    Solution trial = {.q[0] = 1, .worst = -1};
    *solution = trial;
    for (int round = 0; round < n_rounds; round++) {
        memset(a, 0, ((size_t)k * k + k) * sizeof *a);
        for (int r = 0; r < n_rows; r++) {
            const int i = point[r];
            const Quad *basis = problem->basis + (size_t)i * problem->n_basis;
            const Quad q = quad_abs(row_q(problem, &trial, i));
            if (q == 0) continue;
            const Quad w = problem->W[i] / q * lawson[r], f = problem->F[i];
            for (int j = 0; j < problem->n_p; j++) row[j] = w * basis[j];
            for (int j = 1; j <= problem->n_q; j++) row[problem->n_p + j - 1] = -w * f * basis[j];
            for (int j = 0; j < k; j++) {
                for (int l = 0; l <= j; l++) a[j * k + l] += row[j] * row[l];
                b[j] += row[j] * w * f;
            }
        }
        for (int j = 0; j < k; j++) {
            for (int l = j + 1; l < k; l++) a[j * k + l] = a[l * k + j];
            a[j * k + j] *= 1 + (Quad)1e-30;
        }
        if (!quad_solve(k, a, b)) break;
        for (int j = 0; j < problem->n_p; j++) trial.p[j] = b[j];
        for (int j = 1; j <= problem->n_q; j++) trial.q[j] = b[problem->n_p + j - 1];
        if (evaluate(problem, &trial) && (solution->worst < 0 || trial.worst < solution->worst))
            *solution = trial;
        if (round < 3 || !(trial.worst > 0)) continue;
        for (int r = 0; r < n_rows; r++) {
            const double size = fabs(problem->error[point[r]]) / trial.worst;
            lawson[r] *= sqrt(fmin(fmax(size, 1e-3), 1));
        }
    }
    free(a);
    free(lawson);
    free(point);
    return solution->worst >= 0 && evaluate(problem, solution);
}

/* -- the exchange ----------------------------------------------------------------------- */

/* From `solution` (evaluated) towards equal peaks; leaves the best met in `solution`. */
static void exchange(Problem *problem, Solution *solution)
{
    enum { ROUNDS = 100 };
    /* For polynomials the levelled error rises every round, whatever the largest one does meanwhile. */
    const int patience = problem->n_q ? 12 : ROUNDS;
    int *peak = xmalloc((size_t)problem->n * sizeof *peak);
    Solution now = *solution;
    Quad noise = 0; /* what 113 bits leave of the largest W*F */
    for (int i = 0; i < problem->n; i++) {
        const Quad size = quad_abs(problem->W[i] * problem->F[i]);
        if (size > noise) noise = size;
    }
    noise *= (Quad)1e-32;
    int n_worse = 0;
    for (int round = 0; round < ROUNDS && n_worse < patience; round++) {
        if (now.worst <= (double)noise) break;
        int n = peaks_find(problem->error, problem->n, peak);
        if (n < problem->k + 1) break; /* degenerate here, or down in the noise */
        n = peaks_thin(problem->error, peak, n, problem->k + 1);
        if (n != problem->k + 1) break;
        Quad level = 0;
        for (int r = 0; r < n; r++) level += fabs(problem->error[peak[r]]);
        level = level / n * (problem->error[peak[0]] > 0 ? 1 : -1);
        if (!level_reference(problem, &now, &level, peak)) break;
        if (now.worst < solution->worst) {
            *solution = now;
            n_worse = 0;
        } else {
            n_worse++;
        }
        const double flatness = now.worst / fabs((double)level);
        if (flatness <= 1 + 1e-9 || (n_worse >= 2 && flatness <= 1 + 1e-3)) break;
    }
    free(peak);
}

/* -- back to monomials in t ------------------------------------------------------------ */

/* c[0..n) over T_k(slope*(t - middle)) become coefficients of t^k, by Clenshaw's recurrence
   run on polynomials in t: b_k = c_k + 2u*b_(k+1) - b_(k+2), sum = c_0 + u*b_1 - b_2. */
static void monomials(const Problem *problem, int n, Quad *c)
{
    Quad b1[MINIMAX_COEFFICIENTS_MAX + 1] = {0}, b2[MINIMAX_COEFFICIENTS_MAX + 1] = {0};
    const Quad shift = -problem->slope * problem->middle;
    for (int k = n - 1; k >= 0; k--) {
        const int factor = k == 0 ? 1 : 2;
        Quad b0[MINIMAX_COEFFICIENTS_MAX + 1];
        for (int i = 0; i < n; i++) {
            const Quad u_times_b1 = shift * b1[i] + (i > 0 ? problem->slope * b1[i - 1] : 0);
            b0[i] = factor * u_times_b1 - b2[i] + (i == 0 ? c[k] : 0);
        }
        memcpy(b2, b1, sizeof b1);
        memcpy(b1, b0, (size_t)n * sizeof *b0);
    }
    memcpy(c, b1, (size_t)n * sizeof *c);
}

static Quad horner(const Quad *c, int n, Quad t)
{
    Quad sum = 0;
    for (int i = n - 1; i >= 0; i--) sum = sum * t + c[i];
    return sum;
}

/* The result in the caller's terms. Its error is measured with the monomials handed out, over the caller's
   points, so it includes what the conversion lost. */
static bool finish(Problem *problem, const Solution *solution, Minimax *out)
{
    const MinimaxGrid *grid = problem->grid;
    Quad p[MINIMAX_COEFFICIENTS_MAX + 1], q[MINIMAX_COEFFICIENTS_MAX + 1];
    memcpy(p, solution->p, (size_t)problem->n_p * sizeof *p);
    memcpy(q, solution->q, (size_t)(problem->n_q + 1) * sizeof *q);
    q[0] = 1;
    monomials(problem, problem->n_p, p);
    monomials(problem, problem->n_q + 1, q);
    if (q[0] == 0) return false;
    for (int i = 0; i < problem->n_p; i++) out->p[i] = p[i] / q[0];
    for (int i = 0; i < problem->n_q; i++) out->q[i] = q[i + 1] / q[0];
    out->n_p = problem->n_p;
    out->n_q = problem->n_q;
    Quad worst = 0;
    for (int i = 0; i < grid->n; i++) {
        if (!isfinite(grid->weight[i]) || !quad_is_finite(grid->f[i])) continue;
        if (!quad_is_finite(grid->t[i])) continue;
        const Quad below = 1 + grid->t[i] * horner(out->q, out->n_q, grid->t[i]);
        const Quad value = grid->h[i] + grid->g[i] * horner(out->p, out->n_p, grid->t[i]) / below;
        const Quad error = quad_abs(grid->weight[i] * (grid->f[i] - value));
        if (!(error <= worst)) worst = error;
    }
    out->error = (double)worst;
    Solution copy = *solution;
    evaluate(problem, &copy);
    out->n_alternations = count_alternations(problem);
    return isfinite(out->error);
}

/* -- all of it ------------------------------------------------------------------------- */

static bool solve(Problem *problem, Solution *best)
{
    best->worst = -1;
    static bool (*const starts[])(Problem *, Solution *) = {interpolate, reweighted_least_squares};
    for (int s = 0; s < 2; s++) {
        Solution solution;
        if (!starts[s](problem, &solution)) continue;
        exchange(problem, &solution);
        if (best->worst < 0 || solution.worst < best->worst) *best = solution;
        evaluate(problem, best);
        if (count_alternations(problem) > problem->k) break;
    }
    return best->worst >= 0;
}

/* Minimax of smaller degrees: where the optimum is degenerate (an even function by odd degrees, say),
   the system above is singular, and a smaller family, padded with zeros, has the same optimum. */
static bool solve_smaller(Minimax *out, const MinimaxGrid *grid, int n_p, int n_q)
{
    static const int less[3][2] = {{1, 1}, {0, 1}, {1, 0}};
    bool found = false;
    for (int i = 0; i < 3; i++) {
        const int p = n_p - less[i][0], q = n_q - less[i][1];
        if (p < 1 || q < 0) continue;
        Problem problem;
        Solution solution;
        Minimax smaller = {0};
        const bool ready = problem_init(&problem, grid, p, q);
        if (ready && solve(&problem, &solution) && finish(&problem, &solution, &smaller) &&
            (!found || smaller.error < out->error)) {
            *out = smaller;
            found = true;
        }
        if (ready) problem_release(&problem);
    }
    out->n_p = n_p; /* the missing coefficients are 0 */
    out->n_q = n_q;
    return found;
}

Status minimax_fit(Minimax *out, const MinimaxGrid *grid, int n_p, int n_q, Err *err)
{
    assert(n_p >= 1 && n_p <= MINIMAX_COEFFICIENTS_MAX);
    assert(n_q >= 0 && n_q < MINIMAX_COEFFICIENTS_MAX);
    Problem problem;
    if (!problem_init(&problem, grid, n_p, n_q))
        return fail(err, ERR_INPUT, "%d usable points are too few for %d coefficients", problem.n,
                    n_p + n_q);
    *out = (Minimax){0};
    Solution solution;
    bool found = solve(&problem, &solution) && finish(&problem, &solution, out);
    problem_release(&problem);
    if (n_q > 0 && (!found || out->n_alternations <= n_p + n_q)) {
        Minimax smaller = {0};
        if (solve_smaller(&smaller, grid, n_p, n_q) && (!found || smaller.error < out->error)) {
            *out = smaller;
            found = true;
        }
    }
    if (!found)
        return fail(err, ERR_UNSUPPORTED,
                    "no approximation P/Q with %d and %d coefficients was found "
                    "that has no pole among the points",
                    n_p, n_q);
    return OK;
}

int minimax_shortest(Quad *p, const MinimaxGrid *grid, int n_least, int n_most, double wanted)
{
    for (int n = n_least; n <= n_most; n++) {
        Minimax fit;
        if (minimax_fit(&fit, grid, n, 0, NULL) != OK || fit.error > wanted) continue;
        memcpy(p, fit.p, (size_t)n * sizeof *p);
        return n;
    }
    return 0;
}
