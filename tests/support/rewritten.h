/* Expressions that a rewriting of references turns into others, compared as text. */
#ifndef APPROX_TESTS_REWRITTEN_H
#define APPROX_TESTS_REWRITTEN_H

#include "frontend/infix.h"
#include "runtime/oracle/oracle.h"
#include "tests/support/parsed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

typedef struct {
    const char *from, *to;
} Rewritten;

static inline void check_rewritten(void (*rewrite)(Prog *prog), const Rewritten *row, int n)
{
    for (int i = 0; i < n; i++) {
        Prog prog = parsed_expression(row[i].from, 1);
        rewrite(&prog);
        Err err = {0};
        if (!prog_is_valid(&prog, &err)) fail_msg("%s: %s", row[i].from, err.text);
        const Prog want = parsed_expression(row[i].to, 1);
        Text got = {0}, wanted = {0};
        infix_print(&got, &prog);
        infix_print(&wanted, &want);
        assert_string_equal(text_get(&got), text_get(&wanted));
        text_release(&got);
        text_release(&wanted);
    }
}

/* The same values at the places, by the oracle, to the last bit of a double. */
static inline void check_values_stay(void (*rewrite)(Prog *prog), const Rewritten *row, int n,
                                     const double *place, int n_places)
{
    for (int i = 0; i < n; i++) {
        const Prog before = parsed_expression(row[i].from, 1);
        Prog after = before;
        rewrite(&after);
        Oracle *one = oracle_new(&before, NULL, 0), *two = oracle_new(&after, NULL, 0);
        for (int k = 0; k < n_places; k++) {
            uint64_t a, b;
            assert_int_equal(oracle_round(one, &place[k], TYPE_F64, &a, NULL, NULL), OK);
            assert_int_equal(oracle_round(two, &place[k], TYPE_F64, &b, NULL, NULL), OK);
            if (a != b) fail_msg("%s at %a", row[i].from, place[k]);
        }
        oracle_free(one);
        oracle_free(two);
    }
}

#endif
