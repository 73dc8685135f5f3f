#include "runtime/measure/angle.h"

#include "runtime/measure/reference_level.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

enum { WORDS = 20, MANTISSA_BITS = 52 };

/* The binary digits of 2/pi behind the point: enough for the largest double and 192 bits more. */
static const uint64_t TWO_OVER_PI[WORDS] = {
    0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041, 0xfe5163abdebbc561,
    0xb7246e3a424dd2e0, 0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484,
    0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b, 0x1ff897ffde05980f,
    0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d, 0x7527bac7ebe5f17b,
    0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab, 0xf0cfbc209af4361d};

/* 64 digits from number `at` on, which may be before the first. */
static uint64_t digits(int at)
{
    const int word = at >= 0 ? at / 64 : -((63 - at) / 64), shift = at - 64 * word;
    const uint64_t high = word >= 0 && word < WORDS ? TWO_OVER_PI[word] : 0;
    const uint64_t low = word >= -1 && word < WORDS - 1 ? TWO_OVER_PI[word + 1] : 0;
    return shift == 0 ? high : high << shift | low >> (64 - shift);
}

/* 2^-n for n up to 1022. */
static double power_below(int n)
{
    const uint64_t bits = (uint64_t)(1023 - n) << MANTISSA_BITS;
    double power;
    memcpy(&power, &bits, sizeof power);
    return power;
}

double angle_reduce(double x, int *quadrant)
{
    __extension__ typedef unsigned __int128 Wide;
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    const int exponent = (int)(bits >> MANTISSA_BITS & 0x7ff) - 1023 - MANTISSA_BITS;
    const uint64_t hidden = (uint64_t)1 << MANTISSA_BITS;
    const uint64_t m = (bits & (hidden - 1)) | hidden;
    /* |x| 2/pi = m 2^exponent 2/pi; digits of 2/pi that make it a multiple of 4 are not needed, so the first two bits of the
       product are the quadrant. */
    const int at = exponent - 2;
    const Wide p0 = (Wide)m * digits(at + 128);
    const Wide p1 = (Wide)m * digits(at + 64) + (uint64_t)(p0 >> 64);
    const Wide p2 = (Wide)m * digits(at) + (uint64_t)(p1 >> 64);
    uint64_t f2 = (uint64_t)p2, f1 = (uint64_t)p1, f0 = (uint64_t)p0;
    int q = (int)(f2 >> 62);
    f2 = f2 << 2 | f1 >> 62, f1 = f1 << 2 | f0 >> 62, f0 <<= 2;
    /* The rest as a signed fraction of a quarter turn, in [-1/2, 1/2). */
    const int is_negative = (int)(f2 >> 63);
    if (is_negative) {
        q++;
        f2 = ~f2, f1 = ~f1, f0 = ~f0; /* off by 2^-192 */
    }
    int shift = 0;
    if (f2 == 0) f2 = f1, f1 = f0, f0 = 0, shift = 64;
    const int zeros = f2 ? __builtin_clzll(f2) : 0;
    if (zeros > 0) f2 = f2 << zeros | f1 >> (64 - zeros);
    double r = (double)f2 * power_below(64 + shift + zeros) * 0x1.921fb54442d18p+0;
    if (is_negative) r = -r;
    if (bits >> 63) {
        q = -q;
        r = -r;
    }
    *quadrant = q & 3;
    return r;
}

/* Below this the library's own reduction is quick. */
static const double FAR = 1e5;

double angle_sin(double x)
{
    if (!(fabs(x) >= FAR) || isinf(x)) return sin(x);
    int q;
    const double r = angle_reduce(x, &q);
    const double v = q & 1 ? cos(r) : sin(r);
    return q & 2 ? -v : v;
}

double angle_cos(double x)
{
    if (!(fabs(x) >= FAR) || isinf(x)) return cos(x);
    int q;
    const double r = angle_reduce(x, &q);
    const double v = q & 1 ? sin(r) : cos(r);
    return q == 1 || q == 2 ? -v : v;
}

double angle_tan(double x)
{
    if (!(fabs(x) >= FAR) || isinf(x)) return tan(x);
    int q;
    const double r = angle_reduce(x, &q);
    return q & 1 ? -1 / tan(r) : tan(r);
}

/* -- floats ---------------------------------------------------------------------------- */

void angle_parts(int e, AngleParts *parts)
{
    /* Digit k (from 0) has the weight 2^(unit - 1 - k): the first that counts is that of 2^1. */
    const int unit = e - 23, first = unit - 2;
    const uint64_t head = digits(first);
    const int lengths[] = {28, 26}; /* ... to 2^-26, to 2^-52 */
    parts->part[0] = ldexp((double)(head >> (64 - lengths[0])), -26 - unit);
    parts->part[1] = ldexp((double)(head << lengths[0] >> (64 - lengths[1])), -52 - unit);
    parts->part[2] = ldexp((double)(digits(first + 54) >> 36), -80 - unit);
    /* 64 digits, which are enough if the first of them is not 0. The first of 2/pi is not; behind others few of 53 will do. */
    const int rest = first + 82 > 0 ? first + 82 : 0;
    parts->part[3] = ldexp((double)digits(rest), -rest - 64);
}

static int binade(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    const int e = (int)(bits >> MANTISSA_BITS & 0x7ff) - 1023;
    return e < -126 ? -126 : e;
}

void angle_of_floats(AngleFunction function, const double *x, size_t n, double *out)
{
    const ReferenceLevel *level = reference_level();
    for (size_t i = 0, end; i < n; i = end) {
        const int e = binade(x[i]);
        AngleParts parts;
        angle_parts(e, &parts);
        for (end = i + 1; end < n && binade(x[end]) == e;) end++;
        level->angles(function, &parts, x + i, end - i, out + i);
    }
}
