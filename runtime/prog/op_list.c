#include "runtime/prog/op_list.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double WEIGHT_MIN = 1e-3, WEIGHT_MAX = 1e3;

static const struct {
    const char *spelling;
    Op op;
} SPELLINGS[] = {
    {"+", OP_ADD},     {"-", OP_SUB}, {"*", OP_MUL}, {"/", OP_DIV}, {"fabs", OP_ABS},
    {"?:", OP_SELECT}, {"<", OP_LT},  {"<=", OP_LE}, {"==", OP_EQ}, {"!=", OP_NE},
};
enum { N_SPELLINGS = sizeof SPELLINGS / sizeof *SPELLINGS, N_SIGNS_FIRST = 4 };

static bool is_listable(Op op)
{
    const OpInfo *info = op_info(op);
    return (info->kind & KIND_MACHINE) && info->signature != SIG_LEAF;
}

Status op_from_spelling(Op *out, const char *word, Err *err)
{
    for (int i = 0; i < N_SPELLINGS; i++)
        if (strcmp(SPELLINGS[i].spelling, word) == 0) {
            *out = SPELLINGS[i].op;
            return OK;
        }
    if (op_from_name(word, out)) {
        if (is_listable(*out)) return OK;
        return fail(err, ERR_INPUT, "'%s' is not an operator that a machine has", word);
    }
    const char *names[OP_COUNT + N_SIGNS_FIRST + 1];
    int n = 0;
    for (int i = 0; i < N_SIGNS_FIRST; i++) names[n++] = SPELLINGS[i].spelling;
    for (int op = 0; op < OP_COUNT; op++)
        if (is_listable((Op)op)) names[n++] = op_info((Op)op)->name;
    names[n] = NULL;
    /* One letter is near to every sign. */
    const char *nearest = strlen(word) > 1 ? text_nearest(word, names) : NULL;
    return nearest
               ? fail(err, ERR_INPUT, "unknown operator '%.60s'; did you mean '%s'?", word, nearest)
               : fail(err, ERR_INPUT,
                      "unknown operator '%.60s'; there are +,-,*,/,fma,sqrt,abs,min,max and "
                      "those of docs/formats.md",
                      word);
}

const char *op_spelling(Op op)
{
    for (int i = 0; i < N_SPELLINGS; i++)
        if (SPELLINGS[i].op == op && op != OP_ABS) return SPELLINGS[i].spelling;
    return op_info(op)->name;
}

/* One "/=5"; the sign itself may end in '='. */
static Status parse_weight(double weight[OP_COUNT], bool is_listed[OP_COUNT], char *word, Err *err)
{
    char *equal = strrchr(word, '=');
    Op op;
    if (!equal || equal == word)
        return fail(err, ERR_INPUT, "'%.60s' is no weight of an operator, such as '/=5'", word);
    *equal = 0;
    const Status status = op_from_spelling(&op, word, err);
    if (status != OK) return status;
    char *end;
    const char *number = equal + 1;
    const bool is_plain = isdigit((unsigned char)*number) || *number == '.';
    const double value = is_plain ? strtod(number, &end) : NAN;
    if (!is_plain || *end || !(value >= WEIGHT_MIN && value <= WEIGHT_MAX))
        return fail(err, ERR_INPUT, "the weight of '%s' is '%.40s'; it must be from %g to %g", word,
                    number, WEIGHT_MIN, WEIGHT_MAX);
    if (is_listed[op]) return fail(err, ERR_INPUT, "the weight of '%s' is given twice", word);
    is_listed[op] = true;
    weight[op] = value;
    if (op == OP_SUB && !is_listed[OP_NEG]) weight[OP_NEG] = value;
    return OK;
}

Status op_weights_parse(double weight[OP_COUNT], const char *text, Err *err)
{
    bool is_listed[OP_COUNT] = {false};
    for (int op = 0; op < OP_COUNT; op++) weight[op] = 1;
    char *words = xstrdup(text), *rest = words;
    Status status = OK;
    for (char *word = strtok_r(words, ", \t", &rest); word && status == OK;
         word = strtok_r(NULL, ", \t", &rest))
        status = parse_weight(weight, is_listed, word, err);
    free(words);
    return status;
}

void op_weights_print(Text *out, const double weight[OP_COUNT])
{
    const size_t start = out->length;
    for (int op = 0; op < OP_COUNT; op++) {
        if (weight[op] == (op == OP_NEG ? weight[OP_SUB] : 1)) continue;
        text_add(out, "%s%s=", out->length > start ? "," : "", op_spelling((Op)op));
        if (weight[op] == rint(weight[op]))
            text_add(out, "%.0f", weight[op]);
        else
            text_add_double(out, weight[op]);
    }
}

double op_weights_sum(const double weight[OP_COUNT], const Prog *prog)
{
    double sum = 0;
    for (int i = 0; i < prog->n; i++) {
        const Op op = (Op)prog->node[i].op;
        if (op_info(op)->signature != SIG_LEAF && op != OP_BITCAST) sum += weight[op];
    }
    return sum;
}
