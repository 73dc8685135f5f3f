/* FPCore: goals and answers from cores, and cores written for programs. */
#include "frontend/fpcore.h"
#include "frontend/infix.h"
#include "runtime/oracle/oracle.h"
#include "runtime/oracle/oracle_prog.h"
#include "runtime/prog/eval.h"
#include "tests/support/fpcore_text.h"
#include "tests/support/values.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OWN_DATA SOURCE_DIR "/tests/data/fpcore"

/* -- goals and answers ---------------------------------------------------------------- */

static void to_goal(Goal *goal, Prog *answer, const char *text, const SpecText *override)
{
    FpFile *file = parse(text);
    Err err = {0};
    if (fpcore_to_goal(goal, answer, fpcore_get(file, 0), override, &err) != OK)
        fail_msg("%s: %d: %s", text, err.column, err.text);
    if (answer && (!prog_is_valid(answer, &err) || !prog_is_kind(answer, KIND_MACHINE, &err)))
        fail_msg("%s: %s", text, err.text);
    fpcore_free(file);
}

static void fpcore_states_a_goal(void **state)
{
    (void)state;
    Goal goal;
    Prog answer;
    to_goal(&goal, &answer,
            "(FPCore kernel (x) :name \"exp near 0\" :precision binary32 :spec (exp x)"
            " :pre (<= -0.1 x (/ PI 16)) (+ 1 (* x (fma x 1/2 1))))",
            NULL);
    assert_string_equal(goal.name, "kernel");
    assert_string_equal(goal.expression, "exp(x)");
    assert_int_equal(goal.type, TYPE_F32);
    assert_int_equal(goal.n_variables, 1);
    /* Rounded inward: -0.1f and (float)(pi/16) lie outside and inside, whichever they are. */
    assert_true(goal.domain[0].lo >= -0.1 && nextafterf((float)goal.domain[0].lo, -1) < -0.1);
    assert_true(goal.domain[0].hi <= acos(-1) / 16 &&
                nextafterf((float)goal.domain[0].hi, 1) > acos(-1) / 16);
    assert_true(goal.bound.text[0] == 0 && goal.bound.limit == DBL_MAX);
    assert_int_equal(answer.node[0].type, TYPE_F32);
    assert_int_equal(prog_n_ops(&answer), 3);
    assert_int_equal(prog_type(&answer), TYPE_F32);
}

static void fpcore_rounds_constants_of_answers_once(void **state)
{
    (void)state;
    Goal goal;
    Prog answer;
    /* 1 + 2^-24 + 2^-60: in two roundings it would become 1. */
    to_goal(&goal, &answer,
            "(FPCore (x) :precision binary32 :pre (<= 0 x 1) (* x 0x1.000001000000001p+0))", NULL);
    for (int i = 0; i < answer.n; i++)
        if (answer.node[i].op == OP_CONST)
            assert_true(value_from_bits(TYPE_F32, answer.node[i].value.lo) == 0x1.000002p0);
    to_goal(&goal, &answer, "(FPCore (x) :precision (float 8 16) :pre (<= 0 x 1) (* x PI))", NULL);
    for (int i = 0; i < answer.n; i++)
        if (answer.node[i].op == OP_CONST)
            assert_true(value_from_bits(TYPE_BF16, answer.node[i].value.lo) == 3.140625);
}

static void fpcore_pre_is_a_box(void **state)
{
    (void)state;
    const double least = 0x1p-1074;
    const struct {
        const char *pre;
        double x_lo, x_hi, y_lo, y_hi;
    } CASES[] = {
        {"(<= 0 x 1)", 0, 1, -INFINITY, INFINITY},
        {"(and (<= 0 x 1) (<= -2 y 2))", 0, 1, -2, 2},
        {"(and (< 0 x) (< x 1) (> y 3) (>= 4 y))", least, 1 - 0x1p-53, 3 + 0x1p-51, 4},
        {"(and (>= 1 x 0) (and (== y 2)))", 0, 1, 2, 2},
        {"(and (<= 0 x 10) (<= 5 x 20) TRUE)", 5, 10, -INFINITY, INFINITY},
        {"(<= (- 1) x (* 2 1/4))", -1, 0.5, -INFINITY, INFINITY},
        {"(<= 0 x INFINITY)", 0, INFINITY, -INFINITY, INFINITY},
        {"(< 0 x INFINITY)", least, DBL_MAX, -INFINITY, INFINITY},
        {"(<= 0 1 x)", 1, INFINITY, -INFINITY, INFINITY},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char text[200];
        Goal goal;
        snprintf(text, sizeof text, "(FPCore (x y) :pre %s (+ x y))", CASES[i].pre);
        to_goal(&goal, NULL, text, NULL);
        if (goal.domain[0].lo != CASES[i].x_lo || goal.domain[0].hi != CASES[i].x_hi ||
            goal.domain[1].lo != CASES[i].y_lo || goal.domain[1].hi != CASES[i].y_hi)
            fail_msg("%s: [%a, %a] [%a, %a]", CASES[i].pre, goal.domain[0].lo, goal.domain[0].hi,
                     goal.domain[1].lo, goal.domain[1].hi);
    }
}

