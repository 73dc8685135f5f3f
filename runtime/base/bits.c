#include "runtime/base/bits.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static const TypeInfo TYPES[TYPE_COUNT] = {
    [TYPE_REAL] = {"real", 0, 0, 0, 0},       [TYPE_F16] = {"f16", 2, 11, -14, 15},
    [TYPE_BF16] = {"bf16", 2, 8, -126, 127},  [TYPE_F32] = {"f32", 4, 24, -126, 127},
    [TYPE_F64] = {"f64", 8, 53, -1022, 1023}, [TYPE_I16] = {"i16", 2, 0, 0, 0},
    [TYPE_I32] = {"i32", 4, 0, 0, 0},         [TYPE_I64] = {"i64", 8, 0, 0, 0},
    [TYPE_BOOL] = {"bool", 0, 0, 0, 0},
};

const TypeInfo *type_info(Type type)
{
    assert(type < TYPE_COUNT);
    return &TYPES[type];
}

bool type_is_float(Type type) { return type >= TYPE_F16 && type <= TYPE_F64; }

bool type_is_int(Type type) { return type >= TYPE_I16 && type <= TYPE_I64; }

bool type_from_name(const char *name, Type *out)
{
    for (int t = 0; t < TYPE_COUNT; t++)
        if (strcmp(TYPES[t].name, name) == 0) {
            *out = (Type)t;
            return true;
        }
    return false;
}

static int exponent_bits(Type type) { return TYPES[type].size * 8 - TYPES[type].precision; }

double value_from_bits(Type type, uint64_t bits)
{
    if (type == TYPE_F64) return double_of_bits(bits);
    if (type == TYPE_F32) return float_of_bits((uint32_t)bits);
    assert(type_is_float(type));
    const TypeInfo *t = &TYPES[type];
    const int fraction_bits = t->precision - 1;
    const bool negative = bits >> (t->size * 8 - 1) & 1;
    const int field = (int)(bits >> fraction_bits) & ((1 << exponent_bits(type)) - 1);
    const double fraction = (double)(bits & (((uint64_t)1 << fraction_bits) - 1));
    double value;
    if (field == (1 << exponent_bits(type)) - 1)
        value = fraction != 0 ? NAN : INFINITY;
    else if (field == 0)
        value = ldexp(fraction, t->emin - fraction_bits);
    else
        value = ldexp(fraction + ldexp(1, fraction_bits), field - t->emax - fraction_bits);
    return negative && !isnan(value) ? -value : value;
}

uint64_t bits_from_value(Type type, double value)
{
    assert(type_is_float(type));
    const TypeInfo *t = &TYPES[type];
    const int fraction_bits = t->precision - 1;
    const uint64_t infinity = (((uint64_t)1 << exponent_bits(type)) - 1) << fraction_bits;
    if (isnan(value)) return infinity | (uint64_t)1 << (fraction_bits - 1);
    if (type == TYPE_F64) return bits_of_double(value);
    if (type == TYPE_F32) return bits_of_float((float)value);
    const uint64_t sign = (uint64_t)signbit(value) << (t->size * 8 - 1);
    const double magnitude = fabs(value);
    if (isinf(magnitude)) return sign | infinity;
    if (magnitude == 0) return sign;
    /* Round magnitude / quantum to an integer, ties to even (the default mode);
       the sum below carries into the exponent field by itself. */
    int exponent = ilogb(magnitude);
    if (exponent < t->emin) exponent = t->emin;
    if (exponent > t->emax) return sign | infinity;
    const uint64_t steps = (uint64_t)nearbyint(ldexp(magnitude, fraction_bits - exponent));
    const uint64_t bits = ((uint64_t)(exponent - t->emin) << fraction_bits) + steps;
    return sign | (bits > infinity ? infinity : bits);
}

int64_t ordered_from_bits(Type type, uint64_t bits)
{
    const int width = TYPES[type].size * 8;
    const uint64_t sign = (uint64_t)1 << (width - 1);
    return bits & sign ? -(int64_t)(bits & (sign - 1)) - 1 : (int64_t)bits;
}

uint64_t bits_from_ordered(Type type, int64_t ordered)
{
    const uint64_t sign = (uint64_t)1 << (TYPES[type].size * 8 - 1);
    return ordered < 0 ? sign | (uint64_t)(-(ordered + 1)) : (uint64_t)ordered;
}

int64_t ordered_from_value(Type type, double value)
{
    assert(!isnan(value));
    return ordered_from_bits(type, bits_from_value(type, value));
}

double value_from_ordered(Type type, int64_t ordered)
{
    return value_from_bits(type, bits_from_ordered(type, ordered));
}

double ulp_of(Type type, double value)
{
    assert(type_is_float(type));
    const TypeInfo *t = &TYPES[type];
    int exponent = value == 0 ? t->emin : isfinite(value) ? ilogb(value) : t->emax;
    if (exponent < t->emin) exponent = t->emin;
    if (exponent > t->emax) exponent = t->emax;
    exponent += 1 - t->precision;
    /* Often asked for, and mostly a normal double. */
    const uint64_t bits = (uint64_t)(exponent + 1023) << 52;
    double ulp;
    if (exponent < -1022 || exponent > 1023) return ldexp(1, exponent);
    memcpy(&ulp, &bits, sizeof ulp);
    return ulp;
}
