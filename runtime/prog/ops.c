#include "runtime/prog/prog.h"

#include <assert.h>
#include <string.h>

static const OpInfo OPS[OP_COUNT] = {
#define OP(name, arity, text, signature, kind, mpfr, llvm, c)                                      \
    [OP_##name] = {text, arity, SIG_##signature, KIND_##kind, c},
#include "runtime/prog/ops.def"
#undef OP
};

bool op_is_scaling(Op op)
{
    return op == OP_SCALEF || op == OP_GETEXP || op == OP_GETMANT || op == OP_REDUCE;
}

const OpInfo *op_info(Op op)
{
    assert(op < OP_COUNT);
    return &OPS[op];
}

bool op_from_name(const char *name, Op *out)
{
    for (int op = 0; op < OP_COUNT; op++)
        if (strcmp(OPS[op].name, name) == 0) {
            *out = (Op)op;
            return true;
        }
    return false;
}
