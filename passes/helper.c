#include "passes/helper.h"

#include "passes/site.h"
#include "passes/target_of.h"
#include "runtime/catalogue/catalogue.h"
#include "runtime/emit/emit_llvm.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a helper is. */
#define ATTRIBUTE_ENTRY "approx-entry"
#define ATTRIBUTE_LANES "approx-lanes"
#define ATTRIBUTE_GUARD "approx-guard"       /* "-0x1p+4:0x1p+4" */
#define ATTRIBUTE_ORIGINAL "approx-original" /* what is called outside */
#define ATTRIBUTE_INLINE "approx-inline"
#define ATTRIBUTE_RARE "approx-rare-way" /* "yes", or not there */
#define ATTRIBUTE_VECTORS "approx-vectors"
/* Of the user's store: the entry as text, so that nobody needs the store later, on whatever machine. */
#define ATTRIBUTE_PROGRAM "approx-program"

enum { NAME_MAX_LENGTH = 200, HERE = LLVMAttributeFunctionIndex };

/* The attributes of the caller that decide which instructions there are. */
static const char *const TARGET_ATTRIBUTES[] = {"target-cpu", "target-features", "tune-cpu",
                                                "prefer-vector-width"};
enum { N_TARGET_ATTRIBUTES = sizeof TARGET_ATTRIBUTES / sizeof *TARGET_ATTRIBUTES };

/* -- attributes -------------------------------------------------------------------------------- */

static void set_string(LLVMValueRef function, const char *name, const char *value, size_t length)
{
    LLVMContextRef context = LLVMGetTypeContext(LLVMTypeOf(function));
    LLVMAddAttributeAtIndex(
        function, (unsigned)HERE,
        LLVMCreateStringAttribute(context, name, (unsigned)strlen(name), value, (unsigned)length));
}

static void set_text(LLVMValueRef function, const char *name, const char *value)
{
    set_string(function, name, value, strlen(value));
}

static void set_fact(LLVMValueRef function, const char *name)
{
    LLVMContextRef context = LLVMGetTypeContext(LLVMTypeOf(function));
    const unsigned kind = LLVMGetEnumAttributeKindForName(name, strlen(name));
    LLVMAddAttributeAtIndex(function, (unsigned)HERE, LLVMCreateEnumAttribute(context, kind, 0));
}

static void copy_attribute(LLVMValueRef to, LLVMValueRef from, const char *name)
{
    unsigned length;
    const char *const value = function_attribute(from, name, &length);
    if (value)
        set_string(to, name, value, length);
    else
        LLVMRemoveStringAttributeAtIndex(to, (unsigned)HERE, name, (unsigned)strlen(name));
}

static void copy_target(LLVMValueRef to, LLVMValueRef from)
{
    for (int i = 0; i < N_TARGET_ATTRIBUTES; i++) copy_attribute(to, from, TARGET_ATTRIBUTES[i]);
}

static bool has_text(LLVMValueRef function, const char *name, const char *text)
{
    unsigned length;
    const char *const value = function_attribute(function, name, &length);
    if (!value) return !*text;
    return strlen(text) == length && memcmp(value, text, length) == 0;
}

/* The attribute as a string of its own, "" if there is none. */
static void get_text(LLVMValueRef function, const char *name, char *out, size_t size)
{
    unsigned length = 0;
    const char *const value = function_attribute(function, name, &length);
    snprintf(out, size, "%.*s", value ? (int)length : 0, value ? value : "");
}

bool helper_is(LLVMValueRef function)
{
    unsigned length;
    return function_attribute(function, ATTRIBUTE_ENTRY, &length) != NULL;
}

static int get_number(LLVMValueRef helper, const char *name)
{
    char text[16];
    get_text(helper, name, text, sizeof text);
    return atoi(text);
}

int helper_lanes(LLVMValueRef helper) { return get_number(helper, ATTRIBUTE_LANES); }

int helper_vectors(LLVMValueRef helper) { return get_number(helper, ATTRIBUTE_VECTORS); }

int helper_inlining(LLVMValueRef helper) { return get_number(helper, ATTRIBUTE_INLINE); }

static LLVMTypeRef type_of_one(LLVMValueRef helper)
{
    LLVMTypeRef type = LLVMGetReturnType(LLVMGlobalGetValueType(helper));
    return LLVMGetTypeKind(type) == LLVMVectorTypeKind ? LLVMGetElementType(type) : type;
}

