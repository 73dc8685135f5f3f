#include "runtime/emit/emit_llvm_body.h"

#include <assert.h>
#include <string.h>

/* -- types and constants ------------------------------------------------------- */

LLVMTypeRef body_wide(const Body *body, LLVMTypeRef element)
{
    return body->lanes == 1 ? element : LLVMVectorType(element, (unsigned)body->lanes);
}

LLVMTypeRef body_register_element(const Body *body, Type type)
{
    switch (type) {
    case TYPE_F16:
    case TYPE_BF16:
    case TYPE_F32: return LLVMFloatTypeInContext(body->context);
    case TYPE_F64: return LLVMDoubleTypeInContext(body->context);
    case TYPE_BOOL: return LLVMInt1TypeInContext(body->context);
    default:
        assert(type_is_int(type));
        return LLVMIntTypeInContext(body->context, (unsigned)type_info(type)->size * 8);
    }
}

LLVMTypeRef body_memory_element(const Body *body, Type type)
{
    if (type == TYPE_F16 && body->options->target->has_f16)
        return LLVMHalfTypeInContext(body->context);
    if (type == TYPE_F16 || type == TYPE_BF16) return LLVMInt16TypeInContext(body->context);
    return body_register_element(body, type);
}

static LLVMValueRef splat(const Body *body, LLVMTypeRef type, LLVMValueRef element)
{
    enum { LANES_MAX = 64 };
    if (LLVMGetTypeKind(type) != LLVMVectorTypeKind) return element;
    LLVMValueRef lane[LANES_MAX];
    assert(body->lanes <= LANES_MAX);
    for (int i = 0; i < body->lanes; i++) lane[i] = element;
    return LLVMConstVector(lane, (unsigned)body->lanes);
}

static LLVMTypeRef element_of(LLVMTypeRef type)
{
    return LLVMGetTypeKind(type) == LLVMVectorTypeKind ? LLVMGetElementType(type) : type;
}

LLVMValueRef body_int(const Body *body, LLVMTypeRef like, uint64_t value)
{
    return splat(body, like, LLVMConstInt(element_of(like), value, 0));
}

LLVMValueRef body_float(const Body *body, LLVMTypeRef like, double value)
{
    return splat(body, like, LLVMConstReal(element_of(like), value));
}

LLVMTypeRef body_int_like(const Body *body, LLVMTypeRef float_type)
{
    const bool is_double = LLVMGetTypeKind(element_of(float_type)) == LLVMDoubleTypeKind;
    return body_wide(body, LLVMIntTypeInContext(body->context, is_double ? 64 : 32));
}

LLVMValueRef body_intrinsic(const Body *body, const char *name, LLVMTypeRef *types, int n_types,
                            LLVMValueRef *args, int n_args)
{
    const unsigned id = LLVMLookupIntrinsicID(name, strlen(name));
    assert(id != 0 && "no such intrinsic in this LLVM");
    LLVMTypeRef type = LLVMIntrinsicGetType(body->context, id, types, (size_t)n_types);
    LLVMValueRef function = LLVMGetIntrinsicDeclaration(body->module, id, types, (size_t)n_types);
    return LLVMBuildCall2(body->builder, type, function, args, (unsigned)n_args, "");
}

LLVMValueRef body_unary_intrinsic(const Body *body, const char *name, LLVMValueRef x)
{
    LLVMTypeRef type = LLVMTypeOf(x);
    return body_intrinsic(body, name, &type, 1, &x, 1);
}

/* -- nodes -------------------------------------------------------------------- */

/* How an operator is built: the `llvm` column of ops.def. */
typedef enum { HOW_NONE, HOW_BUILD, HOW_INTRINSIC, HOW_PREDICATE, HOW_CUSTOM } How;
typedef struct {
    How how;
    void (*build)(void); /* BUILD: LLVMBuild..., of the operator's arity */
    const char *intrinsic;
    int predicate; /* LLVMRealPredicate or LLVMIntPredicate, by the operator's signature */
} Recipe;

