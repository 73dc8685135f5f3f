/* The interpreter: every machine operator on every type at every level, against a scalar
   second opinion (tests/support/scalar_op.c). */
#include "runtime/prog/eval.h"
#include "tests/support/check.h"
#include "tests/support/scalar_op.h"

#include <stdio.h>
#include <stdlib.h>
#include <math.h>
#include <string.h>

enum {
    N_VALUES = 1100, /* several blocks and a ragged end */
    SHAPES_MAX = 256,
};

/* An operator with the types of its operands and result. */
typedef struct {
    Op op;
    Type operand[OP_ARITY_MAX], result;
} Shape;

static bool is_machine_type(Type type) { return type_is_float(type) || type_is_int(type); }

static Prog prog_of_shape(const Shape *shape, const uint64_t *constant, int form);

/* Every combination of types that prog_is_valid takes. */
static int all_shapes(Op op, Shape *shapes)
{
    const int arity = op_info(op)->arity;
    int n = 0;
    const uint64_t zeros[OP_ARITY_MAX] = {0};
    for (int t0 = 0; t0 < TYPE_COUNT; t0++)
        for (int t1 = 0; t1 < TYPE_COUNT; t1++)
            for (int r = 0; r < TYPE_COUNT; r++) {
                /* No operator has more than two different types of operands, the last two equal. */
                if (arity < 2 && t1 != t0) continue;
                const Shape shape = {op, {(Type)t0, (Type)t1, (Type)t1}, (Type)r};
                if (t0 == TYPE_REAL || t1 == TYPE_REAL || r == TYPE_REAL) continue;
                if ((op == OP_FMA || op_is_scaling(op)) && type_info((Type)r)->size == 2) continue;
                const Prog prog = prog_of_shape(&shape, zeros, 0);
                if (!prog_is_valid(&prog, NULL)) continue;
                assert_true(n < SHAPES_MAX);
                shapes[n++] = shape;
            }
    return n;
}

/* Operand k is input k, or the constant if bit k of `form` is set. Booleans come from i32
   inputs by != 0 and go out as i32. */
static Prog prog_of_shape(const Shape *shape, const uint64_t *constant, int form)
{
    const int arity = op_info(shape->op)->arity;
    Prog prog;
    prog_init(&prog);
    Ref arg[OP_ARITY_MAX] = {0};
    for (int k = 0; k < arity; k++) {
        const Type type = shape->operand[k] == TYPE_BOOL ? TYPE_I32 : shape->operand[k];
        arg[k] = prog_add_input(&prog, type, "x");
    }
    for (int k = 0; k < arity; k++) {
        const Type type = shape->operand[k];
        if (form >> k & 1) {
            arg[k] = prog_add_bits(&prog, type, constant[k]);
        } else if (type == TYPE_BOOL) {
            const Ref zero = prog_add_bits(&prog, TYPE_I32, 0);
            arg[k] = prog_add(&prog, OP_NOT, prog_add(&prog, OP_IEQ, arg[k], zero, 0), 0, 0);
        }
    }
    if (shape->op == OP_LOOKUP && is_machine_type(shape->result)) {
        uint64_t entries[16];
        Rng rng = rng_new(1, 1);
        for (int i = 0; i < 16; i++) entries[i] = random_value(shape->result, &rng);
        const int other[] = {prog_add_table(&prog, shape->result, 4, entries)};
        assert_int_equal(other[0], 0);
        arg[1] = (Ref)prog_add_table(&prog, shape->result, 16, entries);
    }
    const Ref result = prog_add_typed(&prog, shape->op, shape->result, arg[0], arg[1], arg[2]);
    if (shape->result == TYPE_BOOL) {
        const Ref one = prog_add_bits(&prog, TYPE_I32, 1), two = prog_add_bits(&prog, TYPE_I32, 2);
        prog_add(&prog, OP_SELECT, result, one, two);
    }
    return prog;
}