int helper_full_lanes(LLVMValueRef helper, const Target *target)
{
    const bool is_wide = LLVMGetTypeKind(type_of_one(helper)) == LLVMDoubleTypeKind;
    return is_wide ? target->lanes / 2 : target->lanes;
}

bool helper_has_rare_way(LLVMValueRef helper)
{
    unsigned length;
    return function_attribute(helper, ATTRIBUTE_RARE, &length) ||
           function_attribute(helper, ATTRIBUTE_GUARD, &length);
}

/* -- declarations ---------------------------------------------------------------------------------- */

/* What helpers are, as attributes have it: the program, and what distinguishes it from others of this program. */
typedef struct {
    LLVMTypeRef type;    /* of one value */
    LLVMValueRef target; /* target attributes are as of this function */
    char entry[128], guard[80], original[128], inlining[8], rare[4], vectors[4];
    const char *program; /* not in a buffer: it is long; "" if there is none */
    size_t program_length;
} Particulars;

static Particulars particulars_of(const HelperWish *wish)
{
    Particulars p = {.type = wish->type, .target = wish->caller};
    snprintf(p.entry, sizeof p.entry, "%s", wish->entry);
    snprintf(p.inlining, sizeof p.inlining, "%d", wish->inlining);
    snprintf(p.rare, sizeof p.rare, "%s", wish->has_rare_way ? "yes" : "");
    snprintf(p.vectors, sizeof p.vectors, "%d", wish->vectors);
    p.program = wish->program ? wish->program : "";
    p.program_length = strlen(p.program);
    if (!wish->is_guarded) return p;
    size_t length;
    snprintf(p.guard, sizeof p.guard, "%a:%a", wish->expected.lo, wish->expected.hi);
    snprintf(p.original, sizeof p.original, "%s", LLVMGetValueName2(wish->original, &length));
    return p;
}

static Particulars particulars_of_helper(LLVMValueRef helper)
{
    Particulars p = {.type = type_of_one(helper), .target = helper};
    get_text(helper, ATTRIBUTE_ENTRY, p.entry, sizeof p.entry);
    get_text(helper, ATTRIBUTE_GUARD, p.guard, sizeof p.guard);
    get_text(helper, ATTRIBUTE_ORIGINAL, p.original, sizeof p.original);
    get_text(helper, ATTRIBUTE_INLINE, p.inlining, sizeof p.inlining);
    get_text(helper, ATTRIBUTE_RARE, p.rare, sizeof p.rare);
    get_text(helper, ATTRIBUTE_VECTORS, p.vectors, sizeof p.vectors);
    unsigned length = 0;
    const char *const program = function_attribute(helper, ATTRIBUTE_PROGRAM, &length);
    p.program = program ? program : "";
    p.program_length = length;
    return p;
}

static bool is_same_helper(LLVMValueRef function, const Particulars *p)
{
    for (int i = 0; i < N_TARGET_ATTRIBUTES; i++)
        if (!functions_share(function, p->target, TARGET_ATTRIBUTES[i])) return false;
    return has_text(function, ATTRIBUTE_GUARD, p->guard) &&
           has_text(function, ATTRIBUTE_ORIGINAL, p->original) &&
           has_text(function, ATTRIBUTE_INLINE, p->inlining);
}

static LLVMValueRef add_declaration(LLVMModuleRef module, const Particulars *p, int lanes,
                                    const char *name)
{
    static const char *const FACTS[] = {"nounwind", "willreturn", "nosync",
                                        "nofree",   "noinline",   "memory"};
    LLVMTypeRef type = lanes > 1 ? LLVMVectorType(p->type, (unsigned)lanes) : p->type;
    LLVMValueRef function = LLVMAddFunction(module, name, LLVMFunctionType(type, &type, 1, 0));
    for (size_t i = 0; i < sizeof FACTS / sizeof *FACTS; i++) set_fact(function, FACTS[i]);
    char text[16];
    snprintf(text, sizeof text, "%d", lanes);
    set_text(function, ATTRIBUTE_LANES, text);
    set_text(function, ATTRIBUTE_ENTRY, p->entry);
    if (p->guard[0]) set_text(function, ATTRIBUTE_GUARD, p->guard);
    if (p->original[0]) set_text(function, ATTRIBUTE_ORIGINAL, p->original);
    set_text(function, ATTRIBUTE_INLINE, p->inlining);
    set_text(function, ATTRIBUTE_VECTORS, p->vectors);
    if (p->rare[0]) set_text(function, ATTRIBUTE_RARE, p->rare);
    if (p->program_length) set_string(function, ATTRIBUTE_PROGRAM, p->program, p->program_length);
    copy_target(function, p->target);
    return function;
}

