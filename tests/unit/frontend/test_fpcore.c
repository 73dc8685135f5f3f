/* FPCore: parse, print, lower, goals, and cores written for programs. */
#include "frontend/fpcore.h"
#include "frontend/infix.h"
#include "runtime/oracle/oracle.h"
#include "runtime/oracle/oracle_prog.h"
#include "runtime/prog/eval.h"
#include "tests/support/values.h"

#include <dirent.h>
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define OWN_DATA SOURCE_DIR "/tests/data/fpcore"
#define FPBENCH SOURCE_DIR "/../shared/data/fpbench"

/* Calls `work` for every .fpcore file below `folder`; the number of files. */
static int for_each_file(const char *folder, void (*work)(const char *path, const Text *text))
{
    DIR *directory = opendir(folder);
    if (!directory) return 0;
    int n = 0;
    for (const struct dirent *entry; (entry = readdir(directory));) {
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        struct stat about;
        if (entry->d_name[0] == '.' || stat(path, &about) != 0) continue;
        if (S_ISDIR(about.st_mode)) n += for_each_file(path, work);
        const size_t length = strlen(path);
        if (length < 7 || strcmp(path + length - 7, ".fpcore") != 0) continue;
        Text text = {0};
        assert_int_equal(text_read_file(&text, path, FPCORE_BYTES_MAX, NULL), OK);
        work(path, &text);
        text_release(&text);
        n++;
    }
    closedir(directory);
    return n;
}

static FpFile *parse(const char *text)
{
    FpFile *file = NULL;
    Err err = {0};
    if (fpcore_parse(&file, text, strlen(text), &err) != OK)
        fail_msg("%.200s: %d:%d: %s", text, err.line, err.column, err.text);
    return file;
}

/* -- parse and print ------------------------------------------------------------------ */

static void assert_round_trip(const char *path, const Text *text)
{
    FpFile *file = NULL, *again = NULL;
    Err err = {0};
    if (fpcore_parse(&file, text_get(text), text->length, &err) != OK)
        fail_msg("%s:%d:%d: %s", path, err.line, err.column, err.text);
    Text printed = {0}, reprinted = {0};
    for (int i = 0; i < fpcore_count(file); i++) fpcore_print(&printed, fpcore_get(file, i));
    if (fpcore_parse(&again, text_get(&printed), printed.length, &err) != OK)
        fail_msg("%s, printed:%d:%d: %s", path, err.line, err.column, err.text);
    assert_int_equal(fpcore_count(file), fpcore_count(again));
    for (int i = 0; i < fpcore_count(file); i++) {
        if (!fpcore_is_equal(fpcore_get(file, i), fpcore_get(again, i)))
            fail_msg("%s:%d: printing changed the core", path, fpcore_line(fpcore_get(file, i)));
        fpcore_print(&reprinted, fpcore_get(again, i));
        if (i > 0) assert_false(fpcore_is_equal(fpcore_get(file, i), fpcore_get(again, i - 1)));
    }
    assert_string_equal(text_get(&printed), text_get(&reprinted));
    text_release(&printed);
    text_release(&reprinted);
    fpcore_free(file);
    fpcore_free(again);
}

static void fpcore_prints_what_it_parsed(void **state)
{
    (void)state;
    assert_true(for_each_file(OWN_DATA, assert_round_trip) >= 2);
}

static void fpcore_prints_fpbench_as_it_parsed_it(void **state)
{
    (void)state;
    const int n = for_each_file(FPBENCH, assert_round_trip);
    if (n == 0) {
        print_message("no FPBench files beside the sources (%s)\n", FPBENCH);
        skip();
    }
    assert_true(n >= 17);
}

