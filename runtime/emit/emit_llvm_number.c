/* Changes of number format that every target can do without a library call. All are
   straight-line, so they vectorise. */
#include "runtime/emit/emit_llvm_body.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static LLVMTypeRef wide_f32(const Body *body)
{
    return body_wide(body, LLVMFloatTypeInContext(body->context));
}

static LLVMTypeRef wide_i32(const Body *body)
{
    return body_wide(body, LLVMInt32TypeInContext(body->context));
}

static LLVMTypeRef wide_i16(const Body *body)
{
    return body_wide(body, LLVMInt16TypeInContext(body->context));
}

static LLVMTypeRef wide_half(const Body *body)
{
    return body_wide(body, LLVMHalfTypeInContext(body->context));
}

static bool has_half(const Body *body) { return body->options->target->has_f16; }

/* -- f16 and bf16, held as f32 -------------------------------------------------- */

enum {
    F32_SIGN = 0x80000000u,
    F32_MAGNITUDE = 0x7fffffff,
    F32_INFINITY = 0x7f800000,
    F32_NAN = 0x7fc00000,
    F16_DROPPED = 13,             /* fraction bits that f32 has and f16 has not */
    F16_FIRST_NORMAL = 113 << 23, /* 2^-14 as an f32 */
    F16_OVERFLOW = 143 << 23,     /* 2^16 */
    F16_BIAS_GAP = 112,           /* of the exponent biases: 127 - 15 */
    F16_HALF = 126 << 23,         /* 0.5, whose ulp in f32 is f16's smallest value, 2^-24 */
};

/* Adds half an ulp less one and the last kept bit, then drops: ties to even, the
   carry runs into the exponent by itself. */
static LLVMValueRef round_fraction(const Body *body, LLVMValueRef bits, int dropped)
{
    LLVMTypeRef i32 = wide_i32(body);
    LLVMBuilderRef b = body->builder;
    const uint64_t unit = (uint64_t)1 << dropped;
    LLVMValueRef odd = LLVMBuildLShr(b, bits, body_int(body, i32, (uint64_t)dropped), "");
    odd = LLVMBuildAnd(b, odd, body_int(body, i32, 1), "");
    LLVMValueRef sum = LLVMBuildAdd(b, bits, body_int(body, i32, unit / 2 - 1), "");
    sum = LLVMBuildAdd(b, sum, odd, "");
    return LLVMBuildAnd(b, sum, body_int(body, i32, (uint32_t)-unit), "");
}

static LLVMValueRef if_nan(const Body *body, LLVMValueRef x, LLVMValueRef then,
                           LLVMValueRef otherwise)
{
    LLVMBuilderRef b = body->builder;
    return LLVMBuildSelect(b, LLVMBuildFCmp(b, LLVMRealUNO, x, x, ""), then, otherwise, "");
}

static LLVMValueRef round_to_bf16(const Body *body, LLVMValueRef x)
{
    LLVMTypeRef i32 = wide_i32(body);
    LLVMValueRef bits = LLVMBuildBitCast(body->builder, x, i32, "");
    LLVMValueRef rounded = round_fraction(body, bits, 16);
    /* A NaN could lose its payload, or carry into the sign: it becomes the plain one. */
    rounded = if_nan(body, x, body_int(body, i32, F32_NAN), rounded);
    return LLVMBuildBitCast(body->builder, rounded, wide_f32(body), "");
}

/* (|x| + 0.5) - 0.5 rounds |x| < 2^-14 to a multiple of 2^-24. */
static LLVMValueRef add_half(const Body *body, LLVMValueRef magnitude_bits)
{
    LLVMTypeRef f32 = wide_f32(body);
    LLVMBuilderRef b = body->builder;
    LLVMValueRef magnitude = LLVMBuildBitCast(b, magnitude_bits, f32, "");
    return LLVMBuildFAdd(b, magnitude, body_float(body, f32, 0.5), "");
}

