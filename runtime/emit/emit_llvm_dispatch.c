#include "runtime/emit/emit_llvm_dispatch.h"

#include "runtime/emit/emit_llvm_body.h"

#include <stdio.h>
#include <string.h>

/* What cpuid has to say for a level of the x86-64 psABI: bits of a register of a leaf. Registers are eax, ebx, ecx, edx. */
typedef struct {
    const char *level;
    uint32_t leaf;
    unsigned reg;
    uint32_t bits;
} Needed;

enum { EAX, EBX, ECX };
#define BIT(n) (UINT32_C(1) << (n))
static const Needed NEEDED[] = {
    /* SSE3, SSSE3, CMPXCHG16B, SSE4.1, SSE4.2, POPCNT */
    {"x86-64-v2", 1, ECX, BIT(0) | BIT(9) | BIT(13) | BIT(19) | BIT(20) | BIT(23)},
    /* FMA, MOVBE, OSXSAVE, AVX, F16C; BMI1, AVX2, BMI2; LZCNT */
    {"x86-64-v3", 1, ECX, BIT(12) | BIT(22) | BIT(27) | BIT(28) | BIT(29)},
    {"x86-64-v3", 7, EBX, BIT(3) | BIT(5) | BIT(8)},
    {"x86-64-v3", 0x80000001, ECX, BIT(5)},
    /* AVX-512 F, DQ, CD, BW, VL */
    {"x86-64-v4", 7, EBX, BIT(16) | BIT(17) | BIT(28) | BIT(30) | BIT(31)},
};
/* What the operating system has to save of a thread, by xgetbv: SSE and AVX; and AVX-512's masks and registers. */
static const struct {
    const char *level;
    uint32_t bits;
} SAVED[] = {{"x86-64-v3", 0x6}, {"x86-64-v4", 0xe6}};
enum {
    OSXSAVE = 27,
    N_NEEDED = sizeof NEEDED / sizeof *NEEDED,
    N_SAVED = sizeof SAVED / sizeof *SAVED
};

typedef struct {
    LLVMModuleRef module;
    LLVMContextRef context;
    LLVMBuilderRef builder;
    LLVMTypeRef i32;
} Resolver;

static LLVMValueRef number(const Resolver *r, uint32_t value)
{
    return LLVMConstInt(r->i32, value, 0);
}

/* An instruction by its text; `constraints` as in LLVM's asm, all operands i32, several results as a struct. */
static LLVMValueRef assembly(const Resolver *r, LLVMTypeRef result, const char *text,
                             const char *constraints, LLVMValueRef *argument, unsigned n)
{
    LLVMTypeRef types[2] = {r->i32, r->i32};
    LLVMTypeRef type = LLVMFunctionType(result, types, n, 0);
    LLVMValueRef code = LLVMGetInlineAsm(type, text, strlen(text), constraints, strlen(constraints),
                                         1, 0, LLVMInlineAsmDialectATT, 0);
    return LLVMBuildCall2(r->builder, type, code, argument, n, "");
}

static LLVMValueRef cpuid(const Resolver *r, uint32_t leaf, unsigned reg)
{
    LLVMTypeRef four[4] = {r->i32, r->i32, r->i32, r->i32};
    LLVMTypeRef result = LLVMStructTypeInContext(r->context, four, 4, 0);
    LLVMValueRef argument[2] = {number(r, leaf), number(r, 0)};
    LLVMValueRef all =
        assembly(r, result, "cpuid",
                 "={ax},={bx},={cx},={dx},{ax},{cx},~{dirflag},~{fpsr},~{flags}", argument, 2);
    return LLVMBuildExtractValue(r->builder, all, reg, "");
}

/* The low half of the register that says what the operating system saves. */
static LLVMValueRef xgetbv(const Resolver *r)
{
    LLVMTypeRef two[2] = {r->i32, r->i32};
    LLVMTypeRef result = LLVMStructTypeInContext(r->context, two, 2, 0);
    LLVMValueRef argument[1] = {number(r, 0)};
    LLVMValueRef both =
        assembly(r, result, "xgetbv", "={ax},={dx},{cx},~{dirflag},~{fpsr},~{flags}", argument, 1);
    return LLVMBuildExtractValue(r->builder, both, 0, "");
}

static LLVMValueRef has_bits(const Resolver *r, LLVMValueRef value, uint32_t bits)
{
    LLVMValueRef these = LLVMBuildAnd(r->builder, value, number(r, bits), "");
    return LLVMBuildICmp(r->builder, LLVMIntEQ, these, number(r, bits), "");
}

/* i1: are all of cpuid's bits there that `level` and lesser ones need? Leaves that the processor has not are not believed. */
static LLVMValueRef processor_has(const Resolver *r, const Target *level)
{
    LLVMValueRef has = LLVMConstInt(LLVMInt1TypeInContext(r->context), 1, 0);
    for (int i = 0; i < N_NEEDED; i++) {
        const Needed *needed = &NEEDED[i];
        if (!target_is_within(target_find(needed->level), level)) continue;
        LLVMValueRef last = cpuid(r, needed->leaf & 0x80000000, EAX);
        LLVMValueRef is_there =
            LLVMBuildICmp(r->builder, LLVMIntUGE, last, number(r, needed->leaf), "");
        LLVMValueRef bits = has_bits(r, cpuid(r, needed->leaf, needed->reg), needed->bits);
        has = LLVMBuildAnd(r->builder, has, LLVMBuildAnd(r->builder, is_there, bits, ""), "");
    }
    return has;
}

