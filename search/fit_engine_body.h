/* The code of a FitEngine, included once per kind of number by fit_engine_*.c, which define Num,
   num_sqrt, NUM_EPSILON, ENGINE and ENGINE_TRUST before. Loops over FIT_BLOCK points have a fixed count, and sums have eight
   fixed partial sums, so that compilers vectorise them and every instruction set gives the same bits. */
#include "search/fit_engine.h"
#include "search/peaks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N = FIT_BLOCK, K_MAX = FIT_CONSTANTS_MAX, LANES = 8 };

/* What is known about the points of a block. */
typedef struct {
    Num x[N], f_hi[N], f_lo[N], weight[N];
} Block;

struct FitWork {
    const Tape *tape;
    Block block;
    signed char sign[PROG_MAX]; /* of denominators; 0: none seen yet */
    bool strict;
    Num (*value)[N], (*adjoint)[N]; /* by tape node */
};

static inline Num num_abs(Num x) { return x < 0 ? -x : x; }
static inline bool is_finite(Num x) { return x - x == 0; }

static FitWork *work_new(const Tape *tape)
{
    FitWork *work = xcalloc(1, sizeof *work);
    work->tape = tape;
    work->value = xcalloc((size_t)tape->n * 2, sizeof *work->value);
    work->adjoint = work->value + tape->n;
    for (int i = 0; i < tape->n; i++)
        for (int p = 0; p < N && tape->node[i].op == OP_CONST; p++)
            work->value[i][p] = (Num)tape->constant[i];
    return work;
}

static void work_free(FitWork *work)
{
    if (!work) return;
    free(work->value);
    free(work);
}

/* Points beyond n repeat the last one with the weight 0. */
static void load_block(FitWork *work, const FitPoints *points, int start, int n, const int *index)
{
    for (int p = 0; p < N; p++) {
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

/* -- the program over a block -------------------------------------------------------------- */

static bool keeps_sign(FitWork *work, int i, const Num *d)
{
    if (!work->strict) return true;
    if (work->sign[i] == 0) work->sign[i] = d[0] > 0 ? 1 : -1;
    const Num sign = work->sign[i];
    int n_bad = 0;
    for (int p = 0; p < N; p++) n_bad += !(d[p] * sign > 0);
    return n_bad == 0;
}

/* Values of all nodes at the block; false if a denominator is 0 or changes its sign. */
static bool forward(FitWork *work, const Num *c)
{
    const Tape *tape = work->tape;
    for (int k = 0; k < tape->n_free; k++)
        for (int p = 0; p < N; p++) work->value[tape->free[k]][p] = c[k];
    for (int i = 0; i < tape->n; i++) {
        const TapeNode *node = &tape->node[i];
        Num *restrict v = work->value[i];
        const Num *a = work->value[node->arg[0]], *b = work->value[node->arg[1]];
        const Num *d = work->value[node->arg[2]];
        switch (node->op) {
        case OP_CONST: break;
        case OP_INPUT: memcpy(v, work->block.x, sizeof work->block.x); break;
        case OP_ADD:
            for (int p = 0; p < N; p++) v[p] = a[p] + b[p];
            break;
        case OP_SUB:
            for (int p = 0; p < N; p++) v[p] = a[p] - b[p];
            break;
        case OP_MUL:
            for (int p = 0; p < N; p++) v[p] = a[p] * b[p];
            break;
        case OP_DIV:
            if (!keeps_sign(work, i, b)) return false;
            for (int p = 0; p < N; p++) v[p] = a[p] / b[p];
            break;
        case OP_FMA:
            for (int p = 0; p < N; p++) v[p] = a[p] * b[p] + d[p];
            break;
        case OP_NEG:
            for (int p = 0; p < N; p++) v[p] = -a[p];
            break;
        case OP_ABS:
            for (int p = 0; p < N; p++) v[p] = num_abs(a[p]);
            break;
        case OP_SQRT:
            for (int p = 0; p < N; p++) v[p] = num_sqrt(a[p]);
            break;
        case OP_MIN:
            for (int p = 0; p < N; p++) v[p] = a[p] < b[p] ? a[p] : b[p];
            break;
        case OP_MAX:
            for (int p = 0; p < N; p++) v[p] = a[p] > b[p] ? a[p] : b[p];
            break;
        default: memcpy(v, a, sizeof work->block.x); break; /* CONVERT */
        }
    }
    return true;
}

/* adj += g * factor for one argument. */
static void pull(FitWork *work, int arg, const Num *g, const Num *factor)
{
    if (!work->tape->node[arg].is_active) return;
    Num *restrict to = work->adjoint[arg];
    for (int p = 0; p < N; p++) to[p] += g[p] * factor[p];
}

static void pull_sign(FitWork *work, int arg, const Num *g, Num sign)
{
    if (!work->tape->node[arg].is_active) return;
    Num *restrict to = work->adjoint[arg];
    for (int p = 0; p < N; p++) to[p] += sign * g[p];
}

/* After forward: adjoint of free constant k = weight * d result / d c[k], at every point. */
static void backward(FitWork *work)
{
    const Tape *tape = work->tape;
    for (int i = 0; i < tape->n; i++)
        if (tape->node[i].is_active) memset(work->adjoint[i], 0, sizeof work->block.x);
    memcpy(work->adjoint[tape->n - 1], work->block.weight, sizeof work->block.x);
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
            for (int p = 0; p < N; p++) factor[p] = 1 / vb[p];
            pull(work, a, g, factor);
            for (int p = 0; p < N; p++) factor[p] *= -v[p];
            pull(work, b, g, factor);
            break;
        case OP_NEG: pull_sign(work, a, g, -1); break;
        case OP_ABS:
            for (int p = 0; p < N; p++) factor[p] = va[p] < 0 ? -1 : 1;
            pull(work, a, g, factor);
            break;
        case OP_SQRT:
            for (int p = 0; p < N; p++) factor[p] = 1 / (2 * v[p]);
            pull(work, a, g, factor);
            break;
        case OP_MIN:
        case OP_MAX:
            for (int p = 0; p < N; p++) factor[p] = v[p] == va[p];
            pull(work, a, g, factor);
            for (int p = 0; p < N; p++) factor[p] = 1 - factor[p];
            pull(work, b, g, factor);
            break;
        default: pull_sign(work, a, g, 1); break;
        }
    }
}

