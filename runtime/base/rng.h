/* Randomness is a parameter. An Rng is a xoshiro256** generator (Blackman and
   Vigna 2018) seeded through splitmix64; the same seed and stream give the same
   numbers on every machine. */
#ifndef APPROX_BASE_RNG_H
#define APPROX_BASE_RNG_H

#include <stdint.h>

typedef struct { uint64_t s[4]; } Rng;

/* `stream` makes independent generators of one seed: one per island and
   generation, so that results do not depend on which thread does what. */
Rng rng_new(uint64_t seed, uint64_t stream);

uint64_t rng_next(Rng *rng);
/* Uniform in [0, n); n > 0. */
uint64_t rng_below(Rng *rng, uint64_t n);
/* Uniform in [0, 1). */
double rng_unit(Rng *rng);
/* Standard normal. */
double rng_normal(Rng *rng);

#endif
