/* Random programs are what they promise, and the interpreter agrees on them with the scalar
   second opinion, at every level and for every length. */
#include "tests/support/random_prog.h"

#include "runtime/prog/eval.h"
#include "tests/support/check.h"
#include "tests/support/scalar_op.h"

#include <stdlib.h>

enum { N_PROGRAMS = 4500, N_POINTS = 600 };

static RandomProg random_options(Rng *rng)
{
    const Type types[] = {TYPE_F16, TYPE_BF16, TYPE_F32, TYPE_F64, TYPE_I16, TYPE_I32, TYPE_I64};
    RandomProg options = {
        .type = types[rng_below(rng, 7)],
        .n_inputs = 1 + (int)rng_below(rng, 3),
        .n_ops = (int)rng_below(rng, 40),
        .allow_fma = rng_below(rng, 2),
        .allow_tables = rng_below(rng, 2),
        .allow_scaling = rng_below(rng, 2),
    };
    options.only_type = type_is_float(options.type) && rng_below(rng, 3) == 0;
    return options;
}

static void random_prog_makes_valid_machine_programs_of_all_operators(void **state)
{
    (void)state;
    Rng rng = rng_new(7, 0);
    int n_seen[OP_COUNT] = {0};
    for (int i = 0; i < N_PROGRAMS; i++) {
        const RandomProg options = random_options(&rng);
        const Prog prog = random_prog(&options, &rng);
        Err err;
        if (!prog_is_valid(&prog, &err)) fail_msg("%s", err.text);
        assert_true(prog_is_kind(&prog, KIND_MACHINE, NULL));
        assert_int_equal(prog_type(&prog), options.type);
        assert_int_equal(prog.n_inputs, options.n_inputs);
        if (!options.allow_fma) assert_false(prog_has_op(&prog, OP_FMA));
        if (!options.allow_tables) assert_false(prog_has_op(&prog, OP_LOOKUP));
        for (int k = 0; k < prog.n; k++) {
            n_seen[prog.node[k].op]++;
            if (options.only_type)
                assert_true(prog.node[k].type == options.type || prog.node[k].type == TYPE_BOOL);
        }
        Text text = {0};
        prog_print(&text, &prog);
        Prog again;
        if (prog_parse(&again, text_get(&text), text.length, 0, NULL, &err) != OK)
            fail_msg("%s in\n%s", err.text, text_get(&text));
        assert_true(prog_is_equal(&prog, &again));
        text_release(&text);
    }
    for (int op = 0; op < OP_COUNT; op++)
        if ((op_info((Op)op)->kind & KIND_MACHINE) && n_seen[op] < 20)
            fail_msg("'%s' occurs %d times", op_info((Op)op)->name, n_seen[op]);
}

static void random_prog_is_reproducible(void **state)
{
    (void)state;
    const RandomProg options = {.type = TYPE_F32, .n_inputs = 2, .n_ops = 30, .allow_fma = true};
    Rng a = rng_new(3, 1), b = rng_new(3, 1);
    const Prog p = random_prog(&options, &a), q = random_prog(&options, &b);
    assert_true(prog_is_equal(&p, &q));
}

static void check_against_scalar(const Prog *prog, const char *level, Rng *rng)
{
    const size_t n = 1 + rng_below(rng, N_POINTS);
    void *x[PROG_INPUTS_MAX];
    const void *arrays[PROG_INPUTS_MAX];
    for (int k = 0; k < prog->n_inputs; k++) {
        const Type type = (Type)prog->node[k].type;
        x[k] = xmalloc(n * (size_t)type_info(type)->size);
        arrays[k] = x[k];
        for (size_t i = 0; i < n; i++) array_set(type, x[k], i, random_value(type, rng));
    }
    void *const y = xmalloc(n * (size_t)type_info(prog_type(prog))->size);
    Eval *eval;
    Err err;
    if (eval_new(&eval, prog, level, &err) != OK) fail_msg("%s", err.text);
    eval_run(eval, arrays, y, n);
    for (size_t i = 0; i < n; i++) {
        uint64_t bits[PROG_INPUTS_MAX];
        for (int k = 0; k < prog->n_inputs; k++)
            bits[k] = array_get((Type)prog->node[k].type, x[k], i);
        check_prog_bits(prog, array_get(prog_type(prog), y, i), scalar_eval(prog, bits), bits,
                        level);
    }
    eval_free(eval);
    free(y);
    for (int k = 0; k < prog->n_inputs; k++) free(x[k]);
}

static void eval_agrees_with_scalar_on_random_programs(void **state)
{
    (void)state;
    Rng rng = rng_new(8, 0);
    for (int i = 0; i < N_PROGRAMS / 3; i++) {
        const RandomProg options = random_options(&rng);
        const Prog prog = random_prog(&options, &rng);
        for (int level = 0; eval_level_name(level); level++)
            if (eval_level_is_available(level))
                check_against_scalar(&prog, eval_level_name(level), &rng);
    }
}

static void eval_constant_agrees_with_eval(void **state)
{
    (void)state;
    Rng rng = rng_new(9, 0);
    for (int i = 0; i < N_PROGRAMS / 3; i++) {
        const RandomProg options = random_options(&rng);
        Prog prog = random_prog(&options, &rng);
        uint64_t x[PROG_INPUTS_MAX];
        for (int k = 0; k < prog.n_inputs; k++) x[k] = random_value(options.type, &rng);
        /* Fold the whole program, node by node. */
        const uint64_t expected = scalar_eval(&prog, x);
        uint64_t got = x[0];
        Prog folded = prog;
        for (int k = 0; k < folded.n; k++) {
            Node *const node = &folded.node[k];
            uint64_t bits = node->value.lo;
            if (node->op == OP_INPUT)
                bits = x[k];
            else if (node->op != OP_CONST)
                assert_true(eval_constant(&folded, (Ref)k, &bits));
            *node = (Node){.op = OP_CONST, .type = node->type, .value = {.lo = bits}};
            got = bits;
        }
        check_prog_bits(&prog, got, expected, x, "eval_constant");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_prog_makes_valid_machine_programs_of_all_operators),
        cmocka_unit_test(random_prog_is_reproducible),
        cmocka_unit_test(eval_agrees_with_scalar_on_random_programs),
        cmocka_unit_test(eval_constant_agrees_with_eval),
    };
    return cmocka_run_group_tests_name("random_prog", tests, NULL, NULL);
}