static LLVMValueRef declare(LLVMModuleRef module, const Particulars *p, int lanes)
{
    for (int k = 0;; k++) {
        char name[NAME_MAX_LENGTH], number[16] = "", form[16] = "";
        if (k > 0) snprintf(number, sizeof number, ".%d", k);
        if (lanes > 1) snprintf(form, sizeof form, ".v%d", lanes);
        snprintf(name, sizeof name, "approx.%s%s%s", p->entry, number, form);
        LLVMValueRef function = LLVMGetNamedFunction(module, name);
        if (!function) return add_declaration(module, p, lanes, name);
        if (is_same_helper(function, p)) return function;
    }
}

LLVMValueRef helper_declare(LLVMModuleRef module, const HelperWish *wish, int lanes)
{
    const Particulars p = particulars_of(wish);
    return declare(module, &p, lanes);
}

LLVMValueRef helper_declare_like(LLVMModuleRef module, LLVMValueRef helper, int lanes)
{
    const Particulars p = particulars_of_helper(helper);
    return declare(module, &p, lanes);
}

void helper_offer_forms(LLVMModuleRef module, LLVMValueRef call, const HelperWish *wish, int widest)
{
    Text forms = {0};
    size_t length;
    const char *const scalar = LLVMGetValueName2(LLVMGetCalledValue(call), &length);
    for (int lanes = 2; lanes <= widest; lanes *= 2) {
        LLVMValueRef form = helper_declare(module, wish, lanes);
        text_add(&forms, "%s_ZGV_LLVM_N%dv_%s(%s)", lanes > 2 ? "," : "", lanes, scalar,
                 LLVMGetValueName2(form, &length));
    }
    static const char NAME[] = "vector-function-abi-variant";
    LLVMContextRef context = LLVMGetTypeContext(LLVMTypeOf(call));
    if (forms.length > 0)
        LLVMAddCallSiteAttribute(call, (unsigned)HERE,
                                 LLVMCreateStringAttribute(context, NAME, sizeof NAME - 1,
                                                           forms.data, (unsigned)forms.length));
    text_release(&forms);
}

/* -- bodies ----------------------------------------------------------------------------------------------- */

/* The function that is called where a guard fails; its calls are not sites. */
static LLVMValueRef original_of(LLVMModuleRef module, LLVMValueRef declaration, LLVMTypeRef type)
{
    char name[128];
    get_text(declaration, ATTRIBUTE_ORIGINAL, name, sizeof name);
    LLVMValueRef function = LLVMGetNamedFunction(module, name);
    if (function) return function;
    return LLVMAddFunction(module, name, LLVMFunctionType(type, &type, 1, 0));
}

static void forbid_replacing_calls_of(LLVMValueRef original, LLVMValueRef within)
{
    LLVMContextRef context = LLVMGetTypeContext(LLVMTypeOf(original));
    const unsigned kind = LLVMGetEnumAttributeKindForName("nobuiltin", strlen("nobuiltin"));
    for (LLVMUseRef use = LLVMGetFirstUse(original); use; use = LLVMGetNextUse(use)) {
        LLVMValueRef user = LLVMGetUser(use);
        if (!LLVMIsACallInst(user) ||
            LLVMGetBasicBlockParent(LLVMGetInstructionParent(user)) != within)
            continue;
        LLVMAddCallSiteAttribute(user, (unsigned)HERE, LLVMCreateEnumAttribute(context, kind, 0));
    }
}

/* What the emitter set for a target of its own becomes what the caller has. */
static void finish_function(LLVMValueRef function, LLVMValueRef declaration)
{
    LLVMSetLinkage(function, LLVMInternalLinkage);
    copy_target(function, declaration);
    LLVMRemoveStringAttributeAtIndex(function, (unsigned)HERE, "no-builtins",
                                     (unsigned)strlen("no-builtins"));
}

/* The rarely taken way of the widest form of the helper that has a body. `name` is of the form with so many lanes. */
static LLVMValueRef rare_way(LLVMModuleRef module, const char *name, int lanes)
{
    enum { LANES_MAX = 64 };
    size_t length = strlen(name);
    if (lanes > 1) length = (size_t)(strrchr(name, '.') - name);
    for (int n = LANES_MAX; n > 1; n /= 2) {
        char form[NAME_MAX_LENGTH + 8];
        snprintf(form, sizeof form, "%.*s.v%d", (int)length, name, n);
        LLVMValueRef rare = emit_llvm_rare_of(module, form);
        if (rare) return rare;
    }
    return NULL;
}

