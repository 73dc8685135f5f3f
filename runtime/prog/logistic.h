/* Logistic functions under their own names: log(1+exp(x)) is softplus(x), 1/(1+exp(-x)) is sigmoid(x). Over the reals they are
   the same; as names nothing in them overflows, so they can be told fast and closely for every x. */
#ifndef APPROX_PROG_LOGISTIC_H
#define APPROX_PROG_LOGISTIC_H

#include "runtime/prog/prog.h"

/* In a Prog of type real, for every base of the exponential and of the logarithm:

       log(1 + b^u)          ==> softplus(u*log(b)), over log(c) for a logarithm to the base c; log1p(b^u) alike
       log(k + b^u)          ==> softplus(u*log(b) - log(k)) + log(k), k > 0
       b^u / (1 + b^u)       ==> sigmoid(u*log(b))
       v / (1 + b^u)         ==> v*sigmoid(-u*log(b))
       u * sigmoid(u)        ==> silu(u),      u * tanh(softplus(u)) ==> mish(u) */
void prog_in_logistics(Prog *prog);

#endif
