/* Objects with the forms of C functions: of two arguments and of double too, with errno, and what each level may use. */
#define _GNU_SOURCE /* memmem */
#include "runtime/emit/backend.h"
#include "runtime/emit/emit_library.h"
#include "runtime/emit/targets.h"
#include "runtime/prog/eval.h"
#include "tests/support/build.h"
#include "tests/support/parsed.h"
#include "tests/support/random_prog.h"

#include <dlfcn.h>
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* x / y: a pole where y is 0, no value for 0/0. */
static Prog quotient(void) { return parsed_prog("f64 x\nf64 y\nf64 v2 = div x y\nreturn v2\n"); }
static Prog root(void) { return parsed_prog("f32 x\nf32 v1 = sqrt x\nreturn v1\n"); }

static const Backend *backend(void)
{
    const Backend *b = NULL;
    Err err = {0};
    if (backend_load(&b, &err) != OK) fail_msg("%s", err.text);
    return b;
}

static void emit(Text *object, const EmitVariant *variant, int n)
{
    Err err = {0};
    if (backend()->emit_variants(object, variant, n, "made by a test", &err) != OK)
        fail_msg("%s", err.text);
}

static void *loaded(const EmitVariant *variant, int n, char *folder)
{
    Text object = {0}, library = {0};
    Err err = {0};
    emit(&object, variant, n);
    const LibraryObject member = {"a.o", text_get(&object), object.length};
    if (emit_shared_library(&library, &member, 1, target_native(), &(LibraryNames){0}, &err) != OK)
        fail_msg("%s", err.text);
    char *path = path_in(folder, "liba.so");
    assert_int_equal(text_write_file(path, text_get(&library), library.length, &err), OK);
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!handle) fail_msg("%s", dlerror());
    free(path);
    text_release(&object);
    text_release(&library);
    return handle;
}

static void errno_is_as_c_has_it(void **state)
{
    const Prog prog = quotient();
    const EmitVariant variant = {"div", &prog, target_native()->name, NULL, 1, true, 0};
    char *folder = folder_new();
    void *handle = loaded(&variant, 1, folder);
    double (*f)(double, double);
    *(void **)&f = dlsym(handle, "div");
    static const struct {
        double x, y;
        int number;
    } CASES[] = {
        {1, 2, 0},
        {0, 0, EDOM},
        {1, 0, ERANGE},
        {-1, 0, ERANGE},
        {NAN, 0, 0},
        {1, NAN, 0},
        {INFINITY, 1, 0},
        {INFINITY, INFINITY, EDOM},
        {1e300, 1e-300, ERANGE},
        {1e-300, 1e300, 0},
        {INFINITY, 0, 0},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        errno = 0;
        const double y = f(CASES[i].x, CASES[i].y), right = CASES[i].x / CASES[i].y;
        if (errno != CASES[i].number || !(y == right || (isnan(y) && isnan(right))))
            fail_msg("%a / %a: %a, errno %d", CASES[i].x, CASES[i].y, y, errno);
    }
    dlclose(handle);
    folder_remove(folder);
}

static void several_levels_are_one_symbol(void **state)
{
    if (!target_is_within(target_find("x86-64"), target_native())) skip();
    const Prog prog = root(), other = parsed_prog("f32 x\nf32 v1 = neg x\nreturn v1\n");
    /* The least level computes something else, to be told apart. */
    EmitVariant variant[3] = {{"f", &other, "x86-64", NULL, 1, false, 0}};
    int n = 1;
    for (const Target *t = TARGETS; t->name && n < 3; t++)
        if (t != TARGETS && target_is_within(target_find("x86-64-v2"), t))
            variant[n++] = (EmitVariant){"f", &prog, t->name, NULL, 1, false, 0};
    char *folder = folder_new();
    void *handle = loaded(variant, n, folder);
    float (*f)(float);
    *(void **)&f = dlsym(handle, "f");
    const bool has_more = target_is_runnable(target_find("x86-64-v2"));
    assert_true(f(4) == (has_more ? 2 : -4));
    dlclose(handle);
    folder_remove(folder);
}

static void vectors_of_two_arguments_have_their_convention(void **state)
{
    const Prog prog = quotient();
    const EmitVariant intel[] = {{"_ZGVbN2vv_div", &prog, "x86-64-v2", NULL, 2, false, 0},
                                 {"_ZGVcN4vv_div", &prog, "x86-64-v2", "sandybridge", 4, false, 0},
                                 {"_ZGVdN4vv_div", &prog, "x86-64-v3", NULL, 4, false, 0},
                                 {"_ZGVeN8vv_div", &prog, "x86-64-v4", NULL, 8, false, 0}};
    const EmitVariant arm = {"_ZGVnN2vv_div", &prog, "aarch64", NULL, 2, false, 0};
    Text object = {0};
    emit(&object, intel, 4);
    /* vdivpd zmm0, zmm0, zmm1: whole registers come in and go out. */
    static const char DIVIDE[] = "\x62\xf1\xfd\x48\x5e\xc1";
    assert_non_null(memmem(object.data, object.length, DIVIDE, sizeof DIVIDE - 1));
    object.length = 0;
    emit(&object, &arm, 1);
    /* fdiv v0.2d, v0.2d, v1.2d */
    static const char ARM_DIVIDE[] = "\x00\xfc\x61\x6e";
    assert_non_null(memmem(object.data, object.length, ARM_DIVIDE, sizeof ARM_DIVIDE - 1));
    text_release(&object);
}

