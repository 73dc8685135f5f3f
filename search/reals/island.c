#include "search/reals/island.h"

#include "search/starts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ITERATIONS = 150,  /* of a descent */
    STARTS_NEW = 2,    /* for a structure seen for the first time */
    STARTS_HEIR = 30,  /* for one that comes from the best of a shelf */
    STARTS_MORE = 10,  /* if it then looks as if it could come in */
    STARTS_GUEST = 40, /* for one that did well on another island */
    GUESTS = 16,       /* one child in so many is such a one */
};

/* -- fitting ------------------------------------------------------------------------------------- */

/* One structure on one level. */
typedef struct {
    Starts *starts;
    Tape tape;
    Quad best[FIT_CONSTANTS_MAX];
    double error;
    uint64_t n_fits;
} Fitting;

static void fitting_init(Fitting *fitting, const ApproximandLevel *level, const Dag *dag)
{
    dag_to_tape(dag, &fitting->tape);
    fitting->starts = starts_new();
    starts_aim(fitting->starts, &fitting->tape, &level->block);
    fitting->error = INFINITY;
    fitting->n_fits = 0;
}

static void fitting_release(Fitting *fitting) { starts_free(fitting->starts); }

static void note_fit(Fitting *fitting, double error, const Quad *c)
{
    if (!isfinite(error)) return;
    fitting->n_fits++;
    if (!(error < fitting->error)) return;
    fitting->error = error;
    memcpy(fitting->best, c, (size_t)fitting->tape.n_free * sizeof *c);
}

static void descend(Fitting *fitting, Quad *c)
{
    const double error = starts_descend(fitting->starts, c, ITERATIONS, 0);
    note_fit(fitting, error, c);
}

static void descend_at_random(Fitting *fitting, int n_starts, const Deadline *deadline, Rng *rng)
{
    if (fitting->tape.n_free == 0) return;
    for (int start = 0; start < n_starts && !deadline_is_over(deadline); start++) {
        Quad c[FIT_CONSTANTS_MAX];
        const Quad *best = isfinite(fitting->error) ? fitting->best : NULL;
        const double error = starts_random(fitting->starts, start, best, c, ITERATIONS, 0, rng);
        note_fit(fitting, error, c);
    }
}

/* -- harvest --------------------------------------------------------------------------------------- */

void harvest_release(Harvest *harvest)
{
    free(harvest->item);
    free(harvest->cost);
    free(harvest->seen);
    *harvest = (Harvest){0};
}

static void harvest_add(Harvest *harvest, const Member *member, double cost)
{
    if (harvest->n == harvest->capacity) {
        harvest->capacity = harvest->capacity ? 2 * harvest->capacity : 16;
        harvest->item = xrealloc(harvest->item, (size_t)harvest->capacity * sizeof *member);
        harvest->cost = xrealloc(harvest->cost, (size_t)harvest->capacity * sizeof cost);
    }
    harvest->cost[harvest->n] = cost;
    harvest->item[harvest->n++] = *member;
}

static void harvest_note(Harvest *harvest, uint64_t fingerprint)
{
    if (harvest->n_seen == harvest->seen_capacity) {
        harvest->seen_capacity = harvest->seen_capacity ? 2 * harvest->seen_capacity : 64;
        harvest->seen =
            xrealloc(harvest->seen, (size_t)harvest->seen_capacity * sizeof *harvest->seen);
    }
    harvest->seen[harvest->n_seen++] = fingerprint;
}

static bool harvest_has_seen(const Harvest *harvest, uint64_t fingerprint)
{
    for (int i = 0; i < harvest->n_seen; i++)
        if (harvest->seen[i] == fingerprint) return true;
    return false;
}

/* -- tasks ----------------------------------------------------------------------------------------- */

/* Is it among the first of its shelf, or not far behind them? */
static bool is_promising(const Archive *archive, double error, double cost)
{
    enum { RANK = 6 };
    const int s = archive_shelf(cost);
    if (s < 0 || !isfinite(error)) return false;
    const Shelf *shelf = &archive->shelf[s];
    return shelf->n <= RANK || error < 1.5 * shelf->member[RANK]->error;
}

static void finish(const IslandContext *context, Fitting *fitting, Dag *dag, uint64_t fingerprint,
                   const char *origin, int n_starts, Harvest *harvest)
{
    harvest->n_fits += fitting->n_fits;
    if (isfinite(fitting->error)) {
        Member member = {.dag = *dag,
                         .fingerprint = fingerprint,
                         .error = fitting->error,
                         .sent_error = INFINITY,
                         .n_starts = (uint32_t)n_starts};
        memcpy(member.dag.c, fitting->best, (size_t)dag->n_constants * sizeof *dag->c);
        snprintf(member.origin, sizeof member.origin, "%s", origin);
        harvest_add(harvest, &member, dag_units(dag, context->ops));
    }
    fitting_release(fitting);
}