/* Bit operations keep even the bits of NaN. */
static bool keeps_nan_bits(Op op)
{
    switch (op) {
    case OP_NEG:
    case OP_ABS:
    case OP_COPYSIGN:
    case OP_MIN:
    case OP_MAX:
    case OP_SELECT:
    case OP_LIKELY:
    case OP_LOOKUP:
    case OP_BITCAST: return true;
    default: return false;
    }
}

/* x[k][i]: all pairs of corners as far as they go, then random values. */
static void fill_inputs(const Shape *shape, int arity, uint64_t (*x)[N_VALUES], Rng *rng)
{
    for (int i = 0; i < N_VALUES; i++)
        for (int k = 0; k < arity; k++) {
            const Type type = shape->operand[k];
            uint64_t corners[CORNERS_MAX];
            const int n = corners_of(type, corners);
            assert_true(n <= CORNERS_MAX);
            const bool is_corner = i < N_VALUES / 2;
            /* The first operand runs through the corners, the others at random. */
            const uint64_t pick = k == 0 ? (uint64_t)(i % n) : rng_below(rng, (uint64_t)n);
            x[k][i] = is_corner ? corners[pick] : random_value(type, rng);
        }
}

static void check_shape(const Shape *shape, int form, const char *level, Rng *rng)
{
    static uint64_t x[OP_ARITY_MAX][N_VALUES]; /* static for size only */
    const int arity = op_info(shape->op)->arity;
    fill_inputs(shape, arity, x, rng);
    uint64_t constant[OP_ARITY_MAX];
    for (int k = 0; k < OP_ARITY_MAX; k++) constant[k] = random_value(shape->operand[k], rng);
    const Prog prog = prog_of_shape(shape, constant, form);
    Err err;
    Eval *eval = NULL;
    if (eval_new(&eval, &prog, level, &err) != OK) fail_msg("%s", err.text);
    assert_string_equal(eval_level(eval), level);
    const void *arrays[OP_ARITY_MAX] = {0};
    void *owned[OP_ARITY_MAX] = {0};
    for (int k = 0; k < arity; k++) {
        owned[k] = xmalloc(8 * N_VALUES);
        for (size_t i = 0; i < N_VALUES; i++)
            array_set((Type)prog.node[k].type, owned[k], i, x[k][i]);
        arrays[k] = owned[k];
    }
    /* Exactly sized, so that the sanitizers see a write beyond. */
    const Type type = prog_type(&prog);
    void *const y = xmalloc((size_t)type_info(type)->size * N_VALUES);
    eval_run(eval, arrays, y, N_VALUES);
    for (size_t i = 0; i < N_VALUES; i++) {
        uint64_t bits[OP_ARITY_MAX] = {0};
        for (int k = 0; k < arity; k++) bits[k] = x[k][i];
        const uint64_t expected = scalar_eval(&prog, bits);
        for (int k = 0; k < arity; k++)
            if (form >> k & 1) bits[k] = constant[k];
        char what[80];
        snprintf(what, sizeof what, "%s, form %d, level %s", op_info(shape->op)->name, form, level);
        check_bits(type, array_get(type, y, i), expected, keeps_nan_bits(shape->op), bits, arity,
                   what);
        if (i % 97 == 0) {
            for (int k = 0; k < arity; k++) bits[k] = x[k][i];
            check_bits(type, eval_bits(eval, bits), array_get(type, y, i), true, bits, arity,
                       "eval_bits");
        }
    }
    free(y);
    for (int k = 0; k < arity; k++) free(owned[k]);
    eval_free(eval);
}

static void eval_computes_every_operator_on_every_type_at_every_level(void **state)
{
    (void)state;
    Rng rng = rng_new(1, 0);
    int n_checked = 0;
    for (int op = 0; op < OP_COUNT; op++) {
        if (!(op_info((Op)op)->kind & KIND_MACHINE) || op_info((Op)op)->arity == 0) continue;
        Shape shapes[SHAPES_MAX];
        const int n_shapes = all_shapes((Op)op, shapes);
        assert_true(n_shapes > 0);
        for (int s = 0; s < n_shapes; s++)
            for (int form = 0; form < 1 << op_info((Op)op)->arity; form++)
                for (int i = 0; eval_level_name(i); i++)
                    if (eval_level_is_available(i)) {
                        check_shape(&shapes[s], form, eval_level_name(i), &rng);
                        n_checked++;
                    }
    }
    print_message("%d programs of one operator\n", n_checked);
}

