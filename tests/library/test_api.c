/* The C API, through its header alone. */
#include "tests/library/api.h"

#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static void goals_are_told(void **state)
{
    approx_goal *goal;
    approx_error error = {.line = -1};
    assert_int_equal(approx_goal_parse(&goal, "log(1+exp(x))",
                                       OPTIONS("type=f32", "domain=[-5,5]", "target=x86-64-v2", "name=softplus"), &error),
                     APPROX_OK);
    assert_int_equal(error.line, -1);
    assert_string_equal(approx_goal_name(goal), "softplus");
    assert_string_equal(approx_goal_type(goal), "f32");
    assert_string_equal(approx_goal_target(goal), "x86-64-v2");
    approx_goal_free(goal);
}

static void wrong_goals_are_told_in_a_sentence(void **state)
{
    static const struct {
        const char *what, *option, *sentence;
    } ROWS[] = {
        {"expg", "max-error=1ulp", "unknown function 'expg'"},
        {"exp(x", "domain=[0,1]", "expected"},
        {"exp(x)", "domian=[0,1]", "unknown option 'domian=[0,1]'; did you mean 'domain'?"},
        {"exp(x)", "domain", "the option 'domain' needs a value: domain=..."},
        {"exp(x)", "domain=[1,0]", "domain"},
        {"expf", "max-error=0.1ulp", "no f32 program can meet 0.1ulp"},
        {NULL, "type=f32", "there is no function"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        approx_goal *goal = (approx_goal *)&goal;
        approx_error error = {.text = ""};
        assert_int_equal(approx_goal_parse(&goal, ROWS[i].what, OPTIONS(ROWS[i].option, "type=f32"), &error), APPROX_INPUT);
        assert_null(goal);
        if (!strstr(error.text, ROWS[i].sentence)) fail_msg("'%s' does not say '%s'", error.text, ROWS[i].sentence);
        assert_null(strchr(error.text, '\n'));
        assert_int_equal(approx_goal_parse(&goal, ROWS[i].what, OPTIONS(ROWS[i].option, "type=f32"), NULL), APPROX_INPUT);
    }
    approx_goal *goal;
    approx_error error;
    approx_goal_parse(&goal, "exp(x)+", OPTIONS("domain=[0,1]", "type=f32"), &error);
    assert_true(error.line == 1 && error.column == 8);
}

static void the_catalogue_answers_at_once(void **state)
{
    approx_goal *goal;
    approx_program *program;
    approx_error error;
    approx_report report;
    if (approx_goal_parse(&goal, "expf", OPTIONS("max-error=1ulp", "target=x86-64-v3"), &error) != APPROX_OK)
        fail_msg("%s", error.text);
    if (approx_find(&program, goal, NULL, &error) != APPROX_OK) fail_msg("%s", error.text);
    assert_int_equal(approx_program_arguments(program), 1);
    assert_true(approx_program_operations(program) > 5);
    assert_int_equal(approx_program_report(program, &report), 1);
    assert_true(report.is_met && report.max_ulp <= 1 && report.method == APPROX_EXHAUSTIVE);
    assert_true(report.points == 4278190083u);

    char *text, *c;
    approx_program *again;
    approx_report same;
    assert_int_equal(approx_program_print(&text, program, "approx", &error), APPROX_OK);
    assert_int_equal(approx_program_print(&c, program, "c", &error), APPROX_OK);
    assert_non_null(strstr(c, "float approx_expf(float x)"));
    again = program_new(text);
    assert_int_equal(approx_program_report(again, &same), 1);
    assert_memory_equal(&report, &same, sizeof same);
    approx_text_free(c);
    approx_text_free(text);
    assert_int_equal(approx_program_print(&text, program, "pascal", &error), APPROX_INPUT);
    assert_null(text);
    approx_program_free(again);
    approx_program_free(program);
    approx_goal_free(goal);
}

static void a_search_finds_what_is_not_known_and_a_store_keeps_it(void **state)
{
    char file[] = "/tmp/approx-store-XXXXXX", store[64];
    const int fd = mkstemp(file);
    assert_true(fd >= 0);
    close(fd);
    snprintf(store, sizeof store, "store=%s", file);
    approx_goal *goal;
    approx_program *program, *kept;
    approx_error error;
    approx_report report;
    if (approx_goal_parse(&goal, "1/(1+x*x)", OPTIONS("type=f16", "domain=[0,1]", "max-error=1ulp"), &error) != APPROX_OK)
        fail_msg("%s", error.text);
    if (approx_find(&program, goal, OPTIONS("budget=1s", store), &error) != APPROX_OK) fail_msg("%s", error.text);
    assert_int_equal(approx_program_report(program, &report), 1);
    assert_true(report.is_met && report.max_ulp <= 1);
    assert_int_equal(approx_program_verify(program, NULL, &error), APPROX_OK);

    /* The second time no search is made: another seed has no effect. */
    if (approx_find(&kept, goal, OPTIONS("budget=1s", "seed=77", store), &error) != APPROX_OK) fail_msg("%s", error.text);
    char *first, *second;
    approx_program_print(&first, program, "approx", NULL);
    approx_program_print(&second, kept, "approx", NULL);
    assert_string_equal(strstr(first, "seed"), strstr(second, "seed"));
    approx_text_free(first);
    approx_text_free(second);
    approx_program_free(kept);
    approx_program_free(program);

    FILE *f = fopen(file, "w");
    fputs("no store", f);
    fclose(f);
    assert_int_equal(approx_find(&program, goal, OPTIONS("budget=1s", store), &error), APPROX_SYSTEM);
    assert_null(program);
    assert_non_null(strstr(error.text, "damaged or no store"));
    remove(file);
    assert_int_equal(approx_find(&program, goal, OPTIONS("budget=soon"), &error), APPROX_INPUT);
    assert_string_equal(error.text, "'budget=soon': expected a number of seconds, such as 20s");
    approx_goal_free(goal);
}

static void what_cannot_be_met_is_told(void **state)
{
    approx_goal *goal;
    approx_program *program;
    approx_error error;
    approx_goal_parse(&goal, "exp(x)", OPTIONS("type=f16", "domain=[0,8]", "ops=+"), &error);
    assert_int_equal(approx_find(&program, goal, OPTIONS("generations=1"), &error), APPROX_NOT_MET);
    assert_null(program);
    assert_non_null(strstr(error.text, "no program found that meets 1ulp within the budget"));
    approx_goal_free(goal);

    approx_program *wrong = program_new(CUBIC);
    approx_report report;
    assert_int_equal(approx_program_report(wrong, &report), 0);
    assert_int_equal(approx_program_verify(wrong, NULL, &error), APPROX_OK);
    assert_int_equal(approx_program_report(wrong, &report), 1);
    assert_int_equal(report.points, 1025);
    approx_program_free(wrong);
    char text[sizeof CUBIC];
    strcpy(text, CUBIC);
    memcpy(strstr(text, "0.1658"), "0.1758", 6);
    wrong = program_new(text);
    assert_int_equal(approx_program_verify(wrong, NULL, &error), APPROX_NOT_MET);
    assert_non_null(strstr(error.text, "'cubic' does not meet its bound 2ulp"));
    assert_true(approx_program_report(wrong, &report) && !report.is_met);
    approx_program_free(wrong);
}

static void wrong_texts_are_told_with_their_place(void **state)
{
    approx_program *program;
    approx_error error;
    char text[sizeof CUBIC];
    strcpy(text, CUBIC);
    memcpy(strstr(text, "mul s c"), "mul s d", 7);
    assert_int_equal(approx_program_parse(&program, text, strlen(text), &error), APPROX_INPUT);
    assert_null(program);
    assert_int_equal(error.line, 13);
    for (size_t n = 0; n + 1 < strlen(CUBIC); n++)
        assert_int_not_equal(approx_program_parse(&program, CUBIC, n, NULL), APPROX_OK);
}

/* -- functions ------------------------------------------------------------------------------- */

static const char HYPOT[] = "approx 1\nname h\nexpression x*x+y\ntype f32\ndomain x [0, 1]\ndomain y [0, 1]\nbound 4ulp\n"
                            "program\nf32 x\nf32 y\nf32 s = mul x x\nf32 r = add s y\nreturn r\n";

static void one_value_and_arrays_agree(void **state)
{
    enum { N = 1003 };
    static float x[N + 1], y[N + 1], z[N + 1];
    approx_program *program = program_new(HYPOT);
    approx_function *function;
    approx_error error;
    if (approx_compile(&function, program, &error) != APPROX_OK) fail_msg("%s", error.text);
    approx_program_free(program);
    for (int i = 0; i <= N; i++) x[i] = (float)i / N, y[i] = 1 - x[i], z[i] = -1;
    /* Not aligned, and not a whole number of vectors; what is behind stays. */
    approx_call_array(function, (const void *const[]){x + 1, y + 1}, z, N);
    for (int i = 0; i < N; i++) {
        const float want = x[i + 1] * x[i + 1] + y[i + 1];
        assert_true(z[i] == want);
        assert_true(approx_call(function, (const double[]){x[i + 1], y[i + 1]}) == want);
    }
    assert_true(z[N] == -1);
    approx_function_code(function)((const void *const[]){x, x}, x, N);
    assert_true(x[N - 1] != (float)(N - 1) / N);
    approx_function_free(function);

    program = program_new(CUBIC);
    assert_int_equal(approx_compile(&function, program, &error), APPROX_OK);
    assert_true(fabs(approx_call(function, (const double[]){0.375}) - sin(0.375)) < 1e-3);
    approx_function_free(function);
    approx_program_free(program);
}

static void reals_cannot_be_compiled(void **state)
{
    approx_program *program = program_new("approx 1\ntype real\nexpression x\ndomain x [0, 1]\nprogram\nreal x\nreturn x\n");
    approx_function *function;
    approx_error error;
    char *text;
    assert_int_equal(approx_compile(&function, program, &error), APPROX_UNSUPPORTED);
    assert_null(function);
    assert_int_equal(approx_program_print(&text, program, "c", &error), APPROX_UNSUPPORTED);
    approx_program_free(program);
}

/* -- threads --------------------------------------------------------------------------------- */

/* All of the API, on a program that several share and on ones of its own. */
static void *work(void *shared)
{
    enum { N = 256 };
    float x[N], z[N];
    for (int round = 0; round < 20; round++) {
        approx_function *function;
        approx_program *own = NULL;
        approx_goal *goal;
        approx_report report;
        if (approx_compile(&function, shared, NULL) != APPROX_OK) return "compile";
        for (int i = 0; i < N; i++) x[i] = (float)i / N;
        approx_call_array(function, (const void *const[]){x, x}, z, N);
        for (int i = 0; i < N; i++)
            if (z[i] != x[i] * x[i] + x[i]) return "call";
        approx_function_free(function);
        if (approx_goal_parse(&goal, "log", OPTIONS("type=f32", "target=x86-64-v3"), NULL) != APPROX_OK) return "goal";
        if (approx_find(&own, goal, NULL, NULL) != APPROX_OK) return "find";
        if (!approx_program_report(own, &report) || report.max_ulp > 1) return "report";
        approx_program_free(own);
        if (approx_program_parse(&own, CUBIC, strlen(CUBIC), NULL) != APPROX_OK) return "parse";
        if (approx_program_verify(own, OPTIONS("threads=1"), NULL) != APPROX_OK) return "verify";
        approx_program_free(own);
        approx_goal_free(goal);
    }
    return NULL;
}

static void threads_do_not_disturb_each_other(void **state)
{
    enum { N = 4 };
    pthread_t thread[N];
    approx_program *program = program_new(HYPOT);
    for (int i = 0; i < N; i++) assert_int_equal(pthread_create(&thread[i], NULL, work, program), 0);
    for (int i = 0; i < N; i++) {
        void *where;
        assert_int_equal(pthread_join(thread[i], &where), 0);
        if (where) fail_msg("%s", (const char *)where);
    }
    approx_program_free(program);
}

static void nothing_is_freed_twice_and_nothing_is_no_fault(void **state)
{
    approx_goal_free(NULL);
    approx_program_free(NULL);
    approx_function_free(NULL);
    approx_text_free(NULL);
    approx_stop_free(NULL);
    assert_string_equal(approx_status_name(APPROX_STOPPED), "stopped");
    assert_string_equal(approx_status_name(APPROX_NOT_MET), "not met");
    assert_string_equal(approx_status_name((approx_status)99), "unknown status");
    assert_true(approx_version()[0] >= '0');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goals_are_told),
        cmocka_unit_test(wrong_goals_are_told_in_a_sentence),
        cmocka_unit_test(the_catalogue_answers_at_once),
        cmocka_unit_test(a_search_finds_what_is_not_known_and_a_store_keeps_it),
        cmocka_unit_test(what_cannot_be_met_is_told),
        cmocka_unit_test(wrong_texts_are_told_with_their_place),
        cmocka_unit_test(one_value_and_arrays_agree),
        cmocka_unit_test(reals_cannot_be_compiled),
        cmocka_unit_test(threads_do_not_disturb_each_other),
        cmocka_unit_test(nothing_is_freed_twice_and_nothing_is_no_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
