/* Object files for every target: no symbol left to a library, the interpreter's bits where they can be
   run, and an error where the target cannot. */
#include "runtime/emit/backend.h"
#include "runtime/emit/emit_library.h"
#include "runtime/emit/targets.h"
#include "runtime/prog/prog_text.h"
#include "tests/support/build.h"
#include "tests/support/forms.h"
#include "tests/support/random_batch.h"
#include "tests/support/sample.h"
#include "tests/support/values.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { N_PROGS = RANDOM_BATCH };

/* Random programs for one target, in one module. */
typedef struct {
    const Target *target;
    Sample sample[N_PROGS];
    char symbol[N_PROGS][16];
    EmitUnit unit[N_PROGS];
} Batch;

static const Backend *backend(void)
{
    const Backend *b = NULL;
    Err err = {0};
    if (backend_load(&b, &err) != OK) fail_msg("%s", err.text);
    return b;
}

static Batch *batch_new(const Target *target, uint64_t seed)
{
    Batch *batch = xcalloc(1, sizeof *batch);
    batch->target = target;
    random_batch_init(batch->sample, target, seed);
    for (int i = 0; i < N_PROGS; i++) {
        snprintf(batch->symbol[i], sizeof batch->symbol[i], "p%d", i);
        batch->unit[i] = (EmitUnit){.prog = &batch->sample[i].prog,
                                    .symbol = batch->symbol[i],
                                    .target = target->name,
                                    .comment = "made by a test",
                                    .want_array = true, 0};
    }
    return batch;
}

static void batch_free(Batch *batch)
{
    random_batch_release(batch->sample);
    free(batch);
}

static Text emit(const EmitUnit *unit, int n, EmitForm form)
{
    Text out = {0};
    Err err = {0};
    if (backend()->emit(&out, unit, n, form, &err) != OK)
        fail_msg("%s: %s", unit->target, err.text);
    return out;
}

static void write_file(const char *path, const Text *text)
{
    Err err = {0};
    if (text_write_file(path, text->data, text->length, &err) != OK) fail_msg("%s", err.text);
}

static void objects_keep_their_bits_on_every_level_that_runs_here(void **state)
{
    for (const Target *target = TARGETS; target->name; target++) {
        if (!target_is_runnable(target)) continue;
        Batch *batch = batch_new(target, 21);
        forms_check_object(batch->sample, N_PROGS, target);
        batch_free(batch);
    }
}

static void aarch64_objects_keep_their_bits_under_qemu(void **state)
{
    Batch *batch = batch_new(target_find("aarch64"), 41);
    const int first_wrong = forms_first_wrong_emulated(batch->sample, N_PROGS, "aarch64");
    batch_free(batch);
    if (first_wrong < 0) skip();
    assert_int_equal(first_wrong, N_PROGS);
}

static void objects_call_no_library(void **state)
{
    const char *nm = is_installed("llvm-nm-19") ? "llvm-nm-19" : "nm";
    if (!is_installed(nm)) skip();
    char *folder = folder_new(), *path = path_in(folder, "p.o");
    for (const Target *target = TARGETS; target->name; target++)
        for (uint64_t seed = 30; seed < 33; seed++) {
            Batch *batch = batch_new(target, seed);
            Text object = emit(batch->unit, N_PROGS, EMIT_O), said = {0};
            write_file(path, &object);
            const char *const undefined[] = {nm, "--undefined-only", path, NULL};
            assert_int_equal(run_program(undefined, NULL, NULL, &said), 0);
            if (said.length) fail_msg("%s needs: %s", target->name, text_get(&said));
            const char *const defined[] = {nm, "--defined-only", path, NULL};
            assert_int_equal(run_program(defined, NULL, NULL, &said), 0);
            assert_non_null(strstr(text_get(&said), " T p0\n"));
            assert_non_null(strstr(text_get(&said), " T p34_array\n"));
            text_release(&said);
            text_release(&object);
            batch_free(batch);
        }
    free(path);
    folder_remove(folder);
}

static void targets_without_fma_refuse_it(void **state)
{
    Prog prog;
    prog_init(&prog);
    prog_add_input(&prog, TYPE_F32, "x");
    prog_add(&prog, OP_FMA, 0, 0, 0);
    int n_refused = 0;
    for (const Target *target = TARGETS; target->name; target++) {
        const EmitUnit unit = {.prog = &prog, .symbol = "f", .target = target->name};
        Text out = {0};
        Err err = {0};
        const Status status = backend()->emit(&out, &unit, 1, EMIT_O, &err);
        assert_int_equal(status, target->has_fma ? OK : ERR_UNSUPPORTED);
        if (!target->has_fma) {
            n_refused++;
            assert_int_equal(out.length, 0);
            assert_non_null(strstr(err.text, "fma"));
            assert_non_null(strstr(err.text, target->name));
        }
        text_release(&out);
    }
    assert_true(n_refused >= 2);
}

