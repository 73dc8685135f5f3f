#include "search/reals/transform.h"

#include <assert.h>
#include <string.h>

enum { EVEN = 1 << PARITY_EVEN, ODD = 1 << PARITY_ODD, ANY = 1 << PARITY_ANY };

/* g is odd where f has a hidden antisymmetry that T takes away: exp = M(coth) with a Moebius transform M. */
const Transform TRANSFORM_OUTER[] = {
    {"y", "y", EVEN | ODD | ANY},
    {"c + y", "y c +", ODD},
    {"c/y", "c y /", EVEN | ODD | ANY},
    {"c/(c + y)", "c y c + /", EVEN | ODD},
    {"c + c/(c + y)", "c y c + / c +", EVEN | ODD | ANY},
    {"y^2", "y d *", EVEN | ODD | ANY},
    {"y^4", "y d * d *", EVEN | ODD | ANY},
    {"(c/(c + y))^2", "c y c + / d *", ODD | EVEN},
    {"(c + c/(c + y))^2", "c y c + / c + d *", ODD},
    {"(c + c/(c + y))^4", "c y c + / c + d * d *", ODD},
    {"(c + c/(c + y))^8", "c y c + / c + d * d * d *", ODD},
    {"c + c*y^2", "y d * c * c +", EVEN | ODD | ANY}, /* cos 2t = 2 cos^2 t - 1 */
    {"c + y^2", "y d * c +", EVEN | ODD | ANY},
    {"c*y^2", "y d * c *", EVEN | ODD | ANY},
    {"c + c*(c + y^2)^2", "y d * c + d * c * c +", EVEN | ODD},
    {"y*(c + y)", "y c + y *", EVEN | ODD | ANY},
    {"c*y*(c + y)", "y c + y * c *", EVEN | ODD | ANY},
    {"c + c*y*(c + y)", "y c + y * c * c +", EVEN | ODD},
    {"y*(c + y^2)", "y d * c + y *", ODD}, /* sin 3t */
    {"c*y*(c + y^2)", "y d * c + y * c *", ODD},
    {"y/(c + y^2)", "y d d * c + /", ODD}, /* tan 2t, tanh 2t */
    {"c*y/(c + y^2)", "y d d * c + / c *", ODD},
    {"y + c/y", "c y / y +", EVEN | ODD | ANY},
    {"y + c*x", "x c * y +", EVEN | ODD | ANY},
    {"y + x", "y x +", EVEN | ODD | ANY},
    {"x*y", "y x *", EVEN | ODD | ANY},
    {"y/x", "y x /", EVEN | ODD | ANY},
    {"x/y", "x y /", EVEN | ODD | ANY},
    {"x + c*x/y", "x y / c * x +", EVEN},
    {"x/(c + y)", "x y c + /", EVEN | ANY},
    {"x*(c + c/(c + y))", "c y c + / c + x *", EVEN | ANY},
    {"x*y^2", "y d * x *", EVEN | ODD | ANY},
    {"sqrt(y)", "y q", EVEN | ODD | ANY},
    {"sqrt(c + y^2)", "y d * c + q", ODD | EVEN},
    {"y + sqrt(c + y^2)", "y d d * c + q +", ODD}, /* exp of asinh */
    {"x*sqrt(y)", "y q x *", EVEN | ANY},
    {"y*sqrt(x)", "x q y *", EVEN | ODD | ANY},
    {"y/sqrt(x)", "y x q /", EVEN | ODD | ANY},
    {0},
};

const Transform TRANSFORM_INNER[] = {
    {"x", "x", EVEN | ODD | ANY},
    {"x^2", "x d *", ANY},
    {"x + c", "x c +", EVEN | ODD | ANY},
    {"x/(x + c)", "x x c + /", ODD | EVEN}, /* log(1 + x) = 2 artanh(x/(x + 2)) */
    {"c + c/(x + c)", "c x c + / c +", ODD | EVEN},
    {"c/(x + c)", "c x c + /", ODD | EVEN | ANY},
    {"x*(x + c)", "x c + x *", ODD | ANY},
    {"sqrt(x)", "x q", EVEN | ODD | ANY},
    {"sqrt(x + c)", "x c + q", EVEN | ODD},
    {0},
};

static bool is_operator(char letter, Op *op)
{
    static const struct {
        char letter;
        Op op;
    } LETTERS[] = {
        {'+', OP_ADD}, {'-', OP_SUB}, {'*', OP_MUL}, {'/', OP_DIV}, {'q', OP_SQRT},
    };
    for (size_t i = 0; i < sizeof LETTERS / sizeof *LETTERS; i++) {
        if (LETTERS[i].letter != letter) continue;
        *op = LETTERS[i].op;
        return true;
    }
    return false;
}

int transform_cost(const Transform *transform)
{
    int cost = 0;
    Op op;
    for (const char *at = transform->formula; *at; at++) cost += is_operator(*at, &op);
    return cost;
}

bool transform_is_allowed(const Transform *transform, const DagOps *ops)
{
    Op op;
    for (const char *at = transform->formula; *at; at++)
        if (is_operator(*at, &op) && !ops->may[op]) return false;
    return true;
}

/* Appends the formula; returns what its value is. */
static uint8_t append(const Transform *transform, Dag *dag, uint8_t y)
{
    enum { DEPTH = 8 };
    uint8_t stack[DEPTH];
    int n = 0;
    for (const char *at = transform->formula; *at; at++) {
        Op op;
        assert(n < DEPTH);
        if (is_operator(*at, &op)) {
            const int arity = op_info(op)->arity;
            assert(n >= arity);
            n -= arity;
            stack[n] = dag_add(dag, op, stack[n], arity > 1 ? stack[n + 1] : 0, 0);
            n++;
        } else if (*at != ' ') {
            stack[n] = *at == 'x'   ? DAG_X
                       : *at == 'y' ? y
                       : *at == 'd' ? stack[n - 1]
                                    : dag_constant(dag, 1);
            n++;
        }
    }
    assert(n == 1);
    return stack[0];
}

static bool has_room(const Transform *transform, const Dag *g)
{
    return g->n + transform_cost(transform) <= DAG_OPS_MAX &&
           g->n_constants + (int)strlen(transform->formula) <= DAG_CONSTANTS_MAX;
}

bool transform_outer(const Transform *transform, Dag *g)
{
    if (!has_room(transform, g)) return false;
    const uint8_t result = append(transform, g, g->n > 0 ? (uint8_t)(g->n - 1) : g->leaf);
    if (g->n == 0) g->leaf = result;
    return true;
}

bool transform_inner(const Transform *transform, Dag *g)
{
    if (!has_room(transform, g)) return false;
    Dag out = dag_identity();
    const uint8_t x = append(transform, &out, DAG_X);
    const int n_before = out.n, c_before = out.n_constants;
    for (int k = 0; k < g->n_constants; k++) dag_constant(&out, g->c[k]);
    for (int i = 0; i < g->n; i++) {
        DagNode node = g->node[i];
        for (int k = 0; k < op_info((Op)node.op)->arity; k++) {
            const uint8_t arg = node.arg[k];
            node.arg[k] = arg == DAG_X           ? x
                          : dag_is_constant(arg) ? (uint8_t)(arg + c_before)
                                                 : (uint8_t)(arg + n_before);
        }
        dag_add(&out, (Op)node.op, node.arg[0], node.arg[1], node.arg[2]);
    }
    if (g->n == 0 && g->leaf != DAG_X) out.leaf = (uint8_t)(g->leaf + c_before);
    *g = out;
    return true;
}