static uint32_t saved_bits(const Target *level)
{
    uint32_t bits = 0;
    for (int i = 0; i < N_SAVED; i++)
        if (target_is_within(target_find(SAVED[i].level), level)) bits |= SAVED[i].bits;
    return bits;
}

static LLVMBasicBlockRef new_block(const Resolver *r, LLVMValueRef function, const char *name)
{
    return LLVMAppendBasicBlockInContext(r->context, function, name);
}

/* Emits `if the level is there return function` and goes on behind it. xgetbv is an instruction only where cpuid says so. */
static void return_if_there(const Resolver *r, LLVMValueRef resolver, const DispatchChoice *choice)
{
    LLVMBuilderRef b = r->builder;
    LLVMBasicBlockRef yes = new_block(r, resolver, "yes"), no = new_block(r, resolver, "no");
    const uint32_t saved = saved_bits(choice->level);
    LLVMValueRef has = processor_has(r, choice->level);
    if (saved) {
        LLVMBasicBlockRef ask = new_block(r, resolver, "ask");
        LLVMBuildCondBr(b, has, ask, no);
        LLVMPositionBuilderAtEnd(b, ask);
        has = has_bits(r, xgetbv(r), saved);
    }
    LLVMBuildCondBr(b, has, yes, no);
    LLVMPositionBuilderAtEnd(b, yes);
    LLVMBuildRet(b, choice->function);
    LLVMPositionBuilderAtEnd(b, no);
}

/* Adds `symbol`, which jumps to the chosen function by an address that the dynamic linker puts in place with the library's own ones. An
   exported indirect function has no jump of ours, but a library that is bound before this one, as most are if this one is preloaded, has
   to run its resolver early, and glibc says "Relink" on standard error each time. The arguments stay where they are. */
static void add_jump(const Resolver *r, const char *symbol, LLVMValueRef chosen, LLVMTypeRef type)
{
    static const char JUMP[] = "jmpq *${0:c}@GOTPCREL(%rip)";
    LLVMValueRef function = LLVMAddFunction(r->module, symbol, type);
    const unsigned naked = LLVMGetEnumAttributeKindForName("naked", strlen("naked"));
    LLVMAddAttributeAtIndex(function, LLVMAttributeFunctionIndex,
                            LLVMCreateEnumAttribute(r->context, naked, 0));
    LLVMSetAlignment(function, 16);
    LLVMPositionBuilderAtEnd(r->builder, new_block(r, function, "entry"));
    LLVMTypeRef pointer = LLVMPointerTypeInContext(r->context, 0);
    LLVMTypeRef jump = LLVMFunctionType(LLVMVoidTypeInContext(r->context), &pointer, 1, 0);
    LLVMValueRef code =
        LLVMGetInlineAsm(jump, JUMP, sizeof JUMP - 1, "i", 1, 1, 0, LLVMInlineAsmDialectATT, 0);
    LLVMBuildCall2(r->builder, jump, code, &chosen, 1, "");
    LLVMBuildUnreachable(r->builder);
}

Status emit_llvm_dispatch(LLVMModuleRef module, const char *symbol, const DispatchChoice *choice,
                          int n, Err *err)
{
    const Target *const least = target_find("x86-64");
    if (!target_is_within(least, choice->level))
        return fail(err, ERR_UNSUPPORTED, "only code for x86-64 is chosen when a program starts");
    Resolver r = {.module = module, .context = LLVMGetModuleContext(module)};
    r.i32 = LLVMInt32TypeInContext(r.context);
    char name[340];
    snprintf(name, sizeof name, "%s.resolve", symbol);
    LLVMTypeRef type = LLVMFunctionType(LLVMPointerTypeInContext(r.context, 0), NULL, 0, 0);
    LLVMValueRef resolver = LLVMAddFunction(module, name, type);
    LLVMSetLinkage(resolver, LLVMInternalLinkage);
    function_set_text(r.context, resolver, "target-cpu", least->cpu);
    r.builder = LLVMCreateBuilderInContext(r.context);
    LLVMPositionBuilderAtEnd(r.builder, new_block(&r, resolver, "entry"));
    for (int i = n - 1; i > 0; i--) return_if_there(&r, resolver, &choice[i]);
    LLVMBuildRet(r.builder, choice->function);
    snprintf(name, sizeof name, "%s.chosen", symbol);
    LLVMTypeRef function_type = LLVMGlobalGetValueType(choice->function);
    LLVMValueRef chosen =
        LLVMAddGlobalIFunc(module, name, strlen(name), function_type, 0, resolver);
    LLVMSetLinkage(chosen, LLVMInternalLinkage);
    add_jump(&r, symbol, chosen, function_type);
    LLVMDisposeBuilder(r.builder);
    return OK;
}
