/* The JIT computes what a Prog means, for any array. */
#include "tests/support/check.h"
#include "tests/support/random_prog.h"
#include "tests/support/scalar_op.h"

#include "runtime/emit/backend.h"
#include "runtime/emit/targets.h"
#include "runtime/prog/eval.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const Backend *backend(void)
{
    const Backend *b = NULL;
    Err err = {0};
    if (backend_load(&b, &err) != OK) fail_msg("%s", err.text);
    return b;
}

static JitArray compile(Jit *jit, const Prog *prog, JitModule **module)
{
    JitArray array = NULL;
    Err err = {0};
    static const int VECTORS[] = {0, 1, 2, 4, BACKEND_VECTORS_MAX};
    static int turn; /* it makes no difference but in time */
    const int *vectors = &VECTORS[turn++ % 5];
    if (backend()->jit_compile(jit, &prog, vectors, 1, module, &array, &err) != OK)
        fail_msg("%s", err.text);
    return array;
}

static Jit *new_jit(void)
{
    Jit *jit = NULL;
    Err err = {0};
    if (backend()->jit_new(&jit, "native", &err) != OK) fail_msg("%s", err.text);
    return jit;
}

static Prog parse(const char *text)
{
    Prog prog;
    Err err = {0};
    if (prog_parse(&prog, text, strlen(text), 0, NULL, &err) != OK) fail_msg("%s", err.text);
    return prog;
}

/* Inputs of `n` points for a Prog: the corners of each type against each other, then random. */
static void fill_inputs(const Prog *prog, uint8_t *const *x, size_t n, Rng *rng)
{
    uint64_t corners[CORNERS_MAX];
    size_t stride = 1;
    for (int k = 0; k < prog->n_inputs; k++) {
        const Type type = (Type)prog->node[k].type;
        const size_t n_corners = (size_t)corners_of(type, corners);
        for (size_t i = 0; i < n; i++)
            array_set(type, x[k], i,
                      i < 200 ? corners[i / stride % n_corners] : random_value(type, rng));
        stride *= 7;
    }
}

enum { POINTS = 523 }; /* no multiple of anything */

/* The JIT against the scalar second opinion and against the interpreter. */
static void check_against_meaning(const Prog *prog, JitArray run, Rng *rng)
{
    Eval *eval = NULL;
    assert_int_equal(eval_new(&eval, prog, NULL, NULL), OK);
    uint8_t *x[PROG_INPUTS_MAX], *y = malloc(POINTS * 8), *same = malloc(POINTS * 8);
    for (int k = 0; k < prog->n_inputs; k++) x[k] = malloc(POINTS * 8);
    fill_inputs(prog, x, POINTS, rng);
    run((const void *const *)x, y, POINTS);
    eval_run(eval, (const void *const *)x, same, POINTS);
    eval_free(eval);
    for (size_t i = 0; i < POINTS; i++) {
        uint64_t at[PROG_INPUTS_MAX];
        for (int k = 0; k < prog->n_inputs; k++)
            at[k] = array_get((Type)prog->node[k].type, x[k], i);
        const uint64_t got = array_get(prog_type(prog), y, i);
        check_prog_bits(prog, got, scalar_eval(prog, at), at, "JIT");
        check_prog_bits(prog, got, array_get(prog_type(prog), same, i), at, "JIT and interpreter");
    }
    for (int k = 0; k < prog->n_inputs; k++) free(x[k]);
    free(y);
    free(same);
}

static void jit_agrees_with_the_meaning_of_random_programs(void **state)
{
    Jit *jit = new_jit();
    const bool has_fma = target_native()->has_fma;
    Rng rng = rng_new(2, 0);
    for (int type = TYPE_F16; type <= TYPE_I64; type++)
        for (int round = 0; round < 60; round++) {
            const RandomProg options = {.type = (Type)type,
                                        .n_inputs = 1 + round % 3,
                                        .n_ops = 4 + round,
                                        .allow_fma = has_fma,
                                        .is_likely = round % 4 == 3,
                                        .allow_tables = round % 2};
            const Prog prog = random_prog(&options, &rng);
            JitModule *module;
            JitArray run = compile(jit, &prog, &module);
            check_against_meaning(&prog, run, &rng);
            backend()->jit_drop(jit, module);
        }
    backend()->jit_free(jit);
}

