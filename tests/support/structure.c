#include "tests/support/structure.h"

Ref structure_start(Structure *s)
{
    prog_init(&s->prog);
    s->n_free = 0;
    return prog_add_input(&s->prog, TYPE_REAL, "x");
}

Ref structure_constant(Structure *s)
{
    return s->free[s->n_free++] = prog_add_const(&s->prog, TYPE_REAL, 1);
}

Ref structure_add(Structure *s, Ref a, Ref b) { return prog_add(&s->prog, OP_ADD, a, b, 0); }
Ref structure_mul(Structure *s, Ref a, Ref b) { return prog_add(&s->prog, OP_MUL, a, b, 0); }
Ref structure_div(Structure *s, Ref a, Ref b) { return prog_add(&s->prog, OP_DIV, a, b, 0); }

void structure_nest(Structure *s, int levels, int squarings)
{
    Ref u = 0;
    for (int i = 0; i < levels; i++)
        u = structure_add(s, u, structure_div(s, structure_constant(s), u));
    const Ref below = structure_add(s, u, structure_constant(s));
    const Ref part = structure_div(s, structure_constant(s), below);
    Ref y = structure_add(s, part, structure_constant(s));
    for (int i = 0; i < squarings; i++) y = structure_mul(s, y, y);
}

void structure_horner(Structure *s, int degree, int unused)
{
    Ref y = structure_constant(s);
    for (int i = 0; i < degree; i++)
        y = structure_add(s, structure_mul(s, y, 0), structure_constant(s));
}

/* ln 2 = 2 atanh(1/3); the series of exp is taken at an eighth of the argument. */
Quad exp2_by_series(Quad x)
{
    Quad ln2 = 0, term = (Quad)2 / 3, sum = 1;
    for (int k = 1; k < 160; k += 2) {
        ln2 += term / k;
        term /= 9;
    }
    term = 1;
    for (int k = 1; k < 40; k++) {
        term *= x * ln2 / 8 / k;
        sum += term;
    }
    for (int i = 0; i < 3; i++) sum *= sum;
    return sum;
}
