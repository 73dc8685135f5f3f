/* What tests of the C API share. */
#ifndef APPROX_TESTS_LIBRARY_API_H
#define APPROX_TESTS_LIBRARY_API_H

#include <approx.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define OPTIONS(...) (const char *const[]){__VA_ARGS__, NULL}

/* A cubic for the sine, good to 2 ulp of f16. */
static const char CUBIC[] = "approx 1\nname cubic\nexpression sin(x)\ntype f16\ndomain x [0.25, 0.5]\nbound 2ulp\n"
                            "target x86-64-v3\nprogram\nf16 x\nf16 c = const -0.1658\nf16 t = mul x x\n"
                            "f16 s = mul x t\nf16 u = mul s c\nf16 r = add u x\nreturn r\n";

static inline approx_program *program_new(const char *text)
{
    approx_program *program;
    approx_error error;
    if (approx_program_parse(&program, text, strlen(text), &error) != APPROX_OK) fail_msg("%s", error.text);
    return program;
}

#endif
