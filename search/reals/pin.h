/* Where the function is 0, a program with a bound on its relative error must be 0, too, and exactly. Some are by their structure,
   x times something; others only for the right constants, t + d/(t + e) with t = c/(x + a), and then no rounding of the
   constants may spoil it. Pinning moves the constants, by parts of 2^-50, to such short numbers that the arithmetic at the
   zero needs no rounding and ends in 0. */
#ifndef APPROX_SEARCH_REALS_PIN_H
#define APPROX_SEARCH_REALS_PIN_H

#include "search/reals/dag.h"

/* Makes the value at x = zero exactly 0 if it is nearly so. True if it then is, or was; the constants may have changed
   all the same if not. */
bool dag_pin(Dag *dag, double zero);

#endif
