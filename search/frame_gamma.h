/* What the frames of gamma-like functions share: elementary functions of an argument inside a program, as polynomials that are fitted
   once, in the interior type. */
#ifndef APPROX_SEARCH_FRAME_GAMMA_H
#define APPROX_SEARCH_FRAME_GAMMA_H

#include "search/frame.h"

typedef long double (*GammaFunction)(long double s);

/* function(s) = g*P(t), g and t being s, or 1 and s, or s and s*s, for s in [lo, hi], with this relative error. */
typedef enum { GAMMA_ZERO, GAMMA_PLAIN, GAMMA_ODD } GammaShape;
bool gamma_fit(GammaKernel *out, GammaShape shape, GammaFunction function, double lo, double hi,
               double wanted);

/* The polynomial of fewest coefficients with this weighted error. */
bool gamma_fit_grid(GammaKernel *out, const MinimaxGrid *grid, double wanted);

/* log2(1 + s) or log(1 + s), s in [sqrt(1/2) - 1, sqrt(2) - 1]; 2^s, s in [-1/2, 1/2]; sin(pi*s) there. */
bool gamma_fit_log(GammaKernel *out, bool is_natural, double wanted);
bool gamma_fit_exp2(GammaKernel *out, double wanted);
bool gamma_fit_sine(GammaKernel *out, double wanted);

/* log2(y) or log(y) for positive normal y; 2^e, e so small that it is a normal number. */
Ref gamma_log(const GammaKernel *kernel, Builder *b, bool is_natural, Ref y);
Ref gamma_exp2(const GammaKernel *kernel, Builder *b, Ref e);
/* z - n for the nearest integer n, and sin(pi*z) from it, for z >= 0. Integers give 0. */
Ref gamma_fraction(Builder *b, Ref z, Ref *n);
Ref gamma_sine(const GammaKernel *kernel, Builder *b, Ref fraction, Ref n);

/* More nodes than the writing of results takes: kernels, and what is around them. */
int gamma_room_to_close(const Gamma *gamma, bool has_fma);

/* The relative error that leaves nearly all of the bound to the rest; 0 for absolute bounds. */
double gamma_error(const Problem *problem);

#endif
