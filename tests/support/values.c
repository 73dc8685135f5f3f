#include "tests/support/values.h"

#include <math.h>
#include <string.h>

static uint64_t mask_of(Type type)
{
    return type == TYPE_BOOL ? 1 : UINT64_MAX >> (64 - 8 * type_info(type)->size);
}

static int float_corners(Type type, uint64_t *corners)
{
    const TypeInfo *const info = type_info(type);
    const double largest = ldexp(2 - ldexp(1, 1 - info->precision), info->emax);
    const double least_normal = ldexp(1, info->emin);
    const double least = ldexp(1, info->emin - info->precision + 1);
    const double ulp = ldexp(1, 1 - info->precision);
    const double magnitudes[] = {
        0, INFINITY, NAN, least, 3 * least, least_normal, least_normal - least, largest, 1, 1 + ulp,
        1 - ulp / 2, 2, 3, 10, 0.1, 0.5, 0.5 + ulp, 0.5 - ulp / 4, 1.5, 2.5, 3.5,
        /* Where values become integers, and where integers end. */
        1 / ulp, 0.5 / ulp, 0.5 / ulp + 0.5, 0.25 / ulp + 0.25, 1 / ulp + 1, 0x1p31, 0x1p31 - 1,
        0x1p31 - 0.5, 0x1p31 + 1, 0x1p63, 0x1p63 - 1024, 0x1.8p62,
        /* The ends and ties of the 16-bit floats. */
        65504, 65520, 65519.9, 0x1p-24, 0x1p-25, 0x1.8p-25, 0x1.000002p-25, 0x1p-133, 0x1p-134};
    int n = 0;
    for (size_t i = 0; i < sizeof magnitudes / sizeof *magnitudes; i++)
        for (int sign = -1; sign <= 1; sign += 2)
            corners[n++] = bits_from_value(type, sign * magnitudes[i]);
    /* Negative, signalling and payload-carrying NaNs: infinity plus something. */
    const uint64_t infinity = bits_from_value(type, INFINITY);
    const uint64_t sign_bit = bits_from_value(type, -0.0);
    const uint64_t quiet = (uint64_t)1 << (info->precision - 2);
    corners[n++] = sign_bit | infinity | quiet;
    corners[n++] = infinity | 1;
    corners[n++] = sign_bit | infinity | quiet | 5;
    return n;
}

static int integer_corners(Type type, uint64_t *corners)
{
    const int width = 8 * type_info(type)->size;
    int n = 0;
    for (int k = 0; k < width; k += width / 8)
        for (int d = -1; d <= 1; d++)
            corners[n++] = (((uint64_t)1 << k) + (uint64_t)d) & mask_of(type);
    const uint64_t top = (uint64_t)1 << (width - 1);
    const uint64_t others[] = {
        0, mask_of(type), top - 1, top, top + 1, 3, 5, 7, 23, 31, 32, 33, 63, 64, 65, 0x7f, 0xff};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        corners[n++] = others[i] & mask_of(type);
    return n;
}

int corners_of(Type type, uint64_t *corners)
{
    if (type == TYPE_BOOL) {
        corners[0] = 0;
        corners[1] = 1;
        return 2;
    }
    return type_is_float(type) ? float_corners(type, corners) : integer_corners(type, corners);
}

uint64_t random_value(Type type, Rng *rng)
{
    const uint64_t kind = rng_below(rng, 8);
    if (kind == 0 || type == TYPE_BOOL) {
        uint64_t corners[CORNERS_MAX];
        const int n = corners_of(type, corners);
        return corners[rng_below(rng, (uint64_t)n)];
    }
    if (kind == 1) return rng_next(rng) & mask_of(type);
    if (type_is_int(type)) return (rng_below(rng, 4096) - 2048) & mask_of(type);
    const double scale = ldexp(1, (int)rng_below(rng, 16) - 8);
    if (kind == 2) return bits_from_value(type, nearbyint(scale * rng_normal(rng)));
    return bits_from_value(type, scale * rng_normal(rng));
}

bool bits_are_nan(Type type, uint64_t bits)
{
    return type_is_float(type) && isnan(value_from_bits(type, bits));
}

bool bits_agree(Type type, uint64_t a, uint64_t b)
{
    return a == b || (bits_are_nan(type, a) && bits_are_nan(type, b));
}

uint64_t array_get(Type type, const void *array, size_t i)
{
    uint64_t bits = 0;
    const size_t size = (size_t)type_info(type)->size;
    memcpy(&bits, (const char *)array + i * size, size);
    return bits;
}

void array_set(Type type, void *array, size_t i, uint64_t bits)
{
    const size_t size = (size_t)type_info(type)->size;
    memcpy((char *)array + i * size, &bits, size);
}
