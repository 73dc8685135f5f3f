#include "runtime/prog/specials.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    unsigned excluded;
} WORDS[] = {
    {"full", 0},
    {"finite", SPECIAL_NANS | SPECIAL_INFINITIES},
    {"none", SPECIAL_NANS | SPECIAL_INFINITIES | SPECIAL_ZEROS | SPECIAL_DENORMALS},
    {"no-nans", SPECIAL_NANS},
    {"no-infinities", SPECIAL_INFINITIES},
    {"no-zeros", SPECIAL_ZEROS},
    {"no-denormals", SPECIAL_DENORMALS},
};
enum { N_WORDS = sizeof WORDS / sizeof *WORDS, FIRST_CLASS = 3 };

unsigned special_class(Type type, double value)
{
    if (isnan(value)) return SPECIAL_NANS;
    if (isinf(value)) return SPECIAL_INFINITIES;
    if (value == 0) return SPECIAL_ZEROS;
    return fabs(value) < ldexp(1, type_info(type)->emin) ? SPECIAL_DENORMALS : 0;
}

bool specials_exclude(unsigned excluded, Type type, const double *x, int n, double result)
{
    if (excluded == 0) return false;
    for (int i = 0; i < n; i++)
        if (special_class(type, x[i]) & excluded) return true;
    return (special_class(type, result) & excluded) != 0;
}

Status specials_parse(unsigned *excluded, const char *text, Err *err)
{
    *excluded = 0;
    const char *at = text;
    for (;;) {
        const size_t length = strcspn(at, ",");
        int i = 0;
        while (i < N_WORDS &&
               (strlen(WORDS[i].name) != length || strncmp(WORDS[i].name, at, length) != 0))
            i++;
        if (i == N_WORDS) {
            char word[40];
            const char *names[N_WORDS + 1] = {NULL};
            for (int k = 0; k < N_WORDS; k++) names[k] = WORDS[k].name;
            snprintf(word, sizeof word, "%.*s", (int)length, at);
            const char *nearest = text_nearest(word, names);
            return fail(err, ERR_INPUT,
                        "'%s' is no choice of special values%s%s%s; there are full, finite, none, "
                        "or a list of no-nans, no-infinities, no-zeros, no-denormals",
                        word, nearest ? "; did you mean '" : "", nearest ? nearest : "",
                        nearest ? "'?" : "");
        }
        *excluded |= WORDS[i].excluded;
        at += length;
        if (*at++ == 0) return OK;
    }
}

void specials_print(Text *out, unsigned excluded)
{
    if (excluded == 0) text_add(out, "full");
    bool is_first = true;
    for (int i = FIRST_CLASS; i < N_WORDS; i++) {
        if (!(WORDS[i].excluded & excluded)) continue;
        text_add(out, "%s%s", is_first ? "" : ",", WORDS[i].name);
        is_first = false;
    }
}
