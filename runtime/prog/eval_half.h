/* The 16-bit floats, inside the kernels of one level (see eval_kernel.h). Arithmetic on
   them widens to f32, computes there, and rounds once more to the format. For + - * /
   and sqrt that double rounding is innocuous, since 24 >= 2*11 + 2; the other operators
   are exact in f32. */

/* 2^-14 is the least normal f16; the f32 exponent bias is 112 more than that of f16. */
static inline float f32_of_f16(uint16_t h)
{
    const int32_t magnitude = h & 0x7fff;
    const int32_t rebias = 112 << 23;
    const int32_t normal = (magnitude << 13) + rebias;
    /* The exponent 31 becomes 255, 112 more; a NaN is made quiet. */
    const int32_t special = (normal + rebias) | (magnitude > 0x7c00 ? 0x400000 : 0);
    /* magnitude * 2^-24, exactly. */
    const int32_t subnormal = (int32_t)bits_of_float((float)magnitude * 0x1p-24f);
    int32_t bits = magnitude >= 0x7c00 ? special : normal;
    bits = magnitude < 0x400 ? subnormal : bits;
    return float_of_bits((uint32_t)bits | (uint32_t)(h & 0x8000) << 16);
}

static inline uint16_t f16_of_f32(float x)
{
    const uint32_t bits = bits_of_float(x);
    const int32_t magnitude = (int32_t)(bits & 0x7fffffff);
    /* Drop 13 bits, ties to even; a carry runs into the exponent, up to infinity. */
    int32_t normal = (magnitude - (112 << 23) + 0xfff + (magnitude >> 13 & 1)) >> 13;
    normal = normal > 0x7c00 ? 0x7c00 : normal;
    /* The ulp of [0.5, 1) is 2^-24, that of the subnormals: the addition rounds. */
    const float shifted = float_of_bits((uint32_t)magnitude) + 0.5f;
    const int32_t subnormal = (int32_t)bits_of_float(shifted) - 0x3f000000;
    const int32_t nan = 0x7e00 | (magnitude >> 13 & 0x1ff);
    int32_t half = magnitude < 0x38800000 ? subnormal : normal;
    half = magnitude > 0x7f800000 ? nan : half;
    return (uint16_t)((uint32_t)half | (bits >> 16 & 0x8000));
}

static inline float f32_of_bf16(uint16_t h)
{
    const uint32_t quiet = (h & 0x7fff) > 0x7f80 ? 0x400000 : 0;
    return float_of_bits((uint32_t)h << 16 | quiet);
}

static inline uint16_t bf16_of_f32(float x)
{
    const uint32_t bits = bits_of_float(x);
    const int32_t magnitude = (int32_t)(bits & 0x7fffffff);
    const uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
    const uint32_t nan = bits >> 16 | 0x40;
    return (uint16_t)(magnitude > 0x7f800000 ? nan : rounded);
}

static void widen_f16(float *restrict r, const U16 *restrict a, size_t n)
{
    size_t i = 0;
#ifdef __F16C__
    for (; i + 8 <= n; i += 8)
        _mm256_storeu_ps(r + i, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(a + i))));
#endif
    for (; i < n; i++) r[i] = f32_of_f16(a[i]);
}

static void narrow_f16(U16 *restrict r, const float *restrict a, size_t n)
{
    size_t i = 0;
#ifdef __F16C__
    for (; i + 8 <= n; i += 8) {
        const __m128i half = _mm256_cvtps_ph(_mm256_loadu_ps(a + i), _MM_FROUND_TO_NEAREST_INT);
        _mm_storeu_si128((__m128i *)(r + i), half);
    }
#endif
    for (; i < n; i++) r[i] = f16_of_f32(a[i]);
}

static void widen_bf16(float *restrict r, const U16 *restrict a, size_t n)
{
    for (size_t i = 0; i < n; i++) r[i] = f32_of_bf16(a[i]);
}

static void narrow_bf16(U16 *restrict r, const float *restrict a, size_t n)
{
    for (size_t i = 0; i < n; i++) r[i] = bf16_of_f32(a[i]);
}

typedef void (*Widen)(float *restrict r, const U16 *restrict a, size_t n);
typedef void (*Narrow)(U16 *restrict r, const float *restrict a, size_t n);

/* Blocks are cut into pieces whose f32 copies stay in the first-level cache. */
enum { PIECE = 256 };

/* The operands at [start, start + count) as f32, in `wide`; scalars once at the start. */
static inline void widen_operands(const void **wide_operand, float (*wide)[PIECE],
                                  const void *const *operand, int n_operands, int form,
                                  size_t start, size_t count, Widen widen)
{
    for (int k = 0; k < n_operands; k++) {
        const bool is_scalar = form >> k & 1;
        const U16 *const from = operand[k];
        wide_operand[k] = wide[k];
        if (is_scalar && start == 0) widen(wide[k], from, 1);
        if (!is_scalar) widen(wide[k], from + start, count);
    }
}

/* result = narrow(kernel(widen(operands))). */
static void half_compute(U16 *result, const void *const *operand, size_t n, int n_operands,
                         int form, Kernel kernel, Widen widen, Narrow narrow)
{
    float wide[2][PIECE], value[PIECE];
    const void *wide_operand[OP_ARITY_MAX];
    for (size_t start = 0; start < n; start += PIECE) {
        const size_t count = n - start < PIECE ? n - start : PIECE;
        widen_operands(wide_operand, wide, operand, n_operands, form, start, count, widen);
        kernel(value, wide_operand, count);
        narrow(result + start, value, count);
    }
}

/* The f32 kernel's result as it is: a mask, an integer, a wider float. */
static void half_test(char *result, size_t size, const void *const *operand, size_t n,
                      int n_operands, int form, Kernel kernel, Widen widen)
{
    float wide[2][PIECE];
    const void *wide_operand[OP_ARITY_MAX];
    for (size_t start = 0; start < n; start += PIECE) {
        const size_t count = n - start < PIECE ? n - start : PIECE;
        widen_operands(wide_operand, wide, operand, n_operands, form, start, count, widen);
        kernel(result + start * size, wide_operand, count);
    }
}

/* compare(a, b) ? a : b, keeping a's and b's bits. */
static void half_choose(U16 *result, const void *const *operand, size_t n, int form, Kernel compare,
                        Widen widen)
{
    const U16 *const a = operand[0], *const b = operand[1];
    float wide[2][PIECE];
    int32_t mask[PIECE];
    const void *wide_operand[OP_ARITY_MAX];
    for (size_t start = 0; start < n; start += PIECE) {
        const size_t count = n - start < PIECE ? n - start : PIECE;
        widen_operands(wide_operand, wide, operand, 2, form, start, count, widen);
        compare(mask, wide_operand, count);
        for (size_t i = 0; i < count; i++) {
            const uint16_t left = a[form & FORM_A ? 0 : start + i];
            const uint16_t right = b[form & FORM_B ? 0 : start + i];
            result[start + i] = mask[i] ? left : right;
        }
    }
}