static void eval_converts_every_f16_and_bf16(void **state)
{
    (void)state;
    for (int level = 0; eval_level_name(level); level++) {
        if (!eval_level_is_available(level)) continue;
        for (int t = TYPE_F16; t <= TYPE_BF16; t++) {
            const Type half = (Type)t;
            Prog prog;
            prog_init(&prog);
            const Ref x = prog_add_input(&prog, half, "x");
            const Ref wide = prog_add_typed(&prog, OP_CONVERT, TYPE_F32, x, 0, 0);
            const Ref again = prog_add_typed(&prog, OP_CONVERT, half, wide, 0, 0);
            prog_add_typed(&prog, OP_CONVERT, TYPE_F64, again, 0, 0);
            Eval *eval;
            assert_int_equal(eval_new(&eval, &prog, eval_level_name(level), NULL), OK);
            static uint16_t in[65536];
            static double out[65536];
            for (int i = 0; i < 65536; i++) in[i] = (uint16_t)i;
            const void *arrays[] = {in};
            eval_run(eval, arrays, out, 65536);
            for (uint64_t i = 0; i < 65536; i++) {
                const uint64_t expected = bits_of_double(value_from_bits(half, i));
                check_bits(TYPE_F64, bits_of_double(out[i]), expected, false, &i, 1, "f64 of half");
            }
            eval_free(eval);
        }
    }
}

/* Every f32 near a tie of the format, where double rounding would show. */
static void eval_narrows_every_tie_once(void **state)
{
    (void)state;
    for (int level = 0; eval_level_name(level); level++) {
        if (!eval_level_is_available(level)) continue;
        for (int t = TYPE_F16; t <= TYPE_BF16; t++)
            for (int from = TYPE_F32; from <= TYPE_F64; from++) {
                const Type half = (Type)t, wide = (Type)from;
                Prog prog;
                prog_init(&prog);
                prog_add_typed(&prog, OP_CONVERT, half, prog_add_input(&prog, wide, "x"), 0, 0);
                Eval *eval;
                assert_int_equal(eval_new(&eval, &prog, eval_level_name(level), NULL), OK);
                for (uint64_t i = 0; i < 0x7c00; i += 7) {
                    const double a = value_from_bits(half, i), b = value_from_bits(half, i + 1);
                    const double tie = b > 1e300 ? a * (1 + 0x1p-9) : (a + b) / 2;
                    for (int d = -2; d <= 2; d++) {
                        const uint64_t x = bits_from_value(wide, tie) + (uint64_t)(int64_t)d;
                        const uint64_t expected = bits_from_value(half, value_from_bits(wide, x));
                        check_bits(half, eval_bits(eval, &x), expected, false, &x, 1, "convert");
                    }
                }
                eval_free(eval);
            }
    }
}

static void eval_reuses_registers_correctly_in_wide_programs(void **state)
{
    (void)state;
    /* Many values alive at once, constants as first operands, a result that is a bitcast. */
    Prog prog;
    prog_init(&prog);
    const Ref x = prog_add_input(&prog, TYPE_F32, "x");
    Ref term[40];
    for (int i = 0; i < 40; i++) {
        const Ref c = prog_add_const(&prog, TYPE_F32, 1.0 / (i + 1));
        term[i] = prog_add(&prog, i % 2 ? OP_SUB : OP_MUL, i % 3 ? c : x, i % 3 ? x : c, 0);
    }
    Ref sum = term[39];
    for (int i = 38; i >= 0; i--) sum = prog_add(&prog, OP_FMA, term[i], x, sum);
    prog_add_typed(&prog, OP_BITCAST, TYPE_I32, sum, 0, 0);
    Eval *eval;
    assert_int_equal(eval_new(&eval, &prog, NULL, NULL), OK);
    float in[700];
    for (int i = 0; i < 700; i++) in[i] = (float)i / 700 - 0.5f;
    int32_t out[700];
    const void *arrays[] = {in};
    eval_run(eval, arrays, out, 700);
    for (int i = 0; i < 700; i++) {
        const uint64_t bits = bits_of_float(in[i]);
        check_prog_bits(&prog, (uint32_t)out[i], scalar_eval(&prog, &bits), &bits, "wide program");
    }
    eval_free(eval);
}

