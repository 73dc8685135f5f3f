/* The part of a FitEngine that does least squares on a block: QR, damping, geodesic acceleration. Included by
   fit_engine_body.h. Sums have eight fixed partial sums, for the same bits everywhere. */
/* -- vectors of a block -------------------------------------------------------------------- */

static Num dot(int n, const Num *a, const Num *b)
{
    Num s[LANES] = {0};
    for (int p = 0; p < n; p += LANES)
        for (int l = 0; l < LANES; l++) s[l] += a[p + l] * b[p + l];
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

static void add_scaled(int n, Num *restrict to, Num factor, const Num *from)
{
    for (int p = 0; p < n; p++) to[p] += factor * from[p];
}

static const uint32_t ALL = UINT32_MAX; /* free constants: a set is a bit per constant */

/* Householder: reflections v[j] (zero above row j), R by rows above the diagonal, from the columns of J. */
typedef struct {
    int k, n; /* columns, rows */
    Num v[K_MAX][N], r[K_MAX][K_MAX], two_over_square[K_MAX], length[K_MAX];
} Qr;

static void reflect(const Qr *qr, int j, Num *x)
{
    add_scaled(qr->n, x, -qr->two_over_square[j] * dot(qr->n, qr->v[j], x), qr->v[j]);
}

/* Of the derivatives by the free constants in the set `of`, which backward left. */
static void qr_make(Qr *qr, const FitWork *work, uint32_t of)
{
    qr->k = 0;
    qr->n = rows(work);
    for (int j = 0; j < work->tape->n_free; j++)
        if (of >> j & 1) copy(qr->v[qr->k++], work->adjoint[work->tape->free[j]], qr->n);
    for (int j = 0; j < qr->k; j++) {
        Num *v = qr->v[j], above = 0;
        for (int i = 0; i < j; i++) {
            qr->r[i][j] = v[i];
            above += v[i] * v[i];
            v[i] = 0;
        }
        const Num square = dot(qr->n, v, v), length = num_sqrt(square);
        qr->length[j] = num_sqrt(above + square);
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

/* What a linear model knows at one place. */
typedef struct {
    Qr qr;
    Num top[K_MAX];   /* of Q^T r */
    Num scale[K_MAX]; /* lengths of the columns */
    Num inverse_scale[K_MAX];
    Num gram[K_MAX][K_MAX]; /* R^T R with columns scaled to 1; its upper half */
    Num slope[K_MAX];       /* R^T top, scaled */
} Model;

static void model_make(Model *model, const FitWork *work, const Num *r)
{
    const int k = work->tape->n_free;
    qr_make(&model->qr, work, ALL);
    Num rotated[N];
    copy(rotated, r, model->qr.n);
    qr_apply(&model->qr, rotated, model->top);
    for (int i = 0; i < k; i++) {
        model->scale[i] = model->qr.length[i] > 0 ? model->qr.length[i] : 1;
        model->inverse_scale[i] = 1 / model->scale[i];
    }
    for (int i = 0; i < k; i++) {
        Num slope = 0;
        for (int l = 0; l <= i; l++) slope += model->qr.r[l][i] * model->top[l];
        model->slope[i] = slope * model->inverse_scale[i];
        for (int j = i; j < k; j++) {
            Num sum = 0;
            for (int l = 0; l <= i; l++) sum += model->qr.r[l][i] * model->qr.r[l][j];
            model->gram[i][j] = sum * (model->inverse_scale[i] * model->inverse_scale[j]);
        }
    }
}

/* S upper triangular with S^T S = R^T R + lambda * D^2, and z with the right side rotated along, by
   Givens rotations that eliminate sqrt(lambda)*D. */
static void damp_by_rotations(const Qr *qr, Num root_lambda, const Num *scale, Num (*s)[K_MAX],
                              Num *z)
{
    const int k = qr->k;
    for (int i = 0; i < k; i++)
        for (int j = i; j < k; j++) s[i][j] = qr->r[i][j];
    for (int l = 0; l < k; l++) {
        Num row[K_MAX], right = 0;
        for (int i = l + 1; i < k; i++) row[i] = 0;
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

/* The same S, and v = -S^-1 S^-T R^T top, by Cholesky of the scaled R^T R + lambda: a third of the work. With
   lambda >= root of epsilon its condition is at most k/lambda, so v is right to half the digits, more than a step needs. */
static bool damp_by_squares(const Model *model, Num lambda, Num (*s)[K_MAX], Num *v)
{
    const int k = model->qr.k;
    for (int i = 0; i < k; i++) {
        for (int j = i; j < k; j++) s[i][j] = model->gram[i][j];
        s[i][i] += lambda;
    }
    for (int i = 0; i < k; i++) {
        if (!(s[i][i] > 0)) return false;
        const Num inverse = 1 / num_sqrt(s[i][i]);
        for (int j = i; j < k; j++) s[i][j] *= inverse;
        for (int l = i + 1; l < k; l++)
            for (int j = l; j < k; j++) s[l][j] -= s[i][l] * s[i][j];
    }
    for (int i = 0; i < k; i++)
        for (int j = i; j < k; j++) s[i][j] *= model->scale[j];
    for (int i = 0; i < k; i++) v[i] = -model->slope[i] * model->scale[i];
    solve_lower(k, s, v);
    solve_upper(k, s, v);
    return true;
}

/* The damped step v, and S for more of that kind. */
static void damp(const Model *model, Num lambda, Num (*s)[K_MAX], Num *v)
{
    if (lambda * lambda >= NUM_EPSILON && damp_by_squares(model, lambda, s, v)) return;
    for (int i = 0; i < model->qr.k; i++) v[i] = -model->top[i];
    damp_by_rotations(&model->qr, num_sqrt(lambda), model->scale, s, v);
    solve_upper(model->qr.k, s, v);
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
    const Num squares = dot(rows(work), r, r);
    return is_finite(squares) ? squares : -1;
}

/* Geodesic acceleration (Transtrum and Sethna 2012): half the second derivative of the residuals along v,
   seen through the damped inverse, bends the step along the valley. Returns false if it is so long that the step
   cannot be trusted. */
static bool accelerate(FitWork *work, const Model *model, const Num *c, Num (*s)[K_MAX], Num *v)
{
    const Num h = (Num)1 / 8;
    const Qr *qr = &model->qr;
    const int k = qr->k;
    Num ahead[K_MAX], r[N], bend[K_MAX];
    for (int i = 0; i < k; i++) ahead[i] = c[i] + h * v[i];
    if (squares_at(work, ahead, r) < 0) return false;
    qr_apply(qr, r, bend);
    /* bend = Q^T of 2/h * ((r(c + hv) - r(c))/h - Jv), whose first k rows need only R. */
    for (int i = 0; i < k; i++) {
        Num jv = 0;
        for (int j = i; j < k; j++) jv += qr->r[i][j] * v[j];
        bend[i] = 2 / h * ((bend[i] - model->top[i]) / h - jv);
    }
    Num a[K_MAX];
    for (int j = 0; j < k; j++) {
        a[j] = 0;
        for (int i = 0; i <= j; i++) a[j] -= qr->r[i][j] * bend[i];
    }
    solve_lower(k, s, a);
    solve_upper(k, s, a);
    const Num length = scaled_square(k, a, model->scale), along = scaled_square(k, v, model->scale);
    if (!(length <= (Num)0.5625 * along)) return false; /* |a| <= 0.75 |v| */
    for (int i = 0; i < k; i++) v[i] += a[i] / 2;
    return true;
}

/* How to go down. */
typedef struct {
    Num lambda, shrink,
        grow;     /* of the damping: at first, after a step that helped, after one that did not */
    Num gain_min; /* stop when a linear step could gain no more than this share of the squares */
    Num give_up;  /* stop when the squares, falling on as they do, would not get below this */
} Descent;

enum { LOOK = 8 }; /* how often, in iterations, it is asked whether to go on */

/* Is it not worth going on, the squares having been `before` LOOK iterations ago? Descents slow down, so what the present
   pace would reach in the iterations that are left is more than can be hoped for; a valley that opens late is lost. */
static bool is_hopeless(Num before, Num squares, int iterations_left, const Descent *how)
{
    if (squares > before * (Num)0.999) return true;
    if (how->give_up == 0 || !(squares > how->give_up)) return false;
    const Num pace = squares / before;
    Num reached = squares;
    for (int i = 0; i < iterations_left && reached > how->give_up; i += LOOK) reached *= pace;
    return reached > how->give_up;
}

/* Steps until nothing is gained; c and r are those of the least squares met. Returns them. */
static Num descend_by(FitWork *work, Num *c, int max_iterations, const Descent *how)
{
    enum { TRIES = 12 };
    const int k = work->tape->n_free, n = rows(work);
    Num r[N], lambda = how->lambda;
    Num squares = squares_at(work, c, r);
    if (squares < 0 || k == 0) return squares;
    Num before = squares; /* LOOK iterations ago */
    for (int iteration = 0; iteration < max_iterations; iteration++) {
        if (iteration % LOOK == LOOK - 1) {
            if (is_hopeless(before, squares, max_iterations - iteration, how)) break;
            before = squares;
        }
        backward(work); /* the last evaluation was that of c */
        Model model;
        model_make(&model, work, r);
        Num reach = 0;
        for (int i = 0; i < k; i++) reach += model.top[i] * model.top[i];
        if (reach <= how->gain_min * squares) break; /* all that a linear step could gain */
        bool is_moved = false;
        for (int try = 0; try < TRIES && !is_moved; try++) {
            Num s[K_MAX][K_MAX], v[K_MAX], next[K_MAX], next_r[N];
            damp(&model, lambda, s, v);
            if (accelerate(work, &model, c, s, v)) {
                for (int i = 0; i < k; i++) next[i] = c[i] + v[i];
                const Num next_squares = squares_at(work, next, next_r);
                if (next_squares >= 0 && next_squares < squares) {
                    is_moved = true;
                    squares = next_squares;
                    memcpy(c, next, (size_t)k * sizeof *c);
                    copy(r, next_r, n);
                }
            }
            lambda *= is_moved ? how->shrink : how->grow;
            if (lambda > (Num)1e8) break;
            if (lambda < NUM_EPSILON * NUM_EPSILON) lambda = NUM_EPSILON * NUM_EPSILON;
        }
        if (!is_moved) break;
    }
    return squares;
}

static int n_weighted(const FitWork *work)
{
    int n = 0;
    for (int p = 0; p < rows(work); p++) n += work->block.weight[p] > 0;
    return n > 0 ? n : 1;
}

static double descend_to_root(FitWork *work, Quad *c, int max_iterations, const Descent *how)
{
    const int k = work->tape->n_free;
    Num now[K_MAX];
    for (int i = 0; i < k; i++) now[i] = (Num)c[i];
    const Num squares = descend_by(work, now, max_iterations, how);
    if (squares < 0) return INFINITY;
    for (int i = 0; i < k; i++) c[i] = (Quad)now[i];
    return (double)num_sqrt(squares / n_weighted(work));
}

/* Ranking needs no more than two digits; where exchange starts or precision is dear, neither. */
static double descend(FitWork *work, Quad *c, int max_iterations, double give_up)
{
    const Descent from_afar = {(Num)1e-3, (Num)0.3, 3, (Num)1e-4,
                               (Num)give_up * (Num)give_up * n_weighted(work)};
    return descend_to_root(work, c, max_iterations, &from_afar);
}

static double least_squares(FitWork *work, Quad *c, int max_iterations)
{
    return descend(work, c, max_iterations, 0);
}

/* The valley's floor is so nearly level that any damping worth the name would stop the descent on it: the first
   step is Newton's, and damping comes in leaps where that fails. */
static double refine(FitWork *work, Quad *c, int max_iterations)
{
    const Descent near = {NUM_EPSILON * NUM_EPSILON, (Num)1e-2, 100, (Num)1e-8, 0};
    return descend_to_root(work, c, max_iterations, &near);
}

/* The result is linear in these constants, so one step without damping is all. */
static bool settle(FitWork *work, Quad *c, uint32_t linear)
{
    const int k = work->tape->n_free;
    Num now[K_MAX], r[N], step[K_MAX];
    for (int i = 0; i < k; i++) now[i] = (Num)c[i];
    if (squares_at(work, now, r) < 0) return false;
    backward(work);
    Qr qr;
    qr_make(&qr, work, linear);
    qr_apply(&qr, r, step);
    solve_upper(qr.k, qr.r, step);
    for (int i = 0, j = 0; i < k; i++) {
        if (!(linear >> i & 1)) continue;
        now[i] -= step[j++];
        if (!is_finite(now[i])) return false;
    }
    for (int i = 0; i < k; i++) c[i] = (Quad)now[i];
    return true;
}
