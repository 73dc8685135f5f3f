#include "tests/support/forms.h"

#include "runtime/emit/backend.h"
#include "runtime/emit/emit_c.h"
#include "runtime/emit/emit_library.h"
#include "tests/support/build.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SYMBOL_MAX = 16 };

static void symbol_of(char symbol[SYMBOL_MAX], int i) { snprintf(symbol, SYMBOL_MAX, "p%d", i); }

static void write_file(const char *path, const Text *text)
{
    Err err = {0};
    if (text_write_file(path, text->data, text->length, &err) != OK) fail_msg("%s", err.text);
}

static Text emit_objects(const Sample *sample, int n, const Target *target)
{
    const Backend *backend = NULL;
    Err err = {0};
    Text out = {0};
    if (backend_load(&backend, &err) != OK) fail_msg("%s", err.text);
    EmitUnit *unit = xcalloc((size_t)n, sizeof *unit);
    char(*symbol)[SYMBOL_MAX] = xcalloc((size_t)n, sizeof *symbol);
    for (int i = 0; i < n; i++) {
        symbol_of(symbol[i], i);
        unit[i] = (EmitUnit){.prog = &sample[i].prog,
                             .symbol = symbol[i],
                             .target = target->name,
                             .want_array = true};
    }
    if (backend->emit(&out, unit, n, EMIT_O, &err) != OK) fail_msg("%s: %s", target->name, err.text);
    free(unit);
    free(symbol);
    return out;
}

void forms_check_library(const Sample *sample, int n, const char *path, const char *what)
{
    void *code = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!code) fail_msg("%s", dlerror());
    for (int i = 0; i < n; i++) {
        char symbol[SYMBOL_MAX], array[SYMBOL_MAX + 8];
        symbol_of(symbol, i);
        snprintf(array, sizeof array, "%s_array", symbol);
        assert_int_equal(
            sample_check_functions(&sample[i], dlsym(code, symbol), dlsym(code, array), what),
            SAMPLE_POINTS);
    }
    dlclose(code);
}

void forms_check_object(const Sample *sample, int n, const Target *target)
{
    char *folder = folder_new(), *path = path_in(folder, target->name);
    Text object = emit_objects(sample, n, target), library = {0};
    const LibraryObject member = {"p.o", object.data, object.length};
    Err err = {0};
    if (emit_shared_library(&library, &member, 1, target, &(LibraryNames){"libp.so", NULL}, &err) != OK)
        fail_msg("%s", err.text);
    write_file(path, &library);
    forms_check_library(sample, n, path, target->name);
    text_release(&object);
    text_release(&library);
    free(path);
    folder_remove(folder);
}

bool forms_check_c(const Sample *sample, int n, const char *compiler, const char *machine)
{
    if (!is_installed(compiler)) return false;
    char *folder = folder_new(), *library = path_in(folder, "library.so");
    const char *const options[] = {compiler,
                                   "-O2",
                                   "-ffp-contract=off",
                                   "-Wall",
                                   "-Wextra",
                                   "-Wno-unused-parameter",
                                   "-Werror",
                                   "-Wno-tautological-compare",
                                   "-shared",
                                   "-fPIC",
                                   machine,
                                   "-o",
                                   library};
    enum { N_OPTIONS = sizeof options / sizeof *options };
    const char **argument = xcalloc((size_t)n + N_OPTIONS + 2, sizeof *argument);
    memcpy(argument, options, sizeof options);
    for (int i = 0; i < n; i++) {
        char symbol[SYMBOL_MAX], name[SYMBOL_MAX + 4];
        symbol_of(symbol, i);
        snprintf(name, sizeof name, "%s.c", symbol);
        const EmitC unit = {.prog = &sample[i].prog, .symbol = symbol, .comment = "a test"};
        Text text = {0};
        Err err = {0};
        if (emit_c(&text, &unit, &err) != OK) fail_msg("%s", err.text);
        char *path = path_in(folder, name);
        write_file(path, &text);
        argument[N_OPTIONS + i] = path;
        text_release(&text);
    }
    argument[N_OPTIONS + n] = "-lm";
    Text said = {0};
    const int status = run_program(argument, NULL, NULL, &said);
    if (status != 0) fail_msg("%s: %s", compiler, text_get(&said));
    text_release(&said);
    forms_check_library(sample, n, library, compiler);
    for (int i = 0; i < n; i++) free((char *)argument[N_OPTIONS + i]);
    free(argument);
    free(library);
    folder_remove(folder);
    return true;
}