static void fpcore_tells_cores_apart(void **state)
{
    (void)state;
    static const char *const CORES[] = {
        "(FPCore (x) x)",
        "(FPCore (y) y)",
        "(FPCore f (x) x)",
        "(FPCore ((! :precision real x)) x)",
        "(FPCore ((x 3)) x)",
        "(FPCore (x) :pre TRUE x)",
        "(FPCore (x) :name \"TRUE\" x)",
        "(FPCore (x) :name TRUE x)",
        "(FPCore (x) (+ x 1))",
        "(FPCore (x) (+ x 1.0))",
        "(FPCore (x) (+ x 1 1))",
        "(FPCore (x) (let ([y x]) y))",
        "(FPCore (x) (let* ([y x]) y))",
        "(FPCore (x) (let* ([z x]) y))",
        "(FPCore (x) (let* ([y x] [z x]) y))",
        "(FPCore (x) (while TRUE ([y x x]) y))",
        "(FPCore (x) (while* TRUE ([y x x]) y))",
        "(FPCore (x) (while TRUE ([y x y]) y))",
        "(FPCore (x) (for ([i x]) ([y x x]) y))",
        "(FPCore (x) (for ([j x]) ([y x x]) y))",
        "(FPCore (x) (! :round toZero x))",
        "(FPCore (x) (cast x))",
    };
    enum { N = sizeof CORES / sizeof *CORES };
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            FpFile *a = parse(CORES[i]), *b = parse(CORES[j]);
            if (fpcore_is_equal(fpcore_get(a, 0), fpcore_get(b, 0)) != (i == j))
                fail_msg("%s and %s", CORES[i], CORES[j]);
            fpcore_free(a);
            fpcore_free(b);
        }
}

static void fpcore_reads_names_and_properties(void **state)
{
    (void)state;
    FpFile *file =
        parse("(FPCore f (x) x)\n\n(FPCore g (x) :name \"long name\" :spec x x)(FPCore () 1)");
    assert_int_equal(fpcore_count(file), 3);
    assert_string_equal(fpcore_name(fpcore_get(file, 0)), "f");
    assert_string_equal(fpcore_name(fpcore_get(file, 1)), "long name");
    assert_string_equal(fpcore_name(fpcore_get(file, 2)), "");
    assert_int_equal(fpcore_line(fpcore_get(file, 1)), 3);
    assert_true(fpcore_has(fpcore_get(file, 1), ":spec"));
    assert_false(fpcore_has(fpcore_get(file, 0), ":spec"));
    fpcore_free(file);
}

/* -- wrong input ---------------------------------------------------------------------- */

static void fpcore_errors_say_what_and_where(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line, column;
        const char *says;
    } CASES[] = {
        {"", 1, 1, "nothing"},
        {"; a comment", 1, 1, "nothing"},
        {"x", 1, 1, "FPCore"},
        {"(+ 1 2)", 1, 1, "FPCore"},
        {"(FPCore)", 1, 1, "arguments"},
        {"(FPCore (x)", 1, 1, "never closed"},
        {"(FPCore (x)\n (+ x 1)))", 2, 10, "closes nothing"},
        {"(FPCore (x)\n (+ x 1])", 2, 8, "expected ')'"},
        {"(FPCore [x) x)", 1, 11, "expected ']'"},
        {"(FPCore (x))", 1, 1, "no body"},
        {"(FPCore (x) x x)", 1, 15, "second"},
        {"(FPCore (x) :name)", 1, 13, "no value"},
        {"(FPCore (x) :name \"abc)", 1, 19, "no end"},
        {"(FPCore (x x) x)", 1, 12, "twice"},
        {"(FPCore (PI) 1)", 1, 10, "constant"},
        {"(FPCore (1) 1)", 1, 10, "name"},
        {"(FPCore ((! :precision)) 1)", 1, 13, "no value"},
        {"(FPCore (x) (let ([y]) y))", 1, 19, "[name value]"},
        {"(FPCore (x) (let x y))", 1, 18, "bindings"},
        {"(FPCore (x) (let ([y 1])))", 1, 13, "too few"},
        {"(FPCore (x) (if x 1))", 1, 13, "too few"},
        {"(FPCore (x) (if x 1 2 3))", 1, 23, "too many"},
        {"(FPCore (x) (while x ([y 1]) y))", 1, 23, "update"},
        {"(FPCore (x) ())", 1, 13, "operator"},
        {"(FPCore (x) ((+ 1 2)))", 1, 13, "operator"},
        {"(FPCore (x) (+ 1 \"a\"))", 1, 18, "string"},
        {"(FPCore (x) 1.2.3)", 1, 13, "no number"},
        {"(FPCore (x) 1/0)", 1, 13, "no number"},
        {"(FPCore (x) 0x)", 1, 13, "no number"},
        {"(FPCore (x) 1e)", 1, 13, "no number"},
        {"(FPCore (x) {x})", 1, 13, "'{'"},
        {"(FPCore (x) \x01)", 1, 13, "0x01"},
        {"(FPCore (x) (+ :name x))", 1, 16, ":name"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        FpFile *file = NULL;
        Err err = {0};
        if (fpcore_parse(&file, CASES[i].text, strlen(CASES[i].text), &err) != ERR_INPUT)
            fail_msg("%s is no error", CASES[i].text);
        if (err.line != CASES[i].line || err.column != CASES[i].column ||
            !strstr(err.text, CASES[i].says))
            fail_msg("%s: %d:%d: %s", CASES[i].text, err.line, err.column, err.text);
    }
}

