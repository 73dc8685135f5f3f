#include "passes/site.h"

#include "passes/errno_reads.h"
#include "runtime/prog/specials.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* -- attributes ------------------------------------------------------------------------- */

const char *call_attribute(LLVMValueRef call, const char *name, unsigned *length)
{
    LLVMAttributeRef attribute = LLVMGetCallSiteStringAttribute(
        call, (unsigned)LLVMAttributeFunctionIndex, name, (unsigned)strlen(name));
    return attribute ? LLVMGetStringAttributeValue(attribute, length) : NULL;
}

const char *function_attribute(LLVMValueRef function, const char *name, unsigned *length)
{
    LLVMAttributeRef attribute = LLVMGetStringAttributeAtIndex(
        function, (unsigned)LLVMAttributeFunctionIndex, name, (unsigned)strlen(name));
    return attribute ? LLVMGetStringAttributeValue(attribute, length) : NULL;
}

bool functions_share(LLVMValueRef a, LLVMValueRef b, const char *name)
{
    unsigned n = 0, m = 0;
    const char *const of_a = function_attribute(a, name, &n);
    const char *const of_b = function_attribute(b, name, &m);
    if (!of_a || !of_b) return !of_a && !of_b;
    return n == m && memcmp(of_a, of_b, n) == 0;
}

static unsigned kind_of(const char *name)
{
    const unsigned kind = LLVMGetEnumAttributeKindForName(name, strlen(name));
    assert(kind != 0 && "no such attribute in this LLVM");
    return kind;
}

bool function_is(LLVMValueRef function, const char *name)
{
    return LLVMGetEnumAttributeAtIndex(function, (unsigned)LLVMAttributeFunctionIndex,
                                       kind_of(name)) != NULL;
}

static bool call_is(LLVMValueRef call, const char *name)
{
    return LLVMGetCallSiteEnumAttribute(call, (unsigned)LLVMAttributeFunctionIndex,
                                        kind_of(name)) != NULL;
}

/* -- which function ------------------------------------------------------------------------ */

/* What libm has (C23 and glibc), by the name without the suffix of the type. */
static const struct {
    const char *name;
    Op op;
} LIBM[] = {
    {"exp", OP_EXP},       {"exp2", OP_EXP2},   {"exp10", OP_EXP10}, {"expm1", OP_EXPM1},
    {"log", OP_LOG},       {"log2", OP_LOG2},   {"log10", OP_LOG10}, {"log1p", OP_LOG1P},
    {"sin", OP_SIN},       {"cos", OP_COS},     {"tan", OP_TAN},     {"sinpi", OP_SINPI},
    {"cospi", OP_COSPI},   {"tanpi", OP_TANPI}, {"asin", OP_ASIN},   {"acos", OP_ACOS},
    {"atan", OP_ATAN},     {"sinh", OP_SINH},   {"cosh", OP_COSH},   {"tanh", OP_TANH},
    {"asinh", OP_ASINH},   {"acosh", OP_ACOSH}, {"atanh", OP_ATANH}, {"cbrt", OP_CBRT},
    {"rsqrt", OP_RSQRT},   {"erf", OP_ERF},     {"erfc", OP_ERFC},   {"tgamma", OP_GAMMA},
    {"lgamma", OP_LGAMMA}, {"j0", OP_J0},       {"j1", OP_J1},       {"y0", OP_Y0},
    {"y1", OP_Y1},         {"pow", OP_POW},     {"atan2", OP_ATAN2}, {"hypot", OP_HYPOT},
};

/* The function for double of this name, or NULL. */
static const char *libm_find(const char *name, size_t length, Op *out)
{
    for (size_t i = 0; i < sizeof LIBM / sizeof *LIBM; i++)
        if (strlen(LIBM[i].name) == length && strncmp(LIBM[i].name, name, length) == 0) {
            *out = LIBM[i].op;
            return LIBM[i].name;
        }
    return NULL;
}

/* The name that C gives the function for a type. */
static void name_in_c(Site *site, const char *stem, size_t length)
{
    const char *const suffix = site->type == TYPE_F32    ? "f"
                               : site->type == TYPE_F16  ? "f16"
                               : site->type == TYPE_BF16 ? "bf16"
                                                         : "";
    snprintf(site->name, sizeof site->name, "%.*s%s", (int)length, stem, suffix);
}

