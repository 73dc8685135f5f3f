/* FPCore: parse, print, lower. */
#include "frontend/fpcore.h"
#include "frontend/infix.h"
#include "runtime/oracle/oracle.h"
#include "runtime/oracle/oracle_prog.h"
#include "runtime/prog/eval.h"
#include "tests/support/fpcore_text.h"
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
