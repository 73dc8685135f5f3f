#include "search/reals/dag.h"

/* a*b + c ==> fma(a, b, c), where nobody else needs the product. */
void dag_fuse(Dag *dag)
{
    int n_uses[DAG_OPS_MAX] = {0};
    for (int i = 0; i < dag->n; i++)
        for (int k = 0; k < op_info((Op)dag->node[i].op)->arity; k++)
            if (dag_is_node(dag->node[i].arg[k])) n_uses[dag->node[i].arg[k]]++;
    for (int i = 0; i < dag->n; i++) {
        if (dag->node[i].op != OP_ADD) continue;
        for (int k = 0; k < 2; k++) {
            const uint8_t product = dag->node[i].arg[k], rest = dag->node[i].arg[1 - k];
            if (!dag_is_node(product) || n_uses[product] != 1) continue;
            const DagNode *from = &dag->node[product];
            if (from->op != OP_MUL) continue;
            dag->node[i] = (DagNode){OP_FMA, {from->arg[0], from->arg[1], rest}};
            break;
        }
    }
}
