#include "runtime/measure/cost.h"

#include "runtime/prog/common_path.h"
#include "runtime/prog/op_list.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* How it works. Every operator belongs to a class, a row of cost.def. Throughput is the sum
   over the program, and no less than its divisions and roots keep their unit busy: such a model
   by classes orders measured kernels nearly as well as a pipeline simulator does, at a
   thousandth of the price. Latency is the longest path. */

enum { CLASS_FREE = COST_CLASSES }; /* inputs, constants and bitcasts */

/* What of the sum is still felt where a program waits for its divisions. */
static const double BESIDE_BUSY = 0.1;

typedef struct {
    double throughput, latency;
    int n_instructions;
    double busy;
} ClassCost;

/* The columns of cost.def. */
typedef struct {
    const char *target;
    int instruction_bytes;
    int permute_bytes; /* what one permutation reaches: one register, or two with AVX-512 */
    int four_bytes;    /* what four registers hold */
} Column;

static const Column COLUMNS[] = {
    {"x86-64", 4, 0, 0},       {"x86-64-v2", 5, 16, 64}, {"x86-64-v3", 5, 32, 128},
    {"x86-64-v4", 6, 128, 256}, {"aarch64", 4, 16, 64},
};

enum { N_COLUMNS = sizeof COLUMNS / sizeof *COLUMNS };

static const ClassCost CLASS_COSTS[COST_CLASSES][N_COLUMNS] = {
#define C(throughput, latency, n)                                                                  \
    {                                                                                              \
        throughput, latency, n, 0                                                                  \
    }
#define D(throughput, latency, n, busy)                                                            \
    {                                                                                              \
        throughput, latency, n, busy                                                               \
    }
#define NONE                                                                                       \
    {                                                                                              \
        INFINITY, INFINITY, 0, 0                                                                      \
    }
#define COST(name, ...) [CLASS_##name] = {__VA_ARGS__},
#include "runtime/measure/cost.def"
#undef COST
#undef NONE
#undef D
#undef C
};

static int column_of(const char *target)
{
    for (int i = 0; i < N_COLUMNS; i++)
        if (strcmp(COLUMNS[i].target, target) == 0) return i;
    assert(!"every target has a column in cost.def");
    return 0;
}

void cost_model_init(CostModel *model, const char *target)
{
    const int column = column_of(target);
    *model = (CostModel){.is_calibrated = false};
    snprintf(model->target, sizeof model->target, "%s", target);
    for (int c = 0; c < COST_CLASSES; c++) {
        model->throughput[c] = CLASS_COSTS[c][column].throughput;
        model->latency[c] = CLASS_COSTS[c][column].latency;
    }
}

const char *cost_class_name(int class)
{
    static const char *const NAMES[COST_CLASSES] = {
#define COST(name, ...) [CLASS_##name] = #name,
#include "runtime/measure/cost.def"
#undef COST
    };
    return NAMES[class];
}

static bool is_64_bit(Type type)
{
    return type == TYPE_REAL || type == TYPE_F64 || type == TYPE_I64;
}

static int lookup_class(const Prog *prog, const Node *node, const Column *column)
{
    const Table *const table = &prog->table[node->arg[1]];
    const int bytes = table->count * type_info((Type)table->type)->size;
    if (bytes <= column->permute_bytes) return CLASS_PERMUTE;
    return bytes <= column->four_bytes ? CLASS_PERMUTE4 : CLASS_GATHER;
}

