/* A transform's rank is seen from the smallest cores. Programs of n operations reach F(n) digits, by the best
   of all transforms; one whose programs are d digits short of that is d behind. A run of indices, all cores of one size under
   one transform, comes the earlier the less work it is and the smaller d: by log10(cores * starts) + d. It comes several
   times, with ever more starts. */
#include "search/reals/structures.h"
#include "search/reals/probe.h"

#include "runtime/base/pool.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    N_PARITIES = 3,
    CORE_OPS_MAX = 6,
    OPS_MAX = 32,
    PROBE_FEW = 12,  /* cores tried under every pair of transforms, smallest first, */
    PROBE_MANY = 45, /* and under those that do not look hopeless after that */
    PROBE_STARTS = 6,
    STARTS_FIRST = 6,  /* of each structure in a run's first visit, */
    STARTS_GROWTH = 4, /* and so many times as many in each after it */
    VISITS = 6,
};

/* Digits that a program has at most: below this double shows noise. */
static const double DIGITS_MAX = 11;

static const double HOPELESS = 3; /* digits behind */

struct Structures {
    DagOps ops;
    int n_ops_max;
    Enumeration *cores[N_PARITIES][CORE_OPS_MAX + 1];
    int n_runs, capacity;
    StructuresRun *run;
    uint64_t count;
};

/* -- one of them ---------------------------------------------------------------------------------- */

static int run_cost(const StructuresRun *run)
{
    return run->n_core + transform_cost(run->outer) + transform_cost(run->inner);
}

static bool compose(const Structures *s, const StructuresRun *run, uint32_t core, Dag *out)
{
    const Enumeration *cores = s->cores[run->parity][run->n_core];
    if (run_cost(run) == 0) return false; /* x itself */
    if (run->is_sign_free && enumeration_is_negative(cores, core)) return false;
    enumeration_get(cores, core, out);
    if (!transform_inner(run->inner, out) || !transform_outer(run->outer, out)) return false;
    if (!dag_canonicalize(out, &s->ops) || out->n != run_cost(run)) return false;
    if (!s->ops.may[OP_FMA]) return true;
    dag_fuse(out);
    return dag_canonicalize(out, &s->ops) && out->n <= s->n_ops_max;
}

const StructuresRun *structures_run(const Structures *s, uint64_t index)
{
    int low = 0, high = s->n_runs - 1;
    while (low < high) {
        const int middle = (low + high + 1) / 2;
        if (s->run[middle].first <= index)
            low = middle;
        else
            high = middle - 1;
    }
    return &s->run[low];
}

bool structures_get(const Structures *s, uint64_t index, Dag *out)
{
    assert(index < s->count);
    const StructuresRun *run = structures_run(s, index);
    return compose(s, run, (uint32_t)(index - run->first), out);
}

uint64_t structures_count(const Structures *s) { return s->count; }

/* -- cores ---------------------------------------------------------------------------------------- */

typedef struct {
    Structures *s;
    uint32_t core_max;
} CoresTask;

static DagOps rational_ops(const DagOps *ops)
{
    DagOps rational = {.n = 0};
    for (int i = 0; i < ops->n; i++) {
        const Op op = ops->op[i];
        if (op != OP_ADD && op != OP_SUB && op != OP_MUL && op != OP_DIV) continue;
        rational.op[rational.n++] = op;
        rational.may[op] = true;
        rational.cost[op] = ops->cost[op];
    }
    return rational;
}

static double count_cores(const DagOps *ops, Parity parity, int n)
{
    if (n < 1) return 1;
    Enumeration *cores = enumeration_new(ops, parity, n, UINT32_MAX);
    const double count = enumeration_count(cores);
    enumeration_free(cores);
    return fmax(count, 1);
}

/* How many of the next size there will be, going by the two before. */
static double guess_count(double before, double last) { return last * fmax(4, last / before); }

/* All sizes of one parity while they are not too large; larger ones of + - * / only. */
static void enumerate_cores(void *context, int parity, int worker)
{
    const CoresTask *task = context;
    Structures *s = task->s;
    const DagOps rational = rational_ops(&s->ops);
    const DagOps *ops = s->ops.n == rational.n ? &rational : &s->ops;
    double before = 1, last = 1;
    for (int m = 0; m <= CORE_OPS_MAX && m <= s->n_ops_max; m++) {
        if (ops != &rational && guess_count(before, last) > task->core_max) {
            ops = &rational;
            before = count_cores(ops, (Parity)parity, m - 2);
            last = count_cores(ops, (Parity)parity, m - 1);
        }
        if (guess_count(before, last) > task->core_max) return;
        Enumeration *cores = enumeration_new(ops, (Parity)parity, m, 2 * task->core_max);
        if (!enumeration_is_complete(cores)) {
            enumeration_free(cores);
            return;
        }
        s->cores[parity][m] = cores;
        before = last;
        last = fmax(enumeration_count(cores), 1);
    }
}