static void fpcore_overrides_go_first(void **state)
{
    (void)state;
    Goal goal;
    const SpecText override = {
        .type = "real", .domain = {"(0,1]"}, .n_domains = 1, .max_error = "3digits"};
    to_goal(&goal, NULL, "(FPCore (x) :precision binary32 :pre (!= x 0) (exp x))", &override);
    assert_int_equal(goal.type, TYPE_REAL);
    assert_true(goal.domain[0].lo == 0 && goal.domain[0].lo_open && goal.domain[0].hi == 1);
    assert_string_equal(goal.bound.text, "3digits");
}

static void fpcore_goals_that_cannot_be_are_errors(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        Status status;
        const char *says;
    } CASES[] = {
        {"(FPCore (x) :pre (!= x 0) x)", ERR_UNSUPPORTED, "--domain"},
        {"(FPCore (x y) :pre (< x y) x)", ERR_UNSUPPORTED, "--domain"},
        {"(FPCore (x y) :pre (< 0 (* x y)) x)", ERR_UNSUPPORTED, "--domain"},
        {"(FPCore (x y) :pre (< 0 x (* 2 y)) x)", ERR_UNSUPPORTED, "--domain"},
        {"(FPCore (x) :pre (or (< 0 x 1) (< 2 x 3)) x)", ERR_UNSUPPORTED, "--domain"},
        {"(FPCore (x) :pre (<= 1 x 0) x)", ERR_INPUT, "empty"},
        {"(FPCore (x) :precision real x)", ERR_INPUT, "finite ends"},
        {"(FPCore (x) :precision binary80 x)", ERR_UNSUPPORTED, "precision"},
        {"(FPCore () 1)", ERR_INPUT, "no argument"},
        {"(FPCore (x) :pre (<= 0 x 1) (exp x))", ERR_UNSUPPORTED, "'exp'"},
        {"(FPCore (x) :pre (<= 0 x 1) (! :precision real (+ x 1)))", ERR_UNSUPPORTED, "both"},
        {"(FPCore (x) :precision binary32 :pre (<= 0 x 1) (! :precision binary64 (+ x 1)))",
         ERR_UNSUPPORTED, "cast"},
        {"(FPCore ((! :precision binary32 x)) x)", ERR_UNSUPPORTED, "precision"},
        {"(FPCore (x) :pre (<= -1 x 1) :spec (log x) x)", ERR_INPUT, "x = "},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        FpFile *file = parse(CASES[i].text);
        Goal goal;
        Prog answer;
        Err err = {0};
        const Status status = fpcore_to_goal(&goal, &answer, fpcore_get(file, 0), NULL, &err);
        if (status != CASES[i].status || !strstr(err.text, CASES[i].says))
            fail_msg("%s: %d: %s", CASES[i].text, status, err.text);
        fpcore_free(file);
    }
}

/* Writes the answer as a core and reads it back: the same nodes up to their order. */
static void assert_written_and_read(const Prog *prog, const Goal *goal)
{
    Text text = {0};
    Err err = {0};
    if (fpcore_from_prog(&text, prog, goal, &err) != OK) fail_msg("%s", err.text);
    FpFile *file = parse(text_get(&text));
    Goal read_goal;
    Prog read, again;
    if (fpcore_to_goal(&read_goal, &read, fpcore_get(file, 0), NULL, &err) != OK)
        fail_msg("%s\n%d: %s", text_get(&text), err.line, err.text);
    assert_int_equal(prog_n_ops(&read), prog_n_ops(prog));
    assert_int_equal(read.n, prog->n);
    if (!prog_is_equal(&read_goal.reference, &goal->reference) ||
        read_goal.domain[0].lo != goal->domain[0].lo ||
        read_goal.domain[0].hi != goal->domain[0].hi ||
        strcmp(read_goal.bound.text, goal->bound.text) != 0 ||
        strcmp(read_goal.name, goal->name) != 0 || read_goal.n_exact != goal->n_exact)
        fail_msg("another goal: %s", text_get(&text));
    /* Written once more, the order has settled. */
    Text second = {0}, third = {0};
    assert_int_equal(fpcore_from_prog(&second, &read, goal, &err), OK);
    FpFile *second_file = parse(text_get(&second));
    assert_int_equal(fpcore_to_goal(&read_goal, &again, fpcore_get(second_file, 0), NULL, &err),
                     OK);
    assert_int_equal(fpcore_from_prog(&third, &again, goal, &err), OK);
    assert_string_equal(text_get(&second), text_get(&third));
    fpcore_free(file);
    fpcore_free(second_file);
    text_release(&text);
    text_release(&second);
    text_release(&third);
}