static bool type_of(LLVMTypeRef type, Type *out, int *lanes)
{
    *lanes = 1;
    const LLVMTypeKind kind = LLVMGetTypeKind(type);
    if (kind == LLVMVectorTypeKind || kind == LLVMScalableVectorTypeKind) {
        *lanes = (int)LLVMGetVectorSize(type);
        type = LLVMGetElementType(type);
    }
    switch (LLVMGetTypeKind(type)) {
    case LLVMHalfTypeKind: *out = TYPE_F16; return true;
    case LLVMBFloatTypeKind: *out = TYPE_BF16; return true;
    case LLVMFloatTypeKind: *out = TYPE_F32; return true;
    case LLVMDoubleTypeKind: *out = TYPE_F64; return true;
    default: return false;
    }
}

/* All arguments and the result of one float type? */
static bool has_math_signature(Site *site)
{
    LLVMTypeRef type = LLVMTypeOf(site->call);
    if (!type_of(type, &site->type, &site->lanes)) return false;
    site->n_arguments = (int)LLVMGetNumArgOperands(site->call);
    if (site->n_arguments != op_info(site->op)->arity) return false;
    for (int k = 0; k < site->n_arguments; k++)
        if (LLVMTypeOf(LLVMGetOperand(site->call, (unsigned)k)) != type) return false;
    return true;
}

/* llvm.exp.f32, llvm.exp.v8f32 */
static bool is_intrinsic(Site *site, const char *name)
{
    if (strncmp(name, "llvm.", 5) != 0) return false;
    const char *const stem = name + 5;
    const size_t length = strcspn(stem, ".");
    if (!(site->stem = libm_find(stem, length, &site->op)) || !has_math_signature(site))
        return false;
    name_in_c(site, stem, length);
    return true;
}

/* A function of libm: declared only, of the signature that its name has in C. */
static bool is_libm(Site *site, const char *name)
{
    if (!LLVMIsDeclaration(site->callee)) return false;
    const size_t length = strlen(name);
    const bool is_float = length > 1 && name[length - 1] == 'f' &&
                          (site->stem = libm_find(name, length - 1, &site->op)) &&
                          has_math_signature(site) && site->type == TYPE_F32;
    const bool is_double = !is_float && (site->stem = libm_find(name, length, &site->op)) &&
                           has_math_signature(site) && site->type == TYPE_F64;
    if ((!is_float && !is_double) || site->lanes != 1) return false;
    snprintf(site->name, sizeof site->name, "%s", name);
    return true;
}

static bool is_annotated(Site *site, const char *name)
{
    unsigned length;
    const char *const value = function_attribute(site->callee, ATTRIBUTE_FUNCTION, &length);
    if (!value || length >= PROG_NAME_MAX) return false;
    char function[PROG_NAME_MAX];
    snprintf(function, sizeof function, "%.*s", (int)length, value);
    if (!op_from_name(function, &site->op) || !has_math_signature(site)) return false;
    site->is_annotated = true;
    snprintf(site->name, sizeof site->name, "%s", name);
    return true;
}

/* -- what has to be left alone ----------------------------------------------------------------- */

static bool does_not_write_memory(LLVMValueRef call, LLVMValueRef callee)
{
    const unsigned place = (unsigned)LLVMAttributeFunctionIndex;
    const unsigned kind = kind_of("memory");
    LLVMAttributeRef at_call = LLVMGetCallSiteEnumAttribute(call, place, kind);
    LLVMAttributeRef at_callee = LLVMGetEnumAttributeAtIndex(callee, place, kind);
    enum { WRITES = 0xaaaa }; /* the upper of the two bits of each kind of memory */
    return (at_call && (LLVMGetEnumAttributeValue(at_call) & WRITES) == 0) ||
           (at_callee && (LLVMGetEnumAttributeValue(at_callee) & WRITES) == 0);
}

/* -fno-builtin, -fno-builtin-expf, and the attribute no_builtin. */
static bool has_no_builtin(LLVMValueRef caller, const Site *site)
{
    unsigned length;
    char name[sizeof site->name + 16];
    snprintf(name, sizeof name, "no-builtin-%s", site->name);
    return function_attribute(caller, "no-builtins", &length) ||
           function_attribute(caller, name, &length);
}

