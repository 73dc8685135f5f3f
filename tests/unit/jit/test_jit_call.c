/* Functions of run-time signatures, tried on libm and on one of each shape. */
#include "runtime/emit/backend.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const Backend *backend(void)
{
    const Backend *b = NULL;
    Err err = {0};
    if (backend_load(&b, &err) != OK) fail_msg("%s", err.text);
    return b;
}

static Call *new_call(void (*function)(void), const Type *argument, int n, Type result)
{
    Call *call = NULL;
    Err err = {0};
    if (backend()->call_new(&call, function, argument, n, result, &err) != OK)
        fail_msg("%s", err.text);
    return call;
}

static void call_gives_what_libm_gives(void **state)
{
    const Type f64[3] = {TYPE_F64, TYPE_F64, TYPE_F64}, f32[2] = {TYPE_F32, TYPE_F32};
    const Type mixed[2] = {TYPE_F64, TYPE_I32};
    Call *sine = new_call((void (*)(void))sin, f64, 1, TYPE_F64);
    Call *power = new_call((void (*)(void))powf, f32, 2, TYPE_F32);
    Call *fused = new_call((void (*)(void))fma, f64, 3, TYPE_F64);
    Call *scaled = new_call((void (*)(void))ldexp, mixed, 2, TYPE_F64);
    Call *exponent = new_call((void (*)(void))ilogb, f64, 1, TYPE_I32);
    Call *rounded = new_call((void (*)(void))llrintf, f32, 1, TYPE_I64);
    volatile double one_third = 1.0 / 3; /* so that the compiler calls libm too */
    for (int i = -40; i < 40; i++) {
        const double x = i * 0.37 + one_third;
        const float xf = (float)x;
        const uint64_t in[3] = {bits_of_double(x), bits_of_double(x * 3), bits_of_double(-x)};
        const uint64_t in_f[2] = {bits_of_float(fabsf(xf)), bits_of_float(xf)};
        const uint64_t in_mixed[2] = {bits_of_double(x), (uint32_t)i};
        assert_int_equal(backend()->call_bits(sine, in), bits_of_double(sin(x)));
        assert_int_equal(backend()->call_bits(power, in_f), bits_of_float(powf(fabsf(xf), xf)));
        assert_int_equal(backend()->call_bits(fused, in), bits_of_double(fma(x, x * 3, -x)));
        assert_int_equal(backend()->call_bits(scaled, in_mixed), bits_of_double(ldexp(x, i)));
        assert_int_equal(backend()->call_bits(exponent, in), (uint32_t)ilogb(x));
        assert_int_equal(backend()->call_bits(rounded, in_f), (uint64_t)llrintf(fabsf(xf)));
    }
    Call *const calls[] = {sine, power, fused, scaled, exponent, rounded};
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) backend()->call_free(calls[i]);
}

static int16_t negate16(int16_t x) { return (int16_t)-x; }
static double sum_of_many(float a, int64_t b, double c, int16_t d, int32_t e, float f, double g,
                          double h, double i, double j, double k)
{
    return a + (double)b * 2 + c * 3 + d * 4 + e * 5 + f * 6 + g * 7 + h * 8 + i * 9 + j * 10 +
           k * 11;
}

static void call_takes_small_integers_and_many_arguments(void **state)
{
    const Type i16 = TYPE_I16;
    Call *negate = new_call((void (*)(void))negate16, &i16, 1, TYPE_I16);
    const uint64_t minus_five = 0xfffb, five = 5;
    assert_int_equal(backend()->call_bits(negate, &minus_five), 5);
    assert_int_equal(backend()->call_bits(negate, &five), 0xfffb);
    backend()->call_free(negate);

    const Type type[11] = {TYPE_F32, TYPE_I64, TYPE_F64, TYPE_I16, TYPE_I32, TYPE_F32,
                           TYPE_F64, TYPE_F64, TYPE_F64, TYPE_F64, TYPE_F64};
    uint64_t in[11];
    for (int i = 0; i < 11; i++)
        in[i] = type[i] == TYPE_F32   ? bits_of_float((float)-i)
                : type[i] == TYPE_F64 ? bits_of_double(-i)
                                      : (uint64_t) - (int64_t)i;
    Call *sum = new_call((void (*)(void))sum_of_many, type, 11, TYPE_F64);
    assert_int_equal(backend()->call_bits(sum, in),
                     bits_of_double(sum_of_many(0, -1, -2, -3, -4, -5, -6, -7, -8, -9, -10)));
    backend()->call_free(sum);
}

static void call_refuses_types_without_a_convention(void **state)
{
    const Type type = TYPE_BF16;
    Call *call = NULL;
    Err err = {0};
    assert_int_equal(backend()->call_new(&call, (void (*)(void))negate16, &type, 1, TYPE_F32, &err),
                     ERR_UNSUPPORTED);
    assert_null(call);
    assert_non_null(strstr(err.text, "bf16"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(call_gives_what_libm_gives),
        cmocka_unit_test(call_takes_small_integers_and_many_arguments),
        cmocka_unit_test(call_refuses_types_without_a_convention),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
