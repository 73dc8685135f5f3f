/* A text of FPCores that has to be right: parsed, or the test fails. */
#ifndef APPROX_TESTS_SUPPORT_FPCORE_TEXT_H
#define APPROX_TESTS_SUPPORT_FPCORE_TEXT_H

#include "frontend/fpcore.h"
#include "tests/support/check.h"

#include <string.h>

static inline FpFile *parse(const char *text)
{
    FpFile *file = NULL;
    Err err = {0};
    if (fpcore_parse(&file, text, strlen(text), &err) != OK)
        fail_msg("%.200s: %d:%d: %s", text, err.line, err.column, err.text);
    return file;
}

#endif
