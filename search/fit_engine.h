/* The arithmetic of the fit, once per kind of number: double (portable and AVX2 objects of the same source, the
   same bits), long double, Quad. Constants and errors pass in and out as Quad and double. */
#ifndef APPROX_SEARCH_FIT_ENGINE_H
#define APPROX_SEARCH_FIT_ENGINE_H

#include "search/tape.h"

enum { FIT_BLOCK = 64 }; /* points that least squares looks at: nodes of Chebyshev's kind */

typedef struct FitWork FitWork;

typedef struct {
    const char *name;
    double trust; /* errors above this many times the size of the values mean something */

    FitWork *(*work_new)(const Tape *tape); /* `tape` must outlive it */
    void (*work_free)(FitWork *work);
    /* As if made anew for another tape, the loaded points staying: a worker fits many structures with one. */
    void (*reset)(FitWork *work, const Tape *tape);

    /* The points for least_squares: at most FIT_BLOCK. */
    void (*load)(FitWork *work, const FitPoints *points);

    /* Levenberg-Marquardt from c (free constants, in tape order). Returns the root of the mean weighted
       square, or inf, leaving c alone, if c is not usable: a value that is not finite or a
       denominator that changes its sign between the points. */
    double (*least_squares)(FitWork *work, Quad *c, int max_iterations);

    /* The same, ending early where the descent, keeping its pace, would not get below `give_up` (0: never). */
    double (*descend)(FitWork *work, Quad *c, int max_iterations, double give_up);

    /* The best values, with the others as they are, of constants in which the result is linear: bit k of
       `linear` is free constant k (tape_linear). False, c as it was, if c is not usable. */
    bool (*settle)(FitWork *work, Quad *c, uint32_t linear);

    /* least_squares from c that is all but at a minimum: next to no damping, so that it is met to the last digits
       also in directions that hardly matter. */
    double (*refine)(FitWork *work, Quad *c, int max_iterations);

    /* The largest weighted error, and its index; error[] (may be NULL) gets the signed ones. With `strict`,
       inf if a denominator changes its sign; without, IEEE's infinities are allowed to come and go. */
    double (*error)(FitWork *work, const FitPoints *points, const Quad *c, bool strict,
                    double *error, int *worst);

    /* Newton-Remez from c over rising points; never worse. Returns the largest error; *n_alternations as
       in minimax.h, *rank: constants that count. Needs loaded points. */
    double (*exchange)(FitWork *work, const FitPoints *points, Quad *c, int *n_alternations,
                       int *rank);
} FitEngine;

extern const FitEngine fit_engine_double, fit_engine_extended, fit_engine_quad;
#ifdef __x86_64__
extern const FitEngine fit_engine_double_avx2;
#endif

/* The fastest engine for double on this processor. All give the same bits. */
const FitEngine *fit_engine_fastest(void);

/* The ladder of precision: double, long double, Quad. */
enum { FIT_LADDER = 3 };
const FitEngine *fit_ladder(int step);
/* The lowest step whose arithmetic an error means something in, beside values of that size. */
int fit_ladder_step(double error, double size);

#endif
