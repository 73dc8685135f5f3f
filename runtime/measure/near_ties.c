#include "runtime/measure/near_ties.h"

#include "runtime/base/pool.h"
#include "runtime/measure/reference.h"
#include "runtime/measure/reference_level.h"

#include <math.h>
#include <stdlib.h>

enum {
    PIECE_BITS = 20,      /* f32 inputs of a piece */
    KEPT_PER_PIECE = 512, /* the nearest */
};

typedef struct {
    Judge judge;
    Reference *reference;
    int64_t first, last; /* ordered */
    double reach;        /* what is farther from a tie is not even noted, in ulps */
    NearTies *found;     /* by piece */
} Making;

static int compare_ties(const void *pa, const void *pb)
{
    const NearTie *a = pa, *b = pb;
    if (a->distance != b->distance) return a->distance < b->distance ? -1 : 1;
    return (a->x > b->x) - (a->x < b->x);
}

static void keep_nearest(NearTies *ties, int n)
{
    qsort(ties->tie, (size_t)ties->n, sizeof *ties->tie, compare_ties);
    if (ties->n > n) ties->n = n;
}

/* The distance of f(x) from the nearest tie of the type, by the oracle; inf where there is none. */
static double tie_distance(Oracle *oracle, Type type, double x)
{
    double hi, lo;
    if (oracle_double_double(oracle, &x, &hi, &lo, NULL) != OK || !isfinite(hi)) return INFINITY;
    const double ulp = ulp_of(type, hi), t = hi / ulp; /* a power of two: exact */
    const double rest = (t - rint(t)) + lo / ulp;      /* so is the difference */
    return fabs(0.5 - fabs(rest));
}

static void note(NearTies *ties, double x, double distance)
{
    ties->tie[ties->n++] = (NearTie){x, distance};
    if (ties->n == 2 * KEPT_PER_PIECE) keep_nearest(ties, KEPT_PER_PIECE);
}

/* A piece of f32: those that the reference finds near, told precisely by the oracle. */
static void look_at_piece(void *context, int piece, int worker)
{
    Making *m = context;
    const int64_t start = m->first + ((int64_t)piece << PIECE_BITS);
    NearTies *ties = &m->found[piece];
    ties->tie = xmalloc(2 * KEPT_PER_PIECE * sizeof *ties->tie);
    for (int64_t from = start; from < start + (1 << PIECE_BITS) && from <= m->last;
         from += KERNEL_BLOCK) {
        if (judge_is_stopped(&m->judge)) return;
        float x[KERNEL_BLOCK];
        uint16_t index[KERNEL_BLOCK];
        const int64_t left = m->last - from + 1;
        const size_t n = left < KERNEL_BLOCK ? (size_t)left : KERNEL_BLOCK;
        for (size_t i = 0; i < n; i++) {
            /* The ordered integer o < 0 is the float with the bits 2^31 - 1 - o. */
            const uint32_t o = (uint32_t)(from + (int64_t)i);
            x[i] = float_of_bits(o >> 31 ? 0x7fffffffu - o : o);
        }
        const size_t n_near =
            reference_near_ties(m->reference, &m->judge, worker, x, n, m->reach, index);
        for (size_t k = 0; k < n_near; k++) {
            const double at = x[index[k]];
            const double distance = tie_distance(m->judge.oracle[worker], TYPE_F32, at);
            if (distance <= m->reach) note(ties, at, distance);
        }
    }
    keep_nearest(ties, KEPT_PER_PIECE);
}

/* f(-x) = f(x), or f(-x) = -f(x), wherever it was looked at? Then ties lie opposite one another. */
static bool has_parity(const Making *m)
{
    enum { PLACES = 100 };
    Oracle *oracle = m->judge.oracle[0];
    int n_known = 0, sign = 0;
    for (int i = 0; i < PLACES; i++) {
        const int64_t at = (int64_t)((i + 0.37) / PLACES * (double)m->last);
        const double x = value_from_ordered(TYPE_F32, at);
        const double minus_x = -x;
        double hi, lo, other_hi, other_lo;
        if (oracle_double_double(oracle, &x, &hi, &lo, NULL) != OK || !isfinite(hi) || hi == 0)
            continue;
        if (oracle_double_double(oracle, &minus_x, &other_hi, &other_lo, NULL) != OK) return false;
        if (n_known++ == 0) sign = (hi < 0) == (other_hi < 0) ? 1 : -1;
        if (other_hi != sign * hi || other_lo != sign * lo) return false;
    }
    return n_known > PLACES / 4;
}

