/* What is emitted for x86-64-v4 gives the interpreter's bits on a processor with AVX-512, which Bochs emulates: scalar and array
   functions of the operators that no other target has, of random programs and of the catalogue's entries.

   emulated_v4 [POINTS [PATTERN]]: inputs of each entry; which entries. */
#include "tests/support/entries.h"
#include "tests/support/forms.h"
#include "tests/support/random_batch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
    IS_SKIPPED = 77,
    N_BATCHES = 4,
    OPERATOR_POINTS = 4001,
    INPUT_MAX = 900000, /* bytes for one run, see `run` */
    PROGRAMS_MAX = 200, /* whose code has room, too */
};

static const char V4[] = "x86-64-v4";

typedef struct {
    size_t n_points;
    const char *pattern;
} Wanted;

/* Bochs 2.7 rounds ties away from 0 in vcvtps2ph, where processors go to even: what rounds to f16 cannot be told by it. */
static bool rounds_to_f16(const Prog *prog)
{
    for (int i = 0; i < prog->n; i++) {
        const Node *node = &prog->node[i];
        if (node->type == TYPE_F16 && node->op != OP_INPUT && node->op != OP_CONST) return true;
    }
    return false;
}

/* The number of those that Bochs can tell, which come to the front. */
static int put_told_first(Sample *sample, int n)
{
    int n_told = 0;
    for (int i = 0; i < n; i++) {
        if (rounds_to_f16(&sample[i].prog)) continue;
        const Sample told = sample[i];
        sample[i] = sample[n_told];
        sample[n_told++] = told;
    }
    return n_told;
}

/* Bochs 2.7 takes f64 subnormals apart wrongly in vgetmant: 2^-1074 gives 2. Here they become 1. */
static Ref without_subnormals(Prog *prog, Ref a)
{
    const Ref size = prog_add(prog, OP_ABS, a, 0, 0), zero = prog_add_const(prog, TYPE_F64, 0);
    const Ref is_small = prog_add(prog, OP_LT, size, prog_add_const(prog, TYPE_F64, 0x1p-1022), 0);
    const Ref is_subnormal = prog_add(prog, OP_AND, is_small, prog_add(prog, OP_NE, a, zero, 0), 0);
    return prog_add(prog, OP_SELECT, is_subnormal, prog_add_const(prog, TYPE_F64, 1), a);
}

static void scaling_operators(void **state)
{
    static const Op OPERATORS[] = {OP_SCALEF, OP_GETEXP, OP_GETMANT, OP_REDUCE};
    enum { N = 2 * sizeof OPERATORS / sizeof OPERATORS[0] };
    Sample sample[N] = {0};
    Rng rng = rng_new(60, 0);
    for (int i = 0; i < N; i++) {
        const Type type = i % 2 ? TYPE_F64 : TYPE_F32;
        Prog prog;
        prog_init(&prog);
        Ref a = prog_add_input(&prog, type, "a");
        const Ref b = OPERATORS[i / 2] == OP_SCALEF ? prog_add_input(&prog, type, "b") : 0;
        if (OPERATORS[i / 2] == OP_GETMANT && type == TYPE_F64) a = without_subnormals(&prog, a);
        prog_add(&prog, OPERATORS[i / 2], a, b, 0);
        sample_init_of(&sample[i], &prog, OPERATOR_POINTS, &rng);
    }
    assert_int_equal(forms_first_wrong_emulated(sample, N, V4), N);
    for (int i = 0; i < N; i++) sample_release(&sample[i]);
}

static void random_programs(void **state)
{
    enum { N = N_BATCHES * RANDOM_BATCH };
    Sample *sample = xcalloc(N, sizeof *sample);
    for (int i = 0; i < N_BATCHES; i++)
        random_batch_init(sample + i * RANDOM_BATCH, target_find(V4), (uint64_t)(61 + i));
    const int n = put_told_first(sample, N);
    assert_true(n > N / 3);
    assert_int_equal(forms_first_wrong_emulated(sample, n, V4), n);
    for (int i = 0; i < N_BATCHES; i++) random_batch_release(sample + i * RANDOM_BATCH);
    free(sample);
}

static void entries_of_the_catalogue(void **state)
{
    const Wanted *wanted = *state;
    EntrySamples entries = entry_samples_new(wanted->pattern, target_find(V4), wanted->n_points);
    const int n = put_told_first(entries.sample, entries.n);
    assert_true(n > 0);
    const size_t fit = INPUT_MAX / (wanted->n_points * 8);
    const int n_run = fit < 1 ? 1 : fit > PROGRAMS_MAX ? PROGRAMS_MAX : (int)fit;
    for (int i = 0; i < n; i += n_run) {
        const int n_here = n - i < n_run ? n - i : n_run;
        assert_int_equal(forms_first_wrong_emulated(entries.sample + i, n_here, V4), n_here);
    }
    printf("%d entries, %zu inputs each\n", n, wanted->n_points);
    entry_samples_free(&entries);
}

/* The last bit of a constant that every result depends on. */
static void a_planted_fault_is_found(void **state)
{
    EntrySamples entries =
        entry_samples_new("log_f32_1ulp_x86-64-v3", target_find(V4), SAMPLE_POINTS);
    assert_int_equal(entries.n, 1);
    Prog *prog = &entries.sample[0].prog;
    int i = prog->n - 1;
    while (prog->node[i].op != OP_CONST || prog->node[i].type != TYPE_F64) i--;
    prog->node[i].value.lo ^= (uint64_t)1 << 40;
    fprintf(stderr, "planted, so the following is to be:\n");
    assert_int_equal(forms_first_wrong_emulated(entries.sample, 1, V4), 0);
    entry_samples_free(&entries);
}

int main(int argc, char **argv)
{
    Wanted wanted = {argc > 1 ? strtoul(argv[1], NULL, 10) : SAMPLE_POINTS,
                     argc > 2 ? argv[2] : NULL};
    if (wanted.n_points == 0) {
        fputs("usage: emulated_v4 [POINTS [PATTERN]]\n", stderr);
        return 2;
    }
    if (!forms_can_emulate(V4)) {
        puts("skipped: Bochs is not installed (tools/install_packages --tests)");
        return IS_SKIPPED;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scaling_operators),
        cmocka_unit_test(random_programs),
        cmocka_unit_test_prestate(entries_of_the_catalogue, &wanted),
        cmocka_unit_test(a_planted_fault_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
