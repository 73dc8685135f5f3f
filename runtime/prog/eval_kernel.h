/* The kernels of the interpreter: every machine operator on every type, as loops that
   the compiler vectorises. Included once by each eval_level_*.c, which is compiled
   for its instruction set and defines

     LEVEL_TABLE   the EvalLevel to define: eval_level_avx2
     LEVEL_NAME    its name: "avx2"

   Every level computes the same bits: only operations that IEEE 754 determines are
   used, nothing is contracted (-ffp-contract=off) and fma is a true fma everywhere. */
#include "runtime/prog/eval_level.h"

#include <math.h>
#ifdef __F16C__
#include <immintrin.h>
#endif

/* The elements of blocks. Blocks come from callers, who declared them as they liked,
   and sign bits are handled as integers: hence may_alias. */
typedef float __attribute__((may_alias)) F32;
typedef double __attribute__((may_alias)) F64;
typedef uint16_t __attribute__((may_alias)) U16;
typedef uint32_t __attribute__((may_alias)) U32;
typedef uint64_t __attribute__((may_alias)) U64;
typedef int16_t __attribute__((may_alias)) I16;
typedef int32_t __attribute__((may_alias)) I32;
typedef int64_t __attribute__((may_alias)) I64;

/* No iteration depends on another: tells the compiler what eval_level.h promises. */
#ifdef __clang__
#define INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define INDEPENDENT _Pragma("GCC ivdep")
#endif

#include "runtime/prog/eval_half.h"
#include "runtime/prog/eval_number.h"

/* -- how a kernel is written ---------------------------------------------------- */

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* r[i] = expression in a. */
#define UNARY(name, A, R, expression)                                                              \
    static void name(void *result, const void *const *operand, size_t n)                           \
    {                                                                                              \
        const A *const a_block = operand[0];                                                       \
        R *const r = result;                                                                       \
        INDEPENDENT for (size_t i = 0; i < n; i++)                                                 \
        {                                                                                          \
            const A a = a_block[i];                                                                \
            r[i] = (R)(expression);                                                                \
        }                                                                                          \
    }

/* r[i] = expression in a, b; in the forms block-block, block-scalar, scalar-block. */
#define BINARY(name, A, R, expression)                                                             \
    ALWAYS_INLINE void name(R *r, const A *a_block, const A *b_block, size_t n, bool a_is_scalar,  \
                            bool b_is_scalar)                                                      \
    {                                                                                              \
        const A a_scalar = a_block[0], b_scalar = b_block[0];                                      \
        INDEPENDENT for (size_t i = 0; i < n; i++)                                                 \
        {                                                                                          \
            const A a = a_is_scalar ? a_scalar : a_block[i];                                       \
            const A b = b_is_scalar ? b_scalar : b_block[i];                                       \
            r[i] = (R)(expression);                                                                \
        }                                                                                          \
    }                                                                                              \
    static void name##_bb(void *r, const void *const *x, size_t n)                                 \
    {                                                                                              \
        name(r, x[0], x[1], n, false, false);                                                      \
    }                                                                                              \
    static void name##_bs(void *r, const void *const *x, size_t n)                                 \
    {                                                                                              \
        name(r, x[0], x[1], n, false, true);                                                       \
    }                                                                                              \
    static void name##_sb(void *r, const void *const *x, size_t n)                                 \
    {                                                                                              \
        name(r, x[0], x[1], n, true, false);                                                       \
    }

/* r[i] = expression in a, b, c; the first always a block, of type A. */
#define TERNARY(name, A, R, expression)                                                            \
    ALWAYS_INLINE void name(R *r, const A *a_block, const R *b_block, const R *c_block, size_t n,  \
                            bool b_is_scalar, bool c_is_scalar)                                    \
    {                                                                                              \
        const R b_scalar = b_block[0], c_scalar = c_block[0];                                      \
        INDEPENDENT for (size_t i = 0; i < n; i++)                                                 \
        {                                                                                          \
            const A a = a_block[i];                                                                \
            const R b = b_is_scalar ? b_scalar : b_block[i];                                       \
            const R c = c_is_scalar ? c_scalar : c_block[i];                                       \
            r[i] = (R)(expression);                                                                \
        }                                                                                          \
    }                                                                                              \
    static void name##_bbb(void *r, const void *const *x, size_t n)                                \
    {                                                                                              \
        name(r, x[0], x[1], x[2], n, false, false);                                                \
    }                                                                                              \
    static void name##_bbs(void *r, const void *const *x, size_t n)                                \
    {                                                                                              \
        name(r, x[0], x[1], x[2], n, false, true);                                                 \
    }                                                                                              \
    static void name##_bsb(void *r, const void *const *x, size_t n)                                \
    {                                                                                              \
        name(r, x[0], x[1], x[2], n, true, false);                                                 \
    }                                                                                              \
    static void name##_bss(void *r, const void *const *x, size_t n)                                \
    {                                                                                              \
        name(r, x[0], x[1], x[2], n, true, true);                                                  \
    }