static void assert_parse_fails(const char *what, const char *text, size_t length)
{
    FpFile *file = NULL;
    Err err = {0};
    const Status status = fpcore_parse(&file, text, length, &err);
    if (status != ERR_INPUT && status != ERR_LIMIT) fail_msg("%s: status %d", what, status);
    assert_true(err.text[0] && strlen(err.text) < 300);
}

static void fpcore_survives_deep_input(void **state)
{
    (void)state;
    static const struct {
        const char *head, *what, *tail;
    } CASES[] = {
        {"(FPCore (x) ", "(- ", "x"},
        {"(FPCore (x) ", "(", ""},
        {"", "(", ""},
        {"", "[", ""},
        {"(FPCore (x) ", "(let ([y ", ""},
        {"(FPCore (", "((", ""},
        {"(FPCore (x) :a ", "(", ""},
        {"", ")", ""},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Text text = {0};
        text_add(&text, "%s", CASES[i].head);
        for (int k = 0; k < 100000; k++)
            text_add_bytes(&text, CASES[i].what, strlen(CASES[i].what));
        text_add(&text, "%s", CASES[i].tail);
        assert_parse_fails(CASES[i].what, text_get(&text), text.length);
        text_release(&text);
    }
}

/* As deep as is allowed: parsing, printing, comparing and lowering must not overflow. */
static void fpcore_allows_the_depth_it_says(void **state)
{
    (void)state;
    static const struct {
        const char *open, *close;
        int levels;
    } CASES[] = {
        {"(- ", ")", 1},         {"(let ([y ", "]) y)", 3},          {"(! :round r ", ")", 1},
        {"(if TRUE 1 ", ")", 1}, {"(while TRUE ([y 1 ", "]) y)", 3}, {"(cast ", ")", 1}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const int times = (FPCORE_DEPTH_MAX - 1) / CASES[i].levels;
        Text text = {0}, printed = {0};
        text_add(&text, "(FPCore (x) ");
        for (int k = 0; k < times; k++) text_add(&text, "%s", CASES[i].open);
        text_add(&text, "x");
        for (int k = 0; k < times; k++) text_add(&text, "%s", CASES[i].close);
        text_add(&text, ")");
        FpFile *file = parse(text_get(&text));
        fpcore_print(&printed, fpcore_get(file, 0));
        FpFile *again = parse(text_get(&printed));
        assert_true(fpcore_is_equal(fpcore_get(file, 0), fpcore_get(again, 0)));
        Prog prog;
        fpcore_to_prog(&prog, fpcore_get(file, 0), FP_BODY, NULL);
        fpcore_free(file);
        fpcore_free(again);
        text_release(&text);
        text_release(&printed);
    }
}

static void fpcore_survives_noise_and_truncation(void **state)
{
    (void)state;
    static const char ALPHABET[] = "((([[])))] xy01.e-+*/<>=:!;\n \"\\letifFPCore\0\xff{}#|'";
    const size_t length = 10000000;
    char *noise = xmalloc(length);
    uint64_t random = 5;
    for (size_t i = 0; i < length; i++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        noise[i] = ALPHABET[(random >> 33) % (sizeof ALPHABET - 1)];
    }
    assert_parse_fails("noise", noise, length);
    memset(noise, 'x', length);
    assert_parse_fails("a long word", noise, length);
    for (size_t i = 0; i < length; i += 2) noise[i] = ' ';
    assert_parse_fails("words", noise, length);
    memcpy(noise, "(FPCore (x) ", 12);
    assert_parse_fails("many operands", noise, length);
    memset(noise, 0, length);
    assert_parse_fails("NUL bytes", noise, length);
    memset(noise, '(', length);
    assert_parse_fails("parentheses", noise, length);
    free(noise);

    /* Every beginning of a real file is an error or, between two cores, a file. */
    Text text = {0};
    assert_int_equal(text_read_file(&text, OWN_DATA "/forms.fpcore", 1 << 20, NULL), OK);
    int n_good = 0;
    for (size_t n = 0; n <= text.length; n++) {
        FpFile *file = NULL;
        char *part = xmalloc(n ? n : 1); /* exactly as long, so that reading on is found */
        memcpy(part, text_get(&text), n);
        if (fpcore_parse(&file, part, n, NULL) == OK) n_good++;
        fpcore_free(file);
        free(part);
    }
    assert_true(n_good >= 16 && n_good < 100);
    text_release(&text);
}