static void scaling_is_refused_but_for_avx512(void **state)
{
    const Op ops[] = {OP_SCALEF, OP_GETEXP, OP_GETMANT, OP_REDUCE};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        for (const Target *target = TARGETS; target->name; target++) {
            Prog prog;
            prog_init(&prog);
            prog_add_input(&prog, TYPE_F32, "x");
            prog_add(&prog, ops[i], 0, 0, 0);
            const EmitUnit unit = {
                .prog = &prog, .symbol = "f", .target = target->name, .want_array = true, 0};
            Text out = {0};
            Err err = {0};
            const Status status = backend()->emit(&out, &unit, 1, EMIT_S, &err);
            assert_int_equal(status, target->has_scaling ? OK : ERR_UNSUPPORTED);
            if (status != OK) assert_non_null(strstr(err.text, "AVX-512"));
            if (status == OK) {
                char instruction[32];
                snprintf(instruction, sizeof instruction, "v%sps", op_info(ops[i])->name);
                assert_non_null(strstr(text_get(&out), instruction));
                assert_non_null(strstr(text_get(&out), "%zmm"));
            }
            text_release(&out);
        }
}

/* IR for others to inline from has every program in one block, too. */
static void check_inline_forms(const Batch *batch, const char *path, const Text *ir)
{
    void *code = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    int n = 0;
    for (int i = 0; i < N_PROGS; i++) {
        char name[32], array[32];
        snprintf(name, sizeof name, "%s_inline", batch->symbol[i]);
        snprintf(array, sizeof array, "%s_array", batch->symbol[i]);
        void *const function = dlsym(code, name);
        if (!function) continue;
        n++;
        assert_int_equal(
            sample_check_functions(&batch->sample[i], function, dlsym(code, array), name),
            SAMPLE_POINTS);
        char define[48];
        snprintf(define, sizeof define, " @%s(", name);
        const char *const body = strstr(text_get(ir), define);
        assert_non_null(body);
        const char *const branch = strstr(body, "br "), *const end = strstr(body, "\n}");
        assert_true(!branch || branch > end);
    }
    assert_true(n >= N_PROGS / 4);
    dlclose(code);
}

/* clang -O2 on the emitted IR, text and bitcode, must not change a bit, and .s assembles. */
static void every_form_means_the_same(void **state)
{
    if (!is_installed("clang-19") || !target_native()) skip();
    static const struct {
        EmitForm form;
        const char *file;
    } FORMS[] = {{EMIT_LL, "p.ll"}, {EMIT_BC, "p.bc"}, {EMIT_S, "p.s"}, {EMIT_O, "p.o"}};
    Batch *batch = batch_new(target_native(), 51);
    char *folder = folder_new();
    for (size_t f = 0; f < sizeof FORMS / sizeof FORMS[0]; f++) {
        char *path = path_in(folder, FORMS[f].file);
        Text library = {0}, said = {0}, text = emit(batch->unit, N_PROGS, FORMS[f].form);
        text_add(&library, "%s/lib%zu.so", folder, f);
        write_file(path, &text);
        const char *const argument[] = {"clang-19", "-O2",        "-shared", "-fPIC",
                                        "-o",       library.data, path,      NULL};
        if (run_program(argument, NULL, NULL, &said) != 0) fail_msg("%s", text_get(&said));
        forms_check_library(batch->sample, N_PROGS, library.data, FORMS[f].file);
        if (FORMS[f].form == EMIT_LL) check_inline_forms(batch, library.data, &text);
        if (FORMS[f].form == EMIT_LL)
            assert_int_equal(strncmp(text.data, "; made by a test\n", 17), 0);
        text_release(&library), text_release(&said), text_release(&text);
        free(path);
    }
    folder_remove(folder);
    batch_free(batch);
}

static void units_that_do_not_fit_together_are_refused(void **state)
{
    Prog prog;
    prog_init(&prog);
    prog_add_input(&prog, TYPE_F64, "x");
    prog_add(&prog, OP_NEG, 0, 0, 0);
    Text out = {0};
    Err err = {0};
    const EmitUnit two_machines[2] = {{&prog, "f", "x86-64", "", true, 0},
                                      {&prog, "g", "aarch64", "", true, 0}};
    assert_int_equal(backend()->emit(&out, two_machines, 2, EMIT_O, &err), ERR_INPUT);
    const EmitUnit two_names[2] = {{&prog, "f", "x86-64", "", true, 0},
                                   {&prog, "f", "x86-64-v3", "", true, 0}};
    assert_int_equal(backend()->emit(&out, two_names, 2, EMIT_O, &err), ERR_INPUT);
    const EmitUnit unknown = {&prog, "f", "z80", "", true, 0};
    assert_int_equal(backend()->emit(&out, &unknown, 1, EMIT_O, &err), ERR_INPUT);
    assert_non_null(strstr(err.text, "z80"));
    const EmitUnit two_levels[2] = {{&prog, "f", "x86-64", "", true, 0},
                                    {&prog, "g", "x86-64-v4", "", true, 0}};
    assert_int_equal(backend()->emit(&out, two_levels, 2, EMIT_O, &err), OK);
    text_release(&out);
}

