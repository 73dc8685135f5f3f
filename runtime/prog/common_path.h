/* What of a Prog is computed when every `likely` in it takes its common side.

   likely(condition, common, rare) means select(condition, common, rare); its promise is
   only about time. Code that is a function of its own (the scalar and array functions, compiled or in C)
   computes the common path, and goes a rarely taken way that computes everything only
   where a guard is false. Where all guards hold, the common path has the Prog's result, bit for bit. */
#ifndef APPROX_PROG_COMMON_PATH_H
#define APPROX_PROG_COMMON_PATH_H

#include "runtime/prog/prog.h"

typedef struct {
    bool is_needed
        [PROG_MAX]; /* nodes of the guards and of the result; a likely stands for its common side */
    Ref guard[PROG_MAX]; /* the conditions, bool, each once */
    int n_guards;
} CommonPath;

/* False if the result needs no `likely`: then there is nothing but the Prog itself. */
bool common_path_find(CommonPath *path, const Prog *prog);
/* The node that has the value of `ref` on the common path: itself, or what a likely stands for. */
Ref common_path_value(const Prog *prog, Ref ref);
/* The operators that the common path computes, counted as prog_n_ops does. */
int common_path_n_ops(const CommonPath *path, const Prog *prog);

#endif