static void eval_works_in_place(void **state)
{
    (void)state;
    Prog prog;
    prog_init(&prog);
    const Ref x = prog_add_input(&prog, TYPE_F64, "x");
    const Ref square = prog_add(&prog, OP_MUL, x, x, 0);
    prog_add(&prog, OP_SUB, square, x, 0);
    Eval *eval;
    assert_int_equal(eval_new(&eval, &prog, NULL, NULL), OK);
    double values[1300];
    for (int i = 0; i < 1300; i++) values[i] = i;
    const void *arrays[] = {values};
    eval_run(eval, arrays, values, 1300);
    for (int i = 0; i < 1300; i++) assert_true(values[i] == (double)i * i - i);
    eval_free(eval);
}

static void eval_returns_inputs_and_constants(void **state)
{
    (void)state;
    Prog prog;
    prog_init(&prog);
    prog_add_input(&prog, TYPE_I16, "x");
    Eval *eval;
    assert_int_equal(eval_new(&eval, &prog, NULL, NULL), OK);
    const uint64_t x = 0xfedc;
    assert_int_equal(eval_bits(eval, &x), x);
    eval_free(eval);
    prog_add_const(&prog, TYPE_BF16, -1.5);
    assert_int_equal(eval_new(&eval, &prog, NULL, NULL), OK);
    uint16_t out[3] = {0};
    const void *arrays[] = {NULL};
    eval_run(eval, arrays, out, 2);
    assert_int_equal(out[0], 0xbfc0);
    assert_int_equal(out[1], 0xbfc0);
    assert_int_equal(out[2], 0);
    eval_free(eval);
}

static void eval_refuses_what_no_machine_has(void **state)
{
    (void)state;
    Prog prog;
    prog_init(&prog);
    const Ref x = prog_add_input(&prog, TYPE_F32, "x");
    prog_add(&prog, OP_EXP, x, 0, 0);
    Err err;
    Eval *eval;
    assert_int_equal(eval_new(&eval, &prog, NULL, &err), ERR_UNSUPPORTED);
    assert_non_null(strstr(err.text, "exp"));
    prog_init(&prog);
    prog_add_input(&prog, TYPE_REAL, "x");
    assert_int_equal(eval_new(&eval, &prog, NULL, &err), ERR_UNSUPPORTED);
    assert_non_null(strstr(err.text, "real"));
    prog_init(&prog);
    prog_add_input(&prog, TYPE_F32, "x");
    assert_int_equal(eval_new(&eval, &prog, "mmx", &err), ERR_UNSUPPORTED);
    assert_non_null(strstr(err.text, "mmx"));
}

