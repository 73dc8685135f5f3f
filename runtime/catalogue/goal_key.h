/* What a Goal asks, in one way: goals that ask for the same thing have the same text, however they were stated. The name of
   the function and of its variables and the way the bound was written do not count. */
#ifndef APPROX_CATALOGUE_GOAL_KEY_H
#define APPROX_CATALOGUE_GOAL_KEY_H

#include "runtime/base/text.h"
#include "runtime/prog/goal.h"

void goal_key(Text *out, const Goal *goal);
/* The function alone: the reference with its variables by number. */
void goal_key_function(Text *out, const Prog *reference);

#endif