static LLVMValueRef split_sign(const Body *body, LLVMValueRef x, LLVMValueRef *sign)
{
    LLVMTypeRef i32 = wide_i32(body);
    LLVMBuilderRef b = body->builder;
    LLVMValueRef bits = LLVMBuildBitCast(b, x, i32, "");
    *sign = LLVMBuildAnd(b, bits, body_int(body, i32, F32_SIGN), "");
    return LLVMBuildAnd(b, bits, body_int(body, i32, F32_MAGNITUDE), "");
}

static LLVMValueRef is_below(const Body *body, LLVMValueRef magnitude, uint64_t limit)
{
    return LLVMBuildICmp(body->builder, LLVMIntSLT, magnitude,
                         body_int(body, wide_i32(body), limit), "");
}

static LLVMValueRef round_to_f16(const Body *body, LLVMValueRef x)
{
    LLVMTypeRef f32 = wide_f32(body), i32 = wide_i32(body);
    LLVMBuilderRef b = body->builder;
    if (has_half(body)) {
        LLVMValueRef half = LLVMBuildFPTrunc(b, x, wide_half(body), "");
        return LLVMBuildFPExt(b, half, f32, "");
    }
    LLVMValueRef sign, magnitude = split_sign(body, x, &sign);
    LLVMValueRef normal = round_fraction(body, magnitude, F16_DROPPED);
    normal = LLVMBuildSelect(b, is_below(body, normal, F16_OVERFLOW), normal,
                             body_int(body, i32, F32_INFINITY), "");
    LLVMValueRef small =
        LLVMBuildFSub(b, add_half(body, magnitude), body_float(body, f32, 0.5), "");
    small = LLVMBuildBitCast(b, small, i32, "");
    LLVMValueRef rounded =
        LLVMBuildSelect(b, is_below(body, magnitude, F16_FIRST_NORMAL), small, normal, "");
    rounded = if_nan(body, x, body_int(body, i32, F32_NAN), rounded);
    return LLVMBuildBitCast(b, LLVMBuildOr(b, rounded, sign, ""), f32, "");
}

/* A float that is exact in f16, as its 16 bits. */
static LLVMValueRef f16_bits(const Body *body, LLVMValueRef x)
{
    LLVMTypeRef i32 = wide_i32(body);
    LLVMBuilderRef b = body->builder;
    LLVMValueRef sign, magnitude = split_sign(body, x, &sign);
    LLVMValueRef normal =
        LLVMBuildSub(b, magnitude, body_int(body, i32, (uint64_t)F16_BIAS_GAP << 23), "");
    normal = LLVMBuildLShr(b, normal, body_int(body, i32, F16_DROPPED), "");
    /* The sum with 0.5 counts multiples of 2^-24 in its fraction, as an f16 subnormal does. */
    LLVMValueRef small = LLVMBuildBitCast(b, add_half(body, magnitude), i32, "");
    small = LLVMBuildSub(b, small, body_int(body, i32, F16_HALF), "");
    LLVMValueRef bits =
        LLVMBuildSelect(b, is_below(body, magnitude, F16_FIRST_NORMAL), small, normal, "");
    LLVMValueRef special =
        if_nan(body, x, body_int(body, i32, 0x7e00), body_int(body, i32, 0x7c00));
    bits = LLVMBuildSelect(b, is_below(body, magnitude, F32_INFINITY), bits, special, "");
    sign = LLVMBuildLShr(b, sign, body_int(body, i32, 16), "");
    return LLVMBuildTrunc(b, LLVMBuildOr(b, bits, sign, ""), wide_i16(body), "");
}