/* Every operator alone in every type it has, so that a failure names it. */
static void jit_agrees_operator_by_operator(void **state)
{
    Jit *jit = new_jit();
    Rng rng = rng_new(3, 0);
    for (int op = OP_ADD; op < OP_LOOKUP; op++) {
        const OpInfo *info = op_info((Op)op);
        if (op == OP_FMA && !target_native()->has_fma) continue;
        if (op_is_scaling((Op)op) && !target_native()->has_scaling) continue;
        const bool is_float = info->signature == SIG_FLOAT, is_int = info->signature == SIG_INT;
        if (!is_float && !is_int) continue;
        for (int type = is_float ? TYPE_F16 : TYPE_I16; type <= (is_float ? TYPE_F64 : TYPE_I64);
             type++) {
            if ((op == OP_FMA || op_is_scaling((Op)op)) && type < TYPE_F32) continue;
            Prog prog;
            prog_init(&prog);
            for (int k = 0; k < info->arity; k++)
                prog_add_input(&prog, (Type)type, k == 0 ? "a" : k == 1 ? "b" : "c");
            prog_add(&prog, (Op)op, 0, 1, 2);
            for (int k = info->arity; k < OP_ARITY_MAX; k++) prog.node[prog.n - 1].arg[k] = 0;
            JitModule *module;
            JitArray run = compile(jit, &prog, &module);
            check_against_meaning(&prog, run, &rng);
            backend()->jit_drop(jit, module);
        }
    }
    backend()->jit_free(jit);
}

static void jit_converts_between_all_types(void **state)
{
    Jit *jit = new_jit();
    Rng rng = rng_new(4, 0);
    static const Op OPS[] = {OP_CONVERT, OP_TOINT, OP_TOFLOAT, OP_BITCAST,
                             OP_SEXT,    OP_ZEXT,  OP_ITRUNC};
    int n_done = 0;
    for (size_t o = 0; o < sizeof OPS / sizeof OPS[0]; o++)
        for (int from = TYPE_F16; from <= TYPE_I64; from++)
            for (int to = TYPE_F16; to <= TYPE_I64; to++) {
                Prog prog;
                prog_init(&prog);
                prog_add_input(&prog, (Type)from, "a");
                prog_add_typed(&prog, OPS[o], (Type)to, 0, 0, 0);
                if (!prog_is_valid(&prog, NULL)) continue;
                JitModule *module;
                JitArray run = compile(jit, &prog, &module);
                check_against_meaning(&prog, run, &rng);
                backend()->jit_drop(jit, module);
                n_done++;
            }
    assert_true(n_done > 30);
    backend()->jit_free(jit);
}

static void jit_looks_up_tables_of_every_size_and_type(void **state)
{
    Jit *jit = new_jit();
    Rng rng = rng_new(5, 0);
    for (int type = TYPE_F16; type <= TYPE_I64; type++)
        for (int index = TYPE_I16; index <= TYPE_I64; index++)
            for (int count = 1; count <= PROG_TABLE_MAX; count *= 2) {
                Prog prog;
                prog_init(&prog);
                prog_add_input(&prog, (Type)index, "i");
                uint64_t bits[PROG_TABLE_MAX];
                for (int i = 0; i < count; i++) bits[i] = random_value((Type)type, &rng);
                const int table = prog_add_table(&prog, (Type)type, count, bits);
                prog_add_typed(&prog, OP_LOOKUP, (Type)type, 0, (Ref)table, 0);
                JitModule *module;
                JitArray run = compile(jit, &prog, &module);
                check_against_meaning(&prog, run, &rng);
                backend()->jit_drop(jit, module);
            }
    backend()->jit_free(jit);
}

/* f16 inputs are few enough to try all of them. */
static void jit_agrees_on_every_f16_and_bf16(void **state)
{
    enum { ALL = 1 << 16 };
    Jit *jit = new_jit();
    static const char *const TEXTS[] = {
        "f16 x\nf16 c = const 0x1.8p-1\nf16 a = mul x c\nf16 b = add a x\nf16 d = sqrt b\nf16 r = "
        "div d x\nreturn r\n",
        "bf16 x\nbf16 c = const 0x1.8p-1\nbf16 a = mul x c\nbf16 b = add a x\nbf16 d = sqrt "
        "b\nbf16 r = div d x\nreturn r\n",
        "f16 x\nf64 a = convert x\nf64 b = mul a a\nf16 r = convert b\nreturn r\n",
        "bf16 x\nf64 a = convert x\nf64 b = mul a a\nbf16 r = convert b\nreturn r\n",
        "f16 x\nf16 r = round x\nreturn r\n",
        "bf16 x\nf16 r = convert x\nreturn r\n",
    };
    uint16_t *x = malloc(ALL * 2), *y = malloc(ALL * 2);
    for (int i = 0; i < ALL; i++) x[i] = (uint16_t)i;
    for (size_t t = 0; t < sizeof TEXTS / sizeof TEXTS[0]; t++) {
        const Prog prog = parse(TEXTS[t]);
        JitModule *module;
        JitArray run = compile(jit, &prog, &module);
        const void *in[1] = {x};
        run(in, y, ALL);
        for (uint64_t i = 0; i < ALL; i++)
            check_prog_bits(&prog, y[i], scalar_eval(&prog, &i), &i, "JIT");
        backend()->jit_drop(jit, module);
    }
    free(x);
    free(y);
    backend()->jit_free(jit);
}