static void spec_ok(Goal *goal, const SpecText *spec)
{
    Err err = {0};
    if (spec_to_goal(goal, spec, &err) != OK) fail_msg("%s: %s", spec->what, err.text);
}

static void fpcore_writes_answers_that_read_back(void **state)
{
    (void)state;
    Goal goal;
    Prog p;
    spec_ok(&goal, &(SpecText){.what = "(1-cos(x))/(x*x)",
                               .type = "f32",
                               .domain = {"[-1,1]"},
                               .n_domains = 1,
                               .exact = {"0:0.5"},
                               .n_exact = 1});
    prog_init(&p);
    const Ref x = prog_add_input(&p, TYPE_F32, "x");
    const Ref s = prog_add(&p, OP_MUL, x, x, 0);
    const Ref c1 = prog_add_const(&p, TYPE_F32, -0x1.555556p-5),
              c0 = prog_add_const(&p, TYPE_F32, 0.5);
    const Ref r = prog_add(&p, OP_FMA, s, c1, c0);
    const Ref lo = prog_add(&p, OP_MIN, r, c0, 0);
    const Ref hi = prog_add(&p, OP_MAX, lo, x, 0);
    const Ref is_small = prog_add(&p, OP_LT, s, c0, 0);
    const Ref choice = prog_add(&p, OP_SELECT, is_small, hi, r);
    const Ref wide = prog_add_typed(&p, OP_CONVERT, TYPE_F64, choice, 0, 0);
    const Ref third = prog_add_const(&p, TYPE_F64, 1.0 / 3);
    const Ref product = prog_add(&p, OP_MUL, wide, third, 0);
    const Ref sum = prog_add(&p, OP_ADD, product, wide, 0);
    const Ref narrow = prog_add_typed(&p, OP_CONVERT, TYPE_F32, sum, 0, 0);
    const Ref rounded = prog_add(&p, OP_RINT, narrow, 0, 0);
    const Ref sign = prog_add(&p, OP_COPYSIGN, rounded, x, 0);
    const Ref minus = prog_add(&p, OP_NEG, sign, 0, 0);
    prog_add(&p, OP_SUB, minus, prog_add_const(&p, TYPE_F32, INFINITY), 0);
    assert_written_and_read(&p, &goal);

    /* Real, with long constants. */
    spec_ok(&goal, &(SpecText){.what = "2^x",
                               .type = "real",
                               .domain = {"(0,1]"},
                               .n_domains = 1,
                               .max_error = "10digits"});
    prog_init(&p);
    const Ref y = prog_add_input(&p, TYPE_REAL, "x");
    Real value;
    const char *end;
    assert_true(real_parse("1.2345678901234567890123456789012345678e-5", &end, &value));
    const Ref a = prog_add_real(&p, value);
    assert_true(real_parse("-0x1.23456789abcdef0123456789abcdp-7", &end, &value));
    const Ref b = prog_add_real(&p, value);
    const Ref q = prog_add(&p, OP_DIV, a, y, 0);
    prog_add(&p, OP_SUB, prog_add(&p, OP_MUL, q, b, 0), q, 0);
    assert_written_and_read(&p, &goal);
}