static LLVMValueRef f16_from_bits(const Body *body, LLVMValueRef half)
{
    LLVMTypeRef f32 = wide_f32(body), i32 = wide_i32(body);
    LLVMBuilderRef b = body->builder;
    LLVMValueRef bits = LLVMBuildZExt(b, half, i32, "");
    LLVMValueRef sign = LLVMBuildAnd(b, bits, body_int(body, i32, 0x8000), "");
    sign = LLVMBuildShl(b, sign, body_int(body, i32, 16), "");
    LLVMValueRef magnitude = LLVMBuildAnd(b, bits, body_int(body, i32, 0x7fff), "");
    LLVMValueRef is_subnormal = is_below(body, magnitude, 0x0400);
    LLVMValueRef is_finite = is_below(body, magnitude, 0x7c00);
    LLVMValueRef moved = LLVMBuildShl(b, magnitude, body_int(body, i32, F16_DROPPED), "");
    /* Rebias; infinity and NaN go up by the gap once more, to f32's last exponent. */
    LLVMValueRef gap =
        LLVMBuildSelect(b, is_finite, body_int(body, i32, (uint64_t)F16_BIAS_GAP << 23),
                        body_int(body, i32, (uint64_t)F16_BIAS_GAP << 24), "");
    LLVMValueRef normal = LLVMBuildAdd(b, moved, gap, "");
    /* A subnormal is its fraction behind the leading 1 of 2^-14, less that 1. */
    LLVMValueRef small = LLVMBuildOr(b, moved, body_int(body, i32, F16_FIRST_NORMAL), "");
    small =
        LLVMBuildFSub(b, LLVMBuildBitCast(b, small, f32, ""), body_float(body, f32, 0x1p-14), "");
    small = LLVMBuildBitCast(b, small, i32, "");
    LLVMValueRef value = LLVMBuildSelect(b, is_subnormal, small, normal, "");
    return LLVMBuildBitCast(b, LLVMBuildOr(b, value, sign, ""), f32, "");
}

LLVMValueRef body_round_to_type(const Body *body, Type type, LLVMValueRef x)
{
    if (type == TYPE_F16) return round_to_f16(body, x);
    if (type == TYPE_BF16) return round_to_bf16(body, x);
    return x;
}

LLVMValueRef body_from_memory(const Body *body, Type type, LLVMValueRef x)
{
    LLVMBuilderRef b = body->builder;
    if (type == TYPE_F16 && has_half(body)) return LLVMBuildFPExt(b, x, wide_f32(body), "");
    if (type == TYPE_F16) return f16_from_bits(body, LLVMBuildBitCast(b, x, wide_i16(body), ""));
    if (type != TYPE_BF16) return x;
    LLVMTypeRef i32 = wide_i32(body);
    LLVMValueRef bits = LLVMBuildShl(b, LLVMBuildZExt(b, x, i32, ""), body_int(body, i32, 16), "");
    return LLVMBuildBitCast(b, bits, wide_f32(body), "");
}

LLVMValueRef body_to_memory(const Body *body, Type type, LLVMValueRef x)
{
    LLVMBuilderRef b = body->builder;
    if (type == TYPE_F16 && has_half(body)) return LLVMBuildFPTrunc(b, x, wide_half(body), "");
    if (type == TYPE_F16) return f16_bits(body, x);
    if (type != TYPE_BF16) return x;
    LLVMTypeRef i32 = wide_i32(body);
    LLVMValueRef bits = LLVMBuildBitCast(b, x, i32, "");
    bits = LLVMBuildLShr(b, bits, body_int(body, i32, 16), "");
    return LLVMBuildTrunc(b, bits, wide_i16(body), "");
}

/* -- between floats ------------------------------------------------------------- */

/* f64 to f32, rounded to odd: what was inexact gets an odd last bit, so that
   rounding the result again to f16 or bf16 is rounding once. */