/* -- probes ---------------------------------------------------------------------------------------- */

/* A pair of transforms for cores of one parity, and what the smallest cores reached under it. */
typedef struct {
    const Transform *outer, *inner;
    Parity parity;
    int cost;
    int m_max;                       /* the largest size probed; -1: none yet */
    double digits[CORE_OPS_MAX + 1]; /* by size of the core; -inf: no use */
} Pair;

typedef struct {
    Structures *s;
    const ApproximandLevel *level;
    Pair *pair;
    int n;
    uint32_t n_cores; /* to be tried */
    double frontier[OPS_MAX];
} Probing;

static double digits_of(double error, double size)
{
    return isfinite(error) ? fmin(-log10(error / size + 1e-300), DIGITS_MAX) : -INFINITY;
}

static bool is_sign_free(const Transform *outer)
{
    Dag one = dag_identity();
    const uint8_t square = dag_add(&one, OP_MUL, DAG_X, DAG_X, 0);
    Dag other = one;
    dag_add(&one, OP_SUB, square, DAG_X, 0);
    dag_add(&other, OP_SUB, DAG_X, square, 0);
    return transform_outer(outer, &one) && transform_outer(outer, &other) &&
           dag_family_fingerprint(&one, false) == dag_family_fingerprint(&other, false);
}

static StructuresRun run_of(const Structures *s, const Pair *pair, int m)
{
    return (StructuresRun){
        .outer = pair->outer,
        .inner = pair->inner,
        .parity = pair->parity,
        .n_core = m,
        .is_sign_free = is_sign_free(pair->outer),
        .count = s->cores[pair->parity][m] ? enumeration_count(s->cores[pair->parity][m]) : 0};
}

static double lag_of(const Pair *pair, const double frontier[OPS_MAX]);

/* Goes on where it ended last. */
static void probe_pair(void *context, int index, int worker)
{
    const Probing *probing = context;
    const Structures *s = probing->s;
    Pair *pair = &probing->pair[index];
    if (pair->m_max >= 0 && lag_of(pair, probing->frontier) > HOPELESS) return;
    uint32_t n_cores = 0;
    for (int m = 0; m <= CORE_OPS_MAX && m + pair->cost <= s->n_ops_max; m++) {
        const StructuresRun run = run_of(s, pair, m);
        if (!s->cores[pair->parity][m] || (n_cores += run.count) > probing->n_cores) break;
        if (m <= pair->m_max) continue;
        pair->digits[m] = -INFINITY;
        for (uint32_t i = 0; i < run.count; i++) {
            Dag dag;
            if (!compose(s, &run, i, &dag)) continue;
            Rng rng = rng_new((uint64_t)index, (uint64_t)m << 32 | i);
            const double error = probe(&dag, probing->level, PROBE_STARTS, &rng);
            pair->digits[m] = fmax(pair->digits[m], digits_of(error, probing->level->size));
        }
        pair->m_max = m;
    }
}

static bool is_wanted(const Structures *s, const Transform *outer, const Transform *inner,
                      int parity)
{
    return (outer->cores >> parity & 1) && (inner->cores >> parity & 1) &&
           transform_is_allowed(outer, &s->ops) && transform_is_allowed(inner, &s->ops) &&
           transform_cost(outer) + transform_cost(inner) <= s->n_ops_max;
}

static void find_pairs(Probing *probing)
{
    enum { PAIRS_MAX = 2048 };
    probing->pair = xmalloc(PAIRS_MAX * sizeof *probing->pair);
    for (const Transform *outer = TRANSFORM_OUTER; outer->name; outer++)
        for (const Transform *inner = TRANSFORM_INNER; inner->name; inner++)
            for (int parity = 0; parity < N_PARITIES; parity++) {
                if (!is_wanted(probing->s, outer, inner, parity)) continue;
                assert(probing->n < PAIRS_MAX);
                probing->pair[probing->n++] =
                    (Pair){outer, inner, (Parity)parity,
                           .cost = transform_cost(outer) + transform_cost(inner), .m_max = -1};
            }
}

/* Errors on the domain itself may be noise, so this is the first level where a short program is far from that. */
static const ApproximandLevel *probe_level(const Structures *s, const Approximand *approximand)
{
    enum { SHORT = 3 };
    const double ENOUGH = 6;
    int i = 0;
    for (;; i += LEVELS_PER_DOUBLING) {
        const ApproximandLevel *level = &approximand->level[i];
        double best = 0;
        const Pair plain = {TRANSFORM_OUTER, TRANSFORM_INNER, PARITY_ANY, .cost = 0};
        const StructuresRun run = run_of(s, &plain, SHORT);
        const Enumeration *cores = s->cores[PARITY_ANY][SHORT];
        for (uint32_t c = 0; cores && c < enumeration_count(cores); c++) {
            Dag dag;
            Rng rng = rng_new(0, c);
            if (!compose(s, &run, c, &dag)) continue;
            best = fmax(best, digits_of(probe(&dag, level, 2, &rng), level->size));
        }
        if (best < ENOUGH || i + LEVELS_PER_DOUBLING >= approximand->n_levels) return level;
    }
}

