/* Real constants: 128-bit integers times powers of two and ten. */
#include "runtime/prog/prog.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned __int128 U128;

enum {
    DECIMAL_DIGITS_MAX = 38,     /* 10^38 < 2^128 */
    EXPONENT_MAX = 100 * 1000000 /* beyond it a constant is as good as 0 or inf */
};

static U128 mantissa_of(Real value) { return (U128)value.hi << 64 | value.lo; }

static void set_mantissa(Real *value, U128 m)
{
    value->hi = (uint64_t)(m >> 64);
    value->lo = (uint64_t)m;
}

Real real_normalize(Real value)
{
    if (value.class != REAL_FINITE)
        return (Real){.negative = value.class == REAL_NAN ? 0 : value.negative,
                      .class = value.class};
    U128 m = mantissa_of(value);
    if (m == 0) return (Real){.negative = value.negative};
    int64_t exp2 = value.exp2, exp10 = value.exp10;
    /* m * 10^-k with 5 | m ==> m/5 * 2^-1 * 10^-(k-1) */
    while (exp10 < 0 && m % 5 == 0) m /= 5, exp10++, exp2--;
    while ((m & 1) == 0) m >>= 1, exp2++;
    /* m * 10^k ==> 5m * 2 * 10^(k-1) while it fits */
    while (exp10 > 0 && m <= ~(U128)0 / 5) m *= 5, exp10--, exp2++;
    Real normal = {.exp2 = (int32_t)exp2, .exp10 = (int32_t)exp10, .negative = value.negative};
    set_mantissa(&normal, m);
    return normal;
}

Real real_from_double(double value)
{
    if (isnan(value)) return (Real){.class = REAL_NAN};
    if (isinf(value)) return (Real){.class = REAL_INFINITY, .negative = value < 0};
    Real real = {.negative = signbit(value) != 0};
    int exponent;
    const double fraction = frexp(fabs(value), &exponent);
    real.lo = (uint64_t)ldexp(fraction, 53);
    real.exp2 = exponent - 53;
    return real_normalize(real);
}

/* Reads "[+-]digits" as an exponent; large ones stop at EXPONENT_MAX. NULL if there are no digits. */
static const char *parse_exponent(const char *text, int64_t *out)
{
    const char *c = text;
    const bool negative = *c == '-';
    if (*c == '-' || *c == '+') c++;
    if (!isdigit((unsigned char)*c)) return NULL;
    int64_t value = 0;
    for (; isdigit((unsigned char)*c); c++)
        if (value < EXPONENT_MAX) value = value * 10 + (*c - '0');
    *out = negative ? -value : value;
    return c;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* A run of digits with at most one point, in base 10 or 16, into m * base^scale;
   digits that m cannot hold round it. Returns behind it, or NULL if there is no digit. */
static const char *parse_digits(const char *c, int base, U128 *m, int64_t *scale)
{
    bool has_point = false, has_digit = false, is_full = false;
    int n_kept = 0;
    const int kept_max = base == 10 ? DECIMAL_DIGITS_MAX : 32;
    *m = 0, *scale = 0;
    for (;; c++) {
        if (*c == '.' && !has_point) {
            has_point = true;
            continue;
        }
        const int digit = hex_digit(*c);
        if (digit < 0 || digit >= base) break;
        has_digit = true;
        if (n_kept < kept_max) {
            *m = *m * (U128)base + (U128)digit;
            if (*m != 0) n_kept++;
            if (has_point) --*scale;
        } else {
            if (!is_full && digit * 2 >= base) ++*m;
            is_full = true;
            if (!has_point) ++*scale;
        }
    }
    return has_digit ? c : NULL;
}

static const char *parse_word(const char *c, RealClass *class)
{
    static const struct {
        const char *word;
        RealClass class;
    } WORDS[] = {{"infinity", REAL_INFINITY}, {"inf", REAL_INFINITY}, {"nan", REAL_NAN}};
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        const size_t n = strlen(WORDS[i].word);
        if (strncasecmp(c, WORDS[i].word, n) == 0 && !isalnum((unsigned char)c[n])) {
            *class = WORDS[i].class;
            return c + n;
        }
    }
    return NULL;
}