static LLVMValueRef narrow_to_odd(const Body *body, LLVMValueRef x)
{
    LLVMTypeRef f32 = wide_f32(body), i32 = wide_i32(body), f64 = LLVMTypeOf(x);
    LLVMBuilderRef b = body->builder;
    LLVMValueRef near = LLVMBuildFPTrunc(b, x, f32, "");
    LLVMValueRef back = LLVMBuildFPExt(b, near, f64, "");
    LLVMValueRef bits = LLVMBuildBitCast(b, near, i32, "");
    LLVMValueRef is_inexact = LLVMBuildFCmp(b, LLVMRealONE, back, x, "");
    LLVMValueRef is_too_far =
        LLVMBuildFCmp(b, LLVMRealOGT, body_unary_intrinsic(body, "llvm.fabs", back),
                      body_unary_intrinsic(body, "llvm.fabs", x), "");
    /* One step toward zero where it went away from zero; then the odd one of the two. */
    LLVMValueRef step = LLVMBuildSExt(b, is_too_far, i32, "");
    LLVMValueRef odd = LLVMBuildZExt(b, is_inexact, i32, "");
    bits = LLVMBuildOr(b, LLVMBuildAdd(b, bits, step, ""), odd, "");
    return LLVMBuildBitCast(b, bits, f32, "");
}

LLVMValueRef body_convert(const Body *body, Type from, Type to, LLVMValueRef x)
{
    LLVMBuilderRef b = body->builder;
    if (to == TYPE_F64)
        return LLVMBuildFPExt(b, x, body_wide(body, LLVMDoubleTypeInContext(body->context)), "");
    if (from == TYPE_F64 && to == TYPE_F32) return LLVMBuildFPTrunc(b, x, wide_f32(body), "");
    if (from == TYPE_F64) x = narrow_to_odd(body, x);
    return body_round_to_type(body, to, x);
}

/* -- float to integer ----------------------------------------------------------- */

LLVMValueRef body_to_int(const Body *body, Type to, LLVMValueRef x)
{
    LLVMTypeRef float_type = LLVMTypeOf(x);
    LLVMTypeRef type = body_wide(body, body_register_element(body, to));
    if (strcmp(body->options->target->arch, "x86_64") != 0) {
        LLVMTypeRef types[2] = {type, float_type};
        return body_intrinsic(body, "llvm.fptosi.sat", types, 2, &x, 1);
    }
    /* On x86 the intrinsic would take vectors apart. fptosi alone is undefined where the
       selects take the other side. */
    LLVMBuilderRef b = body->builder;
    const int width = type_info(to)->size * 8;
    LLVMValueRef limit = body_float(body, float_type, ldexp(1, width - 1));
    LLVMValueRef lowest = body_float(body, float_type, -ldexp(1, width - 1));
    const uint64_t most = ((uint64_t)1 << (width - 1)) - 1;
    LLVMValueRef result = LLVMBuildFPToSI(b, x, type, "");
    result = LLVMBuildSelect(b, LLVMBuildFCmp(b, LLVMRealOLT, x, limit, ""), result,
                             body_int(body, type, most), "");
    result = LLVMBuildSelect(b, LLVMBuildFCmp(b, LLVMRealOGE, x, lowest, ""), result,
                             body_int(body, type, most + 1), "");
    return if_nan(body, x, body_int(body, type, 0), result);
}

/* -- float to integral float ------------------------------------------------------ */

static LLVMValueRef with_sign(const Body *body, LLVMValueRef magnitude, LLVMValueRef sign)
{
    LLVMTypeRef type = LLVMTypeOf(magnitude);
    LLVMValueRef args[2] = {magnitude, sign};
    return body_intrinsic(body, "llvm.copysign", &type, 1, args, 2);
}

/* The value from which on every float is integral: 2^23 or 2^52. */
static double first_integral(LLVMTypeRef type)
{
    if (LLVMGetTypeKind(type) == LLVMVectorTypeKind) type = LLVMGetElementType(type);
    return LLVMGetTypeKind(type) == LLVMDoubleTypeKind ? 0x1p52 : 0x1p23;
}

/* Adding and subtracting 2^23 (2^52) rounds a smaller |x| to an integer, ties to even;
   larger values, infinities and NaN stay. The fence keeps optimisers that are
   allowed to reassociate away from it. */
