/* Exponentials with powers of two from a table in a register: f = 2^i * s_j * (1 + u), s_j = 2^(j/2^k), u small. */
#ifndef APPROX_SEARCH_FRAME_EXP_TABLE_H
#define APPROX_SEARCH_FRAME_EXP_TABLE_H

#include "search/frame.h"

enum { EXP_TABLE_BITS = 5 };

/* Units in the last place that a gain may be changed by, either way. */
enum { EXP_TABLE_REACH = 1 << 13 };

/* The factor near 1 with which gain*2^(j/2^bits), j = 0, 1, ..., are nearest to values of the type: with n entries and some
   thousand factors to choose from (2*reach), each of which the type has, entries are some 3 to 8 times as good as rounded ones. What the
   factor is off 1 by goes into what is added to an entry, at no cost. */
Quad exp_table_factor(Type type, int bits, Quad gain, int reach);

/* Is a table of so many entries in reach of a permutation? Others are no use where the whole function takes a dozen operations. */
bool exp_table_is_reachable(const Problem *problem, int table_bits);

/* s and u of s*(1 + u), which is the result, where no s leaves the range. */
RefPair exp_table_parts(const Frame *frame, Builder *b, const FrameState *state, RefPair y);

/* s_j*2^i, both normal: the integer z has i*2^bits + j in its low bits, and `value` holds the bits of all s_j. */
Ref exp_table_scale(Builder *b, int bits, const uint64_t *value, Ref z);

/* The result, y being 1 + u (the frame's curve in what is left of x), state->n having i and j in its low bits. */
Ref exp_table_close(const Frame *frame, Builder *b, const FrameState *state, RefPair y);

#endif