/* The table of special cases that Intel gives for its instructions. */
static void scaling_has_the_special_cases_of_avx512(void **state)
{
    (void)state;
    static const struct {
        Op op;
        double a, b, want;
    } ROWS[] = {
        {OP_SCALEF, NAN, NAN, NAN},
        {OP_SCALEF, NAN, INFINITY, INFINITY},
        {OP_SCALEF, NAN, -INFINITY, 0},
        {OP_SCALEF, NAN, 3, NAN},
        {OP_SCALEF, INFINITY, NAN, NAN},
        {OP_SCALEF, INFINITY, INFINITY, INFINITY},
        {OP_SCALEF, INFINITY, -INFINITY, NAN},
        {OP_SCALEF, -INFINITY, -5, -INFINITY},
        {OP_SCALEF, -0.0, INFINITY, NAN},
        {OP_SCALEF, -0.0, -INFINITY, -0.0},
        {OP_SCALEF, -0.0, 7, -0.0},
        {OP_SCALEF, -3, INFINITY, -INFINITY},
        {OP_SCALEF, -3, -INFINITY, -0.0},
        {OP_SCALEF, 1.5, 2.999, 6},
        {OP_SCALEF, 1.5, -0.5, 0.75},
        {OP_SCALEF, 1, 1e30, INFINITY},
        {OP_SCALEF, 1, -1e30, 0},
        {OP_SCALEF, 0x1.8p0, -149, 0x1p-148}, /* a tie, to even */
        {OP_SCALEF, 0x1p-149, 149, 1},
        {OP_GETEXP, NAN, 0, NAN},
        {OP_GETEXP, -0.0, 0, -INFINITY},
        {OP_GETEXP, -INFINITY, 0, INFINITY},
        {OP_GETEXP, -0x1.8p-149, 0, -148}, /* rounded to f32: 2^-148 */
        {OP_GETEXP, 0.999, 0, -1},
        {OP_GETMANT, NAN, 0, NAN},
        {OP_GETMANT, 0.0, 0, 1},
        {OP_GETMANT, -0.0, 0, -1},
        {OP_GETMANT, INFINITY, 0, 1},
        {OP_GETMANT, -INFINITY, 0, NAN},
        {OP_GETMANT, -1, 0, NAN},
        {OP_GETMANT, 1.5, 0, 0.75},
        {OP_GETMANT, 0x1p-149, 0, 1},
        {OP_GETMANT, 11, 0, 1.375},
        {OP_REDUCE, NAN, 0, NAN},
        {OP_REDUCE, -0.0, 0, 0.0},
        {OP_REDUCE, -3, 0, 0.0},
        {OP_REDUCE, INFINITY, 0, 0.0},
        {OP_REDUCE, -INFINITY, 0, 0.0},
        {OP_REDUCE, 2.5, 0, 0.5}, /* ties to even */
        {OP_REDUCE, 3.5, 0, -0.5},
        {OP_REDUCE, -0x1.8p-149, 0, -0x1p-148},
        {OP_REDUCE, -1.75, 0, 0.25},
        {OP_REDUCE, 1e30, 0, 0.0},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        Prog prog;
        prog_init(&prog);
        prog_add_input(&prog, TYPE_F32, "a");
        const Ref b = prog_add_input(&prog, TYPE_F32, "b");
        prog_add(&prog, ROWS[i].op, 0, ROWS[i].op == OP_SCALEF ? b : 0, 0);
        const uint64_t x[] = {bits_from_value(TYPE_F32, ROWS[i].a),
                              bits_from_value(TYPE_F32, ROWS[i].b)};
        Eval *eval;
        assert_int_equal(eval_new(&eval, &prog, NULL, NULL), OK);
        const uint64_t got = eval_bits(eval, x), want = bits_from_value(TYPE_F32, ROWS[i].want);
        check_bits(TYPE_F32, got, want, false, x, 2, op_info(ROWS[i].op)->name);
        eval_free(eval);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scaling_has_the_special_cases_of_avx512),
        cmocka_unit_test(eval_computes_every_operator_on_every_type_at_every_level),
        cmocka_unit_test(eval_converts_every_f16_and_bf16),
        cmocka_unit_test(eval_narrows_every_tie_once),
        cmocka_unit_test(eval_reuses_registers_correctly_in_wide_programs),
        cmocka_unit_test(eval_works_in_place),
        cmocka_unit_test(eval_returns_inputs_and_constants),
        cmocka_unit_test(eval_refuses_what_no_machine_has),
    };
    return cmocka_run_group_tests_name("eval", tests, NULL, NULL);
}