/* The driver runs every program on the inputs it reads, through both functions. */
static Text driver_source(const Sample *sample, int n)
{
    Text c = {0};
    text_add(&c,
             "#include <stdint.h>\n#include <stdio.h>\n#include <stdlib.h>\n"
             "static char x[3][%d], y[%d];\n"
             "static void get(void *p, size_t n) { if (fread(p, 1, n, stdin) != n) exit(1); }\n"
             "int main(void)\n{\n",
             SAMPLE_POINTS * 8, SAMPLE_POINTS * 8);
    for (int i = 0; i < n; i++) {
        static const char *const C_TYPE[TYPE_COUNT] = {
            [TYPE_F16] = "_Float16", [TYPE_BF16] = "uint16_t", [TYPE_F32] = "float",
            [TYPE_F64] = "double",   [TYPE_I16] = "int16_t",   [TYPE_I32] = "int32_t",
            [TYPE_I64] = "int64_t"};
        const Prog *prog = &sample[i].prog;
        const char *const t = C_TYPE[prog_type(prog)];
        static const char *const X[] = {"(const T *)x[0]", ", (const T *)x[1]",
                                        ", (const T *)x[2]"};
        static const char *const XI[] = {"((T *)x[0])[i]", ", ((T *)x[1])[i]", ", ((T *)x[2])[i]"};
        static const char *const TS[] = {"T", ", T", ", T"};
        static const char *const PS[] = {"const T *", ", const T *", ", const T *"};
        text_add(&c, "{ typedef %s T; extern T p%d(", t, i);
        for (int k = 0; k < prog->n_inputs; k++) text_add(&c, "%s", TS[k]);
        text_add(&c, "); extern void p%d_array(", i);
        for (int k = 0; k < prog->n_inputs; k++) text_add(&c, "%s", PS[k]);
        text_add(&c, ", T *, size_t);\n");
        for (int k = 0; k < prog->n_inputs; k++)
            text_add(&c, "get(x[%d], %d * sizeof(T));\n", k, SAMPLE_POINTS);
        text_add(&c, "p%d_array(", i);
        for (int k = 0; k < prog->n_inputs; k++) text_add(&c, "%s", X[k]);
        text_add(&c, ", (T *)y, %d);\nfwrite(y, sizeof(T), %d, stdout);\n", SAMPLE_POINTS,
                 SAMPLE_POINTS);
        text_add(&c, "for (int i = 0; i < %d; i++) ((T *)y)[i] = p%d(", SAMPLE_POINTS, i);
        for (int k = 0; k < prog->n_inputs; k++) text_add(&c, "%s", XI[k]);
        text_add(&c, ");\nfwrite(y, sizeof(T), %d, stdout); }\n", SAMPLE_POINTS);
    }
    text_add(&c, "return 0;\n}\n");
    return c;
}

bool forms_check_under_qemu(const Sample *sample, int n)
{
    if (!is_installed("qemu-aarch64") || !is_installed("aarch64-linux-gnu-gcc")) return false;
    char *folder = folder_new(), *object_path = path_in(folder, "p.o");
    char *source_path = path_in(folder, "driver.c"), *program = path_in(folder, "driver");
    char *input_path = path_in(folder, "in"), *output_path = path_in(folder, "out");
    Text object = emit_objects(sample, n, target_find("aarch64")),
         source = driver_source(sample, n);
    Text input = {0}, output = {0}, said = {0};
    for (int i = 0; i < n; i++) {
        const Prog *prog = &sample[i].prog;
        const size_t bytes = SAMPLE_POINTS * (size_t)type_info(prog_type(prog))->size;
        for (int k = 0; k < prog->n_inputs; k++)
            text_add_bytes(&input, (const char *)sample[i].x[k], bytes);
    }
    write_file(object_path, &object);
    write_file(source_path, &source);
    write_file(input_path, &input);
    const char *const compile[] = {
        "aarch64-linux-gnu-gcc", "-O1", "-static", "-o", program, source_path, object_path, NULL};
    if (run_program(compile, NULL, NULL, &said) != 0) fail_msg("%s", text_get(&said));
    const char *const execute[] = {"qemu-aarch64", program, NULL};
    assert_int_equal(run_program(execute, input_path, output_path, &said), 0);
    assert_int_equal(text_read_file(&output, output_path, 1 << 24, NULL), OK);

    size_t at = 0;
    for (int i = 0; i < n; i++) {
        const Type type = prog_type(&sample[i].prog);
        for (int form = 0; form < 2; form++) {
            assert_int_equal(sample_first_wrong(&sample[i], output.data + at,
                                                form ? "aarch64 scalar" : "aarch64 array"),
                             SAMPLE_POINTS);
            at += SAMPLE_POINTS * (size_t)type_info(type)->size;
        }
    }
    assert_int_equal(at, output.length);
    text_release(&object), text_release(&source), text_release(&input);
    text_release(&output), text_release(&said);
    free(object_path), free(source_path), free(program), free(input_path), free(output_path);
    folder_remove(folder);
    return true;
}
