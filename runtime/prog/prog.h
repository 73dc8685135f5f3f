/* A Prog is a straight-line program: nodes in execution order, each using only
   earlier ones, the last one being the result. It holds no pointers, so it can be
   copied by assignment and needs no free. The same type holds references (what a
   Goal asks for: `real` arithmetic, may contain exp, sin, ...) and answers (only
   operators a machine has). There are no jumps: a choice is `select`.

   The first n_inputs nodes are the inputs, node i being input i. Text form, hash
   and evaluation order all follow node order. */
#ifndef APPROX_PROG_PROG_H
#define APPROX_PROG_PROG_H

#include "runtime/base/bits.h"
#include "runtime/base/err.h"
#include "runtime/base/text.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum {
#define OP(name, arity, text, signature, kind, mpfr, llvm, c) OP_##name,
#include "runtime/prog/ops.def"
#undef OP
    OP_COUNT,
} Op;

/* How the types of arguments (a, b, c) and result (r) of an operator relate. */
typedef enum {
    SIG_LEAF,     /* no arguments */
    SIG_FLOAT,    /* a, b, c, r the same: real or a float */
    SIG_COMPARE,  /* a, b the same: real or a float; r bool */
    SIG_BOOL,     /* all bool */
    SIG_SELECT,   /* a bool; b, c, r the same */
    SIG_INT,      /* a, b, r the same integer */
    SIG_ICOMPARE, /* a, b the same integer; r bool */
    SIG_BITCAST,  /* one float, one integer of the same size */
    SIG_CONVERT,  /* two different floats */
    SIG_TOINT,    /* a float; r i32 or i64 */
    SIG_TOFLOAT,  /* a i32 or i64; r f32 or f64 */
    SIG_ICONVERT, /* two integers of different size */
    SIG_LOOKUP,   /* a integer; r the type of the table */
} Signature;

typedef enum { KIND_REFERENCE = 1, KIND_MACHINE = 2, KIND_BOTH = 3 } Kind;

typedef struct {
    const char *name; /* as in the text form */
    int arity;
    Signature signature;
    Kind kind;
    const char *c; /* see ops.def */
} OpInfo;

const OpInfo *op_info(Op op);
/* Finds an operator by its text name; false if there is none. */
bool op_from_name(const char *name, Op *out);
/* One of those that only targets with AVX-512 have: scalef, getexp, getmant, reduce. */
bool op_is_scaling(Op op);

enum {
    PROG_MAX = 320,        /* nodes; longer programs lose to libm anyway */
    PROG_INPUTS_MAX = 24,  /* variables; the largest FPBench benchmark needs fewer */
    PROG_NAME_MAX = 32,    /* bytes of an input's name, with its NUL */
    PROG_TABLES_MAX = 16,  /* tables: one per polynomial coefficient and some */
    PROG_TABLE_MAX = 64,   /* entries of one: what two permutes can reach */
    PROG_POOL_MAX = 512,   /* entries of all tables together */
    OP_ARITY_MAX = 3,
};

typedef uint16_t Ref; /* the index of a node */

/* A real constant: (-1)^negative * (hi*2^64 + lo) * 2^exp2 * 10^exp10, exactly, or
   an infinity or NaN. So decimals of up to 38 digits and binary values of 128
   bits are exact. Normal form (which real_normalize makes and every node holds):
   lo is odd or the value is zero with all other members 0 but `negative`. */
typedef enum { REAL_FINITE, REAL_INFINITY, REAL_NAN } RealClass;
typedef struct {
    uint64_t hi, lo;
    int32_t exp2, exp10;
    uint8_t negative, class; /* class is a RealClass */
} Real;

Real real_from_double(double value);
/* Reads [+-] decimal or hex float or inf or nan, in base 10 any length (more than 38
   digits are cut to 128 bits, rounded to nearest by the 39th digit on); sets *end behind it. False and
   *end == text if there is no number. */
bool real_parse(const char *text, const char **end, Real *out);
/* The shortest form that real_parse reads back to the same Real. */
void real_print(Text *out, Real value);
/* The nearest double (to within an ulp; exact when it fits in one). */
double real_to_double(Real value);
bool real_is_equal(Real a, Real b);
Real real_normalize(Real value);

typedef struct {
    uint8_t op;             /* Op */
    uint8_t type;           /* Type of the result */
    Ref arg[OP_ARITY_MAX];  /* unused ones are 0; INPUT: arg[0] is its number; LOOKUP: arg[1] is the table's */
    Real value;             /* CONST of type real; for other types the bits are in value.lo (bool: 0 or 1), the rest 0 */
} Node;

typedef struct {
    uint16_t first, count; /* entries pool[first .. first+count); count a power of two */
    uint8_t type;
} Table;

typedef struct {
    uint16_t n, n_inputs, n_tables, n_pool;
    Node node[PROG_MAX];
    Table table[PROG_TABLES_MAX];
    uint64_t pool[PROG_POOL_MAX];
    char input_name[PROG_INPUTS_MAX][PROG_NAME_MAX];
} Prog;

/* An empty Prog: no inputs, no nodes. */
void prog_init(Prog *prog);

/* Building. Each returns the Ref of the new node. The caller keeps the limits
   (assert) by asking prog_has_room first where input decides the size. */
bool prog_has_room(const Prog *prog, int n_nodes);
Ref prog_add_input(Prog *prog, Type type, const char *name); /* before any other node */
Ref prog_add_const(Prog *prog, Type type, double value);     /* rounded to `type`; not for integers */
Ref prog_add_real(Prog *prog, Real value);
Ref prog_add_bits(Prog *prog, Type type, uint64_t bits);     /* floats, integers, bool */
/* Appends a node; the type follows from the arguments (for SIG_SELECT too).
   Unused arguments are 0. Operators whose result type is free need prog_add_typed. */
Ref prog_add(Prog *prog, Op op, Ref a, Ref b, Ref c);
Ref prog_add_typed(Prog *prog, Op op, Type type, Ref a, Ref b, Ref c);
/* Appends a copy of a node of another Prog, neither an input nor a lookup, whose node i is at[i] here. */
Ref prog_append_node(Prog *prog, const Node *node, const Ref *at);
/* Adds a table; returns its number. */
int prog_add_table(Prog *prog, Type type, int count, const uint64_t *bits);
/* Appends a copy of `other` with its inputs replaced by `inputs`; returns the Ref of
   its result. For composing: `other` must have room. */
Ref prog_append(Prog *prog, const Prog *other, const Ref *inputs);

/* Reading. */
Ref prog_result(const Prog *prog);
Type prog_type(const Prog *prog);           /* of the result */
bool prog_is_valid(const Prog *prog, Err *err); /* limits, references, types; says what is wrong */
bool prog_node_is_valid(const Prog *prog, int i, Err *err); /* of one node, those before it being valid */
bool prog_is_kind(const Prog *prog, Kind kind, Err *err); /* only operators of this kind (and types: an answer in floats, or all real) */
bool prog_has_op(const Prog *prog, Op op);
/* Operators that compute: all nodes but inputs and constants (and bitcasts, which cost
   nothing). fma counts one; this is the paper's count for + - * /. */
int prog_n_ops(const Prog *prog);
uint64_t prog_hash(const Prog *prog);       /* structural: nodes, constants and tables, not names */
bool prog_is_equal(const Prog *a, const Prog *b); /* the same nodes, constants, tables and names */

/* Drops nodes the result does not need, and unused tables; order is kept. */
void prog_prune(Prog *prog);

#endif
