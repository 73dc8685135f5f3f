#include "search/reals/dag.h"

#include <assert.h>
#include <math.h>
#include <string.h>

Dag dag_identity(void) { return (Dag){.leaf = DAG_X}; }

uint8_t dag_add(Dag *dag, Op op, uint8_t a, uint8_t b, uint8_t c)
{
    assert(dag->n < DAG_OPS_MAX);
    dag->node[dag->n] = (DagNode){(uint8_t)op, {a, b, c}};
    return dag->n++;
}

uint8_t dag_constant(Dag *dag, Quad value)
{
    assert(dag->n_constants < DAG_CONSTANTS_MAX);
    dag->c[dag->n_constants] = value;
    return (uint8_t)(DAG_CONST + dag->n_constants++);
}

bool dag_is_same_structure(const Dag *a, const Dag *b)
{
    return a->n == b->n && a->n_constants == b->n_constants && a->leaf == b->leaf &&
           memcmp(a->node, b->node, a->n * sizeof *a->node) == 0;
}

double dag_cost(const Dag *dag, const DagOps *ops)
{
    double cost = 0;
    for (int i = 0; i < dag->n; i++) cost += ops->cost[dag->node[i].op];
    return cost;
}

double dag_units(const Dag *dag, const DagOps *ops) { return dag_cost(dag, ops) / ops->unit; }

static int arity_of(const DagNode *node) { return op_info((Op)node->op)->arity; }

void dag_values(const Dag *dag, double x, double *value)
{
    for (int i = 0; i < dag->n; i++) {
        double a[OP_ARITY_MAX] = {0};
        for (int k = 0; k < op_info((Op)dag->node[i].op)->arity; k++) {
            const uint8_t arg = dag->node[i].arg[k];
            a[k] = arg == DAG_X           ? x
                   : dag_is_constant(arg) ? (double)dag->c[arg - DAG_CONST]
                                          : value[arg];
        }
        switch (dag->node[i].op) {
        case OP_ADD: value[i] = a[0] + a[1]; break;
        case OP_SUB: value[i] = a[0] - a[1]; break;
        case OP_MUL: value[i] = a[0] * a[1]; break;
        case OP_DIV: value[i] = a[0] / a[1]; break;
        case OP_FMA: value[i] = fma(a[0], a[1], a[2]); break;
        case OP_NEG: value[i] = -a[0]; break;
        case OP_ABS: value[i] = fabs(a[0]); break;
        case OP_SQRT: value[i] = sqrt(a[0]); break;
        case OP_MIN: value[i] = fmin(a[0], a[1]); break;
        case OP_MAX: value[i] = fmax(a[0], a[1]); break;
        default: value[i] = NAN; break;
        }
    }
}

/* -- fingerprint --------------------------------------------------------------------------- */

/* Arithmetic modulo the prime 2^61 - 1. What is not rational is a random function of its arguments. */
static const uint64_t PRIME = ((uint64_t)1 << 61) - 1;

static uint64_t field_mul(uint64_t a, uint64_t b)
{
    const unsigned __int128 product = (unsigned __int128)a * b;
    const uint64_t sum = (uint64_t)(product & PRIME) + (uint64_t)(product >> 61);
    return sum >= PRIME ? sum - PRIME : sum;
}

static uint64_t field_add(uint64_t a, uint64_t b) { return a + b >= PRIME ? a + b - PRIME : a + b; }

/* a^(PRIME - 2), the inverse of a; of 0 it is 0. */
static uint64_t field_invert(uint64_t a)
{
    uint64_t result = 1, power = a;
    for (uint64_t e = PRIME - 2; e > 0; e >>= 1) {
        if (e & 1) result = field_mul(result, power);
        power = field_mul(power, power);
    }
    return result;
}

static uint64_t field_mix(uint64_t key)
{
    key += 0x9e3779b97f4a7c15u;
    key = (key ^ (key >> 30)) * 0xbf58476d1ce4e5b9u;
    key = (key ^ (key >> 27)) * 0x94d049bb133111ebu;
    return (key ^ (key >> 31)) % PRIME;
}

/* A value over a denominator, so that one inversion at the end serves a whole program. */
typedef struct {
    uint64_t over, under; /* under is 0 where a division by 0 was: then so is over */
} Fraction;

static Fraction fraction(uint64_t value) { return (Fraction){value, 1}; }

static uint64_t fraction_value(Fraction a)
{
    return a.under == 1 ? a.over : field_mul(a.over, field_invert(a.under));
}

static Fraction fraction_negate(Fraction a)
{
    return (Fraction){a.over == 0 ? 0 : PRIME - a.over, a.under};
}

static Fraction fraction_add(Fraction a, Fraction b)
{
    return (Fraction){field_add(field_mul(a.over, b.under), field_mul(b.over, a.under)),
                      field_mul(a.under, b.under)};
}

static Fraction fraction_mul(Fraction a, Fraction b)
{
    return (Fraction){field_mul(a.over, b.over), field_mul(a.under, b.under)};
}

static Fraction field_apply(Op op, Fraction a, Fraction b, Fraction c)
{
    switch (op) {
    case OP_ADD: return fraction_add(a, b);
    case OP_SUB: return fraction_add(a, fraction_negate(b));
    case OP_MUL: return fraction_mul(a, b);
    case OP_DIV: return b.over == 0 ? (Fraction){0} : fraction_mul(a, (Fraction){b.under, b.over});
    case OP_FMA: return fraction_add(fraction_mul(a, b), c);
    case OP_NEG: return fraction_negate(a);
    case OP_MIN:
    case OP_MAX: {
        const uint64_t u = fraction_value(a), v = fraction_value(b);
        return fraction(field_mix((u ^ v) * 3 + field_add(u, v) + (uint64_t)op));
    }
    case OP_ABS: { /* of a and of -a the same */
        const uint64_t u = fraction_value(a);
        return fraction(field_mix((u < PRIME - u ? u : PRIME - u) * 5 + (uint64_t)op));
    }
    default: return fraction(field_mix(fraction_value(a) * 5 + (uint64_t)op));
    }
}

