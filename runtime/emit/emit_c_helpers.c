#include "runtime/emit/emit_c_body.h"

#include <assert.h>
#include <string.h>

/* Arithmetic wraps: it is done on the unsigned type U (32 bits for i16, whose products would
   overflow an int otherwise). Shifting a negative number right and converting to a narrower
   type are the implementation's choice in C11; gcc and clang do what is wanted. */
#define INT_HELPERS(T, U, S, MASK)                                                                 \
    {"add_" S, NULL,                                                                               \
     "static inline " T " add_" S "(" T " a, " T " b)\n"                                           \
     "{\n    return (" T ")((" U ")a + (" U ")b);\n}\n"},                                          \
        {"sub_" S, NULL,                                                                           \
         "static inline " T " sub_" S "(" T " a, " T " b)\n"                                       \
         "{\n    return (" T ")((" U ")a - (" U ")b);\n}\n"},                                      \
        {"mul_" S, NULL,                                                                           \
         "static inline " T " mul_" S "(" T " a, " T " b)\n"                                       \
         "{\n    return (" T ")((" U ")a * (" U ")b);\n}\n"},                                      \
        {"shl_" S, NULL,                                                                           \
         "static inline " T " shl_" S "(" T " a, " T " count)\n"                                   \
         "{\n    return (" T ")((" U ")a << (count & " MASK "));\n}\n"},                           \
        {"ashr_" S, NULL,                                                                          \
         "static inline " T " ashr_" S "(" T " a, " T " count)\n"                                  \
         "{\n    return (" T ")(a >> (count & " MASK "));\n}\n"},                                  \
    {                                                                                              \
        "lshr_" S, NULL,                                                                           \
            "static inline " T " lshr_" S "(" T " a, " T " count)\n"                               \
            "{\n    return (" T ")((u" T ")a >> (count & " MASK "));\n}\n"                         \
    }

/* Toward zero, saturating, NaN to 0. */
#define TO_INT(I, IT, MAX, F, FT, LIMIT)                                                           \
    {                                                                                              \
        "to_" I "_from_" F, NULL,                                                                  \
            "static inline " IT " to_" I "_from_" F "(" FT " x)\n"                                 \
            "{\n    if (x != x) return 0;\n"                                                       \
            "    if (x >= " LIMIT ") return " MAX ";\n"                                            \
            "    return x < -" LIMIT " ? -" MAX " - 1 : (" IT ")x;\n}\n"                           \
    }

#define BIT_CASTS(I, IT, F, FT)                                                                    \
    {"bits_of_" F, NULL,                                                                           \
     "static inline " IT " bits_of_" F "(" FT " x)\n"                                              \
     "{\n    " IT " bits;\n    memcpy(&bits, &x, sizeof bits);\n"                                  \
     "    return bits;\n}\n"},                                                                     \
    {                                                                                              \
        F "_of_bits", NULL,                                                                        \
            "static inline " FT " " F "_of_bits(" IT " bits)\n"                                    \
            "{\n    " FT " x;\n    memcpy(&x, &bits, sizeof x);\n"                                 \
            "    return x;\n}\n"                                                                   \
    }

/* In the order of printing: a helper comes after the one it uses (`needs`). */
typedef struct {
    const char *name, *needs, *text;
} Helper;
/* Of AVX-512: a * 2^floor(b), the exponent, the significand in [3/4, 3/2), what rint takes off. */
#define SCALING(S, T, F, QUIET)                                                                    \
    {"scalef_" S, "bits_of_" S,                                                                    \
     "static inline " T " scalef_" S "(" T " a, " T " b)\n"                                        \
     "{\n    if (b != b) return b;\n"                                                              \
     "    if (isinf(b) && a != a && (bits_of_" S "(a) >> " QUIET " & 1)) return b > 0 ? b : 0;\n"  \
     "    if (isinf(b)) return a * (b > 0 ? b : 0);\n"                                             \
     "    return scalbn" F "(a, (int)(b < -2200 ? -2200 : b > 2200 ? 2200 : floor" F "(b)));\n"    \
     "}\n"},                                                                                       \
        {"getexp_" S, NULL,                                                                        \
         "static inline " T " getexp_" S "(" T " a)\n{\n    return logb" F "(a);\n}\n"},           \
        {"reduce_" S, NULL,                                                                        \
         "static inline " T " reduce_" S "(" T " a)\n"                                             \
         "{\n    return isinf(a) ? 0 : a - rint" F "(a);\n}\n"},                                   \
    {                                                                                              \
        "getmant_" S, NULL,                                                                        \
            "static inline " T " getmant_" S "(" T " a)\n"                                         \
            "{\n    int exponent;\n    if (a != a) return a;\n"                                    \
            "    if (a == 0) return copysign" F "(1, a);\n    if (a < 0) return (" T ")NAN;\n"     \
            "    if (isinf(a)) return 1;\n    a = frexp" F "(a, &exponent);\n"                     \
            "    return a < (" T ")0.75 ? 2 * a : a;\n}\n"                                         \
    }
