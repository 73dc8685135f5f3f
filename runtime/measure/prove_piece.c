#include "runtime/measure/prove_piece.h"

#include "runtime/measure/polynomial_peak.h"

#include <math.h>

enum { SIDES_MAX = 8 }; /* three kinks in one box */

/* How close a bound is to come to what is known to occur. */
static const double TOLERANCE = 1e-4;

/* -- boxes --------------------------------------------------------------------------- */

/* The ways of expanding on a piece: about its middle, or from its end in powers of
   x, x^(1/2), ... */
static const int POWER_OF_WAY[] = {1, 1, 2, 3, 4, 6};
enum { WAY_MIDDLE = 0, N_WAYS = sizeof POWER_OF_WAY / sizeof *POWER_OF_WAY };

/* b - a, or a little more where that is no double. */
static double distance(double a, double b)
{
    const double d = b - a;
    const double a_back = b - d, error = (a_back - a) + (b - (a_back + d));
    return a_back == a && error == 0 ? d : nextafter(d, INFINITY);
}

static ModelBox box_of(const Piece *piece, const Place *place, int way)
{
    if (way == WAY_MIDDLE) {
        const double centre = piece->lo / 2 + piece->hi / 2;
        const double scale = fmax(distance(piece->lo, centre), distance(centre, piece->hi));
        return (ModelBox){centre, scale, .power = 1};
    }
    const double scale = distance(piece->lo, piece->hi);
    return (ModelBox){place->x, place->x == piece->lo ? scale : -scale, true, POWER_OF_WAY[way]};
}

static double x_of(ModelBox box, double t) { return box.centre + box.scale * pow(t, box.power); }

/* -- bounding one box -------------------------------------------------------------------- */

/* A box is bounded well enough below this: slightly above an error that occurs. Where that
   error meets the goal's bound and slightly more would not, closer. */
static double wanted_bound(const Prover *p, int kind)
{
    const double least = p->out->proof[kind].least, limit = p->goal->bound.limit;
    const double wanted = least * (1 + TOLERANCE), closest = least * (1 + TOLERANCE / 100);
    if (kind == (int)p->goal->bound.kind && least < limit && limit < wanted)
        return fmax(limit, closest);
    return wanted;
}

/* Takes the model of one side into account. What it reaches occurs only if it is the only side. */
static void note(Prover *p, int kind, Outcome *outcome, ModelBox box, const ErrorModel *model,
                 bool is_only_side)
{
    Proof *proof = &p->out->proof[kind];
    outcome->is_known = true;
    if (model->is_zero || p->is_same) return;
    double wanted = wanted_bound(p, kind);
    Peak peak;
    polynomial_peak(model->c, model->n, box.is_one_sided, wanted - model->slack,
                    (wanted / proof->least - 1) / 4, &peak);
    if (is_only_side && peak.below - model->slack > proof->least) {
        proof->least = peak.below - model->slack;
        proof->at = x_of(box, peak.at);
        wanted = wanted_bound(p, kind);
    }
    const double above = (peak.above + model->slack) * (1 + 0x1p-50);
    const double allowed = (wanted - proof->least) / 4;
    outcome->above = fmax(outcome->above, above);
    outcome->excess = fmax(outcome->excess, model->slack / allowed);
    if (above <= wanted) return;
    outcome->is_bounded = false;
    outcome->is_imprecise |= model->imprecision > allowed / 4;
}

/* All sides of the kinks in the box. */
static void look_at_box(Prover *p, ModelBox box, const bool wants[3], Outcome outcomes[3])
{
    for (int kind = 0; kind < 3; kind++) outcomes[kind] = (Outcome){.is_bounded = true};
    int n_sides = 1;
    for (int sides = 0; sides < n_sides; sides++) {
        ErrorModel models[3];
        ModelResult results[3];
        int n_open;
        error_models_on(p->models, box, (unsigned)sides, &n_open, models, results);
        if (p->is_same) { /* only poles matter */
            results[BOUND_REL] = results[BOUND_ABS];
            models[BOUND_REL] = models[BOUND_ABS];
        }
        p->out->n_boxes++;
        p->work += p->box_work;
        for (int i = 0; n_sides <= SIDES_MAX && i < n_open; i++)
            if (n_sides < 1 << (i + 1)) n_sides *= 2;
        for (int kind = 0; kind < 3; kind++) {
            Outcome *outcome = &outcomes[kind];
            if (!wants[kind]) continue;
            if (results[kind] == MODEL_OK && n_sides <= SIDES_MAX) {
                if (outcome->is_known || sides == 0)
                    note(p, kind, outcome, box, &models[kind], n_sides == 1);
            } else {
                outcome->is_known = outcome->is_bounded = false;
                outcome->is_infinite |= results[kind] == MODEL_INFINITE && n_sides == 1;
            }
        }
        if (n_sides > SIDES_MAX) return;
    }
}

/* -- pieces --------------------------------------------------------------------------------- */

static Place *place_of(Prover *p, const Piece *piece)
{
    for (int i = 0; i < p->n_places; i++)
        if (p->place[i].x == piece->lo || p->place[i].x == piece->hi) return &p->place[i];
    return NULL;
}

/* Tries the ways until one gives a model in the first measure wanted. */
void look_at_piece(Prover *p, const Piece *piece, int first, Outcome outcomes[3])
{
    Place *place = place_of(p, piece);
    const int preferred = place && place->way >= 0 ? place->way : WAY_MIDDLE;
    look_at_box(p, box_of(piece, place, preferred), piece->wants, outcomes);
    if (outcomes[first].is_known || !place) {
        if (place) place->way = preferred;
        return;
    }
    for (int way = 0; way < N_WAYS; way++) {
        if (way == preferred) continue;
        Outcome other[3];
        look_at_box(p, box_of(piece, place, way), piece->wants, other);
        const bool is_better = other[first].is_known || other[first].is_infinite;
        if (is_better)
            for (int kind = 0; kind < 3; kind++) outcomes[kind] = other[kind];
        if (other[first].is_known) place->way = way;
        if (is_better) return;
    }
}