/* -- lowering ------------------------------------------------------------------------- */

static int n_evaluated, n_straight, n_other;

static double value_of(const Prog *prog, Err *err)
{
    Oracle *oracle = oracle_new(prog, NULL, 0);
    uint64_t bits = 0;
    const Status status = oracle_round(oracle, NULL, TYPE_F64, &bits, NULL, err);
    oracle_free(oracle);
    if (status != OK) fail_msg("%s", err->text);
    return value_from_bits(TYPE_F64, bits);
}

/* Every straight-line core becomes a Prog; those without arguments have the value of their :spec;
   those with arguments have a value at 1, 1/2, 1/3, ... that their infix form has, too. */
static void assert_lowers(const char *path, const Text *text)
{
    FpFile *file = NULL;
    Err err = {0};
    assert_int_equal(fpcore_parse(&file, text_get(text), text->length, &err), OK);
    for (int i = 0; i < fpcore_count(file); i++) {
        const FpCore *core = fpcore_get(file, i);
        Prog body, spec, again;
        Status status = fpcore_to_prog(&body, core, FP_BODY, &err);
        if (status == ERR_UNSUPPORTED) {
            assert_true(err.line >= fpcore_line(core));
            n_other++;
            continue;
        }
        if (status != OK) fail_msg("%s:%d: %s", path, err.line, err.text);
        n_straight++;
        assert_true(prog_is_valid(&body, &err) && prog_is_kind(&body, KIND_REFERENCE, &err));
        if (body.n_inputs == 0) {
            if (!fpcore_has(core, ":spec")) continue;
            if (fpcore_to_prog(&spec, core, FP_SPEC, &err) != OK) fail_msg("%s", err.text);
            const double got = value_of(&body, &err), want = value_of(&spec, &err);
            if (got != want)
                fail_msg("%s:%d: %s: %a, not %a", path, fpcore_line(core), fpcore_name(core), got,
                         want);
            n_evaluated++;
            continue;
        }
        Text infix = {0};
        const char *names[PROG_INPUTS_MAX];
        char name[PROG_INPUTS_MAX][PROG_NAME_MAX];
        double x[PROG_INPUTS_MAX];
        for (int k = 0; k < body.n_inputs; k++) {
            x[k] = 1.0 / (k + 1);
            snprintf(name[k], sizeof name[k], "%s", body.input_name[k]);
            for (char *c = name[k]; *c; c++)
                if (*c == '*') *c = '_';
            names[k] = name[k];
        }
        infix_print(&infix, &body);
        if (infix_parse(&again, text_get(&infix), names, body.n_inputs, &err) != OK)
            fail_msg("%s: %s", text_get(&infix), err.text);
        Oracle *a = oracle_new(&body, NULL, 0), *b = oracle_new(&again, NULL, 0);
        uint64_t at_a = 0, at_b = 0;
        if (oracle_round(a, x, TYPE_F64, &at_a, NULL, &err) != OK ||
            oracle_round(b, x, TYPE_F64, &at_b, NULL, &err) != OK)
            fail_msg("%s:%d: %s", path, fpcore_line(core), err.text);
        if (at_a != at_b) fail_msg("%s: %s", fpcore_name(core), text_get(&infix));
        n_evaluated++;
        oracle_free(a);
        oracle_free(b);
        text_release(&infix);
    }
    fpcore_free(file);
}

