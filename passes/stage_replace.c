/* Math calls become calls of helpers. */
#include "passes/stages.h"

#include "passes/check_call.h"
#include "passes/choose.h"
#include "passes/helper.h"
#include "passes/interleave.h"
#include "passes/range_function.h"
#include "passes/remark.h"
#include "passes/report_file.h"
#include "passes/shim.h"
#include "passes/site.h"
#include "passes/target_of.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* -- one call --------------------------------------------------------------------------------- */

/* A helper takes bf16 as i16. */
static LLVMTypeRef signature_type(const Site *site)
{
    LLVMTypeRef type = LLVMTypeOf(site->call);
    if (site->lanes > 1) type = LLVMGetElementType(type);
    return site->type == TYPE_BF16 ? LLVMInt16TypeInContext(LLVMGetTypeContext(type)) : type;
}

static LLVMValueRef lane_numbers(LLVMTypeRef like, int first, int count, int last)
{
    enum { LANES_MAX = 1024 };
    LLVMTypeRef i32 = LLVMInt32TypeInContext(LLVMGetTypeContext(like));
    LLVMValueRef number[LANES_MAX];
    assert(count <= LANES_MAX);
    for (int i = 0; i < count; i++) {
        const int lane = first + i <= last ? first + i : last;
        number[i] = LLVMConstInt(i32, (unsigned)lane, 0);
    }
    return LLVMConstVector(number, (unsigned)count);
}

typedef struct {
    LLVMModuleRef module;
    LLVMBuilderRef builder;
    const HelperWish *wish;
    int widest; /* lanes of the widest form */
} Calls;

static LLVMValueRef call_form(const Calls *c, LLVMValueRef x, int lanes)
{
    LLVMValueRef form = helper_declare(c->module, c->wish, lanes);
    LLVMTypeRef type = LLVMGlobalGetValueType(form);
    LLVMTypeRef from = LLVMTypeOf(x), to = LLVMGetReturnType(type);
    x = LLVMBuildBitCast(c->builder, x, to, "");
    LLVMValueRef call = LLVMBuildCall2(c->builder, type, form, &x, 1, "");
    if (lanes == 1) helper_offer_forms(c->module, call, c->wish, c->widest);
    return LLVMBuildBitCast(c->builder, call, from, "");
}

/* `count` lanes of x from number `first` on; behind its last, that one again, rather than lanes without a value. */
static LLVMValueRef take_lanes(const Calls *c, LLVMValueRef x, int first, int count)
{
    LLVMTypeRef type = LLVMTypeOf(x);
    const int n = (int)LLVMGetVectorSize(type);
    if (first == 0 && count == n) return x;
    return LLVMBuildShuffleVector(c->builder, x, x, lane_numbers(type, first, count, n - 1), "");
}

/* A vector of any length in pieces of a form's length. */
static LLVMValueRef call_pieces(const Calls *c, LLVMValueRef x, int lanes)
{
    int width = 2;
    while (width < lanes && width < c->widest) width *= 2;
    LLVMValueRef result = call_form(c, take_lanes(c, x, 0, width), width);
    for (int first = width; first < lanes; first += width) {
        LLVMValueRef piece = call_form(c, take_lanes(c, x, first, width), width);
        const int both = first + width;
        result = LLVMBuildShuffleVector(c->builder, result, take_lanes(c, piece, 0, first),
                                        lane_numbers(LLVMTypeOf(x), 0, both, both - 1), "");
    }
    return take_lanes(c, result, 0, lanes);
}

/* NaN for NaN, which a program made for a part of the numbers need not give. */
static LLVMValueRef with_nan(LLVMBuilderRef builder, LLVMValueRef x, LLVMValueRef y)
{
    LLVMValueRef is_nan = LLVMBuildFCmp(builder, LLVMRealUNO, x, x, "");
    return LLVMBuildSelect(builder, is_nan, x, y, "");
}

/* What a guard calls where it fails: a function of one value. NULL: there is none. */
static LLVMValueRef original_of(LLVMModuleRef module, const Site *site)
{
    if (site->lanes == 1) return site->callee;
    const unsigned id = LLVMGetIntrinsicID(site->callee);
    LLVMTypeRef one = LLVMGetElementType(LLVMTypeOf(site->call));
    return id ? LLVMGetIntrinsicDeclaration(module, id, &one, 1) : NULL;
}

