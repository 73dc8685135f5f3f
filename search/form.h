/* A Form is a family of formulas for a smooth function f of x:

       T(f(x)) ~ h + g * (t_slope*t + P(t) / Q(t)),   s = x - center,  t = s - t_center or s*s - t_center,
       h = h0 + h1*s,  g = s^g_power * x^x_power * product of (x - zero),

   T being an outer transform (so f = T^-1 of the formula). Degrees are chosen later; a Shape says
   how one member is evaluated: in which type, by which scheme, with how much compensation. */
#ifndef APPROX_SEARCH_FORM_H
#define APPROX_SEARCH_FORM_H

#include "search/builder.h"
#include "search/curve.h"

/* What happens to the fitted value at the end. */
typedef enum {
    OUTER_NONE,
    OUTER_SQUARE,     /* f = y*y */
    OUTER_FOURTH,     /* f = (y*y)^2 */
    OUTER_RECIPROCAL, /* f = 1/y */
    OUTER_SQRT,       /* f = sqrt(y) */
    OUTER_COUNT,
} Outer;

typedef struct {
    char name[24];
    Outer outer;
    Quad center;
    int t_power, g_power;
    Quad t_center; /* taken off s or s*s */
    Quad t_slope;  /* polynomials only */
    int x_power;   /* for a zero at 0 when the center is elsewhere */
    Quad h0, h1;
    int n_zeros; /* of the curve's zeros that g takes out */
    bool is_rational;
} Form;

/* Does f have to be positive for it? */
bool outer_needs_positive(Outer outer);

enum { FORMS_MAX = 48 };

/* The forms that make sense for a curve; returns their number. Constants that a formula keeps as they
   are (h0, h1) are values of `narrow`, the narrowest type it will be evaluated in. */
int form_list(Form *form, const Curve *curve, Type narrow);

/* The best member with n_p and n_q coefficients. */
Status form_fit(Minimax *out, const Form *form, const Curve *curve, int n_p, int n_q);

typedef struct {
    Type type;
    Scheme scheme;
    int levels;      /* of compensation, 0 for none; polynomials only */
    bool is_ordered; /* sums of the compensation in three operations */
} Shape;

/* Writes the member with variable `x` (of the shape's type); false if it has no room or makes no sense. With
   `as_pair` the value may be left as a sum hi + lo, lo small, for something larger to be added; either may be a product
   that the sum can fuse. Otherwise, and where the form has no such parts, lo is hi and that is the value. */
bool form_build(Builder *b, const Form *form, const Curve *curve, const Minimax *fit,
                const Shape *shape, Ref x, bool as_pair, RefPair *result);

#endif