/* An archive of two objects, one with a long name, linked by gcc and listed by ar. */
static void archives_are_what_linkers_expect(void **state)
{
    if (!target_native()) skip();
    char *folder = folder_new(), *archive_path = path_in(folder, "libp.a");
    char *source_path = path_in(folder, "main.c"), *program = path_in(folder, "main");
    Prog twice, thrice;
    prog_init(&twice);
    prog_add_input(&twice, TYPE_F64, "x");
    prog_add(&twice, OP_ADD, 0, 0, 0);
    prog_init(&thrice);
    prog_add_input(&thrice, TYPE_F64, "x");
    prog_add(&thrice, OP_MUL, 0, prog_add_const(&thrice, TYPE_F64, 3), 0);
    const EmitUnit unit[2] = {{&twice, "twice", "native", NULL, false, 0},
                              {&thrice, "thrice", "native", "", true, 0}};
    Text object[2] = {emit(&unit[0], 1, EMIT_O), emit(&unit[1], 1, EMIT_O)};
    const LibraryObject member[2] = {
        {"twice.o", object[0].data, object[0].length},
        {"a_name_of_many_letters.o", object[1].data, object[1].length}};
    Text archive = {0}, again = {0}, said = {0};
    Err err = {0};
    assert_int_equal(emit_archive(&archive, member, 2, &err), OK);
    assert_int_equal(emit_archive(&again, member, 2, &err), OK);
    assert_int_equal(archive.length, again.length);
    assert_memory_equal(archive.data, again.data, archive.length);
    write_file(archive_path, &archive);
    const char main_text[] = "#include <stddef.h>\ndouble twice(double), thrice(double);\n"
                             "void thrice_array(const double *, double *, size_t);\n"
                             "int main(void) { double y = 5; thrice_array(&y, &y, 1);\n"
                             "return twice(1.5) == 3 && thrice(2) == 6 && y == 15 ? 42 : 1; }\n";
    assert_int_equal(text_write_file(source_path, main_text, strlen(main_text), &err), OK);
    const char *const compile[] = {"gcc", source_path, archive_path, "-o", program, NULL};
    if (run_program(compile, NULL, NULL, &said) != 0) fail_msg("%s", text_get(&said));
    const char *const execute[] = {program, NULL};
    assert_int_equal(run_program(execute, NULL, NULL, &said), 42);
    const char *const list[] = {"ar", "t", archive_path, NULL};
    assert_int_equal(run_program(list, NULL, NULL, &said), 0);
    assert_string_equal(text_get(&said), "twice.o\na_name_of_many_letters.o\n");

    const LibraryObject nonsense = {"n.o", "no object", 9};
    assert_int_equal(emit_archive(&again, &nonsense, 1, &err), ERR_INPUT);
    assert_int_equal(
        emit_shared_library(&again, &nonsense, 1, target_native(), &(LibraryNames){0}, &err),
        ERR_SYSTEM);
    /* Every truncation is refused or read within its bounds. */
    for (size_t size = 0; size < object[0].length; size++) {
        char *part = xmalloc(size);
        memcpy(part, object[0].data, size);
        const LibraryObject cut = {"cut.o", part, size};
        Text out = {0};
        (void)emit_archive(&out, &cut, 1, &err);
        text_release(&out);
        free(part);
    }
    text_release(&object[0]), text_release(&object[1]);
    text_release(&archive), text_release(&again), text_release(&said);
    free(archive_path), free(source_path), free(program);
    folder_remove(folder);
}

static void targets_are_found_by_name(void **state)
{
    assert_null(target_find("z80"));
    assert_string_equal(target_find("x86-64-v3")->cpu, "x86-64-v3");
    assert_ptr_equal(target_find("native"), target_native());
    if (target_native()) assert_true(target_is_runnable(target_native()));
    int n = 0;
    for (const Target *t = TARGETS; t->name; t++, n++) assert_ptr_equal(target_find(t->name), t);
    assert_true(n >= 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets_are_found_by_name),
        cmocka_unit_test(objects_keep_their_bits_on_every_level_that_runs_here),
        cmocka_unit_test(objects_call_no_library),
        cmocka_unit_test(aarch64_objects_keep_their_bits_under_qemu),
        cmocka_unit_test(targets_without_fma_refuse_it),
        cmocka_unit_test(scaling_is_refused_but_for_avx512),
        cmocka_unit_test(every_form_means_the_same),
        cmocka_unit_test(units_that_do_not_fit_together_are_refused),
        cmocka_unit_test(archives_are_what_linkers_expect),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
