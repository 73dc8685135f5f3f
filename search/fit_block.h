/* The part of a FitEngine that runs a tape over a block of points, forwards for values and backwards for derivatives.
   Included by fit_engine_body.h. Loops run over whole groups of LANES points and have no order to keep, so compilers
   vectorise them and every instruction set gives the same bits. */
#include "search/fit_engine.h"
#include "search/peaks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N = FIT_BLOCK, K_MAX = FIT_CONSTANTS_MAX, LANES = 8 };

/* What is known about the points of a block. */
typedef struct {
    int n; /* rounded up to whole groups; what is too many repeats the last point with the weight 0 */
    Num x[N], f_hi[N], f_lo[N], weight[N];
} Block;

struct FitWork {
    const Tape *tape;
    int n_nodes; /* there is room for */
    Block block;
    signed char sign[PROG_MAX]; /* of denominators; 0: none seen yet */
    bool strict;
    Num (*value)[N], (*adjoint)[N], (*inverse)[N]; /* by tape node; inverse: of denominators */
    bool is_touched[PROG_MAX];                     /* adjoints that hold something */
};

static inline Num num_abs(Num x) { return x < 0 ? -x : x; }
static inline bool is_finite(Num x) { return x - x == 0; }

static void reset(FitWork *work, const Tape *tape)
{
    work->tape = tape;
    if (tape->n > work->n_nodes) {
        free(work->value);
        work->n_nodes = tape->n + 8;
        work->value = xcalloc((size_t)work->n_nodes * 3, sizeof *work->value);
        work->adjoint = work->value + work->n_nodes;
        work->inverse = work->adjoint + work->n_nodes;
    }
    for (int i = 0; i < tape->n; i++)
        for (int p = 0; p < N && tape->node[i].op == OP_CONST; p++)
            work->value[i][p] = (Num)tape->constant[i];
}

static FitWork *work_new(const Tape *tape)
{
    FitWork *work = xcalloc(1, sizeof *work);
    reset(work, tape);
    return work;
}

static void work_free(FitWork *work)
{
    if (!work) return;
    free(work->value);
    free(work);
}

/* The count of the loops over a block, in a form that tells compilers that it is one of whole groups. */
static inline int rows(const FitWork *work) { return work->block.n & ~(LANES - 1); }

static void load_block(FitWork *work, const FitPoints *points, int start, int n, const int *index)
{
    const int least =
        n > work->tape->n_free ? n : work->tape->n_free; /* QR wants rows for its columns */
    work->block.n = (least + LANES - 1) & ~(LANES - 1);
    for (int p = 0; p < work->block.n; p++) {
        const int at = start + (p < n ? p : n - 1), from = index ? index[at] : at;
        work->block.x[p] = points->x[from];
        work->block.f_hi[p] = points->f_hi[from];
        work->block.f_lo[p] = points->f_lo[from];
        work->block.weight[p] = p < n ? points->weight[from] : 0;
    }
}

static void load(FitWork *work, const FitPoints *points)
{
    load_block(work, points, 0, points->n < N ? points->n : N, NULL);
}

static void copy(Num *restrict to, const Num *from, int n)
{
    memcpy(to, from, (size_t)n * sizeof *to);
}

/* -- the program over a block -------------------------------------------------------------- */

static bool keeps_sign(FitWork *work, int i, const Num *d)
{
    if (!work->strict) return true;
    const int n = rows(work);
    if (work->sign[i] == 0) work->sign[i] = d[0] > 0 ? 1 : -1;
    const Num sign = work->sign[i];
    Num low[LANES];
    for (int l = 0; l < LANES; l++) low[l] = d[l] * sign;
    for (int p = LANES; p < n; p += LANES)
        for (int l = 0; l < LANES; l++)
            low[l] = d[p + l] * sign < low[l] ? d[p + l] * sign : low[l];
    for (int l = 0; l < LANES; l++)
        if (!(low[l] > 0)) return false; /* a NaN further on ends in the residuals */
    return true;
}

