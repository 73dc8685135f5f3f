#include "frontend/functions.h"

#include <string.h>

/* Other names of operators. `where` says in which languages. */
enum { IN_INFIX = 1, IN_FPCORE = 2, IN_C = 4 };
typedef struct {
    const char *name;
    Op op;
    int where;
} Alias;

static const Alias ALIASES[] = {
    {"fabs", OP_ABS, IN_INFIX | IN_FPCORE | IN_C},
    {"fmin", OP_MIN, IN_INFIX | IN_C},
    {"fmax", OP_MAX, IN_INFIX | IN_C},
    {"ln", OP_LOG, IN_INFIX | IN_C},
    {"tgamma", OP_GAMMA, IN_INFIX | IN_FPCORE | IN_C},
    {"Gamma", OP_GAMMA, IN_INFIX | IN_C},
    {"lnGamma", OP_LGAMMA, IN_INFIX | IN_C},
    {"nearbyint", OP_RINT, IN_INFIX | IN_FPCORE | IN_C},
    {"roundeven", OP_RINT, IN_INFIX | IN_C},
    {"arcsin", OP_ASIN, IN_INFIX},
    {"arccos", OP_ACOS, IN_INFIX},
    {"arctan", OP_ATAN, IN_INFIX},
    {"arsinh", OP_ASINH, IN_INFIX},
    {"arcosh", OP_ACOSH, IN_INFIX},
    {"artanh", OP_ATANH, IN_INFIX},
    {"J0", OP_J0, IN_INFIX},
    {"J1", OP_J1, IN_INFIX},
    {"Jn", OP_JN, IN_INFIX},
    {"Y0", OP_Y0, IN_INFIX},
    {"Y1", OP_Y1, IN_INFIX},
    {"airy", OP_AI, IN_INFIX | IN_C},
    {"Ai", OP_AI, IN_INFIX | IN_C},
    {"Li2", OP_LI2, IN_INFIX | IN_C},
    {"dilog", OP_LI2, IN_INFIX | IN_C},
    {"logistic", OP_SIGMOID, IN_INFIX | IN_C},
    {"expit", OP_SIGMOID, IN_INFIX | IN_C},
    {"swish", OP_SILU, IN_INFIX | IN_C},
    {"phi", OP_NORMCDF, IN_INFIX | IN_C},
    {"Phi", OP_NORMCDF, IN_INFIX | IN_C},
};
enum { N_ALIASES = sizeof ALIASES / sizeof *ALIASES };

/* Where functions are finite that are not defined everywhere. */
static const struct {
    Op op;
    const char *words;
} DOMAINS[] = {
    {OP_SQRT, "x >= 0"},
    {OP_RSQRT, "x > 0"},
    {OP_LOG, "x > 0"},
    {OP_LOG2, "x > 0"},
    {OP_LOG10, "x > 0"},
    {OP_LOG1P, "x > -1"},
    {OP_ASIN, "-1 <= x <= 1"},
    {OP_ACOS, "-1 <= x <= 1"},
    {OP_ACOSH, "x >= 1"},
    {OP_ATANH, "-1 < x < 1"},
    {OP_GAMMA, "x other than -1, -2, -3, ..."},
    {OP_Y0, "x > 0"},
    {OP_Y1, "x > 0"},
    {OP_LOGIT, "0 < x < 1"},
};

/* Is this an operator that is written as a call? */
static bool is_call(Op op)
{
    const OpInfo *info = op_info(op);
    return info->signature == SIG_FLOAT && (info->kind & KIND_REFERENCE) && op != OP_ADD &&
           op != OP_SUB && op != OP_MUL && op != OP_DIV && op != OP_NEG;
}

static bool find(const char *name, int where, Op *out)
{
    for (int i = 0; i < N_ALIASES; i++)
        if ((ALIASES[i].where & where) && strcmp(ALIASES[i].name, name) == 0) {
            *out = ALIASES[i].op;
            return true;
        }
    Op op;
    if (!op_from_name(name, &op) || !is_call(op)) return false;
    *out = op;
    return true;
}

bool function_from_infix(const char *name, Op *out) { return find(name, IN_INFIX, out); }

/* The functions of ops.def that FPCore has not. */
static bool is_fpcore_extension(Op op)
{
    switch (op) {
    case OP_RSQRT:
    case OP_EXP10:
    case OP_SINPI:
    case OP_COSPI:
    case OP_TANPI:
    case OP_J0:
    case OP_J1:
    case OP_JN:
    case OP_Y0:
    case OP_Y1:
    case OP_AI:
    case OP_ZETA:
    case OP_LI2:
    case OP_SIGMOID:
    case OP_SOFTPLUS:
    case OP_SILU:
    case OP_GELU:
    case OP_GELU_TANH:
    case OP_MISH:
    case OP_LOGIT:
    case OP_SINC:
    case OP_NORMCDF: return true;
    default: return false;
    }
}

const char *function_fpcore_name(Op op)
{
    switch (op) {
    case OP_ADD: return "+";
    case OP_SUB:
    case OP_NEG: return "-";
    case OP_MUL: return "*";
    case OP_DIV: return "/";
    case OP_LT: return "<";
    case OP_LE: return "<=";
    case OP_EQ: return "==";
    case OP_NE: return "!=";
    case OP_AND: return "and";
    case OP_OR: return "or";
    case OP_NOT: return "not";
    case OP_PI: return "PI";
    case OP_E: return "E";
    case OP_LN2: return "LN2";
    case OP_MIN:
    case OP_MAX: return NULL;
    default: break;
    }
    for (int i = 0; i < N_ALIASES; i++)
        if ((ALIASES[i].where & IN_FPCORE) && ALIASES[i].op == op) return ALIASES[i].name;
    return is_call(op) && !is_fpcore_extension(op) ? op_info(op)->name : NULL;
}

bool function_from_fpcore(const char *name, Op *out)
{
    Op op;
    if (!find(name, IN_FPCORE, &op) || op == OP_MIN || op == OP_MAX) return false;
    *out = op;
    return true;
}

bool function_from_c(const char *name, Op *out, Type *type)
{
    if (find(name, IN_C, out)) {
        *type = TYPE_F64;
        return true;
    }
    char stem[32];
    const size_t n = strlen(name);
    if (n < 2 || n > sizeof stem || name[n - 1] != 'f') return false;
    memcpy(stem, name, n - 1);
    stem[n - 1] = 0;
    *type = TYPE_F32;
    return find(stem, IN_C, out);
}

enum { NAMES_MAX = OP_COUNT + N_ALIASES };

const char *function_name(int index)
{
    for (int op = 0; op < OP_COUNT; op++)
        if (is_call((Op)op) && index-- == 0) return op_info((Op)op)->name;
    for (int i = 0; i < N_ALIASES; i++)
        if ((ALIASES[i].where & IN_C) && index-- == 0) return ALIASES[i].name;
    return NULL;
}

const char *function_nearest(const char *name)
{
    const char *names[NAMES_MAX + 1] = {NULL};
    for (int i = 0; i < NAMES_MAX && (names[i] = function_name(i)); i++) continue;
    /* "expf" where only "exp" is known is no typing error, so the suffix is put aside first. */
    Op op;
    Type type;
    if (function_from_c(name, &op, &type) && type == TYPE_F32) return op_info(op)->name;
    return text_nearest(name, names);
}

const char *function_domain(Op op)
{
    for (size_t i = 0; i < sizeof DOMAINS / sizeof *DOMAINS; i++)
        if (DOMAINS[i].op == op) return DOMAINS[i].words;
    return NULL;
}