/* Any n, any alignment, in place; the bytes around the result stay. */
static void jit_arrays_may_have_any_length_and_place(void **state)
{
    static const char *const TEXTS[] = {
        "f32 x\nf32 c = const 0x1.8p+1\nf32 r = mul x c\nreturn r\n",
        "f64 x\nf64 c = const 0x1.8p+1\nf64 r = mul x c\nreturn r\n",
        "f16 x\nf16 c = const 0x1.8p+1\nf16 r = mul x c\nreturn r\n",
        "bf16 x\nbf16 c = const 0x1.8p+1\nbf16 r = mul x c\nreturn r\n",
        "i32 x\ni32 c = const 3\ni32 r = imul x c\nreturn r\n",
        "i16 x\ni16 c = const 3\ni16 r = imul x c\nreturn r\n",
    };
    enum { N_MAX = 150, GUARD = 64, ROOM = GUARD + N_MAX * 8 + GUARD + 8 };
    Jit *jit = new_jit();
    uint8_t x[ROOM], y[ROOM];
    for (size_t t = 0; t < sizeof TEXTS / sizeof TEXTS[0]; t++) {
        const Prog prog = parse(TEXTS[t]);
        const size_t size = (size_t)type_info(prog_type(&prog))->size;
        JitModule *module;
        JitArray run = compile(jit, &prog, &module);
        for (size_t n = 0; n <= N_MAX; n++)
            for (size_t shift = 0; shift < 4; shift++)
                for (int in_place = 0; in_place < 2; in_place++) {
                    uint64_t want[N_MAX];
                    memset(x, 0xa5, sizeof x);
                    memset(y, 0xa5, sizeof y);
                    uint8_t *const from = x + GUARD + shift, *const to =
                                                                 (in_place ? x : y) + GUARD + shift;
                    for (size_t i = 0; i < n; i++) {
                        const uint64_t bits =
                            type_is_float(prog_type(&prog))
                                ? bits_from_value(prog_type(&prog), (double)i - 70)
                                : i;
                        array_set(prog_type(&prog), from, i, bits);
                        want[i] = scalar_eval(&prog, &bits);
                    }
                    const void *in[1] = {from};
                    run(in, to, n);
                    for (size_t i = 0; i < n; i++)
                        assert_int_equal(array_get(prog_type(&prog), to, i), want[i]);
                    const uint8_t *const around = in_place ? x : y;
                    for (size_t i = 0; i < ROOM; i++)
                        if (i < GUARD + shift || i >= GUARD + shift + n * size)
                            assert_int_equal(around[i], 0xa5);
                }
        backend()->jit_drop(jit, module);
    }
    backend()->jit_free(jit);
}

static void jit_modules_live_side_by_side(void **state)
{
    enum { N = 5, EACH = 3 };
    Jit *jit = new_jit();
    JitModule *module[N];
    JitArray run[N][EACH];
    for (int round = 0; round < 3; round++) {
        for (int m = 0; m < N; m++) {
            Prog prog[EACH];
            const Prog *list[EACH];
            for (int i = 0; i < EACH; i++) {
                prog_init(&prog[i]);
                prog_add_input(&prog[i], TYPE_F64, "x");
                prog_add(&prog[i], OP_ADD, 0, prog_add_const(&prog[i], TYPE_F64, m * 10 + i), 0);
                list[i] = &prog[i];
            }
            Err err = {0};
            assert_int_equal(backend()->jit_compile(jit, list, NULL, EACH, &module[m], run[m], &err), OK);
        }
        backend()->jit_drop(jit, module[1]);
        backend()->jit_drop(jit, module[3]);
        const double x = 0.5;
        const void *in[1] = {&x};
        for (int m = 0; m < N; m += 2)
            for (int i = 0; i < EACH; i++) {
                double y = 0;
                run[m][i](in, &y, 1);
                assert_true(y == m * 10 + i + 0.5);
            }
        for (int m = 0; m < N; m += 2) backend()->jit_drop(jit, module[m]);
    }
    backend()->jit_free(jit);
}

static void jit_refuses_what_is_no_machine_program(void **state)
{
    static const char *const TEXTS[] = {
        "real x\nreal r = exp x\nreturn r\n",
        "real x\nreal r = add x x\nreturn r\n",
        "f32 x\nf32 r = exp x\nreturn r\n",
    };
    Jit *jit = new_jit();
    for (size_t t = 0; t < sizeof TEXTS / sizeof TEXTS[0]; t++) {
        const Prog prog = parse(TEXTS[t]);
        const Prog *const list = &prog;
        JitModule *module;
        JitArray array;
        Err err = {0};
        assert_int_equal(backend()->jit_compile(jit, &list, NULL, 1, &module, &array, &err),
                         ERR_UNSUPPORTED);
        assert_true(strlen(err.text) > 20);
    }
    backend()->jit_free(jit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jit_agrees_operator_by_operator),
        cmocka_unit_test(jit_converts_between_all_types),
        cmocka_unit_test(jit_looks_up_tables_of_every_size_and_type),
        cmocka_unit_test(jit_agrees_on_every_f16_and_bf16),
        cmocka_unit_test(jit_agrees_with_the_meaning_of_random_programs),
        cmocka_unit_test(jit_arrays_may_have_any_length_and_place),
        cmocka_unit_test(jit_modules_live_side_by_side),
        cmocka_unit_test(jit_refuses_what_is_no_machine_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
