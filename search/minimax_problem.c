#include "search/minimax_problem.h"

#include <math.h>
#include <stdlib.h>

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

void minimax_release(MinimaxProblem *problem)
{
    free(problem->F);
    free(problem->basis);
    free(problem->u);
}

bool minimax_init(MinimaxProblem *problem, const MinimaxGrid *grid, int n_p, int n_q)
{
    *problem = (MinimaxProblem){.grid = grid, .n_p = n_p, .n_q = n_q, .k = n_p + n_q};
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

Quad minimax_p(const MinimaxProblem *problem, const MinimaxSolution *solution, int i)
{
    const Quad *row = problem->basis + (size_t)i * problem->n_basis;
    Quad sum = solution->p[0];
    for (int j = 1; j < problem->n_p; j++) sum += solution->p[j] * row[j];
    return sum;
}

Quad minimax_q(const MinimaxProblem *problem, const MinimaxSolution *solution, int i)
{
    const Quad *row = problem->basis + (size_t)i * problem->n_basis;
    Quad sum = 1;
    for (int j = 1; j <= problem->n_q; j++) sum += solution->q[j] * row[j];
    return sum;
}

bool minimax_evaluate(MinimaxProblem *problem, MinimaxSolution *solution)
{
    solution->worst = 0;
    for (int i = 0; i < problem->n; i++) {
        problem->q[i] = problem->n_q ? minimax_q(problem, solution, i) : 1;
        if (!(problem->q[i] > 0)) return false;
        const Quad p = minimax_p(problem, solution, i);
        const Quad value = problem->n_q ? p / problem->q[i] : p;
        problem->error[i] = (double)(problem->W[i] * (problem->F[i] - value));
        const double size = fabs(problem->error[i]);
        if (!(size <= solution->worst)) solution->worst = size;
    }
    return isfinite(solution->worst);
}

/* -- solving on a reference ------------------------------------------------------------ */
