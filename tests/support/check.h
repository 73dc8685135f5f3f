/* Assertions on bit patterns that show their operands. Brings cmocka along. */
#ifndef TESTS_SUPPORT_CHECK_H
#define TESTS_SUPPORT_CHECK_H

#include "runtime/prog/prog_text.h"
#include "tests/support/values.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* after ours: it makes a macro of our function `fail` */

/* Fails, printing both in hex with the operands and `what`, unless got and expected are the
   same bits or (if not is_exact) are both NaN. */
static inline void check_bits(Type type, uint64_t got, uint64_t expected, bool is_exact,
                              const uint64_t *x, int n_x, const char *what)
{
    if (got == expected || (!is_exact && bits_agree(type, got, expected))) return;
    Text operands = {0};
    for (int i = 0; i < n_x; i++) text_add(&operands, " 0x%llx", (unsigned long long)x[i]);
    print_error("%s on%s: got %s 0x%llx, expected 0x%llx\n", what, text_get(&operands),
                type_info(type)->name, (unsigned long long)got, (unsigned long long)expected);
    text_release(&operands);
    fail();
}

/* The same for the value of a program, which is printed too; NaN compared as NaN. */
static inline void check_prog_bits(const Prog *prog, uint64_t got, uint64_t expected,
                                   const uint64_t *x, const char *what)
{
    if (bits_agree(prog_type(prog), got, expected)) return;
    Text text = {0};
    prog_print(&text, prog);
    print_error("%s\n", text_get(&text));
    text_release(&text);
    check_bits(prog_type(prog), got, expected, false, x, prog->n_inputs, what);
}

#endif
