#include "search/moves.h"

const Move MOVES[] = {
    {"rewire", move_rewire, 2, 1, false},
    {"change op", move_change_op, 2, 1, false},
    {"insert", move_insert, 3, 1, false},
    {"drop", move_drop, 3, 3, false},
    {"swap", move_swap, 1, 0.5, false},
    {"share", move_share, 1, 1, false},
    {"join fma", move_join_fma, 1, 1, true},
    {"split fma", move_split_fma, 1, 0.5, true},
    {"pair horner", move_pair_horner, 0.5, 2, true},
    {"regroup", move_regroup, 1, 1, true},
    {"factor", move_factor, 1, 1, true},
    {"merge constants", move_merge_constants, 1, 1, true},
    {"square", move_square, 1, 0.5, false},
    {"moebius", move_moebius, 1, 0.5, false},
    {"nest", move_nest, 2, 0.5, false},
    {"invert", move_invert, 1, 0.5, false},
    {"narrow", move_narrow, 0, 3, true},
    {"widen", move_widen, 0, 1, true},
    {NULL, NULL, 0, 0, false},
};

const Move *move_pick(bool is_real, Rng *rng)
{
    double total = 0;
    for (const Move *move = MOVES; move->name != NULL; move++)
        total += is_real ? move->weight_real : move->weight_float;
    double left = rng_unit(rng) * total;
    const Move *last = MOVES;
    for (const Move *move = MOVES; move->name != NULL; move++) {
        const double weight = is_real ? move->weight_real : move->weight_float;
        if (weight == 0) continue;
        last = move;
        left -= weight;
        if (left < 0) return move;
    }
    return last;
}
