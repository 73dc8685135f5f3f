#include "passes/remark.h"

#include "passes/shim.h"
#include "runtime/catalogue/catalogue.h"

#include <math.h>
#include <stdio.h>

static void add_place(Text *report, const Site *site)
{
    unsigned length = 0;
    LLVMValueRef caller = LLVMGetBasicBlockParent(LLVMGetInstructionParent(site->call));
    size_t name_length;
    Text file = {0};
    const char *const name = LLVMGetDebugLocFilename(site->call, &length);
    text_add_bytes(&file, name ? name : "", name ? length : 0);
    text_add(report, "{\"file\":");
    text_add_json(report, text_get(&file));
    text_add(report,
             ",\"line\":%u,\"column\":%u,\"caller\":", name ? LLVMGetDebugLocLine(site->call) : 0,
             name ? LLVMGetDebugLocColumn(site->call) : 0);
    text_add_json(report, LLVMGetValueName2(caller, &name_length));
    text_add(report, ",\"function\":");
    text_add_json(report, site->name);
    text_add(report, ",\"lanes\":%d", site->lanes);
    text_release(&file);
}

/* "[-0x1p+4, 0x1p+4]", "all" */
static void say_range(Text *out, const Range *range)
{
    if (range_is_all(range))
        text_add(out, "all");
    else
        text_add(out, "[%.9g, %.9g]%s", range->in.lo, range->in.hi,
                 range->may_be_nan ? " or NaN" : "");
}

static void say_number(Text *out, double value)
{
    if (isfinite(value))
        text_add(out, "%.6g", value);
    else
        text_add(out, "unbounded");
}

void remark_replaced(Text *report, const Site *site, const Wanted *wanted, const Choice *choice)
{
    const char *const entry = choice->entry;
    Text error = {0}, range = {0};
    const Report *const claim = &choice->report;
    say_number(&error, report_error(claim, wanted->bound.kind));
    if (choice->is_guarded)
        text_add(&range, "expected in [%.9g, %.9g]", wanted->expected.lo, wanted->expected.hi);
    else
        say_range(&range, &wanted->argument);
    static const char *const UNIT[] = {" ulp", " relative", " absolute"};
    const RemarkPart part[] = {
        {"Function", site->name},
        {NULL, " replaced by "},
        {"Entry", entry},
        {NULL, ", error at most "},
        {"MaxError", text_get(&error)},
        {NULL, UNIT[wanted->bound.kind]},
        {NULL, " ("},
        {"Method", method_name(claim->method)},
        {NULL, "), asked for "},
        {"Bound", wanted->bound.text},
        {NULL, "; argument "},
        {"Range", text_get(&range)},
    };
    shim_remark(REMARK_REPLACED, site->call, part, (int)(sizeof part / sizeof *part));
    if (!range_is_all(&wanted->argument)) {
        const RemarkPart analysis[] = {{NULL, "argument of "},
                                       {"Function", site->name},
                                       {NULL, " in "},
                                       {"Range", text_get(&range)}};
        shim_remark(REMARK_ANALYSIS, site->call, analysis, 4);
    }
    if (report) {
        add_place(report, site);
        text_add(report, ",\"result\":\"replaced\",\"entry\":");
        text_add_json(report, entry);
        text_add(report, ",\"bound\":");
        text_add_json(report, wanted->bound.text);
        text_add(report, ",\"max_error\":");
        text_add_json(report, text_get(&error));
        text_add(report, ",\"method\":\"%s\",\"range\":", method_name(claim->method));
        text_add_json(report, text_get(&range));
        text_add(report, "}\n");
    }
    text_release(&error);
    text_release(&range);
}

void remark_missed(Text *report, const Site *site, const char *why)
{
    const RemarkPart part[] = {
        {"Function", site->name}, {NULL, " not replaced: "}, {"Reason", why}};
    shim_remark(REMARK_MISSED, site->call, part, 3);
    if (!report) return;
    add_place(report, site);
    text_add(report, ",\"result\":\"missed\",\"reason\":");
    text_add_json(report, why);
    text_add(report, "}\n");
}
