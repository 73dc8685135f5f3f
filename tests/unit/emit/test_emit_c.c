/* The emitted C compiles without a warning and gives the interpreter's bits under gcc and clang. */
#include "runtime/emit/emit_c.h"
#include "runtime/emit/targets.h"
#include "runtime/prog/prog_text.h"
#include "tests/support/build.h"
#include "tests/support/forms.h"
#include "tests/support/random_prog.h"
#include "tests/support/sample.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static Prog parse(const char *text)
{
    Prog prog;
    Err err = {0};
    if (prog_parse(&prog, text, strlen(text), 0, NULL, &err) != OK) fail_msg("%s", err.text);
    return prog;
}

static void write_c(const char *path, const Prog *prog, const char *symbol)
{
    const EmitC unit = {.prog = prog, .symbol = symbol, .comment = "a test\nof two lines"};
    Text text = {0};
    Err err = {0};
    if (emit_c(&text, &unit, &err) != OK) fail_msg("%s", err.text);
    assert_int_equal(text_write_file(path, text.data, text.length, &err), OK);
    text_release(&text);
}

enum { N_PROGS = 28 };

typedef struct {
    Sample sample[N_PROGS];
} Fixture;

/* Random programs of every type. */
static int set_up(void **state)
{
    Fixture *f = xcalloc(1, sizeof *f);
    Rng rng = rng_new(11, 0);
    for (int i = 0; i < N_PROGS; i++) {
        const RandomProg options = {.type = (Type)(TYPE_F16 + i % 7),
                                    .n_inputs = 1 + i / 7 % 3,
                                    .n_ops = 5 + i,
                                    .allow_fma = true,
                                    .allow_scaling = true,
                                    .is_likely = i % 3 == 2,
                                    .allow_tables = i % 2};
        const Prog prog = random_prog(&options, &rng);
        sample_init(&f->sample[i], &prog, &rng);
    }
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    Fixture *f = *state;
    for (int i = 0; i < N_PROGS; i++) {
        sample_release(&f->sample[i]);
    }
    free(f);
    return 0;
}

static void check_with(const Fixture *f, const char *compiler, const char *machine)
{
    if (!forms_check_c(f->sample, N_PROGS, compiler, machine)) skip();
}

#ifdef __x86_64__
#define PLAIN_MACHINE "-march=x86-64"
#else
#define PLAIN_MACHINE "-O2"
#endif

static void emitted_c_keeps_its_bits_under_gcc(void **state)
{
    check_with(*state, "gcc", PLAIN_MACHINE);
}
static void emitted_c_keeps_its_bits_under_gcc_for_this_machine(void **state)
{
    check_with(*state, "gcc", "-march=native");
}
static void emitted_c_keeps_its_bits_under_clang(void **state)
{
    check_with(*state, "clang-19", PLAIN_MACHINE);
}
static void emitted_c_keeps_its_bits_under_clang_for_this_machine(void **state)
{
    check_with(*state, "clang-19", "-march=native");
}

/* Without -ffp-contract=off gcc would fuse; the pragma in the file must keep it from that. */
static void emitted_c_is_not_contracted_by_default(void **state)
{
    if (!is_installed("gcc") || !target_native() || !target_native()->has_fma) skip();
    const Prog prog = parse("f32 x\nf32 y\nf32 p = mul x y\nf32 r = sub p x\nreturn r\n");
    Rng rng = rng_new(12, 0);
    Sample sample;
    sample_init(&sample, &prog, &rng);
    char *folder = folder_new(), *source = path_in(folder, "f.c"),
         *library = path_in(folder, "f.so");
    write_c(source, &prog, "f");
    const char *const argument[] = {"gcc", "-O3",   "-march=native", "-shared", "-fPIC",
                                    "-o",  library, source,          NULL};
    Text said = {0};
    assert_int_equal(run_program(argument, NULL, NULL, &said), 0);
    void *code = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    assert_non_null(code);
    assert_int_equal(
        sample_check_functions(&sample, dlsym(code, "f"), dlsym(code, "f_array"), "gcc -O3"),
        SAMPLE_POINTS);
    dlclose(code);
    text_release(&said);
    sample_release(&sample);
    free(source);
    free(library);
    folder_remove(folder);
}