#define NONE                                                                                       \
    {                                                                                              \
        0                                                                                          \
    }
#define CUSTOM                                                                                     \
    {                                                                                              \
        .how = HOW_CUSTOM                                                                          \
    }
#define BUILD(function)                                                                            \
    {                                                                                              \
        .how = HOW_BUILD, .build = (void (*)(void))function                                        \
    }
#define INTRINSIC(name)                                                                            \
    {                                                                                              \
        .how = HOW_INTRINSIC, .intrinsic = name                                                    \
    }
#define PRED(value)                                                                                \
    {                                                                                              \
        .how = HOW_PREDICATE, .predicate = (int)value                                              \
    }
static const Recipe RECIPES[OP_COUNT] = {
#define OP(name, arity, text, signature, kind, mpfr, llvm, c) [OP_##name] = llvm,
#include "runtime/prog/ops.def"
#undef OP
};
#undef NONE
#undef CUSTOM
#undef BUILD
#undef INTRINSIC
#undef PRED

static LLVMValueRef build_constant(const Body *body, const Node *node)
{
    const Type type = (Type)node->type;
    LLVMTypeRef element = body_register_element(body, type);
    const uint64_t bits = node->value.lo;
    if (type == TYPE_F16 || type == TYPE_BF16)
        return body_float(body, body_wide(body, element), value_from_bits(type, bits));
    if (!type_is_float(type)) return body_int(body, body_wide(body, element), bits);
    /* By its bits, so that a NaN keeps its payload. */
    LLVMTypeRef integer = LLVMIntTypeInContext(body->context, (unsigned)type_info(type)->size * 8);
    return splat(body, body_wide(body, element),
                 LLVMConstBitCast(LLVMConstInt(integer, bits, 0), element));
}

static LLVMValueRef build_shift(const Body *body, Op op, LLVMValueRef x, LLVMValueRef count)
{
    LLVMTypeRef type = LLVMTypeOf(x);
    const uint64_t mask = LLVMGetIntTypeWidth(element_of(type)) - 1;
    count = LLVMBuildAnd(body->builder, count, body_int(body, type, mask), "");
    if (op == OP_SHL) return LLVMBuildShl(body->builder, x, count, "");
    if (op == OP_LSHR) return LLVMBuildLShr(body->builder, x, count, "");
    return LLVMBuildAShr(body->builder, x, count, "");
}

static LLVMValueRef build_custom(const Body *body, const Node *node, LLVMValueRef *arg)
{
    const Op op = (Op)node->op;
    const Type type = (Type)node->type, from = (Type)body->prog->node[node->arg[0]].type;
    LLVMTypeRef wide = body_wide(body, body_register_element(body, type));
    LLVMBuilderRef b = body->builder;
    switch (op) {
    case OP_MIN:
    case OP_MAX: {
        const LLVMRealPredicate first = op == OP_MIN ? LLVMRealOLT : LLVMRealOGT;
        return LLVMBuildSelect(b, LLVMBuildFCmp(b, first, arg[0], arg[1], ""), arg[0], arg[1], "");
    }
    case OP_SELECT:
    case OP_LIKELY: return LLVMBuildSelect(b, arg[0], arg[1], arg[2], "");
    case OP_SCALEF:
    case OP_GETEXP:
    case OP_GETMANT:
    case OP_REDUCE: return body_scaling(body, op, type, arg);
    case OP_SHL:
    case OP_LSHR:
    case OP_ASHR: return build_shift(body, op, arg[0], arg[1]);
    case OP_CONVERT: return body_convert(body, from, type, arg[0]);
    case OP_TOINT: return body_to_int(body, type, arg[0]);
    case OP_TOFLOAT: return LLVMBuildSIToFP(b, arg[0], wide, "");
    case OP_SEXT: return LLVMBuildSExt(b, arg[0], wide, "");
    case OP_ZEXT: return LLVMBuildZExt(b, arg[0], wide, "");
    case OP_ITRUNC: return LLVMBuildTrunc(b, arg[0], wide, "");
    case OP_LOOKUP: return body_lookup(body, &body->prog->table[node->arg[1]], arg[0]);
    default: assert(!"an operator without code"); return NULL;
    }
}

