/* Are two Progs of one variable the same rational function, exactly? */
#ifndef APPROX_ORACLE_RATIONAL_H
#define APPROX_ORACLE_RATIONAL_H

#include "runtime/prog/prog.h"

/* True only if both consist of + - * / fma neg and constants, and are equal wherever both are defined.
   False also where that would take too long to find out. */
bool rational_is_same(const Prog *a, const Prog *b);

#endif
