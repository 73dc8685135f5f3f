/* Operators as people list them, '+,-,*,/,fma', and what each is said to weigh where operations are counted, '/=5,sqrt=8'. */
#ifndef APPROX_PROG_OP_LIST_H
#define APPROX_PROG_OP_LIST_H

#include "runtime/prog/prog.h"

/* A machine operator by its sign (+ - * / ?: < <= == !=) or its name in the text form; ERR_INPUT names the nearest. */
Status op_from_spelling(Op *out, const char *word, Err *err);
/* The sign, where there is one, else the name. */
const char *op_spelling(Op op);

/* Reads weights: 1 for what is not listed; "-" stands for neg too, unless that has its own. ERR_INPUT in one sentence for an
   unknown operator, one that is listed twice, or a weight that is not from 0.001 to 1000. */
Status op_weights_parse(double weight[OP_COUNT], const char *text, Err *err);
/* In one order whatever the text was; nothing if all are 1. */
void op_weights_print(Text *out, const double weight[OP_COUNT]);

/* The operations of prog_n_ops, weighed. */
double op_weights_sum(const double weight[OP_COUNT], const Prog *prog);

#endif
