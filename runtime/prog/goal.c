#include "runtime/prog/goal.h"

#include "runtime/prog/op_list.h"

#include <math.h>
#include <string.h>

static const char *const MINIMIZE_NAMES[] = {"ops", "throughput", "latency", "size"};

bool goal_wants_rounding(const Goal *goal)
{
    return type_is_float(goal->type) && goal->bound.kind == BOUND_ULP && goal->bound.limit == 0.5;
}

const char *minimize_name(Minimize minimize) { return MINIMIZE_NAMES[minimize]; }

bool minimize_from_name(const char *name, Minimize *out)
{
    for (int i = 0; i < 4; i++)
        if (strcmp(MINIMIZE_NAMES[i], name) == 0) {
            *out = (Minimize)i;
            return true;
        }
    return false;
}

int64_t domain_first(const Domain *domain, Type type)
{
    return ordered_from_value(type, domain->is_all ? -INFINITY : domain->lo);
}

int64_t domain_last(const Domain *domain, Type type)
{
    return ordered_from_value(type, domain->is_all ? INFINITY : domain->hi);
}

static Status domain_check(const Domain *domain, Type type, const char *variable, Err *err)
{
    if (domain->is_all)
        return type == TYPE_REAL
                   ? fail(err, ERR_INPUT, "variable %s: over the reals the domain has finite ends",
                          variable)
                   : OK;
    if (isnan(domain->lo) || isnan(domain->hi) || domain->lo > domain->hi)
        return fail(err, ERR_INPUT, "the domain [%.17g, %.17g] of %s is empty", domain->lo,
                    domain->hi, variable);
    if (type == TYPE_REAL)
        return isinf(domain->lo) || isinf(domain->hi)
                   ? fail(err, ERR_INPUT, "variable %s: over the reals the domain has finite ends",
                          variable)
                   : OK;
    const double ends[] = {domain->lo, domain->hi};
    for (int i = 0; i < 2; i++)
        if (value_from_bits(type, bits_from_value(type, ends[i])) != ends[i])
            return fail(err, ERR_INPUT, "the end %.17g of the domain of %s is no %s value", ends[i],
                        variable, type_info(type)->name);
    return OK;
}

Status goal_check(const Goal *goal, Err *err)
{
    Status status;
    if (goal->type != TYPE_REAL && !type_is_float(goal->type))
        return fail(err, ERR_INPUT, "the type of a goal is real, f16, bf16, f32 or f64");
    if (!prog_is_valid(&goal->reference, err) ||
        !prog_is_kind(&goal->reference, KIND_REFERENCE, err))
        return ERR_INPUT;
    if (goal->reference.n_inputs != goal->n_variables)
        return fail(err, ERR_INPUT, "the function has %d variables, the goal %d",
                    goal->reference.n_inputs, goal->n_variables);
    for (int i = 0; i < goal->n_variables; i++)
        if ((status = domain_check(&goal->domain[i], goal->type, goal->reference.input_name[i],
                                   err)) != OK)
            return status;
    if (!(goal->bound.limit > 0) || isinf(goal->bound.limit))
        return fail(err, ERR_INPUT, "an error bound is positive and finite");
    if (goal->excluded && goal->type == TYPE_REAL)
        return fail(err, ERR_INPUT, "over the reals there are no special values to exclude");
    double weight[OP_COUNT];
    if ((status = op_weights_parse(weight, goal->op_cost, err)) != OK) return status;
    if (goal->bound.kind != BOUND_ULP) return OK;
    if (goal->type == TYPE_REAL)
        return fail(err, ERR_INPUT,
                    "over the reals there are no ulps; give the bound as 1e-6rel, 1e-6abs, "
                    "6digits or 20bits");
    if (goal->bound.limit < 0.5)
        return fail(err, ERR_INPUT, "no %s program can meet %s: rounding alone costs 0.5ulp",
                    type_info(goal->type)->name, goal->bound.text);
    return OK;
}