/* `from` is the type of the first operand. */
static int class_of(const Prog *prog, const Node *node, Type from, const Column *column)
{
    switch ((Op)node->op) {
    case OP_INPUT:
    case OP_CONST:
    case OP_PI:
    case OP_E:
    case OP_LN2:
    case OP_BITCAST: return CLASS_FREE;
    case OP_ADD:
    case OP_SUB: return CLASS_ADD;
    case OP_MUL: return CLASS_MUL;
    case OP_FMA: return CLASS_FMA;
    case OP_SCALEF: return CLASS_SCALEF;
    case OP_GETEXP:
    case OP_GETMANT:
    case OP_REDUCE: return CLASS_GETPART;
    case OP_DIV: return is_64_bit(from) ? CLASS_DIV64 : CLASS_DIV;
    case OP_SQRT: return is_64_bit(from) ? CLASS_SQRT64 : CLASS_SQRT;
    case OP_MIN:
    case OP_MAX: return CLASS_MINMAX;
    case OP_NEG:
    case OP_ABS: return CLASS_LOGIC;
    case OP_COPYSIGN: return CLASS_COPYSIGN;
    case OP_RINT:
    case OP_FLOOR:
    case OP_CEIL:
    case OP_TRUNC: return CLASS_RINT;
    case OP_ROUND: return CLASS_ROUND;
    case OP_LT:
    case OP_LE:
    case OP_EQ:
    case OP_NE: return CLASS_COMPARE;
    case OP_AND:
    case OP_OR:
    case OP_NOT:
    case OP_IAND:
    case OP_IOR:
    case OP_IXOR: return CLASS_LOGIC;
    case OP_SELECT:
    case OP_LIKELY: return CLASS_SELECT;
    case OP_IADD:
    case OP_ISUB: return CLASS_INT;
    case OP_IMUL: return from == TYPE_I64 ? CLASS_IMUL64 : CLASS_IMUL;
    case OP_SHL:
    case OP_LSHR:
    case OP_ASHR:
        return prog->node[node->arg[1]].op == OP_CONST ? CLASS_SHIFT : CLASS_SHIFT_BY_LANE;
    case OP_ILT:
    case OP_ULT:
    case OP_IEQ: return CLASS_INT_COMPARE;
    case OP_CONVERT: return CLASS_CONVERT;
    case OP_TOINT: return node->type == TYPE_I64 ? CLASS_TO_I64 : CLASS_TO_I32;
    case OP_TOFLOAT: return from == TYPE_I64 ? CLASS_FROM_I64 : CLASS_FROM_I32;
    case OP_SEXT:
    case OP_ZEXT:
    case OP_ITRUNC: return CLASS_RESIZE;
    case OP_LOOKUP: return lookup_class(prog, node, column);
    default: return CLASS_CALL;
    }
}

/* Does the operator round a 16-bit result? The exact and the bitwise ones do not. */
static bool is_rounding(Op op)
{
    switch (op) {
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
    case OP_DIV:
    case OP_SQRT:
    case OP_CONVERT: return true;
    default: return false;
    }
}

/* What an estimate is made with, and of: where `count` is not NULL it gets the registers of each class. */
typedef struct {
    const CostModel *model;
    int column;
    double *count;
    double n_registers; /* of the last estimate */
    double busy;        /* its divisions and roots keep their unit */
} Pricing;

static void add_class(Cost *cost, double *latency, int class, Pricing *p, double n_registers)
{
    if (class == CLASS_FREE) return;
    cost->throughput += p->model->throughput[class] * n_registers;
    cost->size +=
        CLASS_COSTS[class][p->column].n_instructions * COLUMNS[p->column].instruction_bytes;
    *latency += p->model->latency[class];
    p->n_registers += n_registers;
    p->busy += CLASS_COSTS[class][p->column].busy * n_registers;
    if (p->count) p->count[class] += n_registers;
}

/* Marks the constants that are not written into instructions: all but what shifts go by. */
static void mark_stored(bool *is_stored, const Prog *prog)
{
    memset(is_stored, false, (size_t)prog->n * sizeof *is_stored);
    for (int i = 0; i < prog->n; i++) {
        const Node *const node = &prog->node[i];
        const bool is_shift = node->op == OP_SHL || node->op == OP_LSHR || node->op == OP_ASHR;
        for (int k = 0; k < op_info((Op)node->op)->arity; k++)
            if (!(is_shift && k == 1)) is_stored[node->arg[k]] = true;
    }
}

static int bytes_of(Type type) { return type == TYPE_REAL ? 8 : type_info(type)->size; }

static void add_node(Cost *cost, double *latency, const Prog *prog, int i, Pricing *p)
{
    const Node *const node = &prog->node[i];
    const Op op = (Op)node->op;
    const Type type = (Type)node->type;
    const Type from = op_info(op)->arity > 0 ? (Type)prog->node[node->arg[0]].type : type;
    /* As many registers as the wider side needs. */
    const double n_registers = is_64_bit(type) || is_64_bit(from) ? 2 : 1;
    add_class(cost, latency, class_of(prog, node, from, &COLUMNS[p->column]), p, n_registers);
    if (type == TYPE_F16 && is_rounding(op)) add_class(cost, latency, CLASS_F16_ROUND, p, 1);
    if (type == TYPE_BF16 && is_rounding(op)) add_class(cost, latency, CLASS_BF16_ROUND, p, 1);
}

/* Of the nodes on the path, or of all if it is NULL. */
static Cost estimate(const Prog *prog, const CommonPath *path, Pricing *p)
{
    Cost cost = {.ops = 0};
    double done[PROG_MAX]; /* when the value is there */
    bool is_stored[PROG_MAX];
    mark_stored(is_stored, prog);
    p->n_registers = p->busy = 0;
    for (int i = 0; i < prog->n; i++) {
        if (path && !path->is_needed[i]) continue;
        const Node *const node = &prog->node[i];
        if (path && node->op == OP_LIKELY) {
            done[i] = done[node->arg[1]];
            continue;
        }
        double start = 0, latency = 0;
        if (node->op == OP_CONST && is_stored[i]) cost.size += bytes_of((Type)node->type);
        for (int k = 0; k < op_info((Op)node->op)->arity; k++)
            start = fmax(start, done[node->arg[k]]);
        add_node(&cost, &latency, prog, i, p);
        done[i] = start + latency;
    }
    cost.latency = prog->n > 0 ? done[prog_result(prog)] : 0;
    return cost;
}

