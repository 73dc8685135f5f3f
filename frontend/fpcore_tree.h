/* The trees behind fpcore.h; for fpcore_*.c only. Text is read into S-expressions, these
   into expressions. Nodes live in the file's arena, words as copies in it, and nothing
   changes after parsing. Lists are linked by `next`. */
#ifndef APPROX_FRONTEND_FPCORE_TREE_H
#define APPROX_FRONTEND_FPCORE_TREE_H

#include "frontend/fpcore.h"

typedef struct FpBlock FpBlock;
typedef struct {
    FpBlock *last;
} FpArena;
void *fp_alloc(FpArena *arena, size_t size); /* zeroed */
void fp_release(FpArena *arena);

/* -- S-expressions -------------------------------------------------------------------- */

typedef enum { SEXP_LIST, SEXP_NUMBER, SEXP_SYMBOL, SEXP_STRING } SexpKind;
typedef struct Sexp {
    SexpKind kind;
    size_t offset;      /* in the file's text */
    const char *text;   /* of an atom; of a string what stands between its quotes, as written */
    struct Sexp *first; /* of a list */
    int n;
    struct Sexp *next;
} Sexp;

/* Reads all of the file's text into a list of its top-level S-expressions. */
Status fp_read(FpFile *file, Sexp **first, Err *err);
bool fp_is_symbol(const Sexp *sexp, const char *text);

/* -- expressions ---------------------------------------------------------------------- */

typedef enum {
    FP_NUMBER,
    FP_CONSTANT,
    FP_VARIABLE,
    FP_CALL, /* text is the operator */
    FP_IF,
    FP_LET,
    FP_LET_STAR,
    FP_WHILE,
    FP_WHILE_STAR,
    FP_FOR,
    FP_FOR_STAR,
    FP_TENSOR,
    FP_TENSOR_STAR,
    FP_ARRAY,
    FP_CAST,
    FP_DIGITS,
    FP_ANNOTATE, /* (! properties expression) */
} FpKind;

typedef struct FpExpr FpExpr;

typedef struct FpProperty {
    const char *name; /* with its colon */
    size_t offset;
    const Sexp *data;
    FpExpr *expr; /* of :pre and :spec; else NULL */
    struct FpProperty *next;
} FpProperty;

typedef struct FpBinding {
    const char *name;
    FpExpr *value, *update; /* update: of loops; else NULL */
    struct FpBinding *next;
} FpBinding;

struct FpExpr {
    FpKind kind;
    size_t offset;
    const char *text; /* number, name, operator; of forms their keyword */
    FpExpr *arg; /* operands; of if its three, of while condition and body, of others the body */
    int n_args;
    FpBinding *dimension; /* of for and tensor: what the indices run over */
    FpBinding *binding;
    FpProperty *property;
    FpExpr *next; /* the operand behind */
};

typedef struct FpArgument {
    const char *name;
    size_t offset;
    FpProperty *property;
    const Sexp *dimension; /* of a tensor: symbols and numbers; else NULL */
    struct FpArgument *next;
} FpArgument;

struct FpCore {
    const FpFile *file;
    size_t offset;
    const char *identifier; /* NULL if there is none */
    FpArgument *argument;
    int n_arguments;
    FpProperty *property;
    FpExpr *body;
    FpCore *next;
};

struct FpFile {
    char *text;
    size_t length;
    FpCore *first;
    int n;
    FpArena arena;
};

/* The property of this name in a list, or NULL. */
const FpProperty *fp_property(const FpProperty *list, const char *name);
bool fp_is_constant(const char *name);

/* The type that the data of a :precision says; ERR_UNSUPPORTED for one that we have not. */
Status fp_precision(Type *out, const FpFile *file, const Sexp *data, Err *err);

/* -- lowering ------------------------------------------------------------------------- */

/* Lowers `expr` of the core into *out, whose inputs are the core's arguments. For a reference
   `type` is real; an answer computes in `type`, with machine operators only. */
typedef enum { FP_REFERENCE, FP_ANSWER } FpUse;
Status fp_lower(Prog *out, const FpCore *core, const FpExpr *expr, FpUse use, Type type, Err *err);

/* The value of an expression without variables, rounded down and up to doubles. */
Status fp_constant(const FpCore *core, const FpExpr *expr, double *down, double *up, Err *err);

#endif
