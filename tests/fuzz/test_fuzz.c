/* The readers of text never crash, never read past the end and always answer with a program that is valid or
   with one sentence. Inputs are the corpus as it is, and then a few thousand damaged copies of it: bytes
   flipped, pieces cut out, doubled, and taken from another input. Seeds are fixed. */
#include "frontend/fpcore.h"
#include "frontend/infix.h"
#include "frontend/spec.h"
#include "runtime/base/rng.h"
#include "runtime/catalogue/entry.h"
#include "runtime/prog/prog_text.h"
#include "tools/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { ROUNDS = 4000, SECONDS = 3 };

static void check_outcome(Status status, const Err *err)
{
    if (status == OK) return;
    assert_true(err->text[0] != 0);
    assert_null(strchr(err->text, '\n'));
    assert_int_not_equal(status, ERR_INTERNAL);
}

/* -- targets: each reads text[0..length), which is followed by nothing ------------------ */

static void read_entry(const char *text, size_t length)
{
    Err err = {0};
    Entry *entry = xcalloc(1, sizeof *entry), *again = xcalloc(1, sizeof *again);
    const Status status = entry_parse(entry, text, length, &err);
    check_outcome(status, &err);
    if (status == OK) {
        assert_true(prog_is_valid(&entry->prog, &err));
        Text printed = {0}, twice = {0};
        /* What has only an expression gets its reference from the frontend before it is printed. */
        if (entry->goal.reference.n > 0) {
            entry_print(&printed, entry);
            if (entry_parse(again, printed.data, printed.length, &err) != OK)
                fail_msg("%s in:\n%s", err.text, printed.data);
            entry_print(&twice, again);
            assert_string_equal(printed.data, twice.data);
        }
        text_release(&printed);
        text_release(&twice);
    }
    free(entry);
    free(again);
}

static void read_prog(const char *text, size_t length)
{
    Err err = {0};
    Prog *prog = xcalloc(1, sizeof *prog);
    size_t end = 0;
    const Status status = prog_parse(prog, text, length, 0, &end, &err);
    check_outcome(status, &err);
    if (status == OK) {
        assert_true(end <= length);
        assert_true(prog_is_valid(prog, &err));
    }
    free(prog);
}

/* For readers of NUL-terminated text: a copy of exactly that size. */
static char *terminated(const char *text, size_t length)
{
    char *copy = xcalloc(length + 1, 1);
    memcpy(copy, text, length);
    return copy;
}

static void read_infix(const char *text, size_t length)
{
    Err err = {0};
    Prog *prog = xcalloc(1, sizeof *prog);
    char *copy = terminated(text, length);
    const Status status = infix_parse(prog, copy, NULL, 0, &err);
    check_outcome(status, &err);
    if (status == OK) assert_true(prog_is_kind(prog, KIND_REFERENCE, &err));
    free(copy);
    free(prog);
}

static void read_fpcore(const char *text, size_t length)
{
    Err err = {0};
    FpFile *file = NULL;
    const Status status = fpcore_parse(&file, text, length, &err);
    check_outcome(status, &err);
    Prog *prog = xcalloc(1, sizeof *prog);
    Goal *goal = xcalloc(1, sizeof *goal);
    for (int i = 0; status == OK && i < fpcore_count(file); i++) {
        err = (Err){0};
        check_outcome(fpcore_to_goal(goal, prog, fpcore_get(file, i), NULL, &err), &err);
        Text printed = {0};
        FpFile *again = NULL;
        fpcore_print(&printed, fpcore_get(file, i));
        assert_int_equal(fpcore_parse(&again, printed.data, printed.length, &err), OK);
        assert_true(fpcore_is_equal(fpcore_get(file, i), fpcore_get(again, 0)));
        fpcore_free(again);
        text_release(&printed);
    }
    free(prog);
    free(goal);
    fpcore_free(file);
}

/* The text's lines are the words of a command. */
static int split(char *text, char **word, int n_max)
{
    int n = 0;
    for (char *line = strtok(text, "\n"); line && n < n_max; line = strtok(NULL, "\n"))
        word[n++] = line;
    return n;
}

