/* Annotations become attributes: of the functions that they say something of, and of the math calls in them, which keep them
   when they are inlined elsewhere.

   __attribute__((annotate("approx: max_ulp=2 range=[-10,0]"))) on a function holds for the calls in its body; with
   function=sigmoid it says what the function itself computes. On a variable, range=[lo,hi] holds for its values. */
#include "passes/stages.h"

#include "passes/shim.h"
#include "passes/site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char PREFIX[] = "approx:";

/* The words of an annotation that begins with our prefix; NULL if it is somebody else's. */
static const char *words_of(LLVMValueRef text, size_t *length)
{
    if (!LLVMIsAGlobalVariable(text)) return NULL;
    LLVMValueRef value = LLVMGetInitializer(text);
    if (!value || !LLVMIsAConstantDataSequential(value) || !LLVMIsConstantString(value))
        return NULL;
    const char *const bytes = LLVMGetAsString(value, length);
    const size_t prefix = sizeof PREFIX - 1;
    if (*length < prefix || memcmp(bytes, PREFIX, prefix) != 0) return NULL;
    *length -= prefix;
    while (*length > 0 && bytes[prefix + *length - 1] == 0) (*length)--;
    return bytes + prefix;
}

/* The words as a Policy of their own, and as a string without the function's own name for itself. */
static bool read_words(LLVMModuleRef module, LLVMValueRef text, Policy *policy, char *words,
                       size_t size)
{
    size_t length;
    const char *const found = words_of(text, &length);
    if (!found) return false;
    Err err = {0};
    *policy = (Policy){.n = 0};
    if (snprintf(words, size, "%.*s", (int)length, found) >= (int)size)
        fail(&err, ERR_LIMIT, "approx: an annotation of more than %d letters", (int)size);
    else if (policy_parse(policy, words, &err) == OK)
        return true;
    shim_error(module, err.text);
    return false;
}

static void set_string(LLVMValueRef function, const char *name, const char *value)
{
    LLVMContextRef context = LLVMGetTypeContext(LLVMTypeOf(function));
    LLVMAddAttributeAtIndex(function, (unsigned)LLVMAttributeFunctionIndex,
                            LLVMCreateStringAttribute(context, name, (unsigned)strlen(name), value,
                                                      (unsigned)strlen(value)));
}

static void annotate_call(LLVMValueRef call, const char *words)
{
    LLVMContextRef context = LLVMGetTypeContext(LLVMTypeOf(call));
    unsigned length;
    if (call_attribute(call, ATTRIBUTE_WISH, &length)) return;
    LLVMAddCallSiteAttribute(call, (unsigned)LLVMAttributeFunctionIndex,
                             LLVMCreateStringAttribute(context, ATTRIBUTE_WISH,
                                                       (unsigned)strlen(ATTRIBUTE_WISH), words,
                                                       (unsigned)strlen(words)));
}

/* -- functions ------------------------------------------------------------------------------------ */

static void annotate_body(LLVMValueRef function, const char *words)
{
    for (LLVMBasicBlockRef block = LLVMGetFirstBasicBlock(function); block;
         block = LLVMGetNextBasicBlock(block))
        for (LLVMValueRef i = LLVMGetFirstInstruction(block); i; i = LLVMGetNextInstruction(i)) {
            Site site;
            if (site_recognise(&site, i)) annotate_call(i, words);
        }
}

/* Calls of it are sites, so they must be there until they are looked at. */
static void annotate_function(LLVMValueRef function, const char *computes, const char *words)
{
    set_string(function, ATTRIBUTE_FUNCTION, computes);
    LLVMContextRef context = LLVMGetTypeContext(LLVMTypeOf(function));
    const unsigned kind = LLVMGetEnumAttributeKindForName("noinline", strlen("noinline"));
    if (!LLVMIsDeclaration(function) && !function_is(function, "alwaysinline"))
        LLVMAddAttributeAtIndex(function, (unsigned)LLVMAttributeFunctionIndex,
                                LLVMCreateEnumAttribute(context, kind, 0));
    for (LLVMUseRef use = LLVMGetFirstUse(function); use; use = LLVMGetNextUse(use)) {
        LLVMValueRef user = LLVMGetUser(use);
        if (LLVMIsACallInst(user) && LLVMGetCalledValue(user) == function)
            annotate_call(user, words);
    }
}