/* Values of all nodes at the block; false if a denominator is 0 or changes its sign. */
static bool forward(FitWork *work, const Num *c)
{
    const Tape *tape = work->tape;
    const int n = rows(work);
    for (int k = 0; k < tape->n_free; k++)
        for (int p = 0; p < n; p++) work->value[tape->free[k]][p] = c[k];
    for (int i = 0; i < tape->n; i++) {
        const TapeNode *node = &tape->node[i];
        Num *restrict v = work->value[i];
        const Num *a = work->value[node->arg[0]], *b = work->value[node->arg[1]];
        const Num *d = work->value[node->arg[2]];
        switch (node->op) {
        case OP_CONST: break;
        case OP_INPUT: copy(v, work->block.x, n); break;
        case OP_ADD:
            for (int p = 0; p < n; p++) v[p] = a[p] + b[p];
            break;
        case OP_SUB:
            for (int p = 0; p < n; p++) v[p] = a[p] - b[p];
            break;
        case OP_MUL:
            for (int p = 0; p < n; p++) v[p] = a[p] * b[p];
            break;
        case OP_DIV: {
            if (!keeps_sign(work, i, b)) return false;
            Num *restrict inverse = work->inverse[i]; /* for backward too */
            for (int p = 0; p < n; p++) inverse[p] = 1 / b[p];
            for (int p = 0; p < n; p++) v[p] = a[p] * inverse[p];
            break;
        }
        case OP_FMA:
            for (int p = 0; p < n; p++) v[p] = a[p] * b[p] + d[p];
            break;
        case OP_NEG:
            for (int p = 0; p < n; p++) v[p] = -a[p];
            break;
        case OP_ABS:
            for (int p = 0; p < n; p++) v[p] = num_abs(a[p]);
            break;
        case OP_SQRT:
            for (int p = 0; p < n; p++) v[p] = num_sqrt(a[p]);
            break;
        case OP_MIN:
            for (int p = 0; p < n; p++) v[p] = a[p] < b[p] ? a[p] : b[p];
            break;
        case OP_MAX:
            for (int p = 0; p < n; p++) v[p] = a[p] > b[p] ? a[p] : b[p];
            break;
        default: copy(v, a, n); break; /* CONVERT */
        }
    }
    return true;
}

/* The adjoint of an argument gets g * factor added. */
static void pull(FitWork *work, int arg, const Num *g, const Num *factor)
{
    if (!work->tape->node[arg].is_active) return;
    const int n = rows(work);
    Num *restrict to = work->adjoint[arg];
    if (work->is_touched[arg]) {
        for (int p = 0; p < n; p++) to[p] += g[p] * factor[p];
    } else {
        for (int p = 0; p < n; p++) to[p] = g[p] * factor[p];
    }
    work->is_touched[arg] = true;
}

static void pull_sign(FitWork *work, int arg, const Num *g, Num sign)
{
    if (!work->tape->node[arg].is_active) return;
    const int n = rows(work);
    Num *restrict to = work->adjoint[arg];
    if (work->is_touched[arg]) {
        for (int p = 0; p < n; p++) to[p] += sign * g[p];
    } else {
        for (int p = 0; p < n; p++) to[p] = sign * g[p];
    }
    work->is_touched[arg] = true;
}

/* After forward: adjoint of free constant k = weight * d result / d c[k], at every point. */
static void backward(FitWork *work)
{
    const Tape *tape = work->tape;
    const int n = rows(work);
    /* An active node other than the last has a user, also active, later on the tape. */
    memset(work->is_touched, 0, sizeof work->is_touched);
    copy(work->adjoint[tape->n - 1], work->block.weight, n);
    Num factor[N];
    for (int i = tape->n - 1; i >= 0; i--) {
        const TapeNode *node = &tape->node[i];
        if (!node->is_active) continue;
        const int a = node->arg[0], b = node->arg[1];
        const Num *g = work->adjoint[i], *v = work->value[i];
        const Num *va = work->value[a], *vb = work->value[b];
        switch (node->op) {
        case OP_CONST:
        case OP_INPUT: break;
        case OP_ADD:
            pull_sign(work, a, g, 1);
            pull_sign(work, b, g, 1);
            break;
        case OP_SUB:
            pull_sign(work, a, g, 1);
            pull_sign(work, b, g, -1);
            break;
        case OP_FMA: pull_sign(work, node->arg[2], g, 1); /* fall through */
        case OP_MUL:
            pull(work, a, g, vb);
            pull(work, b, g, va);
            break;
        case OP_DIV: /* d(a/b) = da/b - (a/b)/b*db */
            pull(work, a, g, work->inverse[i]);
            for (int p = 0; p < n; p++) factor[p] = -v[p] * work->inverse[i][p];
            pull(work, b, g, factor);
            break;
        case OP_NEG: pull_sign(work, a, g, -1); break;
        case OP_ABS:
            for (int p = 0; p < n; p++) factor[p] = va[p] < 0 ? -1 : 1;
            pull(work, a, g, factor);
            break;
        case OP_SQRT:
            for (int p = 0; p < n; p++) factor[p] = 1 / (2 * v[p]);
            pull(work, a, g, factor);
            break;
        case OP_MIN:
        case OP_MAX:
            for (int p = 0; p < n; p++) factor[p] = v[p] == va[p];
            pull(work, a, g, factor);
            for (int p = 0; p < n; p++) factor[p] = 1 - factor[p];
            pull(work, b, g, factor);
            break;
        default: pull_sign(work, a, g, 1); break;
        }
    }
}

static void residuals(const FitWork *work, Num *restrict r)
{
    const Num *y = work->value[work->tape->n - 1];
    const int n = rows(work);
    for (int p = 0; p < n; p++)
        r[p] = work->block.weight[p] * ((y[p] - work->block.f_hi[p]) - work->block.f_lo[p]);
}

static void start_signs(FitWork *work, bool strict)
{
    work->strict = strict;
    memset(work->sign, 0, sizeof work->sign);
}
