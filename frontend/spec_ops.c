/* The operators of a specification: which are allowed, and what they weigh. */
#include "frontend/spec.h"
#include "runtime/emit/targets.h"
#include "runtime/prog/op_list.h"

#include <stdlib.h>
#include <string.h>

static Status fail_option(Err *err, const char *option, const Err *inner)
{
    return fail(err, ERR_INPUT, "%s: %s", option, inner->text);
}

static Status check_has(const Goal *goal, Op op, Err *err)
{
    const bool is_half = goal->type == TYPE_F16 || goal->type == TYPE_BF16;
    if (op != OP_FMA || goal->type == TYPE_REAL) return OK;
    if (!is_half && target_find(goal->target)->has_fma) return OK;
    return fail(err, ERR_INPUT, "%s has no fma",
                is_half ? type_info(goal->type)->name : goal->target);
}

/* What a program over the reals may consist of; a choice between two values would be no operation there. */
static Status check_real(Op op, const char *word, Err *err)
{
    static const Op REAL_OPS[] = {OP_ADD, OP_SUB,  OP_MUL, OP_DIV, OP_FMA,
                                  OP_NEG, OP_SQRT, OP_ABS, OP_MIN, OP_MAX};
    for (size_t i = 0; i < sizeof REAL_OPS / sizeof *REAL_OPS; i++)
        if (REAL_OPS[i] == op) return OK;
    return fail(
        err, ERR_INPUT,
        "'%s' is not searched with over the reals; there are +,-,*,/,fma,neg,sqrt,abs,min,max",
        word);
}

static Status list_ops(Text *list, const Goal *goal, const char *words, Err *err)
{
    char *copy = xstrdup(words), *rest = copy;
    bool is_listed[OP_COUNT] = {false};
    Status status = OK;
    for (char *word = strtok_r(copy, ", \t", &rest); word && status == OK;
         word = strtok_r(NULL, ", \t", &rest)) {
        Op op;
        if ((status = op_from_spelling(&op, word, err)) != OK) break;
        if ((status = check_has(goal, op, err)) != OK) break;
        if (goal->type == TYPE_REAL && (status = check_real(op, word, err)) != OK) break;
        if (is_listed[op]) continue;
        is_listed[op] = true;
        text_add(list, "%s%s", list->length ? "," : "", op_spelling(op));
    }
    free(copy);
    if (status == OK && list->length == 0) status = fail(err, ERR_INPUT, "no operator is named");
    if (status == OK && list->length >= GOAL_OPS_TEXT_MAX)
        status = fail(err, ERR_LIMIT, "at most %d letters", GOAL_OPS_TEXT_MAX - 1);
    return status;
}

static Status set_allowed(Goal *goal, const char *words, Err *err)
{
    Text list = {0};
    Err inner = {0};
    Status status = list_ops(&list, goal, words, &inner);
    if (status == OK)
        strcpy(goal->ops, text_get(&list));
    else
        status = fail_option(err, "--ops", &inner);
    text_release(&list);
    return status;
}

static Status set_weights(Goal *goal, const char *words, Err *err)
{
    double weight[OP_COUNT];
    Err inner = {0};
    if (goal->minimize != MINIMIZE_OPS)
        return fail(err, ERR_INPUT, "--op-cost weighs operations, so it goes with --minimize ops");
    if (op_weights_parse(weight, words, &inner) != OK) return fail_option(err, "--op-cost", &inner);
    if (!words[strspn(words, ", \t")])
        return fail(err, ERR_INPUT, "--op-cost: no weight is given, such as '/=5'");
    Text text = {0};
    Status status = OK;
    op_weights_print(&text, weight);
    if (text.length < GOAL_OPS_TEXT_MAX)
        strcpy(goal->op_cost, text_get(&text));
    else
        status = fail(err, ERR_LIMIT, "--op-cost: at most %d letters", GOAL_OPS_TEXT_MAX - 1);
    text_release(&text);
    return status;
}

Status spec_ops(Goal *goal, const SpecText *spec, Err *err)
{
    const Status status = spec->ops ? set_allowed(goal, spec->ops, err) : OK;
    return status == OK && spec->op_cost ? set_weights(goal, spec->op_cost, err) : status;
}