static const Helper HELPERS[] = {
    INT_HELPERS("int16_t", "uint32_t", "i16", "15"),
    INT_HELPERS("int32_t", "uint32_t", "i32", "31"),
    INT_HELPERS("int64_t", "uint64_t", "i64", "63"),
    TO_INT("i32", "int32_t", "INT32_MAX", "f32", "float", "0x1p31f"),
    TO_INT("i64", "int64_t", "INT64_MAX", "f32", "float", "0x1p63f"),
    TO_INT("i32", "int32_t", "INT32_MAX", "f64", "double", "0x1p31"),
    TO_INT("i64", "int64_t", "INT64_MAX", "f64", "double", "0x1p63"),
    BIT_CASTS("i16", "int16_t", "f16", "_Float16"),
    BIT_CASTS("i32", "int32_t", "f32", "float"),
    BIT_CASTS("i64", "int64_t", "f64", "double"),
    SCALING("f32", "float", "f", "22"),
    SCALING("f64", "double", "", "51"),
    {"f32_of_bf16", "f32_of_bits",
     "static inline float f32_of_bf16(approx_bf16 bits)\n"
     "{\n    return f32_of_bits((int32_t)((uint32_t)bits << 16));\n}\n"},
    {"bf16_of_f32", "bits_of_f32",
     "/* x has no more bits than bf16. */\n"
     "static inline approx_bf16 bf16_of_f32(float x)\n"
     "{\n    return (approx_bf16)((uint32_t)bits_of_f32(x) >> 16);\n}\n"},
    {"round_to_bf16", "f32_of_bits",
     "/* To the nearest bf16, ties to even: adds half an ulp, less one where the last kept bit is "
     "0,\n"
     "   and cuts. */\n"
     "static inline float round_to_bf16(float x)\n"
     "{\n    uint32_t bits;\n    memcpy(&bits, &x, sizeof bits);\n"
     "    bits = (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff0000;\n"
     "    return x != x ? NAN : f32_of_bits((int32_t)bits);\n}\n"},
    {"narrow_to_odd", "f32_of_bits",
     "/* To float, to the odd one of two neighbours: rounding the result again rounds once. */\n"
     "static inline float narrow_to_odd(double x)\n"
     "{\n    const float near = (float)x;\n    const double back = near;\n"
     "    uint32_t bits;\n    memcpy(&bits, &near, sizeof bits);\n"
     "    if (x != x || back == x) return near;\n"
     "    if (fabs(back) > fabs(x)) bits--;\n"
     "    return f32_of_bits((int32_t)(bits | 1));\n}\n"},
};
enum { HELPERS_COUNT = sizeof HELPERS / sizeof HELPERS[0] };
_Static_assert((int)HELPERS_COUNT <= (int)C_HELPERS_MAX, "CHelpers has room for every helper");

const char *c_helper_use(CHelpers *helpers, const char *name)
{
    for (int i = 0; i < HELPERS_COUNT; i++) {
        if (strcmp(HELPERS[i].name, name) != 0) continue;
        helpers->is_used[i] = true;
        if (HELPERS[i].needs) c_helper_use(helpers, HELPERS[i].needs);
        return HELPERS[i].name;
    }
    assert(!"no such helper");
    return name;
}

void c_helpers_print(Text *out, const CHelpers *helpers)
{
    for (int i = 0; i < HELPERS_COUNT; i++)
        if (helpers->is_used[i]) text_add(out, "%s\n", HELPERS[i].text);
}