void island_try(const IslandContext *context, int island, const Dag *given, const char *origin,
                int n_starts, Rng *rng, Harvest *harvest)
{
    const Island *home = &context->islands[island];
    const uint64_t fingerprint = dag_fingerprint(given);
    harvest_note(harvest, fingerprint);
    Dag dag = *given;
    Fitting *fitting = xmalloc(sizeof *fitting);
    fitting_init(fitting, &context->approximand->level[home->level], &dag);
    Quad c[FIT_CONSTANTS_MAX];
    memcpy(c, dag.c, (size_t)dag.n_constants * sizeof *c);
    descend(fitting, c);
    descend_at_random(fitting, n_starts, context->deadline, rng);
    const double cost = dag_units(&dag, context->ops);
    if (is_promising(&home->archive, fitting->error, cost)) {
        descend_at_random(fitting, STARTS_MORE, context->deadline, rng);
        n_starts += STARTS_MORE;
    }
    finish(context, fitting, &dag, fingerprint, origin, n_starts, harvest);
    free(fitting);
}

/* A nonempty shelf up to the present limit, all with the same chance. */
static const Shelf *pick_shelf(const IslandContext *context, const Archive *archive, Rng *rng)
{
    int n = 0;
    const Shelf *picked = NULL;
    for (int s = 0; s < SHELVES; s++) {
        if (archive->shelf[s].n == 0 || archive->shelf[s].member[0]->dag.n > context->n_ops_max)
            continue;
        if (rng_below(rng, (uint64_t)++n) == 0) picked = &archive->shelf[s];
    }
    return picked;
}

/* A member, good ones more often. */
static const Member *pick_member(const Shelf *shelf, Rng *rng)
{
    const double u = rng_unit(rng);
    return shelf->member[(int)(u * u * shelf->n)];
}

/* A structure that did well on another island and is not known here. */
static const Member *pick_guest(const IslandContext *context, int island, Rng *rng)
{
    if (context->n_islands < 2) return NULL;
    const int from =
        (island + 1 + (int)rng_below(rng, (uint64_t)context->n_islands - 1)) % context->n_islands;
    const Shelf *shelf = pick_shelf(context, &context->islands[from].archive, rng);
    if (shelf == NULL) return NULL;
    const double u = rng_unit(rng);
    const Member *guest = shelf->member[(int)(u * u * u * shelf->n)];
    return archive_has_seen(&context->islands[island].archive, guest->fingerprint) ? NULL : guest;
}

static void vary_one(const IslandContext *context, int island, Rng *rng, Harvest *harvest)
{
    const Archive *archive = &context->islands[island].archive;
    if (rng_below(rng, GUESTS) == 0) {
        const Member *guest = pick_guest(context, island, rng);
        if (guest != NULL && !harvest_has_seen(harvest, guest->fingerprint))
            island_try(context, island, &guest->dag, "guest", STARTS_GUEST, rng, harvest);
        return;
    }
    const Shelf *shelf = pick_shelf(context, archive, rng);
    const Shelf *other = pick_shelf(context, archive, rng);
    if (shelf == NULL || other == NULL) return;
    const Member *parent = pick_member(shelf, rng), *donor = pick_member(other, rng);
    const MutateOptions options = {context->ops, &donor->dag, context->may_compose,
                                   context->n_ops_max};
    Dag child;
    const char *what;
    if (!mutate(&parent->dag, &options, rng, &child, &what)) return;
    if (archive_shelf(dag_units(&child, context->ops)) < 0) return;
    const uint64_t fingerprint = dag_fingerprint(&child);
    if (archive_has_seen(archive, fingerprint) || harvest_has_seen(harvest, fingerprint)) return;
    const bool is_heir = parent == shelf->member[0];
    island_try(context, island, &child, what, is_heir ? STARTS_HEIR : STARTS_NEW, rng, harvest);
}

void island_vary(const IslandContext *context, int island, int n, Rng *rng, Harvest *harvest)
{
    for (int i = 0; i < n && !deadline_is_over(context->deadline); i++)
        vary_one(context, island, rng, harvest);
}

void island_deepen(const IslandContext *context, int island, int n_starts, Rng *rng,
                   Harvest *harvest)
{
    const Island *home = &context->islands[island];
    const Shelf *shelf = pick_shelf(context, &home->archive, rng);
    if (shelf == NULL) return;
    /* Starts in proportion to 1/(1 + rank), so the best have thousands and all have some. */
    const Member *member = NULL;
    double least = INFINITY;
    for (int i = 0; i < shelf->n; i++) {
        const double spent = (shelf->member[i]->n_starts + 20.0) * (2 + i);
        if (spent >= least) continue;
        least = spent;
        member = shelf->member[i];
    }
    Fitting *fitting = xmalloc(sizeof *fitting);
    Dag dag = member->dag;
    fitting_init(fitting, &context->approximand->level[home->level], &dag);
    memcpy(fitting->best, dag.c, (size_t)dag.n_constants * sizeof *dag.c);
    fitting->error = member->error;
    descend_at_random(fitting, n_starts, context->deadline, rng);
    finish(context, fitting, &dag, member->fingerprint, member->origin, n_starts, harvest);
    free(fitting);
}

void island_merge(Island *island, const Harvest *harvest)
{
    for (int i = 0; i < harvest->n_seen; i++) archive_note_seen(&island->archive, harvest->seen[i]);
    for (int i = 0; i < harvest->n; i++)
        archive_add(&island->archive, &harvest->item[i], harvest->cost[i]);
}