static LLVMValueRef build_by_recipe(const Body *body, const Node *node, LLVMValueRef *arg)
{
    typedef LLVMValueRef Unary(LLVMBuilderRef, LLVMValueRef, const char *);
    typedef LLVMValueRef Binary(LLVMBuilderRef, LLVMValueRef, LLVMValueRef, const char *);
    const Recipe *recipe = &RECIPES[node->op];
    const OpInfo *info = op_info((Op)node->op);
    LLVMBuilderRef b = body->builder;
    switch (recipe->how) {
    case HOW_BUILD:
        if (info->arity == 1) return ((Unary *)recipe->build)(b, arg[0], "");
        return ((Binary *)recipe->build)(b, arg[0], arg[1], "");
    case HOW_INTRINSIC: {
        LLVMTypeRef type = LLVMTypeOf(arg[0]);
        return body_intrinsic(body, recipe->intrinsic, &type, 1, arg, info->arity);
    }
    case HOW_PREDICATE:
        if (info->signature == SIG_COMPARE)
            return LLVMBuildFCmp(b, (LLVMRealPredicate)recipe->predicate, arg[0], arg[1], "");
        return LLVMBuildICmp(b, (LLVMIntPredicate)recipe->predicate, arg[0], arg[1], "");
    case HOW_CUSTOM: return build_custom(body, node, arg);
    case HOW_NONE: break;
    }
    assert(!"not a machine operator; emit_llvm_check was not asked");
    return NULL;
}

static bool is_integral_rounding(Op op) { return op >= OP_RINT && op <= OP_ROUND; }

/* Operators whose result in f32 may need rounding to f16 or bf16; f32 has more than
   twice their precision and two bits, so rounding twice is rounding once. */
static bool rounds(Op op)
{
    return op == OP_ADD || op == OP_SUB || op == OP_MUL || op == OP_DIV || op == OP_SQRT;
}

LLVMValueRef body_node(const Body *body, const Node *node, LLVMValueRef *arg)
{
    const Op op = (Op)node->op;
    if (op == OP_CONST) return build_constant(body, node);
    if (is_integral_rounding(op)) return body_to_integral(body, op, arg[0]);
    LLVMValueRef value = build_by_recipe(body, node, arg);
    if (rounds(op)) value = body_round_to_type(body, (Type)node->type, value);
    return value;
}

Status emit_llvm_check(const Prog *prog, const Target *target, Err *err)
{
    if (!prog_is_valid(prog, err)) return ERR_INPUT;
    for (int i = 0; i < prog->n; i++) {
        const Node *node = &prog->node[i];
        const char *const name = op_info((Op)node->op)->name;
        if (RECIPES[node->op].how == HOW_NONE)
            return fail(
                err, ERR_UNSUPPORTED,
                "'%s' is an operator of references; machine code needs a program without it", name);
        if (node->type == TYPE_REAL)
            return fail(
                err, ERR_UNSUPPORTED,
                "the program computes with exact reals (node %d, '%s'); machine code needs f16, "
                "bf16, f32 or f64",
                i, name);
        if (node->op == OP_INPUT && node->type == TYPE_BOOL)
            return fail(err, ERR_UNSUPPORTED, "input %d is a bool; machine code takes numbers", i);
        if (op_is_scaling((Op)node->op) && !target->has_scaling)
            return fail(err, ERR_UNSUPPORTED,
                        "the program uses %s, an operator of AVX-512, which the target %s does not "
                        "have; it needs a program made for that target",
                        name, target->name);
        if (node->op == OP_FMA && !target->has_fma)
            return fail(
                err, ERR_UNSUPPORTED,
                "the program uses fma, which the target %s does not have; it needs a program "
                "made for that target",
                target->name);
    }
    return OK;
}
