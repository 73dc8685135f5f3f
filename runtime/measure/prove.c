#include "runtime/measure/prove.h"

#include "runtime/measure/polynomial_peak.h"
#include "runtime/oracle/error_model.h"
#include "runtime/oracle/rational.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How close a bound is to come to what is known to occur. */
static const double TOLERANCE = 1e-4;

enum {
    TERMS_MIN = 10,
    TERMS_MAX = 48,
    BITS_MAX = 1024,
    PLACES_MAX = GOAL_EXACT_MAX + 3,
    SIDES_MAX = 8,      /* three kinks in one box */
    SPLIT_BITS_MAX = 3, /* a box is cut into 2, 4 or 8 */
    DEPTH_MAX = 64,     /* boxes at a singular place are halved that often, then left out */
    PIECES_MAX = 4096,
};

/* What may be spent on one proof, in multiplications of coefficients; about 4 seconds. */
static const double WORK_MAX = 2.5e7;

typedef struct {
    double lo, hi;
    int depth;
    bool wants[3]; /* the measures this piece is still to be bounded in */
} Piece;

/* A place where answer or function may be singular: an end of the domain, 0, a removable gap.
   Boxes that touch it are tried in several ways. */
typedef struct {
    double x;
    int way; /* the one that worked last, or -1 */
} Place;

typedef struct {
    const Prog *prog;
    const Goal *goal;
    const atomic_int *stop;
    ErrorModels *models;
    Proofs *out;
    Place place[PLACES_MAX];
    int n_places;
    Piece *later; /* bounded in the goal's measure, not yet in the other */
    int n_later;
    double work, box_work;
    bool is_same;    /* answer and function are the same rational function */
    bool wants_bits; /* the precision is too low */
} Prover;

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

typedef struct {
    bool is_bounded, is_known; /* bounded well enough; there is a model at all */
    double above;              /* a bound, where is_bounded */
    double excess;             /* the slack in units of what would be well enough, where is_known */
    bool is_infinite, is_imprecise;
} Outcome;

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

