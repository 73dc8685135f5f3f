/* The number types, and their values as bits.

   Every finite value of f16, bf16, f32 and f64 is exact as a double, so a value of
   any float type travels as a double or as its bit pattern in a uint64_t. The
   *ordered* integer of a float counts the values from -inf up: neighbours differ
   by one, -0 and +0 are neighbours (-1 and 0). */
#ifndef APPROX_BASE_BITS_H
#define APPROX_BASE_BITS_H

#include <stdbool.h>
#include <stdint.h>

typedef enum {
    TYPE_REAL, /* exact arithmetic */
    TYPE_F16,  /* IEEE binary16 */
    TYPE_BF16, /* the upper half of binary32 */
    TYPE_F32,
    TYPE_F64,
    TYPE_I16,
    TYPE_I32,
    TYPE_I64,
    TYPE_BOOL, /* of a comparison; no value of it is ever stored in memory */
    TYPE_COUNT,
} Type;

/* What is fixed about a type. For floats: `precision` counts the significand with
   its hidden bit; a finite value is below 2^(emax+1) and a multiple of
   2^(emin-precision+1), normal from 2^emin up. */
typedef struct {
    const char *name; /* "f32" */
    int size;         /* bytes; 0 for real and bool */
    int precision, emin, emax;
} TypeInfo;

const TypeInfo *type_info(Type type);
bool type_is_float(Type type); /* f16 bf16 f32 f64; not real */
bool type_is_int(Type type);
/* Finds a type by its name; false if there is none. */
bool type_from_name(const char *name, Type *out);

/* The value of a bit pattern, and the pattern of a value rounded to nearest even
   (once, also into the subnormals). NaN is the canonical quiet one, positive. */
double value_from_bits(Type type, uint64_t bits);
uint64_t bits_from_value(Type type, double value);

/* Bit pattern to ordered integer and back. Not for NaN. */
int64_t ordered_from_bits(Type type, uint64_t bits);
uint64_t bits_from_ordered(Type type, int64_t ordered);

/* The same for values that are exact in `type`. */
int64_t ordered_from_value(Type type, double value);
double value_from_ordered(Type type, int64_t ordered);

/* The spacing of the format in the binade of |value| (any real number's double
   approximation): 2^(e-precision+1) with 2^e <= |value| < 2^(e+1), e clamped to
   [emin, emax]. This is the ulp in which errors are counted. */
double ulp_of(Type type, double value);

static inline uint64_t bits_of_double(double x)
{
    uint64_t bits;
    __builtin_memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double double_of_bits(uint64_t bits)
{
    double x;
    __builtin_memcpy(&x, &bits, sizeof x);
    return x;
}

static inline uint32_t bits_of_float(float x)
{
    uint32_t bits;
    __builtin_memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float float_of_bits(uint32_t bits)
{
    float x;
    __builtin_memcpy(&x, &bits, sizeof x);
    return x;
}

#endif
