/* Expressions that a rewriting of references turns into others, compared as text. */
#ifndef APPROX_TESTS_REWRITTEN_H
#define APPROX_TESTS_REWRITTEN_H

#include "frontend/infix.h"
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

#endif
