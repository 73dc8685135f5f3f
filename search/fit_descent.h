/* The part of a FitEngine that does least squares on a block: QR, damping, geodesic acceleration. Included by
   fit_engine_body.h. Sums have eight fixed partial sums, for the same bits everywhere. */
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
    }
    for (int j = 0; j < qr->k; j++) {
        Num *v = qr->v[j], above = 0;
        for (int i = 0; i < j; i++) {
            qr->r[i][j] = v[i];
            above += v[i] * v[i];
            v[i] = 0;
        }
        const Num square = dot(v, v), length = num_sqrt(square);
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

/* S upper triangular with S^T S = R^T R + lambda * D^2, and z with the right side rotated along, by
   Givens rotations that eliminate sqrt(lambda)*D. */
static void damp(const Qr *qr, Num root_lambda, const Num *scale, Num (*s)[K_MAX], Num *z)
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

/* How to go down. */
typedef struct {
    Num lambda, shrink,
        grow;     /* of the damping: at first, after a step that helped, after one that did not */
    Num gain_min; /* stop when a linear step could gain no more than this share of the squares */
} Descent;

/* Steps until nothing is gained; c and r are those of the least squares met. Returns them. */
static Num descend(FitWork *work, Num *c, int max_iterations, const Descent *how)
{
    enum { TRIES = 12 };
    const int k = work->tape->n_free;
    Num r[N], lambda = how->lambda;
    Num squares = squares_at(work, c, r);
    if (squares < 0 || k == 0) return squares;
    Num before = squares; /* eight iterations ago */
    for (int iteration = 0; iteration < max_iterations; iteration++) {
        if (iteration % 8 == 7) {
            if (squares > before * (Num)0.999) break;
            before = squares;
        }
        backward(work); /* the last evaluation was that of c */
        Qr qr;
        qr_make(&qr, work);
        Num rotated[N], top[K_MAX], scale[K_MAX];
        memcpy(rotated, r, sizeof rotated);
        qr_apply(&qr, rotated, top);
        Num reach = 0;
        for (int i = 0; i < k; i++) reach += top[i] * top[i];
        if (reach <= how->gain_min * squares) break; /* all that a linear step could gain */
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
            lambda *= is_moved ? how->shrink : how->grow;
            if (lambda > (Num)1e8) break;
            if (lambda < NUM_EPSILON * NUM_EPSILON) lambda = NUM_EPSILON * NUM_EPSILON;
        }
        if (!is_moved) break;
    }
    return squares;
}

static double descend_to_root(FitWork *work, Quad *c, int max_iterations, const Descent *how)
{
    const int k = work->tape->n_free;
    Num now[K_MAX];
    for (int i = 0; i < k; i++) now[i] = (Num)c[i];
    const Num squares = descend(work, now, max_iterations, how);
    if (squares < 0) return INFINITY;
    for (int i = 0; i < k; i++) c[i] = (Quad)now[i];
    int n = 0;
    for (int p = 0; p < N; p++) n += work->block.weight[p] > 0;
    return (double)num_sqrt(squares / (n > 0 ? n : 1));
}

/* Ranking needs no more than two digits; where exchange starts or precision is dear, neither. */
static double least_squares(FitWork *work, Quad *c, int max_iterations)
{
    static const Descent FROM_AFAR = {(Num)1e-3, (Num)0.3, 3, (Num)1e-4};
    return descend_to_root(work, c, max_iterations, &FROM_AFAR);
}

/* The valley's floor is so nearly level that any damping worth the name would stop the descent on it: the first
   step is Newton's, and damping comes in leaps where that fails. */
static double refine(FitWork *work, Quad *c, int max_iterations)
{
    const Descent near = {NUM_EPSILON * NUM_EPSILON, (Num)1e-4, 1000, (Num)1e-8};
    return descend_to_root(work, c, max_iterations, &near);
}
