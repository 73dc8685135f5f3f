/* The door to LLVM. Everything that needs libLLVM (129 MB, 40 ms to load) lives in
   runtime/emit and runtime/jit, is built into the module libapprox-llvm.so, and is
   reached through this table after backend_load, so that commands that need no
   LLVM start in milliseconds. No LLVM type appears here. */
#ifndef APPROX_EMIT_BACKEND_H
#define APPROX_EMIT_BACKEND_H

#include "runtime/prog/goal.h"
#include "runtime/prog/prog.h"

enum { BACKEND_VECTORS_MAX = 8 }; /* in a turn of an array function; they are a power of two */

/* What to emit for one Prog. */
typedef struct {
    const Prog *prog;
    const char *symbol;  /* the scalar function; the array function is <symbol>_array */
    const char *target;  /* a row of targets.def */
    const char *comment; /* goes into the module (.ll: leading ; lines) */
    bool want_array;
    int vectors; /* that a turn of the array function takes; 0: by the size of the Prog */
} EmitUnit;

/* One form of a C function in an object. Several of one symbol, one behind the other, are for the dynamic linker to choose from (x86-64
   only): they go from the least to the most able level, and the last that the processor can run is taken, the first without asking. */
typedef struct {
    const char *symbol;
    const Prog *prog;
    const char *level; /* a row of targets.def, whose operators it may use */
    const char *cpu;   /* LLVM's name of what the code is made for, where that is not the level's; else NULL */
    int lanes;         /* a vector, called as the vector ABI of its target says; 1: one value; 0: the array function */
    bool sets_errno;   /* one value: EDOM and ERANGE as C has them, but for underflow */
    int vectors;       /* as in EmitUnit, of the array function */
} EmitVariant;

typedef enum { EMIT_LL, EMIT_BC, EMIT_S, EMIT_O } EmitForm;

typedef struct Jit Jit; /* one per thread; see runtime/jit/jit.h */
typedef struct JitModule JitModule;
typedef struct Call Call; /* see runtime/jit/call.h */

/* The array function of a compiled Prog: y[i] = prog(x[0][i], ...). */
typedef void (*JitArray)(const void *const *x, void *y, size_t n);

typedef struct {
    uint32_t layout; /* BACKEND_LAYOUT, of the approxcc that the module was built with */
    /* Appends the module of `n` units in the given form to `out` (binary for .bc, .o). */
    Status (*emit)(Text *out, const EmitUnit *unit, int n, EmitForm form, Err *err);
    /* Appends an object file of `n` variants, whose levels are of one architecture. `comment` is one line. */
    Status (*emit_variants)(Text *out, const EmitVariant *variant, int n, const char *comment,
                            Err *err);
    /* Elements that one turn of a Prog's array function takes. */
    int (*array_turn)(const Prog *prog, const char *target, int vectors);

    /* For a row of targets.def that this machine runs, or "native". */
    Status (*jit_new)(Jit **out, const char *target, Err *err);
    void (*jit_free)(Jit *jit);
    /* Compiles `n` Progs in one module for the host, as direct vector IR, strict IEEE; array[i] gets their
       functions, valid until jit_drop. vectors[i] is as in EmitUnit; NULL: all 0. */
    Status (*jit_compile)(Jit *jit, const Prog *const *prog, const int *vectors, int n,
                          JitModule **module, JitArray *array, Err *err);
    void (*jit_drop)(Jit *jit, JitModule *module);
    /* Elements that one turn of a Prog's JitArray takes. */
    int (*jit_turn)(const Jit *jit, const Prog *prog, int vectors);
    /* A C function of a signature known at run time, called on bit patterns (runtime/jit/call.h). */
    Status (*call_new)(Call **out, void (*function)(void), const Type *argument, int n, Type result,
                       Err *err);
    void (*call_free)(Call *call);
    uint64_t (*call_bits)(const Call *call, const uint64_t *argument);
    const char *(*host_cpu)(void); /* LLVM's name of this processor, "znver4" */
    const char *(*llvm_version)(void);
} Backend;

/* Tells apart what must not be mixed: another table, other operators, another Prog. */
#define BACKEND_LAYOUT ((uint32_t)(sizeof(Backend) * 4096 + sizeof(Prog) * 256 + OP_COUNT))

/* Loads the module from beside the running binary (or ../lib/approxcc of it) once; later calls return the
   same table. Safe from several threads. */
Status backend_load(const Backend **out, Err *err);

#endif