/* The result of what stands there now. */
static LLVMValueRef replace_call(LLVMModuleRef module, const Site *site, const Wanted *wanted,
                                 const Wish *asked, const Choice *choice, const Policy *policy)
{
    LLVMBuilderRef builder = LLVMCreateBuilderInContext(LLVMGetModuleContext(module));
    LLVMPositionBuilderBefore(builder, site->call);
    const HelperWish wish = {
        .entry = choice->entry,
        .program = choice->program,
        .has_rare_way = choice->has_rare_way,
        .vectors = choice->vectors,
        .type = signature_type(site),
        .caller = LLVMGetBasicBlockParent(LLVMGetInstructionParent(site->call)),
        .inlining = policy->inlining,
        .is_guarded = choice->is_guarded,
        .expected = wanted->expected,
        .original = original_of(module, site),
    };
    const int size = type_info(site->type)->size;
    const Calls calls = {module, builder, &wish,
                         size > 4 ? wanted->target->lanes / 2 : wanted->target->lanes};
    LLVMValueRef x = LLVMGetOperand(site->call, 0);
    LLVMValueRef y =
        site->lanes > 1 ? call_pieces(&calls, x, site->lanes) : call_form(&calls, x, 1);
    if (choice->excludes_nan) y = with_nan(builder, x, y);
    if (policy->checks) check_call(module, builder, site, wanted, asked, x, y);
    LLVMReplaceAllUsesWith(site->call, y);
    LLVMInstructionEraseFromParent(site->call);
    LLVMDisposeBuilder(builder);
    return y;
}

/* -- all calls --------------------------------------------------------------------------------------- */

typedef struct {
    LLVMModuleRef module;
    Analyses *analyses;
    const Policy *policy;
    Text *report; /* NULL: none */
    TargetMemory targets;
    Stored stored;
    ChoiceMemory choices;
    Results results; /* of the function that is looked at */
    bool has_changed;
} Run;

static Range argument_range(const Run *run, const Site *site, const Wish *wish)
{
    Range range =
        range_of(run->analyses, &run->results, LLVMGetOperand(site->call, 0), site->call);
    if (wish->says & SAYS_RANGE) range = range_intersection(range, (Range){wish->range, false});
    return range;
}

/* Claims that hold for every argument say where results lie; not where some arguments do not count, or the original is called for some. */
static Range result_range(const Wanted *wanted, const Choice *choice)
{
    if (choice->report.method == METHOD_SAMPLED || wanted->excluded || choice->is_guarded)
        return range_all();
    return range_of_function(wanted->op, wanted->argument, wanted->type, choice->report.max_ulp);
}

/* Whether the call was replaced. */
static bool look_at_site(Run *run, const Site *site)
{
    Wish wish;
    if (!site_wish(site, run->policy, &wish)) return false;
    const char *const why_not = site_why_not(site);
    if (why_not) {
        remark_missed(run->report, site, why_not);
        return false;
    }
    LLVMValueRef caller = LLVMGetBasicBlockParent(LLVMGetInstructionParent(site->call));
    Wanted wanted = {.op = site->op,
                     .n_arguments = site->n_arguments,
                     .type = site->type,
                     .excluded = wish.says & SAYS_EXCLUDED ? wish.excluded : 0,
                     .target = target_of(&run->targets, caller),
                     .argument = argument_range(run, site, &wish)};
    if (!wanted.target) {
        remark_missed(run->report, site, "no code is made for this target");
        return false;
    }
    if (!wish_bound(&wish, site->type, &wanted.bound)) return false;
    if (wish.says & SAYS_EXPECTED) {
        wanted.has_expected = type_info(site->type)->size >= 4 &&
                              (site->lanes == 1 || LLVMGetIntrinsicID(site->callee));
        wanted.expected = wish.expected;
    }
    Choice choice;
    choose_once(&choice, &wanted, &run->stored, &run->choices);
    if (!choice.entry[0]) {
        remark_missed(run->report, site, choice.why_not);
        return false;
    }
    remark_replaced(run->report, site, &wanted, &choice);
    LLVMValueRef y = replace_call(run->module, site, &wanted, &wish, &choice, run->policy);
    results_add(&run->results, y, result_range(&wanted, &choice));
    return true;
}

static void look_at_function(Run *run, LLVMValueRef function)
{
    bool has_changed = false;
    run->results.n = 0;
    for (LLVMBasicBlockRef block = LLVMGetFirstBasicBlock(function); block;
         block = LLVMGetNextBasicBlock(block))
        for (LLVMValueRef i = LLVMGetFirstInstruction(block), next; i; i = next) {
            next = LLVMGetNextInstruction(i);
            Site site;
            if (site_recognise(&site, i)) has_changed |= look_at_site(run, &site);
        }
    if (!has_changed) return;
    interleave_hint(function, &run->targets);
    run->has_changed = true;
}

bool stage_replace(LLVMModuleRef module, const StageOptions *options)
{
    Err err = {0};
    Policy *const policy = xcalloc(1, sizeof *policy);
    policy->has_afn = options->is_by_name || policy_asks(options->words);
    Text report = {0};
    Run run = {.module = module,
               .analyses = options->analyses,
               .policy = policy,
               .stored = {.module = module, .path = policy->store}};
    if (policy_parse(policy, options->words, &err) != OK) {
        shim_error(module, err.text);
        goto done;
    }
    if (policy->report[0]) run.report = &report;
    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f))
        if (!LLVMIsDeclaration(f) && !helper_is(f)) look_at_function(&run, f);
    if (run.report && report_file_add(policy->report, &report, &err) != OK)
        shim_error(module, err.text);
done:
    stored_release(&run.stored);
    text_release(&report);
    free(policy);
    return run.has_changed;
}
