#include "search/pareto.h"

#include "runtime/base/err.h"

#include <math.h>
#include <stdlib.h>

bool pareto_dominates(Pair a, Pair b)
{
    return a.error <= b.error && a.cost <= b.cost && (a.error < b.error || a.cost < b.cost);
}

/* An index with the keys it is sorted by: first, then second, then the index itself, all rising. */
typedef struct {
    double first, second;
    int index;
} Key;

static int compare_keys(const void *left, const void *right)
{
    const Key *a = left, *b = right;
    if (a->first != b->first) return a->first < b->first ? -1 : 1;
    if (a->second != b->second) return a->second < b->second ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

/* Pairs are visited by rising cost, then error. Then only earlier ones can dominate a pair, and
   among the earlier ones of a rank it is enough to look at the smallest error: a pair belongs to the
   first rank whose smallest error is above its own. */
void pareto_rank(const Pair *pair, int n, int *rank)
{
    if (n == 0) return;
    Key *key = xmalloc((size_t)n * sizeof *key);
    double *smallest = xmalloc((size_t)n * sizeof *smallest);
    int n_ranks = 0;
    for (int i = 0; i < n; i++) key[i] = (Key){pair[i].cost, pair[i].error, i};
    qsort(key, (size_t)n, sizeof *key, compare_keys);
    for (int k = 0; k < n; k++) {
        const int i = key[k].index;
        int r = 0;
        while (r < n_ranks && smallest[r] <= pair[i].error) r++;
        if (r == n_ranks) n_ranks++;
        smallest[r] = pair[i].error;
        rank[i] = r;
    }
    free(smallest);
    free(key);
}

static double log_error(double error)
{
    if (error < 1e-300) return -300;
    return error < 1e300 ? log10(error) : 300;
}

void pareto_crowding(const Pair *pair, int n, const int *rank, double *crowding)
{
    if (n == 0) return;
    Key *key = xmalloc((size_t)n * sizeof *key);
    for (int i = 0; i < n; i++) key[i] = (Key){rank[i], pair[i].cost, i};
    qsort(key, (size_t)n, sizeof *key, compare_keys);
    for (int first = 0, end; first < n; first = end) {
        end = first + 1;
        while (end < n && key[end].first == key[first].first) end++;
        const Pair head = pair[key[first].index], tail = pair[key[end - 1].index];
        const double cost_span = tail.cost - head.cost > 0 ? tail.cost - head.cost : 1;
        const double error_span = fabs(log_error(head.error) - log_error(tail.error)) + 1e-300;
        for (int k = first; k < end; k++) {
            const int i = key[k].index;
            crowding[i] = INFINITY;
            if (k == first || k == end - 1) continue;
            const Pair before = pair[key[k - 1].index], after = pair[key[k + 1].index];
            crowding[i] = (after.cost - before.cost) / cost_span +
                          fabs(log_error(before.error) - log_error(after.error)) / error_span;
        }
    }
    free(key);
}

void pareto_order(const Pair *pair, int n, int *order)
{
    if (n == 0) return;
    int *rank = xmalloc((size_t)n * sizeof *rank);
    double *crowding = xmalloc((size_t)n * sizeof *crowding);
    Key *key = xmalloc((size_t)n * sizeof *key);
    pareto_rank(pair, n, rank);
    pareto_crowding(pair, n, rank, crowding);
    for (int i = 0; i < n; i++) key[i] = (Key){rank[i], -crowding[i], i};
    qsort(key, (size_t)n, sizeof *key, compare_keys);
    for (int i = 0; i < n; i++) order[i] = key[i].index;
    free(key);
    free(crowding);
    free(rank);
}

int pareto_front(const Pair *pair, int n, int *front)
{
    if (n == 0) return 0;
    int *rank = xmalloc((size_t)n * sizeof *rank);
    Key *key = xmalloc((size_t)n * sizeof *key);
    int n_front = 0;
    pareto_rank(pair, n, rank);
    for (int i = 0; i < n; i++)
        if (rank[i] == 0) key[n_front++] = (Key){pair[i].cost, pair[i].error, i};
    qsort(key, (size_t)n_front, sizeof *key, compare_keys);
    for (int k = 0; k < n_front; k++) front[k] = key[k].index;
    free(key);
    free(rank);
    return n_front;
}