/* The same at -x; zeros have been seen. */
static void mirror(NearTies *ties)
{
    const int n = ties->n;
    ties->tie = xrealloc(ties->tie, (2 * (size_t)n + 1) * sizeof *ties->tie);
    for (int i = 0; i < n; i++)
        if (ties->tie[i].x != 0)
            ties->tie[ties->n++] = (NearTie){-ties->tie[i].x, ties->tie[i].distance};
}

static Status look_at_f32(Making *m, int n_wanted, NearTies *all, Err *err)
{
    const bool is_mirrored = m->first == -1 - m->last && has_parity(m);
    if (is_mirrored) m->first = 0;
    /* Were all floats alike, this would give twice as many as wanted; those of tiny arguments mostly have no ties. */
    const double n_floats = (double)(m->last - m->first) + 1;
    m->reach = fmin(fmax(n_wanted / n_floats, 0x1p-16), 0x1p-5);
    Status status = reference_new(&m->reference, &m->judge, m->first, m->last, err);
    if (status != OK) return status;
    const int n_pieces = (int)((m->last - m->first) >> PIECE_BITS) + 1;
    m->found = xcalloc((size_t)n_pieces, sizeof *m->found);
    pool_run(m->judge.n_threads, n_pieces, look_at_piece, m);
    int n = 0;
    for (int i = 0; i < n_pieces; i++) n += m->found[i].n;
    all->tie = xmalloc((size_t)(n + 1) * sizeof *all->tie);
    for (int i = 0; i < n_pieces; i++) {
        for (int k = 0; k < m->found[i].n; k++) all->tie[all->n++] = m->found[i].tie[k];
        near_ties_release(&m->found[i]);
    }
    if (is_mirrored) mirror(all);
    free(m->found);
    reference_free(m->reference);
    return OK;
}

/* Of 16-bit types the oracle is asked about every value. */
static void look_at_narrow(Making *m, Type type, NearTies *all)
{
    all->tie = xmalloc((size_t)(m->last - m->first + 1) * sizeof *all->tie);
    for (int64_t o = m->first; o <= m->last && !judge_is_stopped(&m->judge); o++) {
        const double x = value_from_ordered(type, o);
        const double distance = tie_distance(m->judge.oracle[0], type, x);
        if (isfinite(distance)) all->tie[all->n++] = (NearTie){x, distance};
    }
}

/* No program is run. */
static void run_nothing(void *context, int worker, const void *const *x, void *y, size_t n) {}

Status near_ties_find(NearTies *out, const Goal *goal, int n_wanted, int n_threads,
                      const atomic_int *stop, Err *err)
{
    const VerifyOptions options = {.n_threads = n_threads, .stop = stop, .run = run_nothing};
    Making m = {.first = domain_first(&goal->domain[0], goal->type),
                .last = domain_last(&goal->domain[0], goal->type)};
    *out = (NearTies){0};
    if (goal->n_variables != 1 || goal->type == TYPE_REAL || goal->type == TYPE_F64)
        return fail(err, ERR_UNSUPPORTED,
                    "ties are looked for in functions of one variable in f16, bf16 or f32");
    Status status = judge_init(&m.judge, &goal->reference, goal, &options, err);
    if (status == OK && goal->type == TYPE_F32)
        status = look_at_f32(&m, n_wanted, out, err);
    else if (status == OK)
        look_at_narrow(&m, goal->type, out);
    if (status == OK && judge_is_stopped(&m.judge))
        status = fail(err, ERR_INTERRUPTED, "interrupted while looking for ties");
    judge_release(&m.judge);
    keep_nearest(out, n_wanted);
    if (status != OK) near_ties_release(out);
    return status;
}

void near_ties_release(NearTies *ties)
{
    free(ties->tie);
    *ties = (NearTies){0};
}