/* -- floats --------------------------------------------------------------------- */

#define FLOAT_KERNELS(type, T, f)                                                                  \
    BINARY(add_##type, T, T, a + b)                                                                \
    BINARY(sub_##type, T, T, a - b)                                                                \
    BINARY(mul_##type, T, T, a *b)                                                                 \
    BINARY(div_##type, T, T, a / b)                                                                \
    BINARY(min_##type, T, T, a < b ? a : b)                                                        \
    BINARY(max_##type, T, T, a > b ? a : b)                                                        \
    TERNARY(fma_##type, T, T, fma_one_##type(a, b, c))                                             \
    UNARY(sqrts_##type, T, T, __builtin_sqrt##f(a))                                                \
    UNARY(rints_##type, T, T, rint_##type(a))                                                      \
    UNARY(floors_##type, T, T, floor_##type(a))                                                    \
    UNARY(ceils_##type, T, T, ceil_##type(a))                                                      \
    UNARY(truncs_##type, T, T, trunc_##type(a))                                                    \
    UNARY(rounds_##type, T, T, round_##type(a))                                                    \
    BINARY(lt_##type, T, I32, -(I32)(a < b))                                                       \
    BINARY(le_##type, T, I32, -(I32)(a <= b))                                                      \
    BINARY(eq_##type, T, I32, -(I32)(a == b))                                                      \
    BINARY(ne_##type, T, I32, -(I32)(a != b))
FLOAT_KERNELS(f32, F32, f)
FLOAT_KERNELS(f64, F64, )
BINARY(scalef_op_f32, F32, F32, scalef_f32(a, b))
BINARY(scalef_op_f64, F64, F64, scalef_f64(a, b))
UNARY(getexp_op_f32, F32, F32, getexp_f32(a))
UNARY(getexp_op_f64, F64, F64, getexp_f64(a))
UNARY(getmant_op_f32, F32, F32, getmant_f32(a))
UNARY(getmant_op_f64, F64, F64, getmant_f64(a))
UNARY(reduce_op_f32, F32, F32, reduce_f32(a))
UNARY(reduce_op_f64, F64, F64, reduce_f64(a))
BINARY(gt_f32, F32, I32, -(I32)(a > b)) /* for max of the 16-bit floats */

/* Signs are bits: they change on NaN too, and on nothing else. */
#define SIGN_KERNELS(width, U, sign)                                                               \
    UNARY(neg_##width, U, U, a ^ sign)                                                             \
    UNARY(abs_##width, U, U, a &(U)~sign)                                                          \
    BINARY(copysign_##width, U, U, (a & (U)~sign) | (b & sign))
SIGN_KERNELS(16, U16, 0x8000u)
SIGN_KERNELS(32, U32, 0x80000000u)
SIGN_KERNELS(64, U64, 0x8000000000000000u)

/* The 16-bit floats by way of the f32 kernels. */
#define HALF_COMPUTE(name, type, n_operands, form, kernel)                                         \
    static void name(void *r, const void *const *x, size_t n)                                      \
    {                                                                                              \
        half_compute(r, x, n, n_operands, form, kernel, widen_##type, narrow_##type);              \
    }
#define HALF_TEST(name, type, R, n_operands, form, kernel)                                         \
    static void name(void *r, const void *const *x, size_t n)                                      \
    {                                                                                              \
        half_test(r, sizeof(R), x, n, n_operands, form, kernel, widen_##type);                     \
    }
#define HALF_CHOOSE(name, type, form, kernel)                                                      \
    static void name(void *r, const void *const *x, size_t n)                                      \
    {                                                                                              \
        half_choose(r, x, n, form, kernel, widen_##type);                                          \
    }
#define HALF_FORMS(op, type)                                                                       \
    HALF_COMPUTE(op##_##type##_bb, type, 2, 0, op##_f32_bb)                                        \
    HALF_COMPUTE(op##_##type##_bs, type, 2, FORM_B, op##_f32_bs)                                   \
    HALF_COMPUTE(op##_##type##_sb, type, 2, FORM_A, op##_f32_sb)
#define HALF_TEST_FORMS(op, type)                                                                  \
    HALF_TEST(op##_##type##_bb, type, I32, 2, 0, op##_f32_bb)                                      \
    HALF_TEST(op##_##type##_bs, type, I32, 2, FORM_B, op##_f32_bs)                                 \
    HALF_TEST(op##_##type##_sb, type, I32, 2, FORM_A, op##_f32_sb)
#define HALF_CHOOSE_FORMS(op, type, compare)                                                       \
    HALF_CHOOSE(op##_##type##_bb, type, 0, compare##_f32_bb)                                       \
    HALF_CHOOSE(op##_##type##_bs, type, FORM_B, compare##_f32_bs)                                  \
    HALF_CHOOSE(op##_##type##_sb, type, FORM_A, compare##_f32_sb)

UNARY(copy_f32, F32, F32, a)

#define HALF_KERNELS(type)                                                                         \
    HALF_FORMS(add, type)                                                                          \
    HALF_FORMS(sub, type)                                                                          \
    HALF_FORMS(mul, type)                                                                          \
    HALF_FORMS(div, type)                                                                          \
    HALF_CHOOSE_FORMS(min, type, lt)                                                               \
    HALF_CHOOSE_FORMS(max, type, gt)                                                               \
    HALF_COMPUTE(sqrts_##type, type, 1, 0, sqrts_f32)                                              \
    HALF_COMPUTE(rints_##type, type, 1, 0, rints_f32)                                              \
    HALF_COMPUTE(floors_##type, type, 1, 0, floors_f32)                                            \
    HALF_COMPUTE(ceils_##type, type, 1, 0, ceils_f32)                                              \
    HALF_COMPUTE(truncs_##type, type, 1, 0, truncs_f32)                                            \
    HALF_COMPUTE(rounds_##type, type, 1, 0, rounds_f32)                                            \
    HALF_TEST_FORMS(lt, type)                                                                      \
    HALF_TEST_FORMS(le, type)                                                                      \
    HALF_TEST_FORMS(eq, type)                                                                      \
    HALF_TEST_FORMS(ne, type)

/* -- conversions ---------------------------------------------------------------- */

UNARY(f64_from_f32, F32, F64, a)
UNARY(f32_from_f64, F64, F32, a)
UNARY(odd_from_f64, F64, F32, odd_f32_of_f64(a))
UNARY(i32_from_f32, F32, I32, i32_of_f32(a))
UNARY(i64_from_f32, F32, I64, i64_of_f32(a))
UNARY(i32_from_f64, F64, I32, i32_of_f64(a))
UNARY(i64_from_f64, F64, I64, i64_of_f64(a))
UNARY(f32_from_i32, I32, F32, a)
UNARY(f64_from_i32, I32, F64, a)
UNARY(f32_from_i64, I64, F32, a)
UNARY(f64_from_i64, I64, F64, a)

/* f64 rounds once: to odd in f32, then to nearest. */
static inline void half_from_f64(U16 *r, const F64 *a, size_t n, Narrow narrow)
{
    float value[PIECE];
    for (size_t start = 0; start < n; start += PIECE) {
        const size_t count = n - start < PIECE ? n - start : PIECE;
        const void *operand = a + start;
        odd_from_f64(value, &operand, count);
        narrow(r + start, value, count);
    }
}

#define HALF_CONVERSIONS(type)                                                                     \
    static void f32_from_##type(void *r, const void *const *x, size_t n)                           \
    {                                                                                              \
        widen_##type(r, x[0], n);                                                                  \
    }                                                                                              \
    HALF_TEST(f64_from_##type, type, F64, 1, 0, f64_from_f32)                                      \
    HALF_TEST(i32_from_##type, type, I32, 1, 0, i32_from_f32)                                      \
    HALF_TEST(i64_from_##type, type, I64, 1, 0, i64_from_f32)                                      \
    static void type##_from_f32(void *r, const void *const *x, size_t n)                           \
    {                                                                                              \
        narrow_##type(r, x[0], n);                                                                 \
    }                                                                                              \
    static void type##_from_f64(void *r, const void *const *x, size_t n)                           \
    {                                                                                              \
        half_from_f64(r, x[0], n, narrow_##type);                                                  \
    }
HALF_KERNELS(f16)
HALF_KERNELS(bf16)
HALF_CONVERSIONS(f16)
HALF_CONVERSIONS(bf16)

static void bf16_from_f16(void *r, const void *const *x, size_t n)
{
    half_compute(r, x, n, 1, 0, copy_f32, widen_f16, narrow_bf16);
}

static void f16_from_bf16(void *r, const void *const *x, size_t n)
{
    half_compute(r, x, n, 1, 0, copy_f32, widen_bf16, narrow_f16);
}

/* -- booleans and choices ------------------------------------------------------- */

BINARY(and_bool, I32, I32, a &b)
BINARY(or_bool, I32, I32, a | b)
UNARY(not_bool, I32, I32, ~a)
TERNARY(select_16, I32, U16, a ? b : c)
TERNARY(select_32, I32, U32, a ? b : c)
TERNARY(select_64, I32, U64, a ? b : c)

/* -- integers ------------------------------------------------------------------- */

/* Unsigned, since that wraps; W is wide enough for C not to promote to a signed type. */
#define INTEGER_KERNELS(width, I, U, W)                                                            \
    BINARY(iadd_##width, U, U, (W)a + b)                                                           \
    BINARY(isub_##width, U, U, (W)a - b)                                                           \
    BINARY(imul_##width, U, U, (W)a *b)                                                            \
    BINARY(iand_##width, U, U, a &b)                                                               \
    BINARY(ior_##width, U, U, a | b)                                                               \
    BINARY(ixor_##width, U, U, a ^ b)                                                              \
    BINARY(shl_##width, U, U, (W)a << (b & (width - 1)))                                           \
    BINARY(lshr_##width, U, U, a >> (b & (width - 1)))                                             \
    BINARY(ashr_##width, I, I, a >> (b & (width - 1)))                                             \
    BINARY(ilt_##width, I, I32, -(I32)(a < b))                                                     \
    BINARY(ult_##width, U, I32, -(I32)(a < b))                                                     \
    BINARY(ieq_##width, U, I32, -(I32)(a == b))
INTEGER_KERNELS(16, I16, U16, uint32_t)
INTEGER_KERNELS(32, I32, U32, uint32_t)
INTEGER_KERNELS(64, I64, U64, uint64_t)

UNARY(sext_16_32, I16, I32, a)
UNARY(sext_16_64, I16, I64, a)
UNARY(sext_32_64, I32, I64, a)
UNARY(zext_16_32, U16, U32, a)
UNARY(zext_16_64, U16, U64, a)
UNARY(zext_32_64, U32, U64, a)
UNARY(itrunc_32_16, U32, U16, a)
UNARY(itrunc_64_16, U64, U16, a)
UNARY(itrunc_64_32, U64, U32, a)

#define LOOKUP(name, I, R)                                                                         \
    static void name(void *result, const void *const *operand, size_t n)                           \
    {                                                                                              \
        const I *const index = operand[0];                                                         \
        const R *const table = operand[1];                                                         \
        const int32_t mask = (int32_t) * (const uint32_t *)operand[2];                             \
        R *const r = result;                                                                       \
        INDEPENDENT for (size_t i = 0; i < n; i++) r[i] = table[(int32_t)index[i] & mask];         \
    }
LOOKUP(lookup_16_16, U16, U16)
LOOKUP(lookup_16_32, U16, U32)
LOOKUP(lookup_16_64, U16, U64)
LOOKUP(lookup_32_16, U32, U16)
LOOKUP(lookup_32_32, U32, U32)
LOOKUP(lookup_32_64, U32, U64)
LOOKUP(lookup_64_16, U64, U16)
LOOKUP(lookup_64_32, U64, U32)
LOOKUP(lookup_64_64, U64, U64)

/* -- the table ------------------------------------------------------------------ */

#define FORMS2(name)                                                                               \
    {                                                                                              \
        [0] = name##_bb, [FORM_B] = name##_bs, [FORM_A] = name##_sb                                \
    }
#define FORMS3(name)                                                                               \
    {                                                                                              \
        [0] = name##_bbb, [FORM_C] = name##_bbs, [FORM_B] = name##_bsb,                            \
        [FORM_B | FORM_C] = name##_bss                                                             \
    }
/* A binary operator with kernels of its own for each float; likewise the others. */
#define ON_FLOATS2(name)                                                                           \
    {                                                                                              \
        [TYPE_F16] = FORMS2(name##_f16), [TYPE_BF16] = FORMS2(name##_bf16),                        \
        [TYPE_F32] = FORMS2(name##_f32), [TYPE_F64] = FORMS2(name##_f64)                           \
    }
#define ON_FLOATS1(name)                                                                           \
    {                                                                                              \
        [TYPE_F16] = {name##_f16}, [TYPE_BF16] = {name##_bf16}, [TYPE_F32] = {name##_f32},         \
        [TYPE_F64] = {                                                                             \
            name##_f64                                                                             \
        }                                                                                          \
    }
#define ON_SIGNS1(name)                                                                            \
    {                                                                                              \
        [TYPE_F16] = {name##_16}, [TYPE_BF16] = {name##_16}, [TYPE_F32] = {name##_32},             \
        [TYPE_F64] = {                                                                             \
            name##_64                                                                              \
        }                                                                                          \
    }
#define ON_INTEGERS2(name)                                                                         \
    {                                                                                              \
        [TYPE_I16] = FORMS2(name##_16), [TYPE_I32] = FORMS2(name##_32),                            \
        [TYPE_I64] = FORMS2(name##_64)                                                             \
    }
/* By result: the entries of a table have the size of their type. */
#define LOOKUPS(width)                                                                             \
    {                                                                                              \
        [TYPE_F16] = lookup_##width##_16, [TYPE_BF16] = lookup_##width##_16,                       \
        [TYPE_I16] = lookup_##width##_16, [TYPE_F32] = lookup_##width##_32,                        \
        [TYPE_I32] = lookup_##width##_32, [TYPE_F64] = lookup_##width##_64,                        \
        [TYPE_I64] = lookup_##width##_64                                                           \
    }

const EvalLevel LEVEL_TABLE =
    {
        .name = LEVEL_NAME,
        .kernel =
            {
                [OP_ADD] = ON_FLOATS2(add),
                [OP_SUB] = ON_FLOATS2(sub),
                [OP_MUL] = ON_FLOATS2(mul),
                [OP_DIV] = ON_FLOATS2(div),
                [OP_MIN] = ON_FLOATS2(min),
                [OP_MAX] = ON_FLOATS2(max),
                [OP_FMA] = {[TYPE_F32] = FORMS3(fma_f32), [TYPE_F64] = FORMS3(fma_f64)},
                [OP_NEG] = ON_SIGNS1(neg),
                [OP_ABS] = ON_SIGNS1(abs),
                [OP_COPYSIGN] = {[TYPE_F16] = FORMS2(copysign_16),
                                 [TYPE_BF16] = FORMS2(copysign_16),
                                 [TYPE_F32] = FORMS2(copysign_32),
                                 [TYPE_F64] = FORMS2(copysign_64)},
                [OP_SQRT] = ON_FLOATS1(sqrts),
                [OP_RINT] = ON_FLOATS1(rints),
                [OP_FLOOR] = ON_FLOATS1(floors),
                [OP_CEIL] = ON_FLOATS1(ceils),
                [OP_TRUNC] = ON_FLOATS1(truncs),
                [OP_ROUND] = ON_FLOATS1(rounds),
                [OP_SCALEF] = {[TYPE_F32] = FORMS2(scalef_op_f32),
                               [TYPE_F64] = FORMS2(scalef_op_f64)},
                [OP_GETEXP] = {[TYPE_F32] = {getexp_op_f32}, [TYPE_F64] = {getexp_op_f64}},
                [OP_GETMANT] = {[TYPE_F32] = {getmant_op_f32}, [TYPE_F64] = {getmant_op_f64}},
                [OP_REDUCE] = {[TYPE_F32] = {reduce_op_f32}, [TYPE_F64] = {reduce_op_f64}},
                [OP_LT] = ON_FLOATS2(lt),
                [OP_LE] = ON_FLOATS2(le),
                [OP_EQ] = ON_FLOATS2(eq),
                [OP_NE] = ON_FLOATS2(ne),
                [OP_AND] = {[TYPE_BOOL] = FORMS2(and_bool)},
                [OP_OR] = {[TYPE_BOOL] = FORMS2(or_bool)},
                [OP_NOT] = {[TYPE_BOOL] = {not_bool}},
                [OP_SELECT] = {[TYPE_F16] = FORMS3(select_16),
                               [TYPE_BF16] = FORMS3(select_16),
                               [TYPE_I16] = FORMS3(select_16),
                               [TYPE_F32] = FORMS3(select_32),
                               [TYPE_I32] = FORMS3(select_32),
                               [TYPE_BOOL] = FORMS3(select_32),
                               [TYPE_F64] = FORMS3(select_64),
                               [TYPE_I64] = FORMS3(select_64)},
                [OP_LIKELY] = {[TYPE_F16] = FORMS3(select_16),
                               [TYPE_BF16] = FORMS3(select_16),
                               [TYPE_I16] = FORMS3(select_16),
                               [TYPE_F32] = FORMS3(select_32),
                               [TYPE_I32] = FORMS3(select_32),
                               [TYPE_BOOL] = FORMS3(select_32),
                               [TYPE_F64] = FORMS3(select_64),
                               [TYPE_I64] = FORMS3(select_64)},
                [OP_IADD] = ON_INTEGERS2(iadd),
                [OP_ISUB] = ON_INTEGERS2(isub),
                [OP_IMUL] = ON_INTEGERS2(imul),
                [OP_IAND] = ON_INTEGERS2(iand),
                [OP_IOR] = ON_INTEGERS2(ior),
                [OP_IXOR] = ON_INTEGERS2(ixor),
                [OP_SHL] = ON_INTEGERS2(shl),
                [OP_LSHR] = ON_INTEGERS2(lshr),
                [OP_ASHR] = ON_INTEGERS2(ashr),
                [OP_ILT] = ON_INTEGERS2(ilt),
                [OP_ULT] = ON_INTEGERS2(ult),
                [OP_IEQ] = ON_INTEGERS2(ieq),
                /* From here on by the type of the result. */
                [OP_CONVERT] = {[TYPE_F16] = {[TYPE_BF16] = bf16_from_f16,
                                              [TYPE_F32] = f32_from_f16,
                                              [TYPE_F64] = f64_from_f16},
                                [TYPE_BF16] = {[TYPE_F16] = f16_from_bf16,
                                               [TYPE_F32] = f32_from_bf16,
                                               [TYPE_F64] = f64_from_bf16},
                                [TYPE_F32] = {[TYPE_F16] = f16_from_f32,
                                              [TYPE_BF16] = bf16_from_f32,
                                              [TYPE_F64] = f64_from_f32},
                                [TYPE_F64] = {[TYPE_F16] = f16_from_f64,
                                              [TYPE_BF16] = bf16_from_f64,
                                              [TYPE_F32] = f32_from_f64}},
                [OP_TOINT] =
                    {[TYPE_F16] = {[TYPE_I32] = i32_from_f16, [TYPE_I64] = i64_from_f16},
                     [TYPE_BF16] = {[TYPE_I32] = i32_from_bf16, [TYPE_I64] = i64_from_bf16},
                     [TYPE_F32] = {[TYPE_I32] = i32_from_f32, [TYPE_I64] = i64_from_f32},
                     [TYPE_F64] = {[TYPE_I32] = i32_from_f64, [TYPE_I64] = i64_from_f64}},
                [OP_TOFLOAT] =
                    {[TYPE_I32] = {[TYPE_F32] = f32_from_i32, [TYPE_F64] = f64_from_i32},
                     [TYPE_I64] = {[TYPE_F32] = f32_from_i64, [TYPE_F64] = f64_from_i64}},
                [OP_SEXT] = {[TYPE_I16] = {[TYPE_I32] = sext_16_32, [TYPE_I64] = sext_16_64},
                             [TYPE_I32] = {[TYPE_I64] = sext_32_64}},
                [OP_ZEXT] = {[TYPE_I16] = {[TYPE_I32] = zext_16_32, [TYPE_I64] = zext_16_64},
                             [TYPE_I32] = {[TYPE_I64] = zext_32_64}},
                [OP_ITRUNC] = {[TYPE_I32] = {[TYPE_I16] = itrunc_32_16},
                               [TYPE_I64] = {[TYPE_I16] = itrunc_64_16, [TYPE_I32] = itrunc_64_32}},
                [OP_LOOKUP] =
                    {[TYPE_I16] = LOOKUPS(16), [TYPE_I32] = LOOKUPS(32), [TYPE_I64] = LOOKUPS(64)},
            },
};
