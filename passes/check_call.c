#include "passes/check_call.h"

#include "runtime/check/check_site.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    LLVMModuleRef module;
    LLVMBuilderRef builder;
    const Site *site;
    LLVMTypeRef number, pointer, integer; /* double, ptr, i64 */
} Check;

static Check check_of(LLVMModuleRef module, LLVMBuilderRef builder, const Site *site)
{
    LLVMContextRef context = LLVMGetModuleContext(module);
    return (Check){module,
                   builder,
                   site,
                   LLVMDoubleTypeInContext(context),
                   LLVMPointerTypeInContext(context, 0),
                   LLVMInt64TypeInContext(context)};
}

/* -- the CheckSite ---------------------------------------------------------------------------------- */

static LLVMValueRef text_constant(const Check *c, const char *text, size_t length)
{
    LLVMValueRef value =
        LLVMConstStringInContext2(LLVMGetModuleContext(c->module), text, length, 0);
    LLVMValueRef global = LLVMAddGlobal(c->module, LLVMTypeOf(value), "approx.check.text");
    LLVMSetInitializer(global, value);
    LLVMSetLinkage(global, LLVMPrivateLinkage);
    LLVMSetGlobalConstant(global, 1);
    return global;
}

static LLVMValueRef count(const Check *c, int64_t value)
{
    return LLVMConstInt(c->integer, (uint64_t)value, 1);
}

static LLVMValueRef site_constant(const Check *c, const Wanted *wanted, const Wish *wish)
{
    unsigned file_length = 0;
    LLVMValueRef call = c->site->call;
    const char *const file = LLVMGetDebugLocFilename(call, &file_length);
    const TypeInfo *const type = type_info(c->site->type);
    const bool has_range = (wish->says & SAYS_RANGE) != 0;
    LLVMValueRef zero = LLVMConstReal(c->number, 0);
    LLVMValueRef member[CHECK_SITE_MEMBERS] = {
        text_constant(c, c->site->name, strlen(c->site->name)),
        text_constant(c, file ? file : "", file ? file_length : 0),
        text_constant(c, wanted->bound.text, strlen(wanted->bound.text)),
        count(c, file ? LLVMGetDebugLocLine(call) : 0),
        count(c, file ? LLVMGetDebugLocColumn(call) : 0),
        count(c, (int64_t)wanted->bound.kind),
        LLVMConstReal(c->number, wanted->bound.limit),
        count(c, type->precision),
        count(c, type->emin),
        LLVMConstReal(c->number, has_range ? wish->range.lo : -INFINITY),
        LLVMConstReal(c->number, has_range ? wish->range.hi : INFINITY),
        count(c, 0),
        count(c, 0),
        count(c, 0),
        zero,
        zero,
        LLVMConstNull(c->pointer),
    };
    LLVMValueRef value =
        LLVMConstStructInContext(LLVMGetModuleContext(c->module), member, CHECK_SITE_MEMBERS, 0);
    LLVMValueRef global = LLVMAddGlobal(c->module, LLVMTypeOf(value), "approx.check.site");
    LLVMSetInitializer(global, value);
    LLVMSetLinkage(global, LLVMInternalLinkage);
    return global;
}

/* -- the right value ----------------------------------------------------------------------------------- */

static LLVMValueRef declare(LLVMModuleRef module, const char *name, LLVMTypeRef type)
{
    LLVMValueRef function = LLVMGetNamedFunction(module, name);
    return function ? function : LLVMAddFunction(module, name, type);
}

/* A call that is no site itself. */
static LLVMValueRef call_as_it_is(const Check *c, LLVMTypeRef type, LLVMValueRef function,
                                  LLVMValueRef x)
{
    LLVMContextRef context = LLVMGetModuleContext(c->module);
    const unsigned kind = LLVMGetEnumAttributeKindForName("nobuiltin", strlen("nobuiltin"));
    LLVMValueRef call = LLVMBuildCall2(c->builder, type, function, &x, 1, "");
    LLVMAddCallSiteAttribute(call, (unsigned)LLVMAttributeFunctionIndex,
                             LLVMCreateEnumAttribute(context, kind, 0));
    return call;
}

static LLVMValueRef as_double(const Check *c, LLVMValueRef x)
{
    return LLVMTypeOf(x) == c->number ? x : LLVMBuildFPExt(c->builder, x, c->number, "");
}

/* Of libm the function for double, whose error does not show in a narrower type. */
static LLVMValueRef right_value(const Check *c, LLVMValueRef x)
{
    if (c->site->is_annotated) {
        LLVMTypeRef type = LLVMGlobalGetValueType(c->site->callee);
        return as_double(c, call_as_it_is(c, type, c->site->callee, x));
    }
    LLVMTypeRef number = c->number, type = LLVMFunctionType(number, &number, 1, 0);
    LLVMValueRef function = declare(c->module, c->site->stem, type);
    return call_as_it_is(c, type, function, as_double(c, x));
}

static void check_value(const Check *c, LLVMValueRef record, LLVMValueRef x, LLVMValueRef y)
{
    LLVMTypeRef parameter[] = {c->pointer, c->number, c->number, c->number};
    LLVMTypeRef type =
        LLVMFunctionType(LLVMVoidTypeInContext(LLVMGetModuleContext(c->module)), parameter, 4, 0);
    LLVMValueRef argument[] = {record, as_double(c, x), as_double(c, y), right_value(c, x)};
    LLVMBuildCall2(c->builder, type, declare(c->module, "approx_check", type), argument, 4, "");
}

void check_call(LLVMModuleRef module, LLVMBuilderRef builder, const Site *site,
                const Wanted *wanted, const Wish *wish, LLVMValueRef x, LLVMValueRef y)
{
    const Check c = check_of(module, builder, site);
    LLVMValueRef record = site_constant(&c, wanted, wish);
    if (site->lanes == 1) {
        check_value(&c, record, x, y);
        return;
    }
    for (int i = 0; i < site->lanes; i++) {
        LLVMValueRef lane = LLVMConstInt(c.integer, (uint64_t)i, 0);
        check_value(&c, record, LLVMBuildExtractElement(builder, x, lane, ""),
                    LLVMBuildExtractElement(builder, y, lane, ""));
    }
}
