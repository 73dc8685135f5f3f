/* What the classical forms of a function are fitted to: f itself, or what is left of it when a zero, a symmetry or
   some squarings are taken out,

       f = z^(2^squarings) or offset + z*z or offset - z*z,
       z = y or moebius*(1 + y)/(1 - y),  y = h0 + h1*s + g*R(t),  s = x - shift,  t = s or s*s,
       g = s^s_power * sqrt(s), where it has a root, * product of (t - zero),

   R being a polynomial or a quotient. All of it is found by looking at values, never by a name. */
#ifndef APPROX_SEARCH_CLASSICAL_TARGET_H
#define APPROX_SEARCH_CLASSICAL_TARGET_H

#include "search/builder.h"
#include "search/curve.h"

typedef enum {
    CLASSICAL_PLAIN,     /* in x, zeros taken out where the error is relative */
    CLASSICAL_SYMMETRIC, /* in x*x */
    CLASSICAL_SQUARED, /* one of the two, squared again and again, or once beside an extreme of f */
    CLASSICAL_FORMS,
} ClassicalForm;

typedef struct {
    ClassicalForm form;
    int squarings;
    int side; /* 1, -1: f is offset + z*z, offset - z*z, where z changes its sign at `extreme`; else 0 */
    Quad offset, extreme;
    Quad moebius;    /* 0: z is y */
    bool has_square; /* t = s*s */
    bool has_root;
    Quad shift, h0, h1;
    int s_power, n_zeros;
    Quad zero[CURVE_ZEROS_MAX];
} ClassicalTarget;

enum { CLASSICAL_TARGETS_MAX = 64, CLASSICAL_SQUARINGS_MAX = 8 };

/* Lists the targets that make sense for the curve, those with a root if that may be used; returns their number. */
int classical_targets(ClassicalTarget *target, const Curve *curve, bool is_relative, bool may_root,
                      CurveValue value, void *context);

/* Operations around R. */
int classical_target_ops(const ClassicalTarget *target, bool has_fma);

/* The values of y at the points of the curve; `y` has room for all. */
void classical_target_values(Quad *y, const ClassicalTarget *target, const Curve *curve);

/* The best R with n_p and n_q coefficients on the points of the curve, as in minimax.h. */
Status classical_target_fit(Minimax *out, const ClassicalTarget *target, const Curve *curve,
                            const Quad *y, bool is_relative, int n_p, int n_q);

/* Writes t; then, R(t) written, what is around it. */
Ref classical_target_variable(Builder *b, const ClassicalTarget *target, Ref x, Ref *s);
Ref classical_target_finish(Builder *b, const ClassicalTarget *target, Ref s, Ref t, Ref r);

#endif