/* With a common path, the time is that of the path and of the branch around the rest, whose outcome the
   processor predicts, so that nothing waits for the guards. The code holds everything, and
   the path a second time. */
static Cost estimate_all(const Prog *prog, Pricing *p)
{
    double *const count = p->count;
    CommonPath path;
    const bool has_path = common_path_find(&path, prog);
    if (has_path) p->count = NULL;
    Cost cost = estimate(prog, NULL, p);
    p->count = count;
    if (has_path && isfinite(cost.throughput)) {
        Cost common = estimate(prog, &path, p);
        double no_latency = 0;
        for (int i = 1; i < path.n_guards; i++) add_class(&common, &no_latency, CLASS_LOGIC, p, 1);
        add_class(&common, &no_latency, CLASS_LIKELY, p, 1);
        common.size += cost.size;
        cost = common;
    }
    if (isfinite(cost.throughput)) {
        cost.throughput += p->model->overhead + p->model->window * cost.latency * p->n_registers;
        cost.throughput = fmax(cost.throughput, p->busy + BESIDE_BUSY * cost.throughput);
    }
    cost.ops = prog_n_ops(prog);
    for (int t = 0; t < prog->n_tables; t++)
        cost.size += prog->table[t].count * bytes_of((Type)prog->table[t].type);
    return cost;
}

Cost cost_estimate_by(const CostModel *model, const Prog *prog)
{
    Pricing p = {.model = model, .column = column_of(model->target)};
    return estimate_all(prog, &p);
}

Cost cost_estimate(const Prog *prog, const char *target)
{
    CostModel model;
    cost_model_init(&model, target);
    return cost_estimate_by(&model, prog);
}

double cost_for_goal(const CostModel *model, const Prog *prog, const Goal *goal)
{
    double weight[OP_COUNT];
    if (goal->type == TYPE_REAL || goal->op_cost[0])
        return op_weights_parse(weight, goal->op_cost, NULL) == OK ? op_weights_sum(weight, prog) : INFINITY;
    const Cost cost = model ? cost_estimate_by(model, prog) : cost_estimate(prog, goal->target);
    return cost_of(&cost, goal->minimize);
}

/* -- what a model is fitted to -------------------------------------------------------------- */

void cost_count(const Prog *prog, const char *target, double *count)
{
    CostModel model;
    cost_model_init(&model, target);
    memset(count, 0, COST_CLASSES * sizeof *count);
    Pricing p = {.model = &model, .column = column_of(target), .count = count};
    (void)estimate_all(prog, &p);
}

void cost_count_path(const Prog *prog, const CostModel *model, double *count)
{
    double done[PROG_MAX], registers[COST_CLASSES];
    int before[PROG_MAX]; /* the operand that is there last */
    Cost nothing = {0};
    Pricing p = {.model = model, .column = column_of(model->target)};
    for (int i = 0; i < prog->n; i++) {
        const Node *const node = &prog->node[i];
        double latency = 0;
        before[i] = -1;
        for (int k = 0; k < op_info((Op)node->op)->arity; k++)
            if (before[i] < 0 || done[node->arg[k]] > done[before[i]]) before[i] = node->arg[k];
        add_node(&nothing, &latency, prog, i, &p);
        done[i] = (before[i] < 0 ? 0 : done[before[i]]) + latency;
    }
    memset(count, 0, COST_CLASSES * sizeof *count);
    p.count = registers;
    for (int i = prog->n - 1; i >= 0; i = before[i]) {
        double latency = 0;
        memset(registers, 0, sizeof registers);
        add_node(&nothing, &latency, prog, i, &p);
        for (int c = 0; c < COST_CLASSES; c++) count[c] += registers[c] > 0;
    }
}

double cost_of(const Cost *cost, Minimize minimize)
{
    /* What the target cannot do is no bargain by any measure. */
    if (!isfinite(cost->throughput)) return INFINITY;
    switch (minimize) {
    case MINIMIZE_OPS: return cost->ops;
    case MINIMIZE_THROUGHPUT: return cost->throughput;
    case MINIMIZE_LATENCY: return cost->latency;
    case MINIMIZE_SIZE: return cost->size;
    }
    assert(!"a row of Minimize");
    return INFINITY;
}
