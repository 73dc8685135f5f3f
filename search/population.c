#include "search/population.h"

#include "search/pareto.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

Candidate *candidate_list_add(CandidateList *list)
{
    if (list->n == list->capacity) {
        list->capacity = list->capacity ? 2 * list->capacity : 16;
        list->item = xrealloc(list->item, (size_t)list->capacity * sizeof *list->item);
    }
    Candidate *candidate = &list->item[list->n++];
    memset(candidate, 0, sizeof *candidate);
    return candidate;
}

void candidate_list_release(CandidateList *list)
{
    free(list->item);
    *list = (CandidateList){0};
}

void population_init(Population *population, int limit, double target)
{
    *population = (Population){.limit = limit, .target = target};
}

void population_release(Population *population)
{
    candidate_list_release(&population->members);
    free(population->hash);
    *population = (Population){0};
}

bool population_add(Population *population, const Candidate *candidate)
{
    CandidateList *members = &population->members;
    if (!isfinite(candidate->error)) return false;
    const uint64_t hash = prog_hash(&candidate->prog);
    for (int i = 0; i < members->n; i++) {
        const Candidate *other = &members->item[i];
        if (population->hash[i] == hash) return false;
        /* The same cost and the same error to nine digits: one more way to write the same thing. */
        if (other->cost != candidate->cost) continue;
        if (fabs(other->error - candidate->error) <= 1e-9 * other->error) return false;
    }
    *candidate_list_add(members) = *candidate;
    population->hash =
        xrealloc(population->hash, (size_t)members->capacity * sizeof *population->hash);
    population->hash[members->n - 1] = hash;
    return true;
}

static Pair *pairs_of(const Population *population)
{
    const CandidateList *members = &population->members;
    Pair *pair = xmalloc((size_t)(members->n + 1) * sizeof *pair);
    for (int i = 0; i < members->n; i++)
        pair[i] = (Pair){fmax(members->item[i].error, population->target), members->item[i].cost};
    return pair;
}

void population_trim(Population *population)
{
    CandidateList *members = &population->members;
    const int n = members->n;
    const int n_kept = n < population->limit ? n : population->limit;
    if (n == 0) return;
    Pair *pair = pairs_of(population);
    int *order = xmalloc((size_t)n * sizeof *order);
    int *front = xmalloc((size_t)n * sizeof *front);
    CandidateList kept = {0};
    uint64_t *hash = xmalloc((size_t)n * sizeof *hash);
    pareto_order(pair, n, order);
    population->n_front = pareto_front(pair, n, front);
    if (population->n_front > n_kept) population->n_front = n_kept;
    for (int k = 0; k < n_kept; k++) {
        *candidate_list_add(&kept) = members->item[order[k]];
        hash[k] = population->hash[order[k]];
    }
    population->hash = xrealloc(population->hash, (size_t)kept.capacity * sizeof *population->hash);
    memcpy(population->hash, hash, (size_t)n_kept * sizeof *hash);
    candidate_list_release(members);
    *members = kept;
    free(hash);
    free(front);
    free(order);
    free(pair);
}

const Candidate *population_pick(const Population *population, Rng *rng)
{
    const int n = population->members.n;
    if (n == 0) return NULL;
    if (population->n_front > 0 && rng_below(rng, 2) == 0)
        return &population->members.item[rng_below(rng, (uint64_t)population->n_front)];
    const int a = (int)rng_below(rng, (uint64_t)n), b = (int)rng_below(rng, (uint64_t)n);
    return &population->members.item[a < b ? a : b];
}

const Candidate *population_best(const Population *population, double limit)
{
    const Candidate *best = NULL;
    for (int i = 0; i < population->members.n; i++) {
        const Candidate *candidate = &population->members.item[i];
        if (candidate->error > limit) continue;
        if (best == NULL || candidate->cost < best->cost ||
            (candidate->cost == best->cost && candidate->error < best->error))
            best = candidate;
    }
    return best;
}
