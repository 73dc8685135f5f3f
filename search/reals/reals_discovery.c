/* What a run shows for itself: the best program of every cost, polished on the domain. */
#include "search/reals/exact.h"
#include "search/reals/reals_run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

bool discovery_is_refuted(const Reals *reals, uint64_t fingerprint)
{
    for (int i = 0; i < reals->data.n_refuted; i++)
        if (reals->data.refuted[i] == fingerprint) return true;
    return false;
}

double discovery_least_error(const Reals *reals, double cost)
{
    double least = INFINITY;
    for (int s = 0; s <= archive_shelf(cost); s++)
        if (reals->data.discovery[s].is_there) least = fmin(least, reals->data.discovery[s].error);
    return least;
}

void discovery_note(Reals *reals, const Dag *dag, const char *origin, const Polish *polish)
{
    const int s = archive_shelf(dag_units(dag, &reals->ops));
    if (s < 0 || !isfinite(polish->error) || discovery_is_refuted(reals, dag_fingerprint(dag)))
        return;
    Discovery *discovery = &reals->data.discovery[s];
    if (discovery->is_there && !(polish->error < discovery->error * (1 - 1e-9))) return;
    *discovery = (Discovery){.is_there = true,
                             .dag = *dag,
                             .error = polish->error,
                             .n_alternations = polish->n_alternations,
                             .rank = polish->rank,
                             .generation = reals->data.generation};
    snprintf(discovery->origin, sizeof discovery->origin, "%s", origin);
    if (polish->error > EXACT_WORTH) return;
    Prog *prog = xmalloc(sizeof *prog);
    dag_to_prog(dag, prog);
    discovery->is_exact = exact_snap(&reals->problem->goal, prog);
    if (discovery->is_exact) discovery->error = 0;
    free(prog);
}

void discovery_of_constant(Reals *reals)
{
    Dag dag = {.leaf = DAG_CONST, .n_constants = 1};
    const FitPoints *block = &reals->approximand->level[0].block;
    dag.c[0] = block->f_hi[block->n / 2];
    Tape *tape = xmalloc(sizeof *tape);
    Polish polish;
    dag_to_tape(&dag, tape);
    if (homotopy_polish(reals->approximand, tape, dag.c, &polish))
        discovery_note(reals, &dag, "constant", &polish);
    free(tape);
}

bool discovery_of_reference(Reals *reals)
{
    bool is_exact = false;
    Prog *prog = xmalloc(sizeof *prog);
    Dag dag;
    if (exact_reference(reals->problem, prog) && dag_from_prog(&dag, prog)) {
        const Polish polish = {.error = exact_error(&reals->problem->goal, prog)};
        discovery_note(reals, &dag, "reference", &polish);
        is_exact = polish.error < 1e-50;
    }
    free(prog);
    return is_exact;
}

static void to_candidate(const Reals *reals, const Discovery *discovery, Candidate *out)
{
    dag_to_prog(&discovery->dag, &out->prog);
    if (discovery->is_exact) (void)exact_snap(&reals->problem->goal, &out->prog);
    out->error = discovery->error;
    out->cost = dag_cost(&discovery->dag, &reals->ops);
    out->ops = prog_n_ops(&out->prog);
    snprintf(out->origin, sizeof out->origin, "%s, generation %d", discovery->origin,
             discovery->generation);
}

void discovery_show(Reals *reals)
{
    SearchState *state = &reals->state;
    const double old_cost = state->best ? state->best->cost : INFINITY;
    double least = INFINITY;
    int n = 0;
    state->best = NULL;
    for (int s = 0; s < SHELVES; s++) {
        const Discovery *discovery = &reals->data.discovery[s];
        if (!discovery->is_there || !(discovery->error < least)) continue;
        least = discovery->error;
        to_candidate(reals, discovery, &reals->front[n]);
        if (state->best == NULL && least <= reals->problem->limit) {
            reals->best = reals->front[n];
            state->best = &reals->best;
        }
        n++;
    }
    if (state->best != NULL && state->best->cost != old_cost)
        reals->data.last_improved = reals->data.generation;
    state->front = reals->front;
    state->n_front = n;
    state->safest = state->best;
    state->generation = reals->data.generation;
    state->n_candidates = reals->data.n_candidates;
    state->n_fits = reals->data.n_fits;
    state->seconds = clock_seconds() - reals->started;
}

void reals_refute(Reals *reals, const Prog *prog)
{
    Dag dag;
    if (!dag_from_prog(&dag, prog) || !dag_canonicalize(&dag, &reals->ops)) return;
    const uint64_t fingerprint = dag_fingerprint(&dag);
    if (reals->data.n_refuted < REFUTED_MAX)
        reals->data.refuted[reals->data.n_refuted++] = fingerprint;
    for (int s = 0; s < SHELVES; s++) {
        Discovery *discovery = &reals->data.discovery[s];
        if (discovery->is_there && dag_fingerprint(&discovery->dag) == fingerprint)
            discovery->is_there = false;
    }
}
