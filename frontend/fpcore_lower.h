/* What the parts of the lowering share (fpcore_lower.c, fpcore_constant.c, fpcore_call.c); how it
   works stands in fpcore_lower.c. After the first error everything returns NO_REF. */
#ifndef APPROX_FRONTEND_FPCORE_LOWER_H
#define APPROX_FRONTEND_FPCORE_LOWER_H

#include "frontend/fpcore_tree.h"

enum { NO_REF = 0xffff };

/* Names in scope, innermost first; never changed, so that an outer scope stays what it is. */
typedef struct Scope {
    const char *name;
    Ref ref;
    const struct Scope *outer;
} Scope;

typedef struct {
    Prog *prog;
    const FpCore *core;
    FpUse use;
    bool is_real;  /* the whole computes over the reals */
    FpArena arena; /* of scopes */
    Status status;
    Err *err;
} Lower;

/* An error at an expression. */
Ref lower_wrong(Lower *l, Status status, const FpExpr *where, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Nodes. Constants are made once; in a reference everything is. */
Ref lower_node(Lower *l, const FpExpr *where, Node node);
Ref lower_op(Lower *l, const FpExpr *where, Op op, Ref a, Ref b, Ref c);
Ref lower_real(Lower *l, const FpExpr *where, Real value);
Ref lower_simple(Lower *l, const FpExpr *where, Type type, double value); /* 0, 1, infinity, ... */
Ref lower_truth(Lower *l, const FpExpr *where, bool value);

/* Types: the value in `type`, converted if that is exact; both in the wider of their types. */
Type lower_type_of(const Lower *l, Ref ref);
Ref lower_to_type(Lower *l, const FpExpr *where, Ref ref, Type type);
void lower_to_common(Lower *l, const FpExpr *where, Ref *a, Ref *b);

/* The node of an expression's value, in its own type, inside of precision `type`. */
Ref lower_expr(Lower *l, const FpExpr *expr, const Scope *scope, Type type);
Ref lower_call(Lower *l, const FpExpr *expr, const Scope *scope, Type type);
/* Of a number, a named constant or digits: exact in a reference, rounded to `type` in an answer. */
Ref lower_constant(Lower *l, const FpExpr *expr, Type type);
bool lower_is_integer(const FpExpr *expr); /* a number without point and exponent */

#endif
