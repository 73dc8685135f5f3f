/* Every move keeps a program valid, does what its name says, and does the same again for the same Rng. */
#include "search/moves.h"

#include "runtime/prog/prog_text.h"
#include "search/edit.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static Prog parse(const char *text)
{
    Prog prog;
    Err err = {0};
    if (prog_parse(&prog, text, strlen(text), 0, NULL, &err) != OK) fail_msg("%s", err.text);
    return prog;
}

static const char *const PROGRAMS[] = {
    /* real: a quotient */
    "real x\nreal c1 = const 2.5\nreal c2 = const -0.7\nreal c3 = const 1.25\n"
    "real u = add x c1\nreal v = div c2 u\nreal w = mul v x\nreal y = add w c3\nreturn y\n",
    /* real: products and sums that share */
    "real x\nreal c1 = const 0.3\nreal c2 = const 4.5\nreal s = mul x x\nreal a = mul s c1\n"
    "real b = mul s c2\nreal d = add a b\nreal e = add d c2\nreal f = add e c1\nreturn f\n",
    /* f32: Horner with a clamp */
    "f32 x\nf32 lo = const -0x1p+1\nf32 t = max lo x\nf32 c3 = const 0x1.1p-4\n"
    "f32 c2 = const 0x1.3p-2\nf32 c1 = const 0x1.5p-1\nf32 c0 = const 0x1.1p+0\n"
    "f32 p2 = fma c3 t c2\nf32 p1 = fma p2 t c1\nf32 p0 = fma p1 t c0\nreturn p0\n",
    /* f32 by way of f64 */
    "f32 x\nf64 t = convert x\nf64 c2 = const 0x1.3p-2\nf64 c1 = const 0x1.5p-1\n"
    "f64 c0 = const 0x1.1p+0\nf64 a = mul c2 t\nf64 b = add a c1\nf64 d = mul b t\n"
    "f64 e = add d c0\nf32 y = convert e\nreturn y\n",
    /* bits: exponent insertion */
    "f32 x\nf32 m = const 0x1.8p+23\nf32 z = add x m\nf32 n = sub z m\nf32 r = sub x n\n"
    "f32 c = const 0x1.6p-1\nf32 o = const 0x1p+0\nf32 p = fma c r o\ni32 i = bitcast z\n"
    "i32 k = const 23\ni32 s = shl i k\ni32 j = bitcast p\ni32 q = iadd j s\nf32 y = bitcast q\n"
    "return y\n",
};
enum { FIRST = 0, N_PROGRAMS = sizeof PROGRAMS / sizeof *PROGRAMS };

static void every_move_keeps_programs_valid(void **state)
{
    for (const Move *move = MOVES; move->name != NULL; move++) {
        int n_applied = 0;
        for (int p = FIRST; p < N_PROGRAMS; p++) {
            const Prog start = parse(PROGRAMS[p]);
            for (uint64_t stream = 0; stream < 400; stream++) {
                Rng rng = rng_new(7, stream);
                Prog prog = start;
                Err err = {0};
                /* Several in a row, so that moves meet each other's results. */
                for (int i = 0; i < 4; i++) {
                    const Prog before = prog;
                    if (!move->apply(&prog, &rng)) {
                        prog = before;
                        continue;
                    }
                    n_applied++;
                    if (!prog_is_valid(&prog, &err))
                        fail_msg("%s, program %d, stream %d: %s", move->name, p, (int)stream,
                                 err.text);
                    assert_int_equal(prog_type(&prog), prog_type(&start));
                    assert_int_equal(prog.n_inputs, start.n_inputs);
                }
            }
        }
        if (n_applied == 0) fail_msg("%s never found a place", move->name);
    }
}

static void mixed_moves_keep_programs_valid(void **state)
{
    for (int p = FIRST; p < N_PROGRAMS; p++) {
        const Prog start = parse(PROGRAMS[p]);
        for (uint64_t stream = 0; stream < 200; stream++) {
            Rng rng = rng_new(11, stream);
            Prog prog = start;
            for (int i = 0; i < 40; i++) {
                const Prog before = prog;
                const Move *move = move_pick(&rng);
                if (!move->apply(&prog, &rng)) prog = before;
                assert_true(prog_is_valid(&prog, NULL));
            }
        }
    }
}

