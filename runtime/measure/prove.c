#include "runtime/measure/prove.h"

#include "runtime/measure/prove_piece.h"
#include "runtime/oracle/rational.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TERMS_MIN = 10,
    TERMS_MAX = 48,
    BITS_MAX = 1024,
    BITS_SINGULAR = 512, /* singularities are believed from there on */
    SPLIT_BITS_MAX = 3,  /* a piece is cut into 2, 4 or 8 */
    DEPTH_MAX = 64,      /* pieces at 0, where doubles have no end, are halved that often */
    PIECES_MAX = 4096,
};

/* What may be spent on one proof, in multiplications of coefficients; about 4 seconds. */
static const double WORK_MAX = 2.5e7;

/* -- pieces --------------------------------------------------------------------------------- */

static int goal_measure(const Prover *p)
{
    return p->goal->bound.kind == BOUND_ABS ? BOUND_ABS : BOUND_REL;
}

static int other_measure(int kind) { return kind == BOUND_REL ? BOUND_ABS : BOUND_REL; }

static void keep_bound(Proof *proof, double above)
{
    if (above > proof->bound) proof->bound = above;
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
    if (seen->is_known && seen->is_imprecise && first == goal_measure(p)) {
        p->wants_bits = true;
        return GIVE_UP;
    }
    const double middle = piece->lo / 2 + piece->hi / 2;
    const bool has_room = middle > piece->lo && middle < piece->hi;
    const bool is_at_zero = piece->lo == 0 || piece->hi == 0;
    if (!has_room || (is_at_zero && piece->depth >= DEPTH_MAX)) {
        if (seen->is_known) return GIVE_UP;
        /* Cancellation looks like a singularity when the bits are few. */
        p->wants_bits = first == goal_measure(p) && p->out->bits < BITS_SINGULAR;
        return !p->wants_bits && leave_out(p, piece, proof) ? DONE : GIVE_UP;
    }
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

/* A piece that is bounded in the first measure, in the other: at once or later. */
static void keep_for_later(Prover *p, const Piece *piece, int first, const Outcome *seen)
{
    if (seen->is_bounded && seen->is_known) {
        keep_bound(&p->out->proof[other_measure(first)], seen->above);
    } else if (p->n_later < PIECES_MAX) {
        Piece *kept = &p->later[p->n_later++];
        *kept = *piece;
        kept->wants[first] = false;
    } else {
        p->has_too_many = true;
    }
}

/* Bounds all pieces in one measure; in the other where that comes for nothing, and keeps
   them for later where not. */
static bool bound_all(Prover *p, Piece *stack, int n, int first)
{
    const int other = other_measure(first);
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
            if (piece.wants[other]) keep_for_later(p, &piece, first, &outcomes[other]);
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

/* About what the Series of a Prog cost, in multiplications of coefficients of 128 bits, a tenth of
   a microsecond each. */
static double work_of(const Prog *prog, int bits, int n_terms)
{
    enum { VALUES = 1000, GAMMA = 10000, ZETA = 60000 };
    const double n = n_terms, product = n * n / 2, length = 0.7 + bits / 400.0;
    double work = product * length; /* of the difference, or the ratio */
    for (int i = 0; i < prog->n; i++) {
        const Op op = prog->node[i].op;
        const bool is_arithmetic = op_info(op)->kind != KIND_REFERENCE && op != OP_SQRT;
        work += product * length;
        if (is_arithmetic || op_info(op)->arity == 0) continue;
        work += n * n * n / 6 * length; /* composition */
        const int special = op == OP_ZETA                       ? ZETA
                            : op == OP_GAMMA || op == OP_LGAMMA ? GAMMA
                                                                : VALUES;
        work += special * length * n / 27;
    }
    return work;
}

/* One attempt with coefficients of `bits`. */
static void attempt(Prover *p, const double known[3], int bits, int n_terms)
{
    const int first = goal_measure(p), other = other_measure(first);
    p->out->bits = bits;
    p->out->n_terms = n_terms;
    p->n_later = 0;
    p->wants_bits = p->has_too_many = false;
    p->box_work = work_of(p->prog, bits, n_terms) + work_of(&p->goal->reference, bits, n_terms);
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
    if (p->out->proof[first].is_proven && isfinite(known[other]) && !p->has_too_many) {
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
