#include "search/tape.h"

#include <math.h>

bool tape_has_op(Op op)
{
    switch (op) {
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
    case OP_DIV:
    case OP_FMA:
    case OP_NEG:
    case OP_ABS:
    case OP_SQRT:
    case OP_MIN:
    case OP_MAX: return true;
    default: return false;
    }
}

static bool is_smooth(const Node *node)
{
    if (node->type != TYPE_REAL && !type_is_float((Type)node->type)) return false;
    const bool is_leaf = node->op == OP_INPUT || node->op == OP_CONST;
    return is_leaf || node->op == OP_CONVERT || tape_has_op((Op)node->op);
}

static void mark_needed(const Prog *prog, bool *is_needed)
{
    for (int i = 0; i < prog->n; i++) is_needed[i] = false;
    is_needed[prog_result(prog)] = true;
    for (int i = prog->n - 1; i >= 0; i--) {
        if (!is_needed[i]) continue;
        const Node *node = &prog->node[i];
        for (int k = 0; k < op_info((Op)node->op)->arity; k++) is_needed[node->arg[k]] = true;
    }
}

bool fit_is_possible(const Prog *prog)
{
    if (prog->n_inputs != 1 || prog->n == 0) return false;
    bool is_needed[PROG_MAX];
    mark_needed(prog, is_needed);
    for (int i = 0; i < prog->n; i++)
        if (is_needed[i] && !is_smooth(&prog->node[i])) return false;
    return true;
}

static Quad constant_of(const Node *node)
{
    if (node->type == TYPE_REAL) return quad_from_real(node->value);
    return value_from_bits((Type)node->type, node->value.lo);
}

bool tape_make(Tape *tape, const Prog *prog, const Ref *free, int n_free)
{
    if (!fit_is_possible(prog)) return false;
    bool is_needed[PROG_MAX];
    uint16_t place[PROG_MAX];
    mark_needed(prog, is_needed);
    tape->n = tape->n_free = 0;
    for (int i = 0; i < prog->n; i++) {
        if (!is_needed[i]) continue;
        const Node *from = &prog->node[i];
        TapeNode *node = &tape->node[tape->n];
        *node = (TapeNode){.op = from->op};
        for (int k = 0; k < op_info((Op)from->op)->arity; k++) {
            node->arg[k] = place[from->arg[k]];
            node->is_active = node->is_active || tape->node[node->arg[k]].is_active;
        }
        if (from->op == OP_CONST) tape->constant[tape->n] = constant_of(from);
        for (int k = 0; k < n_free && from->op == OP_CONST; k++) {
            if (free[k] != i || tape->n_free == FIT_CONSTANTS_MAX) continue;
            node->is_active = true;
            tape->free_ref[tape->n_free] = (Ref)i;
            tape->free[tape->n_free++] = (uint16_t)tape->n;
            break;
        }
        place[i] = (uint16_t)tape->n++;
    }
    return true;
}

/* What the result does with a node: adds it up, perhaps times something, or uses it in another way, too. */
enum { IS_TERM = 1, IS_OTHER = 2 };

uint32_t tape_linear(const Tape *tape)
{
    uint8_t role[PROG_MAX] = {0};
    role[tape->n - 1] = IS_TERM;
    for (int i = tape->n - 1; i >= 0; i--) {
        const TapeNode *node = &tape->node[i];
        const int a = node->arg[0], b = node->arg[1], n_args = op_info((Op)node->op)->arity;
        if (role[i] == 0 || !node->is_active) continue;
        if (role[i] == IS_TERM && n_args > 0) {
            const bool is_constant_b = tape->node[b].op == OP_CONST && tape->node[b].is_active;
            const bool is_factor_b = !tape->node[a].is_active || is_constant_b;
            switch (node->op) {
            case OP_ADD:
            case OP_SUB: role[b] |= IS_TERM; /* fall through */
            case OP_NEG:
            case OP_CONVERT: role[a] |= IS_TERM; continue;
            case OP_DIV:
                role[a] |= IS_TERM;
                role[b] |= IS_OTHER;
                continue;
            case OP_FMA: role[node->arg[2]] |= IS_TERM; /* fall through */
            case OP_MUL:
                role[a] |= is_factor_b ? IS_OTHER : IS_TERM;
                role[b] |= is_factor_b ? IS_TERM : IS_OTHER;
                continue;
            default: break;
            }
        }
        for (int k = 0; k < n_args; k++) role[node->arg[k]] |= IS_OTHER;
    }
    uint32_t linear = 0;
    for (int k = 0; k < tape->n_free; k++)
        if (role[tape->free[k]] == IS_TERM) linear |= (uint32_t)1 << k;
    return linear;
}

bool tape_has_pole_at(const Tape *tape, const Quad *c, double x)
{
    double v[PROG_MAX];
    int n_free_seen = 0;
    for (int i = 0; i < tape->n; i++) {
        const TapeNode *node = &tape->node[i];
        const double a = v[node->arg[0]], b = v[node->arg[1]];
        switch (node->op) {
        case OP_INPUT: v[i] = x; break;
        case OP_CONST:
            v[i] = (double)tape->constant[i];
            if (c && node->is_active) v[i] = (double)c[n_free_seen++];
            break;
        case OP_ADD: v[i] = a + b; break;
        case OP_SUB: v[i] = a - b; break;
        case OP_MUL: v[i] = a * b; break;
        case OP_DIV:
            if (b == 0) return true;
            v[i] = a / b;
            break;
        case OP_FMA: v[i] = a * b + v[node->arg[2]]; break;
        case OP_NEG: v[i] = -a; break;
        case OP_ABS: v[i] = fabs(a); break;
        case OP_SQRT: v[i] = sqrt(a); break;
        case OP_MIN: v[i] = a < b ? a : b; break;
        case OP_MAX: v[i] = a > b ? a : b; break;
        default: v[i] = a; break;
        }
    }
    return false;
}

FitPoints tape_trim_poles(const Tape *tape, const Quad *c, FitPoints points)
{
    while (points.n > 0 && tape_has_pole_at(tape, c, points.x[0])) {
        points.x++;
        points.f_hi++;
        points.f_lo++;
        points.weight++;
        points.n--;
    }
    while (points.n > 0 && tape_has_pole_at(tape, c, points.x[points.n - 1])) points.n--;
    return points;
}