/* A random program of the operators that FPCore has, in mixed precisions. */
static void random_answer(Prog *prog, Rng *rng)
{
    static const Op OPS[] = {OP_ADD,   OP_SUB,    OP_MUL,     OP_DIV,  OP_FMA,   OP_NEG,  OP_ABS,
                             OP_SQRT,  OP_MIN,    OP_MAX,     OP_RINT, OP_FLOOR, OP_CEIL, OP_TRUNC,
                             OP_ROUND, OP_LT,     OP_LE,      OP_EQ,   OP_NE,    OP_AND,  OP_OR,
                             OP_NOT,   OP_SELECT, OP_CONVERT, OP_CONST};
    enum { N_TYPES = 4 };
    Ref of_type[N_TYPES][PROG_MAX], truth[PROG_MAX];
    int n[N_TYPES] = {0}, n_truths = 0;
    prog_init(prog);
    const Type type = (Type)(TYPE_F16 + rng_below(rng, N_TYPES));
    const int own = (int)type - TYPE_F16;
    of_type[own][n[own]++] = prog_add_input(prog, type, "x");
    of_type[own][n[own]++] = prog_add_input(prog, type, "y");
    const int size = 5 + (int)rng_below(rng, 40);
    while (prog->n < size || prog_type(prog) != type) {
        const Op op = OPS[rng_below(rng, sizeof OPS / sizeof *OPS)];
        const int k = rng_below(rng, 3) ? own : (int)rng_below(rng, N_TYPES);
        const Type t = (Type)(TYPE_F16 + k);
        if (op == OP_CONST) {
            const double value = rng_below(rng, 9)   ? rng_normal(rng)
                                 : rng_below(rng, 2) ? -0.0
                                                     : -INFINITY;
            of_type[k][n[k]++] = prog_add_const(prog, t, value);
            continue;
        }
        const Signature signature = op_info(op)->signature;
        if (signature == SIG_BOOL) {
            if (n_truths == 0) continue;
            const Ref a = truth[rng_below(rng, (uint64_t)n_truths)];
            const Ref b = op == OP_NOT ? 0 : truth[rng_below(rng, (uint64_t)n_truths)];
            truth[n_truths++] = prog_add(prog, op, a, b, 0);
            continue;
        }
        if (n[k] == 0 || (op == OP_FMA && t < TYPE_F32)) continue;
        Ref arg[3];
        for (int i = 0; i < 3; i++)
            arg[i] = i < op_info(op)->arity ? of_type[k][rng_below(rng, (uint64_t)n[k])] : 0;
        if (signature == SIG_COMPARE)
            truth[n_truths++] = prog_add(prog, op, arg[0], arg[1], 0);
        else if (op == OP_CONVERT) {
            const int to = (k + 1 + (int)rng_below(rng, N_TYPES - 1)) % N_TYPES;
            of_type[to][n[to]++] = prog_add_typed(prog, op, (Type)(TYPE_F16 + to), arg[0], 0, 0);
        } else if (op != OP_SELECT) {
            of_type[k][n[k]++] = prog_add(prog, op, arg[0], arg[1], arg[2]);
        } else if (n_truths > 0) {
            const Ref which = truth[rng_below(rng, (uint64_t)n_truths)];
            of_type[k][n[k]++] = prog_add(prog, op, which, arg[1], arg[2]);
        }
    }
    prog_prune(prog);
}

static void fpcore_keeps_every_bit_of_answers(void **state)
{
    (void)state;
    Rng rng = rng_new(3, 0);
    for (int round = 0; round < 1500; round++) {
        Prog prog, read;
        Goal goal;
        Text text = {0};
        Err err = {0};
        random_answer(&prog, &rng);
        if (fpcore_from_prog(&text, &prog, NULL, &err) != OK) fail_msg("%s", err.text);
        to_goal(&goal, &read, text_get(&text), NULL);
        assert_int_equal(goal.type, prog_type(&prog));
        Eval *a, *b;
        assert_int_equal(eval_new(&a, &prog, "portable", NULL), OK);
        assert_int_equal(eval_new(&b, &read, "portable", NULL), OK);
        for (int k = 0; k < 40; k++) {
            const uint64_t x[2] = {random_value(goal.type, &rng), random_value(goal.type, &rng)};
            const uint64_t want = eval_bits(a, x), got = eval_bits(b, x);
            if (!bits_agree(goal.type, got, want))
                fail_msg("0x%llx 0x%llx: 0x%llx, not 0x%llx\n%s", (unsigned long long)x[0],
                         (unsigned long long)x[1], (unsigned long long)got,
                         (unsigned long long)want, text_get(&text));
        }
        eval_free(a);
        eval_free(b);
        text_release(&text);
    }
}

