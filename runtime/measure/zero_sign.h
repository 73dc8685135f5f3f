/* Where the sign of a result that is zero counts. */
#ifndef APPROX_MEASURE_ZERO_SIGN_H
#define APPROX_MEASURE_ZERO_SIGN_H

#include "runtime/oracle/oracle.h"

/* By C Annex F a function has a zero of a certain sign where its value is exactly 0: sin(-0) is -0, log(1) is 0. That counts for
   a whole function (the domain is `all`, zeros are not excluded) that is one operator; and for an
   expression of one variable at the argument 0 if it keeps the sign there. */
typedef enum {
    ZERO_SIGN_FREE,       /* either will do */
    ZERO_SIGN_AT_ZERO,    /* f(-0) = -0 and f(0) = 0 are to be hit */
    ZERO_SIGN_EVERYWHERE, /* wherever f is exactly 0 */
} ZeroSign;
ZeroSign zero_sign_of(const Goal *goal, Oracle *oracle);

/* Arguments at which functions are 0 exactly, as far as anybody looks: 0, -0, and some small numbers. */
enum { ZERO_PLACES = 10 };
extern const double ZERO_PLACE[ZERO_PLACES];

/* Is a zero of the sign bit `is_negative` wrong at x? Only if f(x) is exactly 0, and has the other sign. */
Status zero_sign_is_wrong(ZeroSign which, const Goal *goal, Oracle *oracle, const double *x,
                          bool is_negative, bool *is_wrong, Err *err);

#endif
