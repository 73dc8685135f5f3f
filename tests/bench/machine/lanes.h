/* Arithmetic on vectors of LANES floats (8: AVX2, 16: AVX-512), for files that are compiled once for each. */
#ifndef TESTS_BENCH_LANES_H
#define TESTS_BENCH_LANES_H

#include <immintrin.h>
#include <stdint.h>

typedef float Floats __attribute__((vector_size(4 * LANES)));
typedef int32_t Ints __attribute__((vector_size(4 * LANES)));

#if LANES == 8
#define FOR_LANES(name) name##_8
#define VECTOR(operation) _mm256_##operation
#else
#define FOR_LANES(name) name##_16
#define VECTOR(operation) _mm512_##operation
#endif

static inline Floats all_of(float c) { return (Floats)VECTOR(set1_ps)(c); }
static inline Floats fused(Floats a, Floats b, Floats c) { return VECTOR(fmadd_ps)(a, b, c); }
static inline Floats load(const float *x) { return VECTOR(loadu_ps)(x); }
static inline void store(float *y, Floats v) { VECTOR(storeu_ps)(y, v); }

#endif