/* From text to goal and answer, and the answer's error in exact arithmetic. */
static void fpcore_reads_published_programs_with_their_errors(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int n_ops;
        double max_rel;
    } PROGRAMS[] = {
        {"paper_f2", 2, 0.0413812},
        {"paper_f3", 3, 0.0012266},
        {"paper_f5", 5, 6.33857e-6},
        {"paper_f10", 10, 3.52e-15},
    };
    enum { N_POINTS = 2000 };
    Text text = {0};
    assert_int_equal(text_read_file(&text, OWN_DATA "/paper_exp2.fpcore", 1 << 20, NULL), OK);
    FpFile *file = parse(text_get(&text));
    assert_int_equal(fpcore_count(file), 4);
    for (int i = 0; i < 4; i++) {
        Goal goal;
        Prog answer;
        Err err = {0};
        if (fpcore_to_goal(&goal, &answer, fpcore_get(file, i), NULL, &err) != OK)
            fail_msg("%s", err.text);
        assert_string_equal(goal.name, PROGRAMS[i].name);
        assert_int_equal(prog_n_ops(&answer), PROGRAMS[i].n_ops);
        assert_true(goal.domain[0].lo == 0 && goal.domain[0].lo_open && !goal.domain[0].hi_open);
        Oracle *oracle = oracle_new(&goal.reference, NULL, 0);
        double largest = 0;
        for (int k = 0; k <= N_POINTS; k++) {
            const double x = k == 0 ? 0x1p-30 : (double)k / N_POINTS;
            double rel, abs;
            if (oracle_prog_error(oracle, &answer, &x, &rel, &abs, &err) != OK)
                fail_msg("%s", err.text);
            largest = fmax(largest, fabs(rel));
        }
        oracle_free(oracle);
        if (fabs(largest / PROGRAMS[i].max_rel - 1) > 0.001)
            fail_msg("%s: %.6g, not %.6g", goal.name, largest, PROGRAMS[i].max_rel);
    }
    fpcore_free(file);
    text_release(&text);
}

/* Real files with a few bytes changed: whatever still parses must lower cleanly or say why not. */
static void fpcore_survives_damaged_files(void **state)
{
    (void)state;
    static const char *const FILES[] = {OWN_DATA "/forms.fpcore", OWN_DATA "/values.fpcore",
                                        OWN_DATA "/paper_exp2.fpcore"};
    static const char PIECES[] = "()[] x1.-+*/<e:!\"n0";
    uint64_t random = 11;
    int n_parsed = 0;
    for (int round = 0; round < 3000; round++) {
        Text text = {0};
        assert_int_equal(text_read_file(&text, FILES[round % 3], 1 << 20, NULL), OK);
        for (int k = 0; k < 1 + round % 3; k++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            const size_t to = (random >> 33) % text.length, from = (random >> 17) % text.length;
            text.data[to] =
                random & 1 << 9 ? PIECES[(random >> 40) % (sizeof PIECES - 1)] : text.data[from];
        }
        FpFile *file = NULL;
        Err err = {0};
        if (fpcore_parse(&file, text_get(&text), text.length, &err) == OK) {
            n_parsed++;
            for (int i = 0; i < fpcore_count(file); i++) {
                Prog prog;
                Goal goal;
                if (fpcore_to_prog(&prog, fpcore_get(file, i), FP_BODY, &err) == OK)
                    assert_true(prog_is_valid(&prog, NULL));
                else
                    assert_true(err.text[0] != 0);
                if (fpcore_to_goal(&goal, &prog, fpcore_get(file, i), NULL, &err) == OK)
                    assert_true(prog_is_valid(&prog, NULL) &&
                                prog_is_kind(&prog, KIND_MACHINE, NULL));
            }
        } else
            assert_true(err.text[0] != 0 && err.line > 0);
        fpcore_free(file);
        text_release(&text);
    }
    assert_true(n_parsed > 100);
}

static void fpcore_says_which_operator_it_lacks(void **state)
{
    (void)state;
    Prog p;
    prog_init(&p);
    const Ref x = prog_add_input(&p, TYPE_F32, "x");
    const Ref bits = prog_add_typed(&p, OP_BITCAST, TYPE_I32, x, 0, 0);
    prog_add_typed(&p, OP_BITCAST, TYPE_F32, bits, 0, 0);
    Text text = {0};
    Err err = {0};
    assert_int_equal(fpcore_from_prog(&text, &p, NULL, &err), ERR_UNSUPPORTED);
    assert_non_null(strstr(err.text, "bitcast"));
    assert_int_equal(text.length, 0);
    text_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fpcore_states_a_goal),
        cmocka_unit_test(fpcore_rounds_constants_of_answers_once),
        cmocka_unit_test(fpcore_pre_is_a_box),
        cmocka_unit_test(fpcore_overrides_go_first),
        cmocka_unit_test(fpcore_goals_that_cannot_be_are_errors),
        cmocka_unit_test(fpcore_writes_answers_that_read_back),
        cmocka_unit_test(fpcore_keeps_every_bit_of_answers),
        cmocka_unit_test(fpcore_reads_published_programs_with_their_errors),
        cmocka_unit_test(fpcore_survives_damaged_files),
        cmocka_unit_test(fpcore_says_which_operator_it_lacks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
