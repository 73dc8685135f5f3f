/* The programs that a Timer runs beside those it is asked about, and the arrays they all run on. Private to timing. */
#ifndef APPROX_MEASURE_TIMING_KERNELS_H
#define APPROX_MEASURE_TIMING_KERNELS_H

#include "runtime/measure/timing.h"

enum {
    KERNEL_VALUES = 1024, /* 4 to 8 KB in and out: within every first-level cache */
    KERNEL_INPUTS = 3,    /* of a chain */
};

/* The references: 0 is arithmetic, 1 is integers, comparisons and choices. f32, one variable. */
Prog kernel_reference(int which, const char *target);

/* result = x */
Prog kernel_identity(Type type);

/* prog(x ^ (previous & zero)) as a program of three variables: x, the bits of a result before, and
   bits that are zero, which the compiler cannot know. Run with the results going one turn ahead into the array
   of previous results, each turn of the loop has to wait for the one before. */
Prog kernel_chain(const Prog *prog);
/* Is there room for that? Otherwise the chain is that of the identity. */
bool kernel_has_chain(const Prog *prog);

typedef struct {
    void *x;    /* KERNEL_VALUES inputs */
    void *y;    /* results, with room for one vector more */
    void *zero; /* KERNEL_VALUES zeros */
    int size;   /* bytes of a value */
} KernelArrays;

KernelArrays *kernel_arrays_new(Type type, const TimingInputs *inputs, uint64_t seed);
void kernel_arrays_free(KernelArrays *arrays);
/* The results from element `n` on. */
void *kernel_arrays_ahead(const KernelArrays *arrays, int n);

#endif