static void keep_bound(Proof *proof, double above)
{
    if (above > proof->bound) proof->bound = above;
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

/* Tries the ways of expanding until one gives a model in the first measure wanted. */
static void look_at_piece(Prover *p, const Piece *piece, int first, Outcome outcomes[3])
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

static void print_end(char *out, size_t size, double x)
{
    enum { PLAIN_MAX = 10 };
    int exponent;
    const bool is_power = x != 0 && frexp(fabs(x), &exponent) == 0.5;
    if (is_power && abs(exponent) > PLAIN_MAX)
        snprintf(out, size, "%s2^%d", x < 0 ? "-" : "", exponent - 1);
    else
        snprintf(out, size, "%.17g", x);
}

/* Leaves the piece out, if it is at an end of the domain. */
static bool leave_out(Prover *p, const Piece *piece, Proof *proof)
{
    const Domain *domain = &p->goal->domain[0];
    const bool is_first = piece->lo == domain->lo, is_last = piece->hi == domain->hi;
    const size_t used = strlen(proof->sliver);
    if (!is_first && !is_last) return false;
    char lo[32], hi[32], both[sizeof proof->sliver];
    print_end(lo, sizeof lo, piece->lo);
    print_end(hi, sizeof hi, piece->hi);
    const int length = snprintf(both, sizeof both, "%s%c%s, %s%c", used > 0 ? " and " : "",
                                is_first && domain->lo_open ? '(' : '[', lo, hi,
                                is_last && domain->hi_open ? ')' : ']');
    if (length < 0 || used + (size_t)length >= sizeof proof->sliver) return false;
    memcpy(proof->sliver + used, both, (size_t)length + 1);
    return true;
}

typedef enum { DONE, SPLIT, GIVE_UP } Step;

/* What is to be done with a piece in its first measure, given what was seen. */
static Step next_step(Prover *p, const Piece *piece, int first, const Outcome *seen, int *bits)
{
    Proof *proof = &p->out->proof[first];
    *bits = 1;
    if (seen->is_bounded && seen->is_known) {
        keep_bound(proof, seen->above);
        return DONE;
    }
    if (seen->is_infinite || (seen->is_known && proof->least == 0)) return GIVE_UP;
    if (seen->is_known && seen->is_imprecise) {
        p->wants_bits = true;
        return GIVE_UP;
    }
    const double middle = piece->lo / 2 + piece->hi / 2;
    const bool has_room = middle > piece->lo && middle < piece->hi;
    if (piece->depth >= DEPTH_MAX || !has_room)
        return !seen->is_known && leave_out(p, piece, proof) ? DONE : GIVE_UP;
    if (seen->is_known) {
        /* Each halving takes a factor of about 2^n_terms from the slack. */
        const double wanted = ceil(log2(seen->excess) / p->out->n_terms);
        if (wanted > 1) *bits = wanted < SPLIT_BITS_MAX ? (int)wanted : SPLIT_BITS_MAX;
    }
    return SPLIT;
}

/* Cuts the piece into 2^bits, the lowest last. */
static int split(const Piece *piece, int bits, Piece *stack, int n)
{
    const int count = 1 << bits;
    const double width = (piece->hi - piece->lo) / count;
    double hi = piece->hi;
    for (int i = count - 1; i >= 0; i--) {
        Piece part = *piece;
        part.lo = i == 0 ? piece->lo : piece->lo + i * width;
        part.hi = hi;
        part.depth += bits;
        hi = part.lo;
        if (part.lo < part.hi) stack[n++] = part;
    }
    return n;
}

/* Bounds all pieces in one measure; in the other where that comes for nothing, and keeps
   them for later where not. */
static bool bound_all(Prover *p, Piece *stack, int n, int first)
{
    const int other = first == BOUND_REL ? BOUND_ABS : BOUND_REL;
    while (n > 0) {
        if (p->work > WORK_MAX || (p->stop && atomic_load(p->stop))) return false;
        Piece piece = stack[--n];
        Outcome outcomes[3];
        look_at_piece(p, &piece, first, outcomes);
        int bits;
        switch (next_step(p, &piece, first, &outcomes[first], &bits)) {
        case GIVE_UP: return false;
        case SPLIT:
            if (n + (1 << SPLIT_BITS_MAX) > PIECES_MAX) return false;
            n = split(&piece, bits, stack, n);
            break;
        case DONE:
            if (!piece.wants[other]) break;
            if (outcomes[other].is_bounded && outcomes[other].is_known) {
                keep_bound(&p->out->proof[other], outcomes[other].above);
            } else if (p->n_later < PIECES_MAX) {
                piece.wants[first] = false;
                p->later[p->n_later++] = piece;
            } else {
                return false;
            }
        }
    }
    return true;
}

/* -- the proof ---------------------------------------------------------------------------------- */

static bool is_inside(const Domain *d, double x) { return x > d->lo && x < d->hi; }

static void add_place(Prover *p, double x)
{
    int i = 0;
    while (i < p->n_places && p->place[i].x < x) i++;
    if (i < p->n_places && p->place[i].x == x) return;
    assert(p->n_places < PLACES_MAX);
    for (int k = p->n_places++; k > i; k--) p->place[k] = p->place[k - 1];
    p->place[i] = (Place){x, -1};
}

static void find_places(Prover *p)
{
    const Domain *domain = &p->goal->domain[0];
    p->n_places = 0;
    add_place(p, domain->lo);
    add_place(p, domain->hi);
    if (is_inside(domain, 0)) add_place(p, 0);
    for (int i = 0; i < p->goal->n_exact; i++)
        if (is_inside(domain, p->goal->exact[i].x)) add_place(p, p->goal->exact[i].x);
}

bool prove_can(const Prog *prog, const Goal *goal)
{
    return goal->type == TYPE_REAL && goal->n_variables == 1 && !goal->domain[0].is_all &&
           isfinite(goal->domain[0].lo) && isfinite(goal->domain[0].hi) &&
           goal->domain[0].lo < goal->domain[0].hi && error_model_has(prog) &&
           error_model_has(&goal->reference);
}

/* One attempt with coefficients of `bits`. */
static void attempt(Prover *p, const double known[3], int bits, int n_terms)
{
    const int first = p->goal->bound.kind == BOUND_ABS ? BOUND_ABS : BOUND_REL;
    const int other = first == BOUND_REL ? BOUND_ABS : BOUND_REL;
    p->out->bits = bits;
    p->out->n_terms = n_terms;
    p->n_later = 0;
    p->wants_bits = false;
    /* A product of Series is n^2/2 multiplications; longer ones of numbers cost more. */
    p->box_work =
        (p->prog->n + p->goal->reference.n) * (n_terms * n_terms / 2.0) * (0.7 + bits / 400.0);
    for (int kind = 0; kind < 3; kind++) p->out->proof[kind] = (Proof){.least = known[kind]};
    find_places(p);
    p->models = error_models_new(&p->goal->reference, p->prog, bits, n_terms);

    Piece *stack = xmalloc(sizeof *stack * PIECES_MAX);
    int n = 0;
    for (int i = p->n_places - 1; i > 0; i--)
        stack[n++] = (Piece){.lo = p->place[i - 1].x,
                             .hi = p->place[i].x,
                             .wants = {[BOUND_REL] = isfinite(known[BOUND_REL]),
                                       [BOUND_ABS] = isfinite(known[BOUND_ABS])}};
    p->out->proof[first].is_proven = isfinite(known[first]) && bound_all(p, stack, n, first);
    if (p->out->proof[first].is_proven && isfinite(known[other])) {
        for (int i = 0; i < p->n_places; i++) p->place[i].way = -1;
        n = p->n_later;
        for (int i = 0; i < n; i++) stack[i] = p->later[i];
        p->out->proof[other].is_proven = bound_all(p, stack, n, other);
    }
    free(stack);
    error_models_free(p->models);
}

void prove(Proofs *proofs, const Prog *prog, const Goal *goal, const double known[3],
           double largest, const atomic_int *stop)
{
    *proofs = (Proofs){0};
    if (!prove_can(prog, goal)) return;
    Prover p = {.prog = prog, .goal = goal, .stop = stop, .out = proofs};
    p.later = xmalloc(sizeof *p.later * PIECES_MAX);

    /* The error in bits of the function's values; where those reach 0 the relative error says little. */
    double size = known[BOUND_ABS] / largest;
    if (goal->bound.kind != BOUND_ABS) size = fmin(size, known[BOUND_REL]);
    enum { DEPTH_ZERO = 180 }; /* what sampling cannot tell from 0 */
    p.is_same = !(size > exp2(-DEPTH_ZERO)) && rational_is_same(prog, &goal->reference);
    const double errors[3] = {0, p.is_same ? 0 : known[BOUND_REL],
                              p.is_same ? 0 : known[BOUND_ABS]};
    const double depth = size > 0 && size < 1 ? fmin(-log2(size), DEPTH_ZERO) : 0;
    /* Boxes of about 1/8 of the distance to the next singularity are cheapest: 3 bits a term. */
    const int n_terms = (int)fmin(TERMS_MAX, TERMS_MIN + (depth + 4) / 3);
    enum { LIMB_BITS = 64, GUARD_BITS = 80 };
    int bits = ((int)depth + GUARD_BITS + LIMB_BITS - 1) / LIMB_BITS * LIMB_BITS;
    if (bits < 2 * LIMB_BITS) bits = 2 * LIMB_BITS;
    do {
        attempt(&p, errors, bits, n_terms);
        bits *= 2;
    } while (p.wants_bits && bits <= BITS_MAX && p.work < WORK_MAX);
    free(p.later);
}