static void fpcore_evaluates_as_specified(void **state)
{
    (void)state;
    n_evaluated = n_straight = n_other = 0;
    for_each_file(OWN_DATA, assert_lowers);
    assert_true(n_evaluated >= 25 && n_other >= 8);
}

static void fpcore_evaluates_fpbench_as_specified(void **state)
{
    (void)state;
    n_evaluated = n_straight = n_other = 0;
    if (for_each_file(FPBENCH, assert_lowers) == 0) {
        print_message("no FPBench files beside the sources (%s)\n", FPBENCH);
        skip();
    }
    print_message("%d straight-line cores, %d with loops or tensors, %d evaluated\n", n_straight,
                  n_other, n_evaluated);
    assert_true(n_straight >= 300 && n_evaluated >= 300);
    assert_true(n_other <= 40); /* the files have 40 loops */
}

static void fpcore_unsupported_parts_are_pointed_at(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        Status status;
        int column;
        const char *says;
    } CASES[] = {
        {"(FPCore (x) (while (< i 1) ([i 0 (+ i 1)]) i))", ERR_UNSUPPORTED, 13,
         "'while' is a loop"},
        {"(FPCore (x) (+ 1 (for ([i 3]) ([s 0 i]) s)))", ERR_UNSUPPORTED, 18, "'for' is a loop"},
        {"(FPCore (x) (array x x))", ERR_UNSUPPORTED, 13, "tensor"},
        {"(FPCore ((x 2)) 1)", ERR_UNSUPPORTED, 10, "tensor"},
        {"(FPCore (x) (sine x))", ERR_INPUT, 13, "'sin'"},
        {"(FPCore (xyz) (sin xyy))", ERR_INPUT, 20, "'xyz'"},
        {"(FPCore (x) (sin x x))", ERR_INPUT, 13, "1 operand"},
        {"(FPCore (x) (+ x TRUE))", ERR_INPUT, 13, "condition"},
        {"(FPCore (x) (if x 1 2))", ERR_INPUT, 17, "condition"},
        {"(FPCore (x) (< x 1))", ERR_INPUT, 13, "condition"},
        {"(FPCore (x) (digits 1.5 0 2))", ERR_INPUT, 13, "integers"},
        {"(FPCore (x) (jn x x))", ERR_INPUT, 13, "order"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        FpFile *file = parse(CASES[i].text);
        Prog prog;
        Err err = {0};
        const Status status = fpcore_to_prog(&prog, fpcore_get(file, 0), FP_BODY, &err);
        if (status != CASES[i].status || err.column != CASES[i].column ||
            !strstr(err.text, CASES[i].says))
            fail_msg("%s: %d, column %d: %s", CASES[i].text, status, err.column, err.text);
        fpcore_free(file);
    }
}

static void fpcore_too_long_for_a_prog_is_a_limit(void **state)
{
    (void)state;
    Text text = {0};
    text_add(&text, "(FPCore (x) ");
    for (int i = 0; i < 300; i++) text_add(&text, "(+ %d ", i + 1);
    text_add(&text, "x");
    for (int i = 0; i < 300; i++) text_add(&text, ")");
    text_add(&text, ")");
    FpFile *file = parse(text_get(&text));
    Prog prog;
    Err err = {0};
    assert_int_equal(fpcore_to_prog(&prog, fpcore_get(file, 0), FP_BODY, &err), ERR_LIMIT);
    fpcore_free(file);
    text_release(&text);
}

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
        cmocka_unit_test(fpcore_prints_what_it_parsed),
        cmocka_unit_test(fpcore_prints_fpbench_as_it_parsed_it),
        cmocka_unit_test(fpcore_tells_cores_apart),
        cmocka_unit_test(fpcore_reads_names_and_properties),
        cmocka_unit_test(fpcore_errors_say_what_and_where),
        cmocka_unit_test(fpcore_survives_deep_input),
        cmocka_unit_test(fpcore_allows_the_depth_it_says),
        cmocka_unit_test(fpcore_survives_noise_and_truncation),
        cmocka_unit_test(fpcore_evaluates_as_specified),
        cmocka_unit_test(fpcore_evaluates_fpbench_as_specified),
        cmocka_unit_test(fpcore_unsupported_parts_are_pointed_at),
        cmocka_unit_test(fpcore_too_long_for_a_prog_is_a_limit),
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
