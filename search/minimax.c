#include "search/minimax.h"

#include "search/minimax_problem.h"
#include "search/peaks.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* An optimum has K + 1 = n_p + n_q + 1 points where W*(F - P/Q) is E, -E, E, ... of largest size. The
   exchange guesses these points (the reference), makes the error there alternate by Newton's
   method on that system, which is linear and takes one step for polynomials,
   and moves the reference to the peaks of the new error curve. */

/* -- solving on a reference ------------------------------------------------------------ */

/* One Newton step for W*(F - P/Q) = s*E on the k + 1 points of the reference, s = 1, -1, ...:
   with D = F - s*E/W the equation is P - D*Q = 0; to first order in dP, dQ and dE
       dP - D*dQ + (s/W)*Q*dE = -(P - D*Q).
   `share` scales the step. */
static bool newton_step(const MinimaxProblem *problem, MinimaxSolution *solution, Quad *level,
                        const int *reference, double share)
{
    const int size = problem->k + 1;
    Quad *a = xmalloc((size_t)size * (size + 1) * sizeof *a), *b = a + (size_t)size * size;
    for (int r = 0; r < size; r++) {
        const int i = reference[r];
        const Quad *basis = problem->basis + (size_t)i * problem->n_basis;
        const Quad s_over_w = (r & 1 ? -1 : 1) / problem->W[i];
        const Quad d = problem->F[i] - s_over_w * *level;
        const Quad p = minimax_p(problem, solution, i), q = minimax_q(problem, solution, i);
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
static bool level_reference(MinimaxProblem *problem, MinimaxSolution *solution, Quad *level,
                            const int *reference)
{
    const int n_steps = problem->n_q ? 4 : 1;
    for (double share = 1; share > 0.1; share /= 2) {
        MinimaxSolution trial = *solution;
        Quad trial_level = *level;
        bool solved = true;
        for (int step = 0; step < n_steps && solved; step++) {
            const Quad before = trial_level;
            solved = newton_step(problem, &trial, &trial_level, reference, share);
            if (quad_abs(trial_level - before) <= quad_abs(trial_level) * (Quad)1e-12) break;
        }
        if (!solved || !minimax_evaluate(problem, &trial)) continue;
        *solution = trial;
        *level = trial_level;
        return true;
    }
    return false;
}

static int count_alternations(const MinimaxProblem *problem)
{
    int *peak = xmalloc((size_t)problem->n * sizeof *peak);
    const int n = peaks_find(problem->error, problem->n, peak);
    const int count = peaks_count(problem->error, peak, n);
    free(peak);
    return count;
}

/* -- where to start ---------------------------------------------------------------------- */

/* Grid points nearest to the n Chebyshev nodes of [-1, 1], all different, rising. */
static void chebyshev_points(const MinimaxProblem *problem, int n, bool extrema, int *point)
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
static bool interpolate(MinimaxProblem *problem, MinimaxSolution *solution)
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
    *solution = (MinimaxSolution){.q[0] = 1, .worst = -1};
    for (int j = 0; j < problem->n_p && solved; j++) solution->p[j] = b[j];
    for (int j = 1; j <= problem->n_q && solved; j++) solution->q[j] = b[problem->n_p + j - 1];
    free(a);
    return solved && minimax_evaluate(problem, solution);
}

/* Weighted least squares of (P - F*Q)/Q_before over about 4k grid points, repeated with the Q it gave
   (Sanathanan and Koerner 1963) and, after three rounds, with Lawson's weights, which raise the weight
   where the error is large. Normal equations squared away by solving them in ~113 bits with a
   little damping: good enough for a start, whatever the degeneracy. */
static bool reweighted_least_squares(MinimaxProblem *problem, MinimaxSolution *solution)
{
    const int k = problem->k, n_rounds = 8;
    const int n_rows = problem->n < 4 * k + 16 ? problem->n : 4 * k + 16;
    int *point = xmalloc((size_t)n_rows * sizeof *point);
    chebyshev_points(problem, n_rows, true, point);
    double *lawson = xmalloc((size_t)n_rows * sizeof *lawson);
    for (int r = 0; r < n_rows; r++) lawson[r] = 1;
    Quad *a = xmalloc(((size_t)k * k + 2 * k) * sizeof *a), *b = a + (size_t)k * k, *row = b + k;
    MinimaxSolution trial = {.q[0] = 1, .worst = -1};
    *solution = trial;
    for (int round = 0; round < n_rounds; round++) {
        memset(a, 0, ((size_t)k * k + k) * sizeof *a);
        for (int r = 0; r < n_rows; r++) {
            const int i = point[r];
            const Quad *basis = problem->basis + (size_t)i * problem->n_basis;
            const Quad q = quad_abs(minimax_q(problem, &trial, i));
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
        if (minimax_evaluate(problem, &trial) &&
            (solution->worst < 0 || trial.worst < solution->worst))
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
    return solution->worst >= 0 && minimax_evaluate(problem, solution);
}

/* -- the exchange ----------------------------------------------------------------------- */

/* From `solution` (evaluated) towards equal peaks; leaves the best met in `solution`. */
static void exchange(MinimaxProblem *problem, MinimaxSolution *solution)
{
    enum { ROUNDS = 100 };
    /* For polynomials the levelled error rises every round, whatever the largest one does meanwhile. */
    const int patience = problem->n_q ? 12 : ROUNDS;
    int *peak = xmalloc((size_t)problem->n * sizeof *peak);
    MinimaxSolution now = *solution;
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
static void monomials(const MinimaxProblem *problem, int n, Quad *c)
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
static bool finish(MinimaxProblem *problem, const MinimaxSolution *solution, Minimax *out)
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
    MinimaxSolution copy = *solution;
    minimax_evaluate(problem, &copy);
    out->n_alternations = count_alternations(problem);
    return isfinite(out->error);
}

/* -- all of it ------------------------------------------------------------------------- */

static bool solve(MinimaxProblem *problem, MinimaxSolution *best)
{
    best->worst = -1;
    static bool (*const starts[])(MinimaxProblem *, MinimaxSolution *) = {interpolate,
                                                                          reweighted_least_squares};
    for (int s = 0; s < 2; s++) {
        MinimaxSolution solution;
        if (!starts[s](problem, &solution)) continue;
        exchange(problem, &solution);
        if (best->worst < 0 || solution.worst < best->worst) *best = solution;
        minimax_evaluate(problem, best);
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
        MinimaxProblem problem;
        MinimaxSolution solution;
        Minimax smaller = {0};
        const bool ready = minimax_init(&problem, grid, p, q);
        if (ready && solve(&problem, &solution) && finish(&problem, &solution, &smaller) &&
            (!found || smaller.error < out->error)) {
            *out = smaller;
            found = true;
        }
        if (ready) minimax_release(&problem);
    }
    out->n_p = n_p; /* the missing coefficients are 0 */
    out->n_q = n_q;
    return found;
}

Status minimax_fit(Minimax *out, const MinimaxGrid *grid, int n_p, int n_q, Err *err)
{
    assert(n_p >= 1 && n_p <= MINIMAX_COEFFICIENTS_MAX);
    assert(n_q >= 0 && n_q < MINIMAX_COEFFICIENTS_MAX);
    MinimaxProblem problem;
    if (!minimax_init(&problem, grid, n_p, n_q))
        return fail(err, ERR_INPUT, "%d usable points are too few for %d coefficients", problem.n,
                    n_p + n_q);
    *out = (Minimax){0};
    MinimaxSolution solution;
    bool found = solve(&problem, &solution) && finish(&problem, &solution, out);
    minimax_release(&problem);
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