const char *site_why_not(const Site *site)
{
    LLVMValueRef caller = LLVMGetBasicBlockParent(LLVMGetInstructionParent(site->call));
    if (function_is(caller, "optnone")) return "the function is not to be optimised (optnone)";
    if (call_is(site->call, "strictfp") || function_is(caller, "strictfp"))
        return "the floating-point environment is observed (strictfp)";
    if (call_is(site->call, "nobuiltin") || has_no_builtin(caller, site))
        return "library functions are not to be known here (nobuiltin)";
    if (LLVMGetTailCallKind(site->call) == LLVMTailCallKindMustTail)
        return "the call has to be a tail call";
    if (LLVMGetTypeKind(LLVMTypeOf(site->call)) == LLVMScalableVectorTypeKind)
        return "vectors of a length unknown to the compiler";
    if (site->sets_errno && errno_is_read_after(site->call)) return "its errno is read";
    if (site->op == OP_LGAMMA && LLVMGetNamedGlobal(LLVMGetGlobalParent(caller), "signgam"))
        return "it sets signgam";
    return NULL;
}

bool site_recognise(Site *out, LLVMValueRef instruction)
{
    if (LLVMGetInstructionOpcode(instruction) != LLVMCall) return false;
    LLVMValueRef callee = LLVMGetCalledValue(instruction);
    if (!callee || !LLVMIsAFunction(callee)) return false;
    if (LLVMGetNumOperandBundles(instruction) > 0) return false;
    *out = (Site){.call = instruction, .callee = callee};
    size_t length;
    const char *const name = LLVMGetValueName2(callee, &length);
    const bool is_llvm = is_intrinsic(out, name);
    if (!is_llvm && !is_annotated(out, name) && !is_libm(out, name)) return false;
    out->sets_errno = !is_llvm && !does_not_write_memory(instruction, callee);
    return true;
}

/* -- what is wanted ------------------------------------------------------------------------------ */

/* A bound that an attribute of the call states. */
static bool bound_from_attribute(LLVMValueRef call, const char *name, Wish *wish)
{
    unsigned length;
    const char *const value = call_attribute(call, name, &length);
    if (!value) return false;
    char words[64];
    snprintf(words, sizeof words, "max-ulp=%.*s", (int)length, value);
    return wish_read(wish, words, "");
}

/* !fpmath !{float ULPS} */
static bool bound_from_fpmath(LLVMValueRef call, Wish *wish)
{
    static const char NAME[] = "fpmath";
    LLVMContextRef context = LLVMGetTypeContext(LLVMTypeOf(call));
    LLVMValueRef node =
        LLVMGetMetadata(call, LLVMGetMDKindIDInContext(context, NAME, sizeof NAME - 1));
    if (!node || LLVMGetMDNodeNumOperands(node) != 1) return false;
    LLVMValueRef ulps;
    LLVMGetMDNodeOperands(node, &ulps);
    if (!ulps || !LLVMIsAConstantFP(ulps)) return false;
    LLVMBool loses;
    char words[64];
    snprintf(words, sizeof words, "max-ulp=%g", LLVMConstRealGetDouble(ulps, &loses));
    return wish_read(wish, words, "");
}

/* The fast-math flags of an intrinsic's call say what does not occur. */
static unsigned excluded_by_flags(LLVMValueRef call)
{
    const LLVMFastMathFlags flags = LLVMGetFastMathFlags(call);
    return (flags & LLVMFastMathNoNaNs ? SPECIAL_NANS : 0u) |
           (flags & LLVMFastMathNoInfs ? SPECIAL_INFINITIES : 0u);
}

bool site_wish(const Site *site, const Policy *policy, Wish *out)
{
    *out = policy_wish(policy, site->name);
    if (out->is_off) return false;
    unsigned length;
    const char *const annotation = call_attribute(site->call, ATTRIBUTE_WISH, &length);
    if (annotation) {
        char words[1024];
        snprintf(words, sizeof words, "%.*s", (int)length, annotation);
        wish_read(out, words, site->name);
    }
    bound_from_fpmath(site->call, out);
    if (!bound_from_attribute(site->call, ATTRIBUTE_MAX_ERROR, out))
        bound_from_attribute(site->call, ATTRIBUTE_FPBUILTIN, out);
    if (out->is_off) return false;
    const bool can_have_flags = LLVMCanValueUseFastMathFlags(site->call);
    if (!(out->says & SAYS_BOUND) && policy->has_afn && can_have_flags &&
        (LLVMGetFastMathFlags(site->call) & LLVMFastMathApproxFunc)) {
        const Wish four_ulps = {.says = SAYS_BOUND, .bound = "4ulp"};
        wish_take(out, &four_ulps);
    }
    if (can_have_flags) {
        out->excluded |= excluded_by_flags(site->call);
        out->says |= SAYS_EXCLUDED;
    }
    return (out->says & SAYS_BOUND) != 0;
}
