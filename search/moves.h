/* Moves change the structure of a program; what they do to its values is repaired by fitting the constants again. One
   table: a new move is a row, a test and a line in docs/search.md. */
#ifndef APPROX_SEARCH_MOVES_H
#define APPROX_SEARCH_MOVES_H

#include "runtime/base/rng.h"
#include "runtime/prog/prog.h"

typedef struct {
    const char *name;
    /* Changes `prog` (valid before) somewhere at random; false if it found no place, *prog may then be
       spoilt. After true the Prog is valid. */
    bool (*apply)(Prog *prog, Rng *rng);
    double weight;    /* how often */
    bool keeps_value; /* the same value over the reals: constants need no new start */
} Move;

/* Ends with a row whose name is NULL. */
extern const Move MOVES[];

/* A random row by weight. */
const Move *move_pick(Rng *rng);

/* The functions behind the rows, by file: move_node.c, move_shape.c, move_nest.c, move_type.c. */
bool move_rewire(Prog *prog, Rng *rng);
bool move_change_op(Prog *prog, Rng *rng);
bool move_insert(Prog *prog, Rng *rng);
bool move_drop(Prog *prog, Rng *rng);
bool move_swap(Prog *prog, Rng *rng);
bool move_share(Prog *prog, Rng *rng);

bool move_join_fma(Prog *prog, Rng *rng);
bool move_split_fma(Prog *prog, Rng *rng);
bool move_pair_horner(Prog *prog, Rng *rng);
bool move_regroup(Prog *prog, Rng *rng);
bool move_factor(Prog *prog, Rng *rng);
bool move_merge_constants(Prog *prog, Rng *rng);

bool move_square(Prog *prog, Rng *rng);
bool move_moebius(Prog *prog, Rng *rng);
bool move_nest(Prog *prog, Rng *rng);
bool move_invert(Prog *prog, Rng *rng);

bool move_narrow(Prog *prog, Rng *rng);
bool move_widen(Prog *prog, Rng *rng);

#endif
