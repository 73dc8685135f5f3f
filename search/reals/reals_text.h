/* What a run over the reals knows, as text: between two generations it can be written down, and from it the run goes on as if
   nothing had happened. Bits are kept: doubles as hex floats, constants as the two halves of an IEEE binary128. */
#ifndef APPROX_SEARCH_REALS_REALS_TEXT_H
#define APPROX_SEARCH_REALS_REALS_TEXT_H

#include "search/reals/reals.h"

void reals_print(Text *out, const RealsState *state);

/* Reads what reals_print wrote into a state whose islands exist with their levels; what is in their archives goes. False if it is anything
   else; the state is then usable, but of no use. */
bool reals_parse(RealsState *state, const char *text);

#endif
