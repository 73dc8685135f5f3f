/* Inside the LLVM emitter: which nodes only one side of a choice needs. In a function of one value much work of that kind goes
   into a branch of its own, since scalar code is the one kind that can leave it out. */
#ifndef APPROX_EMIT_EMIT_LLVM_ARMS_H
#define APPROX_EMIT_EMIT_LLVM_ARMS_H

#include "runtime/prog/prog.h"

/* A place is where nodes are computed: what is always needed, or the first or the second side of a choice. Places nest. */
typedef uint16_t ArmPlace;
enum { ARM_ALWAYS = 0 };
static inline ArmPlace arm_place(Ref choice, int side) { return (ArmPlace)(2 * choice + side + 1); }

typedef struct {
    ArmPlace place[PROG_MAX]; /* of each node, itself part of a side or not */
    bool is_branch[PROG_MAX]; /* of a select or likely: its sides are worth a branch */
} Arms;

/* False if no choice of the Prog is worth a branch. */
bool arms_find(Arms *arms, const Prog *prog);

#endif