static void emitted_c_reads_like_c(void **state)
{
    const Prog prog = parse("f32 x\nf32 c0 = const 0x1.62e43p-1\nf32 c1 = const 0x1p+0\n"
                            "f32 a = fma x c0 c1\nf32 d = sub x c1\nf32 r = mul a d\nreturn r\n");
    const EmitC unit = {.prog = &prog, .symbol = "approx_f", .comment = "claim */ command\n"};
    Text text = {0};
    assert_int_equal(emit_c(&text, &unit, NULL), OK);
    assert_non_null(strstr(text_get(&text), "/* claim * / command */\n"));
    assert_non_null(strstr(text_get(&text), "fmaf(x, 0x1.62e43p-1f, 1.0f);"));
    assert_non_null(strstr(text_get(&text), "(x - 1.0f)"));
    assert_non_null(strstr(text_get(&text), "float approx_f(float x)\n"));
    assert_non_null(
        strstr(text_get(&text), "void approx_f_array(const float *x, float *y, size_t n)\n"));
    text_release(&text);
}

/* A name that C or the code itself uses gives way. */
static void emitted_c_avoids_names_that_are_taken(void **state)
{
    const char *const names[] = {"if", "n", "y", "fmaf", "v3", "T0", "x_bits", "NAN", "a b", "int"};
    char *folder = folder_new(), *source = path_in(folder, "f.c"), *object = path_in(folder, "f.o");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        Prog prog;
        prog_init(&prog);
        prog_add_input(&prog, TYPE_F32, names[i]);
        prog_add_input(&prog, TYPE_F32, names[i]);
        prog_add(&prog, OP_FMA, 0, 1, prog_add_const(&prog, TYPE_F32, 0.1));
        write_c(source, &prog, "f");
        const char *const argument[] = {"gcc", "-c",   "-Wall", "-Werror",
                                        "-o",  object, source,  NULL};
        Text said = {0};
        if (run_program(argument, NULL, NULL, &said) != 0)
            fail_msg("%s: %s", names[i], text_get(&said));
        text_release(&said);
    }
    free(source);
    free(object);
    folder_remove(folder);
}

static void emitted_headers_serve_c_and_cpp(void **state)
{
    char *folder = folder_new(), *header = path_in(folder, "f.h"),
         *user = path_in(folder, "user.c");
    const char use[] = "#include \"f.h\"\n#include \"f.h\"\nvoid *p = (void *)f_array;\n";
    for (int type = TYPE_F16; type <= TYPE_I64; type++) {
        Prog prog;
        prog_init(&prog);
        prog_add_input(&prog, (Type)type, "x");
        prog_add_input(&prog, (Type)type, "y");
        prog_add(&prog, type_is_float((Type)type) ? OP_ADD : OP_IADD, 0, 1, 0);
        const EmitC unit = {.prog = &prog, .symbol = "f", .comment = "claim"};
        Text text = {0}, said = {0};
        assert_int_equal(emit_header(&text, &unit, NULL), OK);
        assert_int_equal(text_write_file(header, text.data, text.length, NULL), OK);
        assert_int_equal(text_write_file(user, use, strlen(use), NULL), OK);
        const char *const as_c[] = {"gcc", "-fsyntax-only", "-Wall", "-Werror", "-std=c11", user,
                                    NULL};
        const char *const as_cpp[] = {"clang-19", "-fsyntax-only", "-Wall", "-Werror",
                                      "-x",       "c++",           user,    NULL};
        if (run_program(as_c, NULL, NULL, &said) != 0) fail_msg("%s", text_get(&said));
        if (is_installed("clang-19") && run_program(as_cpp, NULL, NULL, &said) != 0)
            fail_msg("%s", text_get(&said));
        text_release(&text);
        text_release(&said);
    }
    free(header);
    free(user);
    folder_remove(folder);
}

static void emit_c_refuses_references(void **state)
{
    const Prog prog = parse("real x\nreal r = exp x\nreturn r\n");
    const EmitC unit = {.prog = &prog, .symbol = "f"};
    Text text = {0};
    Err err = {0};
    assert_int_equal(emit_c(&text, &unit, &err), ERR_UNSUPPORTED);
    assert_int_equal(emit_header(&text, &unit, &err), ERR_UNSUPPORTED);
    assert_int_equal(text.length, 0);
    assert_non_null(strstr(err.text, "real"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(emitted_c_keeps_its_bits_under_gcc),
        cmocka_unit_test(emitted_c_keeps_its_bits_under_gcc_for_this_machine),
        cmocka_unit_test(emitted_c_keeps_its_bits_under_clang),
        cmocka_unit_test(emitted_c_keeps_its_bits_under_clang_for_this_machine),
        cmocka_unit_test(emitted_c_is_not_contracted_by_default),
        cmocka_unit_test(emitted_c_reads_like_c),
        cmocka_unit_test(emitted_c_avoids_names_that_are_taken),
        cmocka_unit_test(emitted_headers_serve_c_and_cpp),
        cmocka_unit_test(emit_c_refuses_references),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
