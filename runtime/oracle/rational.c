#include "runtime/oracle/rational.h"

#include <gmp.h>
#include <stdlib.h>

/* Degrees of numerator and denominator, common factors included. */
typedef struct {
    int top, bottom;
} Degrees;

enum { DEGREE_MAX = 200, EXPONENT_MAX = 2000 };

static int most(int a, int b) { return a > b ? a : b; }

static Degrees sum(Degrees x, Degrees y)
{
    return (Degrees){most(x.top + y.bottom, y.top + x.bottom), x.bottom + y.bottom};
}

static Degrees product(Degrees x, Degrees y)
{
    return (Degrees){x.top + y.top, x.bottom + y.bottom};
}

/* False where the Prog is no rational function, or one of too high a degree. */
static bool find_degrees(const Prog *prog, Degrees *result)
{
    Degrees degrees[PROG_MAX];
    for (int i = 0; i < prog->n; i++) {
        const Node *node = &prog->node[i];
        const Degrees x = degrees[node->arg[0]], y = degrees[node->arg[1]];
        Degrees *r = &degrees[i];
        switch (node->op) {
        case OP_INPUT: *r = (Degrees){1, 0}; break;
        case OP_CONST:
            if (node->type != TYPE_REAL || node->value.class != REAL_FINITE ||
                abs(node->value.exp2) > EXPONENT_MAX || abs(node->value.exp10) > EXPONENT_MAX)
                return false;
            *r = (Degrees){0, 0};
            break;
        case OP_NEG: *r = x; break;
        case OP_ADD:
        case OP_SUB: *r = sum(x, y); break;
        case OP_MUL: *r = product(x, y); break;
        case OP_DIV: *r = product(x, (Degrees){y.bottom, y.top}); break;
        case OP_FMA: *r = sum(product(x, y), degrees[node->arg[2]]); break;
        default: return false;
        }
        if (r->top > DEGREE_MAX || r->bottom > DEGREE_MAX) return false;
    }
    *result = degrees[prog->n - 1];
    return true;
}

static void set_real(mpq_t r, Real value)
{
    mpz_t power;
    mpz_init(power);
    mpz_set_ui(mpq_numref(r), value.hi);
    mpz_mul_2exp(mpq_numref(r), mpq_numref(r), 64);
    mpz_add_ui(mpq_numref(r), mpq_numref(r), value.lo);
    if (value.negative) mpz_neg(mpq_numref(r), mpq_numref(r));
    mpz_set_ui(mpq_denref(r), 1);
    const int exponents[] = {value.exp2, value.exp10};
    for (int i = 0; i < 2; i++) {
        mpz_ui_pow_ui(power, i == 0 ? 2 : 10, (unsigned long)abs(exponents[i]));
        mpz_ptr side = exponents[i] < 0 ? mpq_denref(r) : mpq_numref(r);
        mpz_mul(side, side, power);
    }
    mpq_canonicalize(r);
    mpz_clear(power);
}

/* The value at x; false for a division by zero. */
static bool evaluate(const Prog *prog, mpq_t *value, long x)
{
    for (int i = 0; i < prog->n; i++) {
        const Node *node = &prog->node[i];
        mpq_t *a = &value[node->arg[0]], *b = &value[node->arg[1]];
        switch (node->op) {
        case OP_INPUT: mpq_set_si(value[i], x, 1); break;
        case OP_CONST: set_real(value[i], node->value); break;
        case OP_NEG: mpq_neg(value[i], *a); break;
        case OP_ADD: mpq_add(value[i], *a, *b); break;
        case OP_SUB: mpq_sub(value[i], *a, *b); break;
        case OP_MUL: mpq_mul(value[i], *a, *b); break;
        case OP_FMA:
            mpq_mul(value[i], *a, *b);
            mpq_add(value[i], value[i], value[node->arg[2]]);
            break;
        default:
            if (mpq_sgn(*b) == 0) return false;
            mpq_div(value[i], *a, *b);
        }
    }
    return true;
}

/* a - b has a numerator of at most `degree`, so if it is 0 at more places than that, it is 0. */
bool rational_is_same(const Prog *a, const Prog *b)
{
    Degrees of_a, of_b;
    if (a->n_inputs != 1 || b->n_inputs != 1) return false;
    if (!find_degrees(a, &of_a) || !find_degrees(b, &of_b)) return false;
    const int degree = sum(of_a, of_b).top;
    mpq_t *values = xmalloc((size_t)(a->n + b->n) * sizeof *values);
    for (int i = 0; i < a->n + b->n; i++) mpq_init(values[i]);
    bool is_same = true;
    int n_places = 0;
    for (long x = 1; n_places <= degree && is_same; x++) {
        if (x > 8 * DEGREE_MAX) is_same = false;
        if (!evaluate(a, values, x) || !evaluate(b, values + a->n, x)) continue;
        is_same &= mpq_equal(values[a->n - 1], values[a->n + b->n - 1]) != 0;
        n_places++;
    }
    for (int i = 0; i < a->n + b->n; i++) mpq_clear(values[i]);
    free(values);
    return is_same;
}