static void read_options(const char *text, size_t length)
{
    Err err = {0};
    char *copy = terminated(text, length), *word[80];
    const int n = split(copy, word, 80);
    const char *type = NULL;
    Words outputs = {0}, rest = {0};
    uint64_t seed = 0;
    double budget = 1;
    bool flag = false, want_help = false;
    const Option options[] = {{"--type", OPTION_TEXT, &type, "T", ""},
                              {"--seed", OPTION_COUNT, &seed, "N", ""},
                              {"--budget", OPTION_SECONDS, &budget, "S", ""},
                              {"--front", OPTION_FLAG, &flag, NULL, ""},
                              {"-o", OPTION_TEXTS, &outputs, "F", ""},
                              {0}};
    if (n > 0) check_outcome(options_parse(options, n, word, &rest, &want_help, &err), &err);
    assert_true(rest.n <= WORDS_MAX && outputs.n <= WORDS_MAX && budget > 0);
    free(copy);
}

/* Lines: what, type, domain, bound, exact, ops. */
static void read_spec(const char *text, size_t length)
{
    Err err = {0};
    char *copy = terminated(text, length), *word[6] = {0};
    const int n = split(copy, word, 6);
    Goal *goal = xcalloc(1, sizeof *goal);
    if (n > 0) {
        const SpecText spec = {.what = word[0],
                               .type = word[1],
                               .domain = {word[2]},
                               .n_domains = word[2] != NULL,
                               .max_error = word[3],
                               .exact = {word[4]},
                               .n_exact = word[4] != NULL,
                               .ops = word[5]};
        check_outcome(spec_to_goal(goal, &spec, &err), &err);
    }
    free(goal);
    free(copy);
}

/* -- mutation ---------------------------------------------------------------------------- */

/* `bytes` becomes a damaged copy of one corpus text. */
static void damage(Text *bytes, Rng *rng, char *const *corpus, int n)
{
    static const char TELLING[] = "()[],:;'\"-+.eEpx0919naif \n\t\\#\x00\xff";
    const char *base = corpus[rng_below(rng, n)];
    text_add_bytes(bytes, base, strlen(base));
    for (int k = 1 + (int)rng_below(rng, 4); k > 0 && bytes->length > 0; k--) {
        const size_t at = rng_below(rng, bytes->length);
        const size_t some = 1 + rng_below(rng, 20);
        const size_t size = some < bytes->length - at ? some : bytes->length - at;
        Text next = {0};
        text_add_bytes(&next, bytes->data, at);
        switch (rng_below(rng, 5)) {
        case 0: { /* another byte */
            const char byte = TELLING[rng_below(rng, sizeof TELLING - 1)];
            text_add_bytes(&next, &byte, 1);
            text_add_bytes(&next, bytes->data + at + 1, bytes->length - at - 1);
            break;
        }
        case 1: /* a piece less */
            text_add_bytes(&next, bytes->data + at + size, bytes->length - at - size);
            break;
        case 2: /* a piece twice */
            text_add_bytes(&next, bytes->data + at, size);
            text_add_bytes(&next, bytes->data + at, bytes->length - at);
            break;
        case 3: { /* a piece of another */
            const char *other = corpus[rng_below(rng, n)];
            const size_t from = rng_below(rng, strlen(other));
            const size_t left = strlen(other) - from;
            text_add_bytes(&next, other + from, some < left ? some : left);
            text_add_bytes(&next, bytes->data + at, bytes->length - at);
            break;
        }
        default: break; /* the end cut off */
        }
        text_release(bytes);
        *bytes = next;
    }
}

static void replay_and_damage(char *const *corpus, int n, uint64_t seed,
                              void (*read)(const char *text, size_t length))
{
    Rng rng = rng_new(seed, 0);
    for (int i = 0; i < n; i++) read(corpus[i], strlen(corpus[i]));
    const time_t end = time(NULL) + SECONDS;
    for (int round = 0; round < ROUNDS && time(NULL) < end; round++) {
        Text bytes = {0};
        damage(&bytes, &rng, corpus, n);
        /* A block of its own size, so that a sanitizer sees a byte too far. */
        char *exact = xmalloc(bytes.length);
        memcpy(exact, text_get(&bytes), bytes.length);
        read(exact, bytes.length);
        free(exact);
        text_release(&bytes);
    }
}