static bool annotate_functions(LLVMModuleRef module, Policy *policy, char *words, size_t size)
{
    bool has_changed = false;
    LLVMValueRef list = LLVMGetNamedGlobal(module, "llvm.global.annotations");
    LLVMValueRef rows = list ? LLVMGetInitializer(list) : NULL;
    const int n = rows ? LLVMGetNumOperands(rows) : 0;
    for (int i = 0; i < n; i++) {
        LLVMValueRef row = LLVMGetOperand(rows, (unsigned)i);
        LLVMValueRef function = LLVMGetOperand(row, 0);
        if (!LLVMIsAFunction(function) ||
            !read_words(module, LLVMGetOperand(row, 1), policy, words, size))
            continue;
        if (policy->function[0])
            annotate_function(function, policy->function, words);
        else
            annotate_body(function, words);
        has_changed = true;
    }
    return has_changed;
}

/* -- variables ---------------------------------------------------------------------------------------- */

/* llvm.assume(lo <= value && value <= hi) behind a load. */
static void assume_range(LLVMModuleRef module, LLVMValueRef load, Interval range)
{
    LLVMTypeRef type = LLVMTypeOf(load);
    LLVMTypeKind kind = LLVMGetTypeKind(type);
    LLVMValueRef behind = LLVMGetNextInstruction(load);
    if ((kind != LLVMFloatTypeKind && kind != LLVMDoubleTypeKind) || !behind) return;
    LLVMBuilderRef b = LLVMCreateBuilderInContext(LLVMGetModuleContext(module));
    LLVMPositionBuilderBefore(b, behind);
    LLVMValueRef in =
        LLVMBuildAnd(b, LLVMBuildFCmp(b, LLVMRealOGE, load, LLVMConstReal(type, range.lo), ""),
                     LLVMBuildFCmp(b, LLVMRealOLE, load, LLVMConstReal(type, range.hi), ""), "");
    static const char NAME[] = "llvm.assume";
    const unsigned id = LLVMLookupIntrinsicID(NAME, sizeof NAME - 1);
    LLVMValueRef assume = LLVMGetIntrinsicDeclaration(module, id, NULL, 0);
    LLVMBuildCall2(b, LLVMGlobalGetValueType(assume), assume, &in, 1, "");
    LLVMDisposeBuilder(b);
}

static void annotate_variable(LLVMModuleRef module, LLVMValueRef variable, const Policy *policy)
{
    const Wish wish = policy_wish(policy, "");
    if (!(wish.says & SAYS_RANGE)) return;
    for (LLVMUseRef use = LLVMGetFirstUse(variable); use; use = LLVMGetNextUse(use)) {
        LLVMValueRef user = LLVMGetUser(use);
        if (LLVMIsALoadInst(user)) assume_range(module, user, wish.range);
    }
}

static bool annotate_variables(LLVMModuleRef module, Policy *policy, char *words, size_t size)
{
    bool has_changed = false;
    LLVMValueRef marker = LLVMGetNamedFunction(module, "llvm.var.annotation.p0.p0");
    for (LLVMUseRef use = marker ? LLVMGetFirstUse(marker) : NULL; use; use = LLVMGetNextUse(use)) {
        LLVMValueRef call = LLVMGetUser(use);
        if (!LLVMIsACallInst(call) ||
            !read_words(module, LLVMGetOperand(call, 1), policy, words, size))
            continue;
        annotate_variable(module, LLVMGetOperand(call, 0), policy);
        has_changed = true;
    }
    return has_changed;
}

bool stage_annotate(LLVMModuleRef module)
{
    enum { WORDS_MAX = 1000 };
    char words[WORDS_MAX];
    Policy *const policy = xmalloc(sizeof *policy);
    const bool functions = annotate_functions(module, policy, words, sizeof words);
    const bool variables = annotate_variables(module, policy, words, sizeof words);
    free(policy);
    return functions || variables;
}
