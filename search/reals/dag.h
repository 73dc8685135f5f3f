/* A Dag is the structure of a program over the reals with its constants, small enough for millions of them: nodes in execution
   order, the last one being the result. An argument is an earlier node, the variable, or a constant of its own:
   constants cost nothing, so no two arguments share one. Copied by assignment. */
#ifndef APPROX_SEARCH_REALS_DAG_H
#define APPROX_SEARCH_REALS_DAG_H

#include "runtime/prog/prog.h"
#include "search/quad.h"
#include "search/tape.h"

enum {
    DAG_OPS_MAX = 40,
    DAG_CONSTANTS_MAX = 64, /* on the way; FIT_CONSTANTS_MAX once canonical */
    DAG_X = 127,            /* an argument: the variable */
    DAG_CONST = 128         /* an argument: constant number arg - DAG_CONST */
};

typedef struct {
    uint8_t op;                /* Op: ADD SUB MUL DIV FMA NEG ABS SQRT MIN MAX */
    uint8_t arg[OP_ARITY_MAX]; /* unused ones are 0 */
} DagNode;

typedef struct {
    uint8_t n, n_constants;
    uint8_t leaf; /* the result if n is 0: DAG_X or DAG_CONST */
    DagNode node[DAG_OPS_MAX];
    Quad c[DAG_CONSTANTS_MAX];
} Dag;

/* What a program may consist of, and what that costs. */
typedef struct {
    int n;
    Op op[16];
    bool may[OP_COUNT];
    double cost[OP_COUNT];
    double unit; /* what an operation costs, roughly: archives have a shelf for each unit */
} DagOps;

static inline bool dag_is_constant(uint8_t arg) { return arg >= DAG_CONST; }
static inline bool dag_is_node(uint8_t arg) { return arg < DAG_OPS_MAX; }

Dag dag_identity(void);

/* Appends a node; returns its number. The caller keeps n below DAG_OPS_MAX. */
uint8_t dag_add(Dag *dag, Op op, uint8_t a, uint8_t b, uint8_t c);
/* A new constant as an argument. The caller keeps n_constants below DAG_CONSTANTS_MAX. */
uint8_t dag_constant(Dag *dag, Quad value);

/* One form for what is the same: dead nodes dropped, constants folded and moved together where that saves an operation (their
   values follow, so the function stays), commutative arguments sorted, nodes and constants numbered by
   first use. False if nothing sensible is left: no dependence on x, x - x, or too many constants. */
bool dag_canonicalize(Dag *dag, const DagOps *ops);

/* The values of all nodes at x, in double, into value[0..n). */
void dag_values(const Dag *dag, double x, double *value);

/* Of the structure alone. Two Dags that compute the same function of x and of their constants in order (by
   the laws of arithmetic) have the same fingerprint: values in a finite field at random points. */
uint64_t dag_fingerprint(const Dag *dag);
/* The same for two structures, too, that differ by signs of constants; with is_negated that of -f. */
uint64_t dag_family_fingerprint(const Dag *dag, bool is_negated);
bool dag_is_same_structure(const Dag *a, const Dag *b);

/* Products that are only added to something become part of an fma. Not canonical then: the products are still there. */
void dag_fuse(Dag *dag);

double dag_cost(const Dag *dag, const DagOps *ops);
double dag_units(const Dag *dag, const DagOps *ops); /* the same in units */

/* To a Prog (constants become nodes before their use) and back; from_prog is false if the Prog has other
   operators than a Dag, does not fit, or has no single input. */
void dag_to_prog(const Dag *dag, Prog *prog);
bool dag_from_prog(Dag *dag, const Prog *prog);

/* What the fit works on; free constants in the order of the Dag. */
void dag_to_tape(const Dag *dag, Tape *tape);

#endif
