#include "runtime/catalogue/entry.h"

#include "runtime/prog/prog_text.h"
#include "runtime/prog/specials.h"

static void print_number(Text *out, const char *key, double value)
{
    text_add(out, " %s ", key);
    text_add_double(out, value);
}

static void print_claim(Text *out, const Entry *entry)
{
    const Report *report = &entry->report;
    text_add(out, "claim");
    print_number(out, "max_ulp", report->max_ulp);
    print_number(out, "max_rel", report->max_rel);
    print_number(out, "max_abs", report->max_abs);
    text_add(out, "\nchecked %s points %llu wrong %llu\n", method_name(report->method),
             (unsigned long long)report->n_points, (unsigned long long)report->n_wrong);
    text_add(out, "worst");
    for (int i = 0; i < entry->goal.n_variables; i++) {
        text_add(out, " ");
        text_add_hex(out, report->worst_input[i]);
    }
    text_add(out, " got ");
    text_add_hex(out, report->worst_got);
    text_add(out, " want ");
    text_add_hex(out, report->worst_want);
    text_add(out, "\n");
    for (int i = 0; i < report->n_specials; i++) {
        const Special *s = &report->special[i];
        text_add(out, "special %s 0x%llx got 0x%llx want 0x%llx %s\n", s->what,
                 (unsigned long long)s->x, (unsigned long long)s->got, (unsigned long long)s->want,
                 s->in_domain ? "inside" : "outside");
    }
    if (report->sliver[0]) text_add(out, "sliver %s\n", report->sliver);
}

static void print_domain(Text *out, const char *variable, const Domain *domain)
{
    text_add(out, "domain %s ", variable);
    if (domain->is_all) {
        text_add(out, "all\n");
        return;
    }
    text_add(out, "%c", domain->lo_open ? '(' : '[');
    text_add_hex(out, domain->lo);
    text_add(out, ", ");
    text_add_hex(out, domain->hi);
    text_add(out, "%c\n", domain->hi_open ? ')' : ']');
}

void entry_print_goal(Text *out, const Goal *goal)
{
    text_add(out, "name %s\nexpression %s\ntype %s\n", goal->name, goal->expression,
             type_info(goal->type)->name);
    for (int i = 0; i < goal->n_variables; i++)
        print_domain(out, goal->reference.input_name[i], &goal->domain[i]);
    if (goal->bound.text[0]) text_add(out, "bound %s\n", goal->bound.text);
    if (goal->excluded) {
        text_add(out, "specials ");
        specials_print(out, goal->excluded);
        text_add(out, "\n");
    }
    text_add(out, "minimize %s\n", minimize_name(goal->minimize));
    if (goal->target[0]) text_add(out, "target %s\n", goal->target);
    if (goal->ops[0]) text_add(out, "ops %s\n", goal->ops);
    if (goal->op_cost[0]) text_add(out, "op_cost %s\n", goal->op_cost);
    for (int i = 0; i < goal->n_exact; i++) {
        text_add(out, "exact ");
        text_add_hex(out, goal->exact[i].x);
        text_add(out, " ");
        text_add_hex(out, goal->exact[i].y);
        text_add(out, "\n");
    }
}

void entry_print(Text *out, const Entry *entry)
{
    const Goal *goal = &entry->goal;
    text_add(out, "approx 1\n");
    entry_print_goal(out, goal);
    if (entry->has_report) print_claim(out, entry);
    if (entry->throughput_ns > 0 || entry->latency_ns > 0) {
        text_add(out, entry->is_modelled ? "cost modelled" : "cost");
        print_number(out, "throughput_ns", entry->throughput_ns);
        print_number(out, "latency_ns", entry->latency_ns);
        text_add(out, " lanes %d", entry->lanes);
        if (entry->vectors > 0) text_add(out, " vectors %d", entry->vectors);
        if (entry->date[0]) text_add(out, " date %s", entry->date);
        text_add(out, " cpu %s\n", entry->cpu);
    }
    text_add(out, "seed %llu\n", (unsigned long long)entry->seed);
    if (entry->command[0]) text_add(out, "command %s\n", entry->command);
    if (entry->version[0]) text_add(out, "version %s\n", entry->version);
    text_add(out, "reference\n");
    prog_print(out, &goal->reference);
    text_add(out, "program\n");
    prog_print(out, &entry->prog);
}