static LLVMValueRef emit_body(LLVMModuleRef module, LLVMValueRef declaration, const Entry *entry,
                              const char *name, const Target *target)
{
    char guard[80];
    get_text(declaration, ATTRIBUTE_GUARD, guard, sizeof guard);
    const int lanes = helper_lanes(declaration);
    /* Without fma there is nothing to fuse. */
    const EmitOptions options = {
        .target = target, .fence_products = target->has_fma, .rare = rare_way(module, name, lanes)};
    Interval expected;
    if (!interval_parse(guard, &expected))
        return emit_llvm_function(module, &entry->prog, name, lanes, &options);
    LLVMTypeRef type = LLVMGetReturnType(LLVMGlobalGetValueType(declaration));
    LLVMTypeRef one = lanes > 1 ? LLVMGetElementType(type) : type;
    LLVMValueRef original = original_of(module, declaration, one);
    LLVMValueRef function = emit_llvm_guarded(module, &entry->prog, name, lanes, expected.lo,
                                              expected.hi, original, &options);
    forbid_replacing_calls_of(original, function);
    return function;
}

/* Everything that came into the module behind `last` is of this helper: itself, and its rarely taken way. */
static void finish_new_functions(LLVMModuleRef module, LLVMValueRef last, LLVMValueRef declaration)
{
    for (LLVMValueRef f = LLVMGetNextFunction(last); f; f = LLVMGetNextFunction(f))
        if (!LLVMIsDeclaration(f)) finish_function(f, declaration);
    (void)module;
}

static Status load_entry(Entry *entry, LLVMValueRef declaration, Err *err)
{
    unsigned length;
    const char *const program = function_attribute(declaration, ATTRIBUTE_PROGRAM, &length);
    if (program) return entry_parse(entry, program, length, err);
    char name[128];
    get_text(declaration, ATTRIBUTE_ENTRY, name, sizeof name);
    const int index = catalogue_index(name);
    if (index >= 0) return catalogue_load(entry, index, err);
    return fail(err, ERR_INPUT, "approx: no program '%s'; it was made by another approxcc", name);
}

void helper_improve(LLVMModuleRef module, LLVMValueRef helper, TargetMemory *memory)
{
    const LLVMTypeKind kind = LLVMGetTypeKind(type_of_one(helper));
    const Type type = kind == LLVMDoubleTypeKind  ? TYPE_F64
                      : kind == LLVMFloatTypeKind ? TYPE_F32
                                                  : TYPE_F16; /* or another of that size */
    const Target *const target = target_of(memory, helper);
    if (target) emit_llvm_improve(module, helper, type, helper_lanes(helper), target);
}

LLVMValueRef helper_define(LLVMModuleRef module, LLVMValueRef declaration, TargetMemory *memory,
                           Err *err)
{
    static const char *const KEPT[] = {ATTRIBUTE_ENTRY,   ATTRIBUTE_LANES,    ATTRIBUTE_GUARD,
                                       ATTRIBUTE_INLINE,  ATTRIBUTE_ORIGINAL, ATTRIBUTE_RARE,
                                       ATTRIBUTE_VECTORS, ATTRIBUTE_PROGRAM};
    char name[NAME_MAX_LENGTH];
    const Target *const target = target_of(memory, declaration);
    if (!target) {
        fail(err, ERR_INPUT,
             "approx: there are calls of programs, but no code is made for this target");
        return NULL;
    }
    size_t length;
    snprintf(name, sizeof name, "%s", LLVMGetValueName2(declaration, &length));
    LLVMSetValueName2(declaration, "", 0);
    Entry *const entry = xmalloc(sizeof *entry);
    LLVMValueRef function = NULL;
    if (load_entry(entry, declaration, err) == OK &&
        emit_llvm_check(&entry->prog, target, err) == OK) {
        LLVMValueRef last = LLVMGetLastFunction(module);
        function = emit_body(module, declaration, entry, name, target);
        finish_new_functions(module, last, declaration);
        for (size_t i = 0; i < sizeof KEPT / sizeof *KEPT; i++)
            copy_attribute(function, declaration, KEPT[i]);
        set_fact(function, "noinline");
        memory->function = function; /* the declaration goes */
        LLVMReplaceAllUsesWith(declaration, function);
        LLVMDeleteFunction(declaration);
    }
    free(entry);
    return function;
}
