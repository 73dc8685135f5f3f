/* What a Prog costs on a target, estimated by classes of operators: reciprocal throughput and latency of each. They come from a
   table that is the same on every machine (cost.def), or from measurements on this one (calibrate.h). */
#ifndef APPROX_MEASURE_COST_H
#define APPROX_MEASURE_COST_H

#include "runtime/prog/goal.h"

typedef struct {
    int ops;
    double
        throughput; /* estimated cycles for one vector register of results, per f32 lane count of the target */
    double latency; /* estimated cycles from input to result */
    int size;       /* estimated bytes of code and constants */
} Cost;

enum {
#define COST(name, ...) CLASS_##name,
#include "runtime/measure/cost.def"
#undef COST
    COST_CLASSES
};

/* What an operator of each class costs on one target: cycles as in cost.def. It holds no pointers. */
typedef struct CostModel {
    char target[32];
    double throughput[COST_CLASSES], latency[COST_CLASSES];
    double overhead; /* of the loop around a program, for a register of results */
    double
        window; /* what a register's computation adds to the throughput for each cycle of latency: long programs that wait for
                      themselves fill the processor's window before it sees enough of the next turns */
    bool is_calibrated;
} CostModel;

/* The table's column for a row of targets.def. */
void cost_model_init(CostModel *model, const char *target);
/* As in cost.def: "ADD". */
const char *cost_class_name(int class);

/* `target` is a row of targets.def. Throughput and latency are infinite if the target lacks an
   operator (fma); `real` is counted as f64, an elementary function as a call. Nodes that
   the result does not need count too: prune first. */
Cost cost_estimate(const Prog *prog, const char *target);
Cost cost_estimate_by(const CostModel *model, const Prog *prog);
/* The one number to minimise; infinite for what the target cannot do. */
double cost_of(const Cost *cost, Minimize minimize);

/* What the goal minimises, by the model (NULL: the table for its target); over the reals always the operations, weighed as
   the goal says. */
double cost_for_goal(const CostModel *model, const Prog *prog, const Goal *goal);

/* What a model is fitted to. The registers that a program computes of each class: its throughput is the sum of
   that times model->throughput, the overhead, and the window times latency times all these registers. */
void cost_count(const Prog *prog, const char *target, double *count);
/* The operators of each class on its longest path by the model: its latency is the sum of that times model->latency. */
void cost_count_path(const Prog *prog, const CostModel *model, double *count);

#endif