static char *load(const char *path)
{
    Text text = {0};
    Err err = {0};
    char full[1000];
    snprintf(full, sizeof full, "%s/tests/%s", SOURCE_DIR, path);
    if (text_read_file(&text, full, 1 << 20, &err) != OK) fail_msg("%s", err.text);
    return text.data;
}

/* -- tests -------------------------------------------------------------------------------- */

static char *ENTRY_FILES[] = {"cli/data/exp2_f32.approx", "cli/data/paper_f2.approx",
                              "cli/data/paper_f10.approx"};

static void damaged_approx_files_are_read_or_refused(void **state)
{
    char *corpus[3];
    for (int i = 0; i < 3; i++) corpus[i] = load(ENTRY_FILES[i]);
    replay_and_damage(corpus, 3, 1, read_entry);
    for (int i = 0; i < 3; i++) free(corpus[i]);
}

static void damaged_programs_are_read_or_refused(void **state)
{
    char *files[3], *corpus[3];
    for (int i = 0; i < 3; i++) {
        files[i] = load(ENTRY_FILES[i]);
        char *section = strstr(files[i], "\nprogram\n");
        assert_non_null(section);
        corpus[i] = section + strlen("\nprogram\n");
    }
    replay_and_damage(corpus, 3, 2, read_prog);
    for (int i = 0; i < 3; i++) free(files[i]);
}

static void damaged_expressions_are_read_or_refused(void **state)
{
    char *corpus[] = {"log(1+exp(x))", "0.5*x*(1+erf(x/sqrt(2)))", "x < 0 ? -x : x^3",
                      "t = exp(-x); (1 - t)/(1 + t)", "atan2(y, 0x1.8p-3) ** 2 - hypot(x, pi)",
                      "x <= 1e400 && !(x != inf) || x == nan ? gelu(x) : jn(2, x)"};
    replay_and_damage(corpus, sizeof corpus / sizeof *corpus, 3, read_infix);
}

static void damaged_fpcores_are_read_or_refused(void **state)
{
    char *corpus[] = {load("data/fpcore/forms.fpcore"), load("data/fpcore/values.fpcore"),
                      load("data/fpcore/paper_exp2.fpcore"), load("cli/data/paper.fpcore")};
    replay_and_damage(corpus, 4, 4, read_fpcore);
    for (int i = 0; i < 4; i++) free(corpus[i]);
}

static void damaged_options_are_read_or_refused(void **state)
{
    char *corpus[] = {"synth\nexp2\n--type\nf32\n--budget=60s\n--seed\n18446744073709551615\n-o\na.c\n-ob.c",
                      "synth\n--front\n--\n--type\n-x\n--budget\n1e308h", "s\n-h\n--help\n--=\n-o"};
    replay_and_damage(corpus, 3, 5, read_options);
}

static void damaged_goals_are_read_or_refused(void **state)
{
    char *corpus[] = {"expf", "exp2\nf32\n[0,1]\n1ulp\n0:1\n+,-,*,/,fma",
                      "log(1+exp(x))\nf64\n(-pi/4, 1e400]\n1e-6rel\n1:0\n*,+",
                      "sin(x)/x\nf16\nall\n16bits\n0:1", "asin\nbf16\n[-1, 1]\n14digits"};
    replay_and_damage(corpus, 5, 6, read_spec);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damaged_approx_files_are_read_or_refused),
        cmocka_unit_test(damaged_programs_are_read_or_refused),
        cmocka_unit_test(damaged_expressions_are_read_or_refused),
        cmocka_unit_test(damaged_fpcores_are_read_or_refused),
        cmocka_unit_test(damaged_options_are_read_or_refused),
        cmocka_unit_test(damaged_goals_are_read_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