static LLVMValueRef rint_by_sum(const Body *body, LLVMValueRef x)
{
    LLVMTypeRef type = LLVMTypeOf(x);
    LLVMBuilderRef b = body->builder;
    LLVMValueRef big = body_float(body, type, first_integral(type));
    LLVMValueRef magnitude = body_unary_intrinsic(body, "llvm.fabs", x);
    LLVMValueRef sum = LLVMBuildFAdd(b, magnitude, big, "");
    if (body->options->fence_products)
        sum = body_unary_intrinsic(body, "llvm.arithmetic.fence", sum);
    LLVMValueRef rounded = with_sign(body, LLVMBuildFSub(b, sum, big, ""), x);
    return LLVMBuildSelect(b, LLVMBuildFCmp(b, LLVMRealOLT, magnitude, big, ""), rounded, x, "");
}

/* `value` with 1 added (subtracted) where `is_wrong`. */
static LLVMValueRef step_if(const Body *body, LLVMValueRef is_wrong, LLVMValueRef value,
                            double step)
{
    LLVMTypeRef type = LLVMTypeOf(value);
    LLVMBuilderRef b = body->builder;
    LLVMValueRef amount =
        LLVMBuildSelect(b, is_wrong, body_float(body, type, step), body_float(body, type, 0), "");
    return LLVMBuildFAdd(b, value, amount, "");
}

static LLVMValueRef trunc_of_magnitude(const Body *body, LLVMValueRef magnitude)
{
    if (body->options->target->has_round)
        return body_unary_intrinsic(body, "llvm.trunc", magnitude);
    LLVMValueRef near = rint_by_sum(body, magnitude);
    LLVMValueRef is_above = LLVMBuildFCmp(body->builder, LLVMRealOGT, near, magnitude, "");
    return step_if(body, is_above, near, -1);
}

/* Ties away from zero: |x| - trunc|x| is exact, and at least a half rounds up. */
static LLVMValueRef round_by_trunc(const Body *body, LLVMValueRef x)
{
    LLVMBuilderRef b = body->builder;
    LLVMValueRef magnitude = body_unary_intrinsic(body, "llvm.fabs", x);
    LLVMValueRef whole = trunc_of_magnitude(body, magnitude);
    LLVMValueRef rest = LLVMBuildFSub(b, magnitude, whole, "");
    LLVMValueRef is_half =
        LLVMBuildFCmp(b, LLVMRealOGE, rest, body_float(body, LLVMTypeOf(x), 0.5), "");
    return with_sign(body, step_if(body, is_half, whole, 1), x);
}

LLVMValueRef body_to_integral(const Body *body, Op op, LLVMValueRef x)
{
    const Target *target = body->options->target;
    const bool is_x86 = strcmp(target->arch, "x86_64") == 0;
    if (op == OP_ROUND) /* x86 has no instruction for it */
        return is_x86 ? round_by_trunc(body, x) : body_unary_intrinsic(body, "llvm.round", x);
    if (target->has_round) {
        const char *const name = op == OP_RINT    ? "llvm.roundeven"
                                 : op == OP_FLOOR ? "llvm.floor"
                                 : op == OP_CEIL  ? "llvm.ceil"
                                                  : "llvm.trunc";
        return body_unary_intrinsic(body, name, x);
    }
    LLVMBuilderRef b = body->builder;
    if (op == OP_TRUNC)
        return with_sign(body, trunc_of_magnitude(body, body_unary_intrinsic(body, "llvm.fabs", x)),
                         x);
    LLVMValueRef near = rint_by_sum(body, x);
    if (op == OP_RINT) return near;
    /* floor: one less where rint went up; ceil: one more where it went down. The sign is x's: ceil(-0.7)
       is -0, and the step adds +0 to a -0. */
    const bool is_floor = op == OP_FLOOR;
    LLVMValueRef is_wrong = LLVMBuildFCmp(b, is_floor ? LLVMRealOGT : LLVMRealOLT, near, x, "");
    return with_sign(body, step_if(body, is_wrong, near, is_floor ? -1 : 1), x);
}
