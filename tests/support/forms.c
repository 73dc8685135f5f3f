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
    static const int VECTORS[] = {0, 1, 2, 4, BACKEND_VECTORS_MAX};
    for (int i = 0; i < n; i++) {
        symbol_of(symbol[i], i);
        unit[i] = (EmitUnit){.prog = &sample[i].prog,
                             .symbol = symbol[i],
                             .target = target->name,
                             .want_array = true,
                             .vectors = VECTORS[i % 5]};
    }
    if (backend->emit(&out, unit, n, EMIT_O, &err) != OK)
        fail_msg("%s: %s", target->name, err.text);
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
            sample[i].n_points);
    }
    dlclose(code);
}

void forms_check_object(const Sample *sample, int n, const Target *target)
{
    char *folder = folder_new(), *path = path_in(folder, target->name);
    Text object = emit_objects(sample, n, target), library = {0};
    const LibraryObject member = {"p.o", object.data, object.length};
    Err err = {0};
    if (emit_shared_library(&library, &member, 1, target, &(LibraryNames){"libp.so", NULL}, &err) !=
        OK)
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
    size_t n_points = 0;
    for (int i = 0; i < n; i++)
        if (sample[i].n_points > n_points) n_points = sample[i].n_points;
    Text c = {0};
    text_add(&c,
             "#include <stdint.h>\n#include <stdio.h>\n#include <stdlib.h>\n"
             "static char x[3][%zu], y[%zu];\n"
             "static void get(void *p, size_t n) { if (fread(p, 1, n, stdin) != n) exit(1); }\n"
             "int main(void)\n{\n",
             n_points * 8, n_points * 8);
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
            text_add(&c, "get(x[%d], %zu * sizeof(T));\n", k, sample[i].n_points);
        text_add(&c, "p%d_array(", i);
        for (int k = 0; k < prog->n_inputs; k++) text_add(&c, "%s", X[k]);
        text_add(&c, ", (T *)y, %zu);\nfwrite(y, sizeof(T), %zu, stdout);\n", sample[i].n_points,
                 sample[i].n_points);
        text_add(&c, "for (int i = 0; i < %zu; i++) ((T *)y)[i] = p%d(", sample[i].n_points, i);
        for (int k = 0; k < prog->n_inputs; k++) text_add(&c, "%s", XI[k]);
        text_add(&c, ");\nfwrite(y, sizeof(T), %zu, stdout); }\n", sample[i].n_points);
    }
    text_add(&c, "return 0;\n}\n");
    return c;
}

static Text sample_inputs(const Sample *sample, int n)
{
    Text input = {0};
    for (int i = 0; i < n; i++) {
        const Prog *prog = &sample[i].prog;
        const size_t bytes = sample[i].n_points * (size_t)type_info(prog_type(prog))->size;
        for (int k = 0; k < prog->n_inputs; k++)
            text_add_bytes(&input, (const char *)sample[i].x[k], bytes);
    }
    return input;
}

/* Processors that are not here, by those who emulate them. Commands find driver.c, p.o and what the first of them makes in the folder
   that they run in. */
typedef struct {
    const char *target, *needs[3], *compile, *run;
} Emulator;

static const Emulator EMULATORS[] = {
    {"aarch64",
     {"qemu-aarch64", "aarch64-linux-gnu-gcc"},
     "aarch64-linux-gnu-gcc -O1 -static -o driver driver.c p.o",
     "qemu-aarch64 ./driver"},
    {"x86-64-v4", {"bochs", "gcc"}, "true", SOURCE_DIR "/tests/emulated/run driver.c p.o"},
};

static const Emulator *emulator_find(const char *target)
{
    for (size_t i = 0; i < sizeof EMULATORS / sizeof EMULATORS[0]; i++)
        if (strcmp(EMULATORS[i].target, target) == 0) return &EMULATORS[i];
    fail_msg("nothing emulates %s", target);
    return NULL;
}

bool forms_can_emulate(const char *target)
{
    const Emulator *emulator = emulator_find(target);
    for (int i = 0; i < 3 && emulator->needs[i]; i++)
        if (!is_installed(emulator->needs[i])) return false;
    return true;
}

static void put(const char *folder, const char *name, Text content)
{
    char *path = path_in(folder, name);
    write_file(path, &content);
    text_release(&content);
    free(path);
}

/* What the driver printed. */
static Text run_emulated(const Emulator *emulator, const char *folder)
{
    Text command = {0}, said = {0}, output = {0};
    char *input_path = path_in(folder, "in"), *output_path = path_in(folder, "out");
    text_add(&command, "cd %s && %s && %s", folder, emulator->compile, emulator->run);
    const char *const shell[] = {"sh", "-c", text_get(&command), NULL};
    if (run_program(shell, input_path, output_path, &said) != 0) fail_msg("%s", text_get(&said));
    assert_int_equal(text_read_file(&output, output_path, 1 << 26, NULL), OK);
    text_release(&command), text_release(&said);
    free(input_path), free(output_path);
    return output;
}

int forms_first_wrong_emulated(const Sample *sample, int n, const char *target)
{
    if (!forms_can_emulate(target)) return -1;
    const Emulator *emulator = emulator_find(target);
    char *folder = folder_new();
    put(folder, "p.o", emit_objects(sample, n, target_find(target)));
    put(folder, "driver.c", driver_source(sample, n));
    put(folder, "in", sample_inputs(sample, n));
    Text output = run_emulated(emulator, folder);
    folder_remove(folder);

    size_t at = 0;
    int first = n;
    for (int i = 0; i < n; i++)
        for (int form = 0; form < 2; form++) {
            char what[32];
            snprintf(what, sizeof what, "%s %s", target, form ? "scalar" : "array");
            const size_t bytes =
                sample[i].n_points * (size_t)type_info(prog_type(&sample[i].prog))->size;
            assert_true(at + bytes <= output.length);
            if (sample_first_wrong(&sample[i], output.data + at, what) != sample[i].n_points &&
                i < first)
                first = i;
            at += bytes;
        }
    assert_int_equal(at, output.length);
    text_release(&output);
    return first;
}
