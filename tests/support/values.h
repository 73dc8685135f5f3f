/* Values to test with: the corners of each type, and random ones that meet them often. */
#ifndef TESTS_SUPPORT_VALUES_H
#define TESTS_SUPPORT_VALUES_H

#include "runtime/base/bits.h"
#include "runtime/base/rng.h"

#include <stddef.h>

/* The corners of `type` (a float, an integer or bool) as bit patterns, in a fixed order: both
   zeros, infinities, NaNs (quiet and signalling, both signs), subnormals, the least and
   largest numbers, halves, neighbours of powers of two, the limits of integer conversions.
   `corners` has room for CORNERS_MAX; returns how many there are. */
enum { CORNERS_MAX = 96 };
int corners_of(Type type, uint64_t *corners);

/* A random bit pattern: a corner, any pattern, or a number of moderate size, mostly
   that. A bool is 0 or 1. */
uint64_t random_value(Type type, Rng *rng);

bool bits_are_nan(Type type, uint64_t bits);

/* Equal as results: the same bits, or both NaN. */
bool bits_agree(Type type, uint64_t a, uint64_t b);

/* Element `i` of a packed array of `type`. */
uint64_t array_get(Type type, const void *array, size_t i);
void array_set(Type type, void *array, size_t i, uint64_t bits);

#endif