static void what_a_level_lacks_is_refused(void **state)
{
    const Prog fused = parsed_prog("f32 x\nf32 v1 = fma x x x\nreturn v1\n"), prog = root();
    Text object = {0};
    Err err = {0};
    const EmitVariant lacking = {"f", &fused, "x86-64-v2", NULL, 4, false, 0};
    assert_int_equal(backend()->emit_variants(&object, &lacking, 1, "", &err), ERR_UNSUPPORTED);
    const EmitVariant mixed[] = {{"f", &prog, "x86-64-v2", NULL, 1, false, 0},
                                 {"g", &prog, "aarch64", NULL, 1, false, 0}};
    assert_int_equal(backend()->emit_variants(&object, mixed, 2, "", &err), ERR_INPUT);
    const EmitVariant chosen[] = {{"f", &prog, "aarch64", NULL, 1, false, 0},
                                  {"f", &prog, "aarch64", NULL, 1, false, 0}};
    assert_int_equal(backend()->emit_variants(&object, chosen, 2, "", &err), ERR_UNSUPPORTED);
    const EmitVariant twice[] = {{"f", &prog, "x86-64", NULL, 1, false, 0},
                                 {"g", &prog, "x86-64", NULL, 1, false, 0},
                                 {"f", &prog, "x86-64", NULL, 1, false, 0}};
    assert_int_equal(backend()->emit_variants(&object, twice, 3, "", &err), ERR_INPUT);
    text_release(&object);
}

/* x < low ? A(D(x)) : x < high ? B(x) : C(D(x)), twice: what one side needs, what two need, and what all need; other types inside. */
static Prog nested_choices(Rng *rng)
{
    const RandomProg shared = {.type = TYPE_F32, .n_inputs = 1, .n_ops = 8, .allow_tables = true, 0};
    RandomProg long_one = shared;
    long_one.n_ops = 36;
    const Prog d = random_prog(&shared, rng), a = random_prog(&long_one, rng),
               b = random_prog(&long_one, rng), c = random_prog(&shared, rng);
    Prog prog;
    prog_init(&prog);
    const Ref x = prog_add_input(&prog, TYPE_F32, "x");
    const Ref low = prog_add_const(&prog, TYPE_F32, -1), high = prog_add_const(&prog, TYPE_F32, 1);
    const Ref is_low = prog_add(&prog, OP_LT, x, low, 0),
              is_high = prog_add(&prog, OP_LT, x, high, 0);
    if (!prog_has_room(&prog, a.n + b.n + c.n + d.n + 4) || a.n_tables + b.n_tables > 2)
        return prog;
    const Ref at_d = prog_append(&prog, &d, &x), at_a = prog_append(&prog, &a, &at_d);
    const Ref at_b = prog_append(&prog, &b, &x), at_c = prog_append(&prog, &c, &at_d);
    const Ref inner = prog_add(&prog, OP_LIKELY, is_high, at_b, at_c);
    const Ref outer = prog_add(&prog, OP_SELECT, is_low, at_a, inner);
    prog_add(&prog, OP_SELECT, is_high, outer, at_c);
    prog_prune(&prog);
    return prog;
}

/* Functions of one value branch where much is needed on one side only; they have the bits of the interpreter all the same. */
static void branches_change_no_bit(void **state)
{
    enum { N = 400, ROUNDS = 30 };
    Rng rng = rng_new(7, 0);
    int n_tried = 0;
    for (int round = 0; round < ROUNDS; round++) {
        const Prog prog = nested_choices(&rng);
        if (prog.n < 30) continue;
        n_tried++;
        const EmitVariant variant = {"f", &prog, target_native()->name, NULL, 1, false, 0};
        char *folder = folder_new();
        void *handle = loaded(&variant, 1, folder);
        float (*f)(float);
        *(void **)&f = dlsym(handle, "f");
        float x[N], want[N];
        for (int i = 0; i < N; i++) {
            const uint32_t bits = (uint32_t)rng_next(&rng);
            memcpy(&x[i], &bits, sizeof bits);
            if (i % 2) x[i] = (float)(4 * rng_unit(&rng) - 2);
        }
        Eval *eval;
        assert_int_equal(eval_new(&eval, &prog, NULL, NULL), OK);
        const void *const in[] = {x};
        eval_run(eval, in, want, N);
        for (int i = 0; i < N; i++) {
            const float y = f(x[i]);
            if (memcmp(&y, &want[i], sizeof y) != 0 && !(isnan(y) && isnan(want[i])))
                fail_msg("round %d: f(%a) is %a, not %a", round, x[i], y, want[i]);
        }
        eval_free(eval);
        dlclose(handle);
        folder_remove(folder);
    }
    assert_in_range(n_tried, ROUNDS / 2, ROUNDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errno_is_as_c_has_it),
        cmocka_unit_test(several_levels_are_one_symbol),
        cmocka_unit_test(vectors_of_two_arguments_have_their_convention),
        cmocka_unit_test(what_a_level_lacks_is_refused),
        cmocka_unit_test(branches_change_no_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
