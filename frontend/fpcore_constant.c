/* Constants: exact in references, rounded once in answers. */
#include "frontend/fpcore_lower.h"
#include "frontend/infix.h"
#include "runtime/oracle/oracle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* FPCore's constants over the reals, in infix. */
static const struct {
    const char *name, *infix;
} CONSTANTS[] = {
    {"E", "e"},
    {"LOG2E", "1/ln2"},
    {"LOG10E", "1/log(10)"},
    {"LN2", "ln2"},
    {"LN10", "log(10)"},
    {"PI", "pi"},
    {"PI_2", "pi/2"},
    {"PI_4", "pi/4"},
    {"M_1_PI", "1/pi"},
    {"M_2_PI", "2/pi"},
    {"M_2_SQRTPI", "2/sqrt(pi)"},
    {"SQRT2", "sqrt(2)"},
    {"SQRT1_2", "sqrt(0.5)"},
    {"INFINITY", "inf"},
    {"NAN", "nan"},
};

/* n/d exactly, if d has no factor but 2 and 5. */
static bool exact_ratio(const char *text, Real *out)
{
    const char *slash, *end;
    Real bottom;
    if (!real_parse(text, &slash, out) || !real_parse(slash + 1, &end, &bottom)) return false;
    /* A normal integer is m * 2^k with k >= 0; m = 5^j is divided by through 10^-j * 2^j. */
    if (bottom.hi || bottom.exp10 || bottom.negative) return false;
    uint64_t m = bottom.lo;
    int32_t fives = 0;
    while (m % 5 == 0) m /= 5, fives++;
    if (m != 1) return false;
    out->exp2 += fives - bottom.exp2;
    out->exp10 -= fives;
    *out = real_normalize(*out);
    return true;
}

/* m * b^e exactly, for a base of 2 and 10. */
static bool exact_digits(Real *out, Real e, Real b)
{
    const double exponent = real_to_double(e), base = real_to_double(b);
    if (!(fabs(exponent) < 1e6) || (base != 2 && base != 10)) return false;
    if (base == 2)
        out->exp2 += (int32_t)exponent;
    else
        out->exp10 += (int32_t)exponent;
    *out = real_normalize(*out);
    return true;
}

bool lower_is_integer(const FpExpr *expr)
{
    const char *c = expr->text;
    if (expr->kind != FP_NUMBER) return false;
    if (*c == '-' || *c == '+') c++;
    return c[strspn(c, "0123456789")] == 0;
}

static Ref lower_ratio(Lower *l, const FpExpr *expr)
{
    const char *slash = strchr(expr->text, '/'), *end;
    Real top, bottom;
    real_parse(expr->text, &end, &top);
    real_parse(slash + 1, &end, &bottom);
    const Ref a = lower_real(l, expr, top), b = lower_real(l, expr, bottom);
    return lower_op(l, expr, OP_DIV, a, b, 0);
}

static Ref lower_digits(Lower *l, const FpExpr *expr)
{
    const FpExpr *m = expr->arg, *e = m->next, *b = e->next;
    if (!lower_is_integer(m) || !lower_is_integer(e) || !lower_is_integer(b) || atof(b->text) < 2)
        return lower_wrong(l, ERR_INPUT, expr, "digits takes three integers, the base at least 2");
    Real part[3];
    const char *end;
    real_parse(m->text, &end, &part[0]);
    real_parse(e->text, &end, &part[1]);
    real_parse(b->text, &end, &part[2]);
    if (exact_digits(&part[0], part[1], part[2])) return lower_real(l, expr, part[0]);
    const Ref base = lower_real(l, expr, part[2]), exponent = lower_real(l, expr, part[1]);
    const Ref power = lower_op(l, expr, OP_POW, base, exponent, 0);
    return lower_op(l, expr, OP_MUL, lower_real(l, expr, part[0]), power, 0);
}

/* A constant over the reals: a node, or some for 1/3 and PI/2. */
static Ref lower_exact(Lower *l, const FpExpr *expr)
{
    if (expr->kind == FP_DIGITS) return lower_digits(l, expr);
    if (expr->kind == FP_NUMBER) {
        Real value;
        const char *end;
        if (strchr(expr->text, '/'))
            return exact_ratio(expr->text, &value) ? lower_real(l, expr, value)
                                                   : lower_ratio(l, expr);
        if (!real_parse(expr->text, &end, &value) || *end)
            return lower_wrong(l, ERR_INPUT, expr, "this is no number");
        return lower_real(l, expr, value);
    }
    for (size_t i = 0; i < sizeof CONSTANTS / sizeof *CONSTANTS; i++) {
        if (strcmp(CONSTANTS[i].name, expr->text) != 0) continue;
        Prog part;
        const Status status = infix_parse(&part, CONSTANTS[i].infix, NULL, 0, NULL);
        if (status != OK || !prog_has_room(l->prog, part.n))
            return lower_wrong(l, ERR_LIMIT, expr, "the core needs more than %d operations",
                               PROG_MAX);
        return prog_append(l->prog, &part, NULL);
    }
    return lower_truth(l, expr, strcmp(expr->text, "TRUE") == 0);
}

/* The constant rounded to `type`; for real to 38 digits where it is no node of its own. */
static Ref lower_rounded(Lower *l, const FpExpr *expr, Type type)
{
    Prog *exact = xmalloc(sizeof *exact);
    prog_init(exact);
    Lower part = {.prog = exact, .core = l->core, .use = FP_REFERENCE, .err = l->err};
    Node node = {.op = OP_CONST, .type = (uint8_t)type};
    Ref ref = NO_REF;
    const Ref value = lower_exact(&part, expr);
    l->status = part.status;
    if (l->status != OK) goto done;
    if (exact->node[value].op == OP_CONST &&
        (type == TYPE_REAL || exact->node[value].type == TYPE_BOOL)) {
        ref = lower_node(l, expr, exact->node[value]);
        goto done;
    }
    Oracle *oracle = oracle_new(exact, NULL, 0);
    if (type != TYPE_REAL) {
        l->status = oracle_round(oracle, NULL, type, &node.value.lo, NULL, l->err);
    } else {
        Text digits = {0};
        const char *end;
        l->status = oracle_print(oracle, NULL, 38, &digits, l->err);
        if (l->status == OK) real_parse(text_get(&digits), &end, &node.value);
        text_release(&digits);
    }
    oracle_free(oracle);
    if (l->status == OK) ref = lower_node(l, expr, node);
done:
    free(exact);
    return ref;
}

Ref lower_constant(Lower *l, const FpExpr *expr, Type type)
{
    return l->use == FP_REFERENCE ? lower_exact(l, expr) : lower_rounded(l, expr, type);
}
