#include "runtime/oracle/rounding.h"

uint64_t bits_from_mpfr(Type type, mpfr_srcptr x, mpfr_ptr scratch)
{
    if (mpfr_zero_p(x)) return bits_from_value(type, mpfr_signbit(x) ? -0.0 : 0.0);
    if (!mpfr_number_p(x)) return bits_from_value(type, mpfr_get_d(x, MPFR_RNDN));
    if (type == TYPE_F64) return bits_of_double(mpfr_get_d(x, MPFR_RNDN));

    const TypeInfo *t = type_info(type);
    const uint64_t sign = mpfr_signbit(x) ? (uint64_t)1 << (t->size * 8 - 1) : 0;
    const int fraction_bits = t->precision - 1;
    const uint64_t infinity = (uint64_t)(t->emax - t->emin + 2) << fraction_bits;
    long exponent = mpfr_get_exp(x) - 1;
    if (exponent > t->emax) return sign | infinity;
    if (exponent < t->emin - t->precision) return sign; /* below half of the least value */
    if (exponent < t->emin) exponent = t->emin;
    /* |x| as a multiple of the spacing there, to nearest, ties to even. The sum carries into the
       exponent field by itself. */
    mpfr_set_prec(scratch, mpfr_get_prec(x));
    mpfr_mul_2si(scratch, x, fraction_bits - exponent, MPFR_RNDN);
    mpfr_abs(scratch, scratch, MPFR_RNDN);
    const uint64_t steps = mpfr_get_ui(scratch, MPFR_RNDN);
    return sign | (((uint64_t)(exponent - t->emin) << fraction_bits) + steps);
}

bool is_exact_bits(Type type, uint64_t bits, mpfr_srcptr x)
{
    return mpfr_cmp_d(x, value_from_bits(type, bits)) == 0;
}

long ulp_exponent(Type type, mpfr_srcptr x)
{
    const TypeInfo *t = type_info(type);
    long exponent = mpfr_zero_p(x) ? t->emin : mpfr_inf_p(x) ? t->emax : mpfr_get_exp(x) - 1;
    if (exponent < t->emin) exponent = t->emin;
    if (exponent > t->emax) exponent = t->emax;
    return exponent - t->precision + 1;
}