/* -- ranking ---------------------------------------------------------------------------------------- */

/* Digits that n operations reach by the best of the pairs; never falling. */
static void find_frontier(Probing *probing)
{
    double *frontier = probing->frontier;
    const double GAIN = 0.8; /* a digit or so for each operation is usual */
    for (int n = 0; n < OPS_MAX; n++) frontier[n] = n > 0 ? frontier[n - 1] : -INFINITY;
    for (int i = 0; i < probing->n; i++)
        for (int m = 0; m <= probing->pair[i].m_max; m++) {
            const int n = probing->pair[i].cost + m;
            if (n < OPS_MAX) frontier[n] = fmax(frontier[n], probing->pair[i].digits[m]);
        }
    for (int n = 1; n < OPS_MAX; n++)
        frontier[n] = fmax(frontier[n], fmin(frontier[n - 1] + GAIN, DIGITS_MAX));
}

/* By the two largest sizes that were probed. */
static double lag_of(const Pair *pair, const double frontier[OPS_MAX])
{
    const double NONE = 99;
    double lag = NONE;
    for (int m = pair->m_max; m >= 0 && m >= pair->m_max - 1; m--)
        if (pair->cost + m < OPS_MAX) lag = fmin(lag, frontier[pair->cost + m] - pair->digits[m]);
    return fmin(fmax(lag, 0), NONE);
}

static double rank_of(const StructuresRun *run)
{
    return log10((double)run->count * run->n_starts) + run->lag;
}

static int by_rank(const void *left, const void *right)
{
    const StructuresRun *a = left, *b = right;
    const double ra = rank_of(a), rb = rank_of(b);
    if (ra != rb) return ra < rb ? -1 : 1;
    return a->first < b->first ? -1 : 1; /* as they were made */
}

static void add_run(Structures *s, const StructuresRun *run)
{
    if (s->n_runs == s->capacity) {
        s->capacity = s->capacity > 0 ? 2 * s->capacity : 64;
        s->run = xrealloc(s->run, (size_t)s->capacity * sizeof *s->run);
    }
    s->run[s->n_runs++] = *run;
}

static void rank_runs(Structures *s, const Probing *probing)
{
    for (int i = 0; i < probing->n; i++) {
        const Pair *pair = &probing->pair[i];
        for (int m = 0; m <= CORE_OPS_MAX && m + pair->cost <= s->n_ops_max; m++) {
            StructuresRun run = run_of(s, pair, m);
            if (run.count == 0) continue;
            run.lag = lag_of(pair, probing->frontier);
            run.first = (uint64_t)s->n_runs; /* for now, to order equals */
            run.n_starts = STARTS_FIRST;
            for (int visit = 0; visit < VISITS; visit++) {
                add_run(s, &run);
                run.n_starts *= STARTS_GROWTH;
                run.first++;
            }
        }
    }
    qsort(s->run, (size_t)s->n_runs, sizeof *s->run, by_rank);
    for (int i = 0; i < s->n_runs; i++) {
        s->run[i].first = s->count;
        s->count += s->run[i].count;
    }
}

/* -- the whole ---------------------------------------------------------------------------------------- */

Structures *structures_new(const DagOps *ops, const Approximand *approximand,
                           const StructuresOptions *options)
{
    Structures *s = xcalloc(1, sizeof *s);
    s->ops = *ops;
    s->n_ops_max = options->n_ops_max;
    CoresTask cores = {s, options->core_max};
    pool_run(options->n_threads, N_PARITIES, enumerate_cores, &cores);
    Probing probing = {.s = s, .level = probe_level(s, approximand)};
    find_pairs(&probing);
    for (int round = 0; round < 2; round++) {
        probing.n_cores = round == 0 ? PROBE_FEW : PROBE_MANY;
        pool_run(options->n_threads, probing.n, probe_pair, &probing);
        find_frontier(&probing);
    }
    rank_runs(s, &probing);
    free(probing.pair);
    return s;
}

void structures_free(Structures *s)
{
    if (!s) return;
    for (int parity = 0; parity < N_PARITIES; parity++)
        for (int m = 0; m <= CORE_OPS_MAX; m++) enumeration_free(s->cores[parity][m]);
    free(s->run);
    free(s);
}