/* The constants of the set `negated` with their signs changed. */
static uint64_t field_run(const Dag *dag, uint64_t x, uint64_t negated)
{
    Fraction value[DAG_OPS_MAX], a[OP_ARITY_MAX] = {0};
    if (dag->n == 0) return dag->leaf == DAG_X ? x : field_mix(DAG_CONST);
    for (int i = 0; i < dag->n; i++) {
        for (int k = 0; k < arity_of(&dag->node[i]); k++) {
            const uint8_t arg = dag->node[i].arg[k];
            a[k] = arg == DAG_X           ? fraction(x)
                   : dag_is_constant(arg) ? fraction(field_mix(arg))
                                          : value[arg];
            if (dag_is_constant(arg) && negated >> (arg - DAG_CONST) & 1)
                a[k] = fraction_negate(a[k]);
        }
        value[i] = field_apply((Op)dag->node[i].op, a[0], a[1], a[2]);
    }
    return fraction_value(value[dag->n - 1]);
}

uint64_t dag_fingerprint(const Dag *dag)
{
    return field_run(dag, field_mix(1000), 0) * 0x9e3779b97f4a7c15u ^
           field_run(dag, field_mix(1001), 0);
}

uint64_t dag_family_fingerprint(const Dag *dag, bool is_negated)
{
    enum { SIGNS_MAX = 8 }; /* of more constants the first ones */
    const int n = dag->n_constants < SIGNS_MAX ? dag->n_constants : SIGNS_MAX;
    uint64_t least = UINT64_MAX;
    for (uint64_t signs = 0; signs < (uint64_t)1 << n; signs++) {
        uint64_t value = field_run(dag, field_mix(1000), signs);
        if (is_negated && value != 0) value = PRIME - value;
        if (value < least) least = value;
    }
    return least;
}

/* -- to and from programs ------------------------------------------------------------------- */

void dag_to_prog(const Dag *dag, Prog *prog)
{
    Ref place[DAG_OPS_MAX];
    prog_init(prog);
    const Ref x = prog_add_input(prog, TYPE_REAL, "x");
    if (dag->n == 0 && dag->leaf != DAG_X) prog_add_real(prog, real_from_quad(dag->c[0]));
    for (int i = 0; i < dag->n; i++) {
        const DagNode *node = &dag->node[i];
        Ref arg[OP_ARITY_MAX] = {0};
        for (int k = 0; k < arity_of(node); k++) {
            const uint8_t a = node->arg[k];
            arg[k] = a == DAG_X ? x
                     : dag_is_constant(a)
                         ? prog_add_real(prog, real_from_quad(dag->c[a - DAG_CONST]))
                         : place[a];
        }
        place[i] = prog_add(prog, (Op)node->op, arg[0], arg[1], arg[2]);
    }
}

bool dag_from_prog(Dag *dag, const Prog *prog)
{
    if (prog->n_inputs != 1 || prog->n == 0 || prog_type(prog) != TYPE_REAL) return false;
    *dag = dag_identity();
    uint8_t place[PROG_MAX];
    for (int i = 0; i < prog->n; i++) {
        const Node *node = &prog->node[i];
        if (node->op == OP_INPUT) {
            place[i] = DAG_X;
            continue;
        }
        if (node->op == OP_CONST) {
            if (i + 1 == prog->n) {
                dag->leaf = dag_constant(dag, quad_from_real(node->value));
                return dag->n == 0;
            }
            continue;
        }
        if (!tape_has_op((Op)node->op) || dag->n == DAG_OPS_MAX) return false;
        uint8_t arg[OP_ARITY_MAX] = {0};
        for (int k = 0; k < op_info((Op)node->op)->arity; k++) {
            const Node *from = &prog->node[node->arg[k]];
            if (from->op != OP_CONST) {
                arg[k] = place[node->arg[k]];
                continue;
            }
            if (dag->n_constants == DAG_CONSTANTS_MAX) return false;
            arg[k] = dag_constant(dag, quad_from_real(from->value));
        }
        place[i] = dag_add(dag, (Op)node->op, arg[0], arg[1], arg[2]);
    }
    return prog->node[prog->n - 1].op != OP_INPUT || dag->n == 0;
}

void dag_to_tape(const Dag *dag, Tape *tape)
{
    uint16_t place[DAG_OPS_MAX];
    tape->node[0] = (TapeNode){.op = OP_INPUT};
    tape->n = 1;
    tape->n_free = dag->n_constants;
    for (int k = 0; k < dag->n_constants; k++) {
        tape->node[tape->n] = (TapeNode){.op = OP_CONST, .is_active = true};
        tape->constant[tape->n] = dag->c[k];
        tape->free_ref[k] = 0;
        tape->free[k] = (uint16_t)tape->n++;
    }
    for (int i = 0; i < dag->n; i++) {
        TapeNode *node = &tape->node[tape->n];
        *node = (TapeNode){.op = dag->node[i].op};
        for (int k = 0; k < arity_of(&dag->node[i]); k++) {
            const uint8_t a = dag->node[i].arg[k];
            node->arg[k] = a == DAG_X           ? 0
                           : dag_is_constant(a) ? tape->free[a - DAG_CONST]
                                                : place[a];
            node->is_active |= tape->node[node->arg[k]].is_active;
        }
        place[i] = (uint16_t)tape->n++;
    }
}
