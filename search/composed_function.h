/* One function in a wide type on the values that an argument takes: a part of composed.h. */
#ifndef APPROX_SEARCH_COMPOSED_FUNCTION_H
#define APPROX_SEARCH_COMPOSED_FUNCTION_H

#include "search/seeds.h"

/* What a function is to be computed of. */
typedef struct {
    double lo, hi;
    bool has_below, has_above; /* infinite ones, too */
    bool reaches_out;          /* arguments from beyond lo and hi may come */
} FunctionArguments;

typedef struct {
    Prog prog; /* of one variable, in the wide type, right from lo to hi */
    double lo, hi;
    bool holds_lo, holds_hi; /* arguments come from beyond: there they are held */
    bool is_nan_below,
        is_nan_above; /* and beyond the last argument that is none, the result is NaN: */
    double first, last;
    double at_first, at_last; /* there, where that is infinite */
    bool differs_below,
        differs_above; /* of an infinite argument the result is another than of the last one held: */
    double at_below, at_above;
    bool loses_nan; /* the program makes a number of NaN */
} FunctionPart;

/* The cheapest of the first programs for `reference` (one variable) with an error of at most `limit`, relative. False if none is found
   before the deadline. */
bool composed_function_find(FunctionPart *part, const Problem *problem, const Prog *reference,
                            Type type, const FunctionArguments *arguments, double limit, Rng *rng,
                            const Deadline *deadline);

/* The same for a function of the goal's own input that has a period and takes arguments too large to be reduced in the wide type, such as
   sin(2*x) on all floats. The program is of the goal's type and has a result of a wider one. */
bool composed_function_of_input(const Problem *problem, const Prog *reference, double limit, Rng *rng,
                                const Deadline *deadline, Prog *out);

/* Writes it for an argument of the wide type; false if there is no room. */
bool composed_function_write(const FunctionPart *part, Type type, Prog *out, Ref argument,
                             Ref *result);

typedef bool SeedFilter(const Seeds *seeds, const Seed *seed);
SeedFilter composed_is_plain; /* polynomials in x only */

/* The cheapest candidate of the first seed that has any within the limit, of those that pass the filter. */
bool composed_first(const Problem *problem, SeedFilter *filter, Rng *rng, const Deadline *deadline,
                    Prog *out);

#endif
