#include "search/moves.h"

const Move MOVES[] = {
    {"rewire", move_rewire, 1, false},
    {"change op", move_change_op, 1, false},
    {"insert", move_insert, 1, false},
    {"drop", move_drop, 3, false},
    {"swap", move_swap, 0.5, false},
    {"share", move_share, 1, false},
    {"join fma", move_join_fma, 1, true},
    {"split fma", move_split_fma, 0.5, true},
    {"pair horner", move_pair_horner, 2, true},
    {"regroup", move_regroup, 1, true},
    {"factor", move_factor, 1, true},
    {"merge constants", move_merge_constants, 1, true},
    {"square", move_square, 0.5, false},
    {"moebius", move_moebius, 0.5, false},
    {"nest", move_nest, 0.5, false},
    {"invert", move_invert, 0.5, false},
    {"narrow", move_narrow, 3, true},
    {"widen", move_widen, 1, true},
    {NULL, NULL, 0, false},
};

const Move *move_pick(Rng *rng)
{
    double total = 0;
    for (const Move *move = MOVES; move->name != NULL; move++) total += move->weight;
    double left = rng_unit(rng) * total;
    const Move *last = MOVES;
    for (const Move *move = MOVES; move->name != NULL; move++) {
        last = move;
        left -= move->weight;
        if (left < 0) return move;
    }
    return last;
}
