/* Random machine programs to compare what computes them. Every value in them is defined: the bits
   and the sign of a NaN, which differ between machines, decide nothing. */
#ifndef TESTS_SUPPORT_MACHINE_PROG_H
#define TESTS_SUPPORT_MACHINE_PROG_H

#include "runtime/base/rng.h"
#include "runtime/prog/prog.h"

typedef struct {
    Type type; /* of inputs and result; a float or integer */
    int n_inputs, n_nodes;
    bool has_fma;
} MachineProgShape;

void machine_prog(Prog *prog, const MachineProgShape *shape, Rng *rng);

#endif
