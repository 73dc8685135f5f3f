#include "search/reals/island.h"

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
    const Deadline *deadline;
    const ApproximandLevel *level;
    Tape tape;
    Quad best[FIT_CONSTANTS_MAX];
    double error;
    double give_up; /* errors above this are of no use; 0: all are welcome */
    uint64_t n_fits;
} Fitting;

static Fitting *fitting_new(const IslandContext *context, const Island *home, const Dag *dag)
{
    Fitting *fitting = xmalloc(sizeof *fitting);
    fitting->starts = context->starts;
    fitting->deadline = context->deadline;
    fitting->level = &context->approximand->level[home->level];
    dag_to_tape(dag, &fitting->tape);
    /* Half of the points do to find valleys; what is met there is looked at on all of them. */
    starts_aim(fitting->starts, &fitting->tape, &fitting->level->few);
    fitting->error = INFINITY;
    fitting->give_up = 0;
    fitting->n_fits = 0;
    return fitting;
}

static void keep_better(Fitting *fitting, const Quad *c, double error)
{
    fitting->n_fits++;
    if (!(error < fitting->error)) return;
    fitting->error = error;
    memcpy(fitting->best, c, (size_t)fitting->tape.n_free * sizeof *c);
}

static void descend_from(Fitting *fitting, const Quad *from)
{
    Quad c[FIT_CONSTANTS_MAX];
    memcpy(c, from, (size_t)fitting->tape.n_free * sizeof *c);
    keep_better(fitting, c, starts_descend(fitting->starts, c, ITERATIONS, fitting->give_up));
}

static void descend_at_random(Fitting *fitting, int n_starts, Rng *rng)
{
    if (fitting->tape.n_free == 0) return;
    for (int start = 0; start < n_starts && !deadline_is_over(fitting->deadline); start++) {
        Quad c[FIT_CONSTANTS_MAX];
        const Quad *best = isfinite(fitting->error) ? fitting->best : NULL;
        keep_better(
            fitting, c,
            starts_random(fitting->starts, start, best, c, ITERATIONS, fitting->give_up, rng));
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

/* The error that counts, on all points. */
static void settle_on_all_points(Fitting *fitting)
{
    enum { FEW = 20 };
    if (!isfinite(fitting->error)) return;
    starts_aim(fitting->starts, &fitting->tape, &fitting->level->block);
    fitting->error = starts_descend(fitting->starts, fitting->best, FEW, 0);
}

static void finish(const IslandContext *context, Fitting *fitting, const Dag *dag,
                   uint64_t fingerprint, const char *origin, int n_starts, Harvest *harvest)
{
    harvest->n_fits += fitting->n_fits;
    settle_on_all_points(fitting);
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
    free(fitting);
}

void island_try(const IslandContext *context, int island, const Dag *dag, const char *origin,
                int n_starts, Rng *rng, Harvest *harvest)
{
    const Island *home = &context->islands[island];
    const double cost = dag_units(dag, context->ops);
    const uint64_t fingerprint = dag_fingerprint(dag);
    harvest_note(harvest, fingerprint);
    Fitting *fitting = fitting_new(context, home, dag);
    fitting->give_up = archive_bar(&home->archive, cost);
    descend_from(fitting, dag->c);
    descend_at_random(fitting, n_starts, rng);
    if (is_promising(&home->archive, fitting->error, cost)) {
        descend_at_random(fitting, STARTS_MORE, rng);
        n_starts += STARTS_MORE;
    }
    finish(context, fitting, dag, fingerprint, origin, n_starts, harvest);
}

/* How often a shelf is drawn where time decides: a fit takes about the square of the operations and needs more starts besides, so
   with the cube long programs take a little more of the time than short ones. */
static double weight_by_time(int n_ops)
{
    enum { SHORT = 6 };
    const double length = n_ops > SHORT ? n_ops : SHORT;
    return 1 / (length * length * length);
}

/* How often where success decides: where better programs were found lately, and all a little. */
static double weight_by_yield(int n_ops, double yield)
{
    enum { LONG = 12 };
    return (n_ops > LONG ? 0.12 : 0.36) + yield;
}

/* A nonempty shelf up to the present limit: half of the time by the one weight, half by the other: fits by the second take three times as long. */
static const Shelf *pick_shelf(const IslandContext *context, const Archive *archive, Rng *rng)
{
    const bool is_by_time = rng_below(rng, 4) > 0;
    double sum = 0;
    const Shelf *picked = NULL;
    for (int s = 0; s < SHELVES; s++) {
        if (archive->shelf[s].n == 0) continue;
        const int n_ops = archive->shelf[s].member[0]->dag.n;
        if (n_ops > context->n_ops_max) continue;
        const double weight =
            is_by_time ? weight_by_time(n_ops) : weight_by_yield(n_ops, context->yield[s]);
        sum += weight;
        if (rng_unit(rng) * sum < weight) picked = &archive->shelf[s];
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
    Fitting *fitting = fitting_new(context, home, &member->dag);
    memcpy(fitting->best, member->dag.c, (size_t)fitting->tape.n_free * sizeof *fitting->best);
    fitting->error = fitting->give_up = member->error;
    descend_at_random(fitting, n_starts, rng);
    finish(context, fitting, &member->dag, member->fingerprint, member->origin, n_starts, harvest);
}

void island_merge(Island *island, const Harvest *harvest)
{
    for (int i = 0; i < harvest->n_seen; i++) archive_note_seen(&island->archive, harvest->seen[i]);
    for (int i = 0; i < harvest->n; i++)
        archive_add(&island->archive, &harvest->item[i], harvest->cost[i]);
}
