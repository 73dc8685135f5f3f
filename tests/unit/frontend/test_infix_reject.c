/* What is no infix expression: what is said of it, and where; noise; limits. */
#include "frontend/functions.h"
#include "frontend/infix.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const XY[] = {"x", "y"};

static void infix_errors_say_what_and_where(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int column;
        const char *says;
    } CASES[] = {
        {"", 1, "nothing"},
        {"   ", 4, "nothing"},
        {"2x", 2, "'*'"},
        {"2 x", 3, "'*'"},
        {"x y", 3, "'*'"},
        {"(x)(y)", 4, "'*'"},
        {"x(y)", 1, "'*'"},
        {"x +", 4, "the end"},
        {"x + * y", 5, "'*'"},
        {"(x", 3, "')'"},
        {"x)", 2, "')'"},
        {"sn(x)", 1, "'sin'"},
        {"expf(x)", 1, "'exp'"},
        {"softplus(x, y)", 1, "1 argument"},
        {"pow(x)", 1, "2 arguments"},
        {"sin()", 1, "1 argument"},
        {"sin x", 1, "sin(...)"},
        {"1 + alpha", 5, "'alpha'"},
        {"x < y", 1, "condition"},
        {"x < y < 1", 7, "&&"},
        {"(x < y) + 1", 1, "condition"},
        {"x ? 1 : 2", 1, "condition"},
        {"x < 1 ? 2", 10, "':'"},
        {"jn(x, y)", 4, "order"},
        {"jn(1.5, y)", 4, "order"},
        {"1.2.3", 4, "point"},
        {"0x", 1, "number"},
        {"x = 3; x", 1, "meaning"},
        {"a = 3 x", 7, "';'"},
        {"x $ y", 3, "'$'"},
        {"x\n+ \x01", 3, "0x01"},
        {"x & y", 3, "'&'"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Prog prog;
        Err err = {0};
        if (infix_parse(&prog, CASES[i].text, XY, 2, &err) != ERR_INPUT)
            fail_msg("'%s' is no error", CASES[i].text);
        if (err.column != CASES[i].column || !strstr(err.text, CASES[i].says))
            fail_msg("'%s': column %d: %s", CASES[i].text, err.column, err.text);
    }
}

static char *repeat(const char *what, size_t times, const char *tail)
{
    const size_t n = strlen(what);
    char *text = xmalloc(n * times + strlen(tail) + 1);
    for (size_t i = 0; i < times; i++) memcpy(text + i * n, what, n);
    strcpy(text + n * times, tail);
    return text;
}

static void infix_survives_deep_and_long_input(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        size_t times;
        const char *tail;
    } CASES[] = {
        {"(", 100000, "x"},     {"-", 100000, "x"},      {"sin(", 100000, "x"},
        {"x^", 100000, "x"},    {"x<1?1:", 100000, "x"}, {"x+1<1?", 100000, "x"},
        {"!", 100000, "x"},     {"(", 10000000, ""},     {"x+sin(x)*", 100000, "x"},
        {"1+", 5000000, "1"},   {"a", 10000000, ""},     {"1", 10000000, "x"},
        {"a=x;", 2500000, "x"}, {" ", 10000000, "?"},    {"1.5e", 2500000, ""},
        {"x^2^", 100000, "x"},  {"fma(x,", 100000, "x"}, {"(((((x)", 100000, ""},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char *text = repeat(CASES[i].what, CASES[i].times, CASES[i].tail);
        Prog prog;
        Err err = {0};
        const Status status = infix_parse(&prog, text, NULL, 0, &err);
        if (status != ERR_INPUT && status != ERR_LIMIT)
            fail_msg("%zu times '%s' gave status %d", CASES[i].times, CASES[i].what, status);
        assert_true(err.text[0] && err.line >= 1 && err.column >= 1);
        assert_true(strlen(err.text) < 300);
        free(text);
    }
}

static void infix_survives_noise(void **state)
{
    (void)state;
    static const char ALPHABET[] = "xy019.e+-*/^()<>=!&|?:;, \n\tsincoexpjn\"$\x80\xff";
    const size_t length = 10000000;
    char *noise = xmalloc(length + 1);
    uint64_t random = 3;
    for (size_t i = 0; i < length; i++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        noise[i] = ALPHABET[(random >> 33) % (sizeof ALPHABET - 1)];
    }
    noise[length] = 0;
    Prog prog;
    Err err = {0};
    assert_int_not_equal(infix_parse(&prog, noise, NULL, 0, &err), OK);
    /* Every short piece too: an error or a valid Prog. */
    for (size_t i = 0; i + 40 < 400000; i += 7) {
        char piece[41];
        const size_t n = 1 + i % 40;
        memcpy(piece, noise + i, n);
        piece[n] = 0;
        if (infix_parse(&prog, piece, NULL, 0, &err) == OK && !prog_is_valid(&prog, &err))
            fail_msg("'%s': %s", piece, err.text);
    }
    free(noise);
}

static void infix_expressions_may_fill_a_prog_but_no_more(void **state)
{
    (void)state;
    int n = 0;
    Prog prog;
    Status status = OK;
    for (int size = 1; size < 400 && status == OK; size++) {
        Text text = {0};
        for (int i = 0; i < size; i++) text_add(&text, "%d*", i + 2);
        text_add(&text, "x");
        status = infix_parse(&prog, text_get(&text), NULL, 0, NULL);
        if (status == OK) n = prog.n;
        text_release(&text);
    }
    assert_int_equal(status, ERR_LIMIT);
    assert_true(n > PROG_MAX - 6 && n <= PROG_MAX);
}

static void infix_limits_variables(void **state)
{
    (void)state;
    Text text = {0};
    Prog prog;
    for (int i = 0; i < PROG_INPUTS_MAX; i++) text_add(&text, "v%d + ", i);
    const size_t fitting = text.length;
    text_add(&text, "1");
    assert_int_equal(infix_parse(&prog, text_get(&text), NULL, 0, NULL), OK);
    text.data[fitting] = 0;
    text.length = fitting;
    text_add(&text, "more");
    assert_int_equal(infix_parse(&prog, text_get(&text), NULL, 0, NULL), ERR_LIMIT);
    text_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(infix_errors_say_what_and_where),
        cmocka_unit_test(infix_survives_deep_and_long_input),
        cmocka_unit_test(infix_survives_noise),
        cmocka_unit_test(infix_expressions_may_fill_a_prog_but_no_more),
        cmocka_unit_test(infix_limits_variables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