static void residuals(const FitWork *work, Num *restrict r)
{
    const Num *y = work->value[work->tape->n - 1];
    for (int p = 0; p < N; p++)
        r[p] = work->block.weight[p] * ((y[p] - work->block.f_hi[p]) - work->block.f_lo[p]);
}

static void start_signs(FitWork *work, bool strict)
{
    work->strict = strict;
    memset(work->sign, 0, sizeof work->sign);
}

/* -- vectors of a block -------------------------------------------------------------------- */

static Num dot(const Num *a, const Num *b)
{
    Num s[LANES] = {0};
    for (int p = 0; p < N; p += LANES)
        for (int l = 0; l < LANES; l++) s[l] += a[p + l] * b[p + l];
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

static void add_scaled(Num *restrict to, Num factor, const Num *from)
{
    for (int p = 0; p < N; p++) to[p] += factor * from[p];
}

/* Householder: reflections v[j] (zero above row j), R by rows above the diagonal, from the columns of J. */
typedef struct {
    int k;
    Num v[K_MAX][N], r[K_MAX][K_MAX], two_over_square[K_MAX], length[K_MAX];
} Qr;

static void reflect(const Qr *qr, int j, Num *x)
{
    add_scaled(x, -qr->two_over_square[j] * dot(qr->v[j], x), qr->v[j]);
}

static void qr_make(Qr *qr, const FitWork *work)
{
    qr->k = work->tape->n_free;
    for (int j = 0; j < qr->k; j++) {
        memcpy(qr->v[j], work->adjoint[work->tape->free[j]], sizeof qr->v[j]);
        qr->length[j] = num_sqrt(dot(qr->v[j], qr->v[j]));
    }
    for (int j = 0; j < qr->k; j++) {
        Num *v = qr->v[j];
        for (int i = 0; i < j; i++) {
            qr->r[i][j] = v[i];
            v[i] = 0;
        }
        const Num square = dot(v, v), length = num_sqrt(square);
        qr->r[j][j] = v[j] > 0 ? -length : length;
        v[j] -= qr->r[j][j];
        /* |v|^2 = 2*length*|v[j]| */
        qr->two_over_square[j] = square > 0 ? 1 / (length * num_abs(v[j])) : 0;
        for (int l = j + 1; l < qr->k; l++) reflect(qr, j, qr->v[l]);
    }
}

/* top[0..k) of Q^T x; overwrites x. */
static void qr_apply(const Qr *qr, Num *x, Num *top)
{
    for (int j = 0; j < qr->k; j++) {
        reflect(qr, j, x);
        top[j] = x[j];
    }
}

/* -- Levenberg-Marquardt --------------------------------------------------------------------- */

/* S upper triangular with S^T S = R^T R + lambda * D^2, and z with the right side rotated along, by
   Givens rotations that eliminate sqrt(lambda)*D. */
static void damp(const Qr *qr, Num root_lambda, const Num *scale, Num (*s)[K_MAX], Num *z)
{
    const int k = qr->k;
    for (int i = 0; i < k; i++)
        for (int j = i; j < k; j++) s[i][j] = qr->r[i][j];
    for (int l = 0; l < k; l++) {
        Num row[K_MAX] = {0}, right = 0;
        row[l] = root_lambda * scale[l];
        for (int j = l; j < k; j++) {
            const Num square = s[j][j] * s[j][j] + row[j] * row[j];
            if (!(square > 0)) continue;
            const Num inverse = 1 / num_sqrt(square);
            const Num cosine = s[j][j] * inverse, sine = row[j] * inverse;
            for (int i = j; i < k; i++) {
                const Num old = s[j][i];
                s[j][i] = cosine * old + sine * row[i];
                row[i] = cosine * row[i] - sine * old;
            }
            const Num old = z[j];
            z[j] = cosine * old + sine * right;
            right = cosine * right - sine * old;
        }
    }
}

static void solve_upper(int k, Num (*s)[K_MAX], Num *z)
{
    for (int i = k - 1; i >= 0; i--) {
        for (int j = i + 1; j < k; j++) z[i] -= s[i][j] * z[j];
        z[i] = s[i][i] != 0 ? z[i] / s[i][i] : 0;
    }
}

static void solve_lower(int k, Num (*s)[K_MAX], Num *z)
{
    for (int i = 0; i < k; i++) {
        for (int j = 0; j < i; j++) z[i] -= s[j][i] * z[j];
        z[i] = s[i][i] != 0 ? z[i] / s[i][i] : 0;
    }
}

static Num scaled_square(int k, const Num *v, const Num *scale)
{
    Num sum = 0;
    for (int i = 0; i < k; i++) sum += v[i] * v[i] * scale[i] * scale[i];
    return sum;
}

/* The residuals' squares at c, or a negative number if c is not usable. */
static Num squares_at(FitWork *work, const Num *c, Num *r)
{
    start_signs(work, true);
    if (!forward(work, c)) return -1;
    residuals(work, r);
    const Num squares = dot(r, r);
    return is_finite(squares) ? squares : -1;
}

/* Geodesic acceleration (Transtrum and Sethna 2012): half the second derivative of the residuals along v,
   seen through the damped inverse, bends the step along the valley. Returns false if it is so long that the step
   cannot be trusted. */
static bool accelerate(FitWork *work, const Qr *qr, const Num *c, const Num *top, const Num *scale,
                       Num (*s)[K_MAX], Num *v)
{
    const Num h = (Num)1 / 8;
    const int k = qr->k;
    Num ahead[K_MAX], r[N], bend[K_MAX];
    for (int i = 0; i < k; i++) ahead[i] = c[i] + h * v[i];
    if (squares_at(work, ahead, r) < 0) return false;
    qr_apply(qr, r, bend);
    /* bend = Q^T of 2/h * ((r(c + hv) - r(c))/h - Jv), whose first k rows need only R. */
    for (int i = 0; i < k; i++) {
        Num jv = 0;
        for (int j = i; j < k; j++) jv += qr->r[i][j] * v[j];
        bend[i] = 2 / h * ((bend[i] - top[i]) / h - jv);
    }
    Num a[K_MAX];
    for (int j = 0; j < k; j++) {
        a[j] = 0;
        for (int i = 0; i <= j; i++) a[j] -= qr->r[i][j] * bend[i];
    }
    solve_lower(k, s, a);
    solve_upper(k, s, a);
    const Num length = scaled_square(k, a, scale), along = scaled_square(k, v, scale);
    if (!(length <= (Num)0.5625 * along)) return false; /* |a| <= 0.75 |v| */
    for (int i = 0; i < k; i++) v[i] += a[i] / 2;
    return true;
}

/* Steps until nothing is gained; c and r are those of the least squares met. Returns them. */
static Num descend(FitWork *work, Num *c, int max_iterations)
{
    enum { TRIES = 12 };
    const int k = work->tape->n_free;
    Num r[N], lambda = (Num)1e-2;
    Num squares = squares_at(work, c, r);
    if (squares < 0 || k == 0) return squares;
    Num before = squares; /* eight iterations ago */
    for (int iteration = 0; iteration < max_iterations; iteration++) {
        if (iteration % 8 == 7) {
            if (squares > before * (Num)0.999) break;
            before = squares;
        }
        start_signs(work, true);
        if (!forward(work, c)) break;
        backward(work);
        Qr qr;
        qr_make(&qr, work);
        Num rotated[N], top[K_MAX], scale[K_MAX];
        memcpy(rotated, r, sizeof rotated);
        qr_apply(&qr, rotated, top);
        for (int i = 0; i < k; i++) scale[i] = qr.length[i] > 0 ? qr.length[i] : 1;
        bool is_moved = false;
        for (int try = 0; try < TRIES && !is_moved; try++) {
            Num s[K_MAX][K_MAX], v[K_MAX], next[K_MAX], next_r[N];
            for (int i = 0; i < k; i++) v[i] = -top[i];
            damp(&qr, num_sqrt(lambda), scale, s, v);
            solve_upper(k, s, v);
            if (accelerate(work, &qr, c, top, scale, s, v)) {
                for (int i = 0; i < k; i++) next[i] = c[i] + v[i];
                const Num next_squares = squares_at(work, next, next_r);
                if (next_squares >= 0 && next_squares < squares) {
                    is_moved = true;
                    squares = next_squares;
                    memcpy(c, next, (size_t)k * sizeof *c);
                    memcpy(r, next_r, sizeof r);
                }
            }
            lambda *= is_moved ? (Num)0.2 : (Num)3;
            if (lambda > (Num)1e8) break;
            if (lambda < NUM_EPSILON * NUM_EPSILON) lambda = NUM_EPSILON * NUM_EPSILON;
        }
        if (!is_moved) break;
    }
    return squares;
}

static double least_squares(FitWork *work, Quad *c, int max_iterations)
{
    const int k = work->tape->n_free;
    Num now[K_MAX];
    for (int i = 0; i < k; i++) now[i] = (Num)c[i];
    const Num squares = descend(work, now, max_iterations);
    if (squares < 0) return INFINITY;
    for (int i = 0; i < k; i++) c[i] = (Quad)now[i];
    int n = 0;
    for (int p = 0; p < N; p++) n += work->block.weight[p] > 0;
    return (double)num_sqrt(squares / (n > 0 ? n : 1));
}

/* -- the largest error --------------------------------------------------------------------- */

static double errors_at(FitWork *work, const FitPoints *points, const Num *c, bool strict,
                        double *error, int *worst)
{
    /* The block loaded for least squares comes back afterwards. */
    const Block saved = work->block;
    double largest = 0;
    start_signs(work, strict);
    for (int start = 0; start < points->n && largest < INFINITY; start += N) {
        const int n = points->n - start < N ? points->n - start : N;
        load_block(work, points, start, n, NULL);
        Num r[N];
        if (!forward(work, c)) {
            largest = INFINITY;
            break;
        }
        residuals(work, r);
        for (int p = 0; p < n; p++) {
            const double e = (double)r[p];
            if (error) error[start + p] = e;
            if (fabs(e) <= largest) continue;
            largest = isfinite(e) ? fabs(e) : INFINITY;
            if (worst) *worst = start + p;
        }
    }
    work->block = saved;
    return largest;
}

static double error_of(FitWork *work, const FitPoints *points, const Quad *c, bool strict,
                       double *error, int *worst)
{
    Num now[K_MAX];
    for (int i = 0; i < work->tape->n_free; i++) now[i] = (Num)c[i];
    if (worst) *worst = 0;
    return errors_at(work, points, now, strict, error, worst);
}

/* -- exchange -------------------------------------------------------------------------------- */

/* How many constants count: the rank of the derivatives at the loaded points, columns scaled to 1, by pivoted
   Gram-Schmidt. */
static int rank_at(FitWork *work, const Num *c)
{
    start_signs(work, true);
    if (!forward(work, c)) return 0;
    backward(work);
    const int k = work->tape->n_free;
    Num column[K_MAX][N];
    for (int j = 0; j < k; j++) {
        memcpy(column[j], work->adjoint[work->tape->free[j]], sizeof column[j]);
        const Num length = num_sqrt(dot(column[j], column[j]));
        for (int p = 0; p < N && length > 0; p++) column[j][p] /= length;
    }
    int rank = 0;
    for (; rank < k; rank++) {
        int pivot = rank;
        for (int j = rank + 1; j < k; j++)
            if (dot(column[j], column[j]) > dot(column[pivot], column[pivot])) pivot = j;
        const Num length = num_sqrt(dot(column[pivot], column[pivot]));
        if (!(length > 4096 * NUM_EPSILON)) break;
        Num q[N];
        memcpy(q, column[pivot], sizeof q);
        memcpy(column[pivot], column[rank], sizeof q);
        for (int p = 0; p < N; p++) q[p] /= length;
        for (int j = rank + 1; j < k; j++) add_scaled(column[j], -dot(q, column[j]), q);
    }
    return rank;
}

/* The damped Newton step: over the m points of the loaded block with signs +-, minimise
       sum (r + J*dc - sign*E)^2 + regularisation * (|J_k|*dc_k)^2
   by Householder on the stacked matrix. Returns false if nothing finite comes out. */
static bool alternation_step(FitWork *work, int m, const Num *r, Num regularisation, Num *dc)
{
    enum { ROWS = K_MAX + 1 + K_MAX };
    const int k = work->tape->n_free, rows = m + k, columns = k + 1;
    Num(*a)[ROWS] = xcalloc((size_t)columns + 1, sizeof *a), length[K_MAX];
    for (int j = 0; j < k; j++) {
        const Num *from = work->adjoint[work->tape->free[j]];
        Num square = 0;
        for (int p = 0; p < m; p++) square += from[p] * from[p];
        length[j] = square > 0 ? num_sqrt(square) : 1;
        for (int p = 0; p < m; p++) a[j][p] = from[p] / length[j];
        a[j][m + j] = num_sqrt(regularisation);
    }
    for (int p = 0; p < m; p++) {
        a[k][p] = r[p] > 0 ? -1 : 1;
        a[columns][p] = -r[p];
    }
    for (int j = 0; j < columns; j++) {
        Num square = 0;
        for (int p = j; p < rows; p++) square += a[j][p] * a[j][p];
        if (!(square > 0)) continue;
        const Num norm = num_sqrt(square), diagonal = a[j][j] > 0 ? -norm : norm;
        a[j][j] -= diagonal;
        const Num scale = -1 / (diagonal * a[j][j]);
        for (int l = j + 1; l <= columns; l++) {
            Num sum = 0;
            for (int p = j; p < rows; p++) sum += a[j][p] * a[l][p];
            for (int p = j; p < rows; p++) a[l][p] -= scale * sum * a[j][p];
        }
        a[j][j] = diagonal;
    }
    bool is_good = true;
    for (int j = columns - 1; j >= 0; j--) {
        Num sum = a[columns][j];
        for (int l = j + 1; l < columns; l++) sum -= a[l][j] * a[columns][l];
        a[columns][j] = a[j][j] != 0 ? sum / a[j][j] : 0;
        is_good = is_good && is_finite(a[columns][j]);
    }
    for (int j = 0; j < k && is_good; j++) dc[j] = a[columns][j] / length[j];
    free(a);
    return is_good;
}

typedef struct {
    FitWork *work;
    const FitPoints *points;
    int rank;
    double *error, *trial_error;
    int *peak;
} Exchange;

/* One round: the reference, the step, as much of it as helps. Returns the largest error, unchanged if
   nothing helped. */
static double exchange_round(Exchange *x, Num *c, double largest)
{
    static const double DAMPING[] = {1e-30, 1e-16, 1e-10, 1e-6, 1e-3, 1e-1};
    FitWork *work = x->work;
    const int k = work->tape->n_free;
    int m = peaks_find(x->error, x->points->n, x->peak);
    m = peaks_thin(x->error, x->peak, m, x->rank + 1);
    const Block saved = work->block;
    Num r[N];
    load_block(work, x->points, 0, m, x->peak);
    start_signs(work, true);
    const bool is_good = forward(work, c);
    if (is_good) {
        residuals(work, r);
        backward(work);
    }
    work->block = saved;
    if (!is_good) return largest;
    for (size_t d = 0; d < sizeof DAMPING / sizeof *DAMPING; d++) {
        Num dc[K_MAX], trial[K_MAX];
        /* errors_at below overwrites values, not adjoints. */
        if (!alternation_step(work, m, r, (Num)DAMPING[d], dc)) continue;
        for (double share = 1; share > 0.1; share /= 2) {
            for (int j = 0; j < k; j++) trial[j] = c[j] + (Num)share * dc[j];
            const double e = errors_at(work, x->points, trial, true, x->trial_error, NULL);
            if (!(e < largest)) continue;
            memcpy(c, trial, (size_t)k * sizeof *c);
            double *old = x->error;
            x->error = x->trial_error;
            x->trial_error = old;
            return e;
        }
    }
    return largest;
}

static double exchange(FitWork *work, const FitPoints *points, Quad *c, int *n_alternations,
                       int *rank)
{
    enum { ROUNDS = 60 };
    const int k = work->tape->n_free, n = points->n;
    Num now[K_MAX];
    for (int i = 0; i < k; i++) now[i] = (Num)c[i];
    Exchange x = {work, points, 0, NULL, NULL, NULL};
    x.error = xmalloc((size_t)n * 2 * sizeof(double));
    double *const errors = x.error;
    x.trial_error = x.error + n;
    x.peak = xmalloc((size_t)n * sizeof(int));
    double largest = errors_at(work, points, now, true, x.error, NULL);
    x.rank = rank_at(work, now);
    int n_slow = 0;
    for (int round = 0; round < ROUNDS && isfinite(largest) && x.rank > 0 && n_slow < 3; round++) {
        const double before = largest;
        largest = exchange_round(&x, now, before);
        if (!(largest < before)) break;
        n_slow = largest > before * (1 - 1e-10) ? n_slow + 1 : 0;
    }
    *n_alternations = 0;
    if (isfinite(largest)) {
        *n_alternations = peaks_count(x.error, x.peak, peaks_find(x.error, n, x.peak));
        for (int i = 0; i < k; i++) c[i] = (Quad)now[i];
    }
    *rank = x.rank;
    free(errors);
    free(x.peak);
    return largest;
}

const FitEngine ENGINE = {
    ENGINE_NAME, ENGINE_TRUST, work_new, work_free, load, least_squares, error_of, exchange,
};