bool real_parse(const char *text, const char **end, Real *out)
{
    *end = text;
    Real real = {0};
    const char *c = text;
    real.negative = *c == '-';
    if (*c == '-' || *c == '+') c++;
    RealClass class;
    const char *word = parse_word(c, &class);
    if (word) {
        real.class = (uint8_t) class;
        *end = word;
        *out = real_normalize(real);
        return true;
    }
    const bool is_hex = c[0] == '0' && (c[1] == 'x' || c[1] == 'X');
    U128 m;
    int64_t scale, exponent = 0, decimal = 0;
    c = parse_digits(is_hex ? c + 2 : c, is_hex ? 16 : 10, &m, &scale);
    if (!c) return false;
    if (is_hex ? *c == 'p' || *c == 'P' : *c == 'e' || *c == 'E') {
        const char *behind = parse_exponent(c + 1, &exponent);
        if (behind)
            c = behind;
        else if (is_hex)
            return false;
    }
    if (is_hex && *c == 'd') { /* real_print's form for what has no short decimal */
        const char *behind = parse_exponent(c + 1, &decimal);
        if (behind) c = behind;
    }
    set_mantissa(&real, m);
    real.exp2 = (int32_t)(is_hex ? 4 * scale + exponent : 0);
    real.exp10 = (int32_t)(is_hex ? decimal : scale + exponent);
    *end = c;
    *out = real_normalize(real);
    return true;
}

static void print_digits(char *digits, U128 m)
{
    char reversed[48];
    int n = 0;
    do reversed[n++] = (char)('0' + (int)(m % 10));
    while (m /= 10);
    for (int i = 0; i < n; i++) digits[i] = reversed[n - 1 - i];
    digits[n] = 0;
}

/* Prints m * 10^exponent as a plain decimal where that is short, else with e. */
static void print_decimal(Text *out, U128 m, int exponent)
{
    char digits[48];
    print_digits(digits, m);
    const int n = (int)strlen(digits);
    if (exponent == 0)
        text_add(out, "%s", digits);
    else if (exponent < 0 && -exponent < n)
        text_add(out, "%.*s.%s", n + exponent, digits, digits + n + exponent);
    else if (exponent < 0 && -exponent < n + 6)
        text_add(out, "0.%.*s%s", -exponent - n, "00000000", digits);
    else
        text_add(out, "%se%d", digits, exponent);
}

/* m * 2^exp2 * 10^exp10 as a decimal mantissa and exponent with at most 38 digits; false if it has none. */
static bool to_decimal(Real value, U128 *m, int *exponent)
{
    const U128 limit = ~(U128)0 / 5;
    *m = mantissa_of(value);
    *exponent = value.exp10;
    if (abs(value.exp2) > 60) return false;
    for (int i = 0; i < value.exp2; i++) {
        if (*m > limit) return false;
        *m *= 2;
    }
    for (int i = 0; i > value.exp2; i--) { /* m/2 ==> 5m/10 */
        if (*m > limit) return false;
        *m *= 5, --*exponent;
    }
    return *m <= (U128)1 << 126;
}

void real_print(Text *out, Real value)
{
    if (value.class == REAL_NAN) {
        text_add(out, "nan");
        return;
    }
    if (value.negative) text_add(out, "-");
    if (value.class == REAL_INFINITY) {
        text_add(out, "inf");
        return;
    }
    U128 m;
    int exponent;
    if (to_decimal(value, &m, &exponent) && (value.exp10 != 0 || m < 1000000000)) {
        print_decimal(out, m, exponent);
        return;
    }
    if (value.hi)
        text_add(out, "0x%llx%016llxp%d", (unsigned long long)value.hi,
                 (unsigned long long)value.lo, value.exp2);
    else
        text_add(out, "0x%llxp%d", (unsigned long long)value.lo, value.exp2);
    if (value.exp10) text_add(out, "d%d", value.exp10);
}

double real_to_double(Real value)
{
    double magnitude;
    if (value.class == REAL_NAN) return NAN;
    if (value.class == REAL_INFINITY)
        magnitude = INFINITY;
    else if (value.exp10 == 0)
        magnitude = ldexp((double)mantissa_of(value), value.exp2);
    else {
        Text text = {0};
        U128 m;
        int exponent;
        if (to_decimal(value, &m, &exponent)) {
            char digits[48];
            print_digits(digits, m);
            text_add(&text, "%se%d", digits, exponent);
            magnitude = strtod(text.data, NULL);
        } else {
            magnitude = (double)ldexpl(
                (long double)mantissa_of(value) * powl(10, (long double)value.exp10), value.exp2);
        }
        text_release(&text);
    }
    return value.negative ? -magnitude : magnitude;
}

bool real_is_equal(Real a, Real b)
{
    return a.hi == b.hi && a.lo == b.lo && a.exp2 == b.exp2 && a.exp10 == b.exp10 &&
           a.negative == b.negative && a.class == b.class;
}
