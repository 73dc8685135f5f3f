/* The vector ABI of C's math functions: the forms of a function that compilers call from vectorised loops, and their names. On x86-64 they
   are those of glibc's libmvec (b, c, d, e: 128 bits, 256 of AVX, of AVX2, 512), on AArch64 those of the vector function ABI (n: Advanced
   SIMD, 64 and 128 bits, called by the vector procedure call standard). Needs no LLVM. */
#ifndef APPROX_EMIT_VECTOR_ABI_H
#define APPROX_EMIT_VECTOR_ABI_H

#include "runtime/base/bits.h"
#include "runtime/base/text.h"
#include "runtime/emit/targets.h"

typedef struct {
    char letter;      /* in the names */
    int bits;         /* of a vector */
    const char *from; /* the least row of targets.def whose code may call it */
    const char
        *level; /* the row whose operators its code may use; a lesser target's own, if it is less */
    const char *
        cpu; /* LLVM's name of what its code is made for, where that is not the level's; else NULL */
    const char *define; /* what C compilers define where they know such vectors */
    bool is_preferred;  /* its vectors are as wide as its level's registers */
} VectorIsa;

/* Ends in a row whose letter is 0. */
extern const VectorIsa VECTOR_ISAS[];

/* May code for the target call it? */
bool vector_isa_is_of(const VectorIsa *isa, const Target *target);
/* The row of targets.def whose operators the form may use in a library for the target. */
const Target *vector_isa_level(const VectorIsa *isa, const Target *target);
int vector_isa_lanes(const VectorIsa *isa, Type type);

/* Appends the name of the form of a function of `n_arguments` vectors: _ZGVdN8v_expf, _ZGVdN8vv_powf. */
void vector_abi_name(Text *out, const VectorIsa *isa, Type type, int n_arguments,
                     const char *symbol);

#endif