static void the_same_rng_makes_the_same_move(void **state)
{
    for (const Move *move = MOVES; move->name != NULL; move++) {
        for (int p = FIRST; p < N_PROGRAMS; p++) {
            for (uint64_t stream = 0; stream < 50; stream++) {
                Prog a = parse(PROGRAMS[p]), b = a;
                Rng rng_a = rng_new(3, stream), rng_b = rng_a;
                const bool did_a = move->apply(&a, &rng_a), did_b = move->apply(&b, &rng_b);
                assert_int_equal(did_a, did_b);
                if (did_a) assert_true(prog_is_equal(&a, &b));
            }
        }
    }
}

/* A little evaluator over doubles: enough for the value-keeping moves on the programs here. */
static double value_of(const Prog *prog, double x)
{
    double v[PROG_MAX];
    for (int k = 0; k < prog->n; k++) {
        const Node *node = &prog->node[k];
        const double a = v[node->arg[0]], b = v[node->arg[1]], c = v[node->arg[2]];
        switch (node->op) {
        case OP_INPUT: v[k] = x; break;
        case OP_CONST:
            v[k] = node->type == TYPE_REAL ? real_to_double(node->value)
                                           : value_from_bits(node->type, node->value.lo);
            break;
        case OP_ADD: v[k] = a + b; break;
        case OP_SUB: v[k] = a - b; break;
        case OP_MUL: v[k] = a * b; break;
        case OP_DIV: v[k] = a / b; break;
        case OP_FMA: v[k] = a * b + c; break;
        case OP_NEG: v[k] = -a; break;
        case OP_MAX: v[k] = a > b ? a : b; break;
        case OP_CONVERT: v[k] = a; break;
        default: fail_msg("operator %s", op_info((Op)node->op)->name);
        }
    }
    return v[prog->n - 1];
}

static void moves_that_keep_the_value_do(void **state)
{
    for (const Move *move = MOVES; move->name != NULL; move++) {
        if (!move->keeps_value) continue;
        for (int p = FIRST; p < N_PROGRAMS - 1; p++) {
            const Prog start = parse(PROGRAMS[p]);
            for (uint64_t stream = 0; stream < 100; stream++) {
                Rng rng = rng_new(5, stream);
                Prog prog = start;
                if (!move->apply(&prog, &rng)) continue;
                for (double x = -1.75; x < 2; x += 0.25) {
                    const double want = value_of(&start, x), got = value_of(&prog, x);
                    /* Constants may have been rounded to f32 on the way. */
                    if (fabs(got - want) > 1e-6 * (1 + fabs(want)))
                        fail_msg("%s, program %d, x = %a: %a, was %a", move->name, p, x, got, want);
                }
            }
        }
    }
}

static void a_cycle_is_refused(void **state)
{
    Prog prog = parse(PROGRAMS[0]);
    /* u = add x c1 made to use y, which depends on u. */
    const Ref last = prog_result(&prog);
    for (int k = 0; k < prog.n; k++) {
        if (prog.node[k].op != OP_ADD) continue;
        prog.node[k].arg[0] = last;
        break;
    }
    assert_false(edit_finish(&prog, last));
}

static void heavier_rows_are_picked_more_often(void **state)
{
    Rng rng = rng_new(1, 1);
    int n_drop = 0, n_nest = 0;
    for (int i = 0; i < 4000; i++) {
        const Move *move = move_pick(&rng);
        n_drop += strcmp(move->name, "drop") == 0;
        n_nest += strcmp(move->name, "nest") == 0;
    }
    assert_true(n_nest > 0 && n_drop > 3 * n_nest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_move_keeps_programs_valid),
        cmocka_unit_test(mixed_moves_keep_programs_valid),
        cmocka_unit_test(the_same_rng_makes_the_same_move),
        cmocka_unit_test(moves_that_keep_the_value_do),
        cmocka_unit_test(a_cycle_is_refused),
        cmocka_unit_test(heavier_rows_are_picked_more_often),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
