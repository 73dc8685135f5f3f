/* include/approxm.h */
#include "runtime/library/library_files.h"

#include <string.h>

static const char *c_type(Type type) { return type == TYPE_F64 ? "double" : "float"; }

static void print_beginning(Text *out, const Library *library, const char *version)
{
    text_add(
        out,
        "/* Functions of lib%s, made by approxcc libm %s for %s. CLAIMS.md says how near to the\n"
        "   right value each is. They raise floating-point exceptions as their arithmetic happens "
        "to%s. */\n"
        "#ifndef APPROXM_H\n"
        "#define APPROXM_H\n\n"
        "#include <math.h>\n"
        "#include <stddef.h>\n\n"
        "#if defined __cplusplus && __cplusplus >= 201103L\n"
        "#define APPROXM_NOTHROW noexcept\n"
        "#elif defined __cplusplus\n"
        "#define APPROXM_NOTHROW throw()\n"
        "#else\n"
        "#define APPROXM_NOTHROW\n"
        "#endif\n\n",
        LIBRARY_NAME, version, library->target.name,
        library->sets_errno
            ? ";\n   those of one value set errno for domain errors, poles and overflow"
            : ",\n   and set no errno");
}

/* -- what gcc may vectorise calls to --------------------------------------------------------------- */

/* gcc takes for granted that a function with the attribute has a form for all vectors that it uses: those of the widest that it knows
   in a loop, and b for what is left. So it gets the attribute only where a function has these. */
static const struct {
    const char *letters, *condition;
} CALLED[] = {
    {"edb", "defined __AVX512F__"},
    {"db", "defined __AVX2__ && !defined __AVX512F__"},
    {"cb", "defined __AVX__ && !defined __AVX2__"},
    {"b", "defined __SSE2__ && !defined __AVX__"},
    {"n", "defined __ARM_NEON && defined __aarch64__"},
};
enum { N_CALLED = sizeof CALLED / sizeof *CALLED, LETTERS_MAX = 8 };

static bool has_letters(const LibraryFunction *function, const char *letters)
{
    for (; *letters; letters++)
        if (!library_has_form(function, *letters)) return false;
    return true;
}

/* The letters of a function's vectors, "bcd"; false if there is nothing that gcc would call. */
static bool vector_letters(char letters[LETTERS_MAX], const LibraryFunction *function)
{
    static const char ALL[] = "bcden";
    int n = 0;
    bool is_called = false;
    for (const char *letter = ALL; *letter; letter++)
        if (library_has_form(function, *letter)) letters[n++] = *letter;
    letters[n] = 0;
    for (int i = 0; i < N_CALLED; i++) is_called |= has_letters(function, CALLED[i].letters);
    return is_called;
}

static void print_simd_macro(Text *out, const LibraryFunction *function, const char *letters)
{
    const char *between = "";
    text_add(out, "#if defined __GNUC__ && !defined __clang__ && \\\n    (");
    for (int i = 0; i < N_CALLED; i++)
        if (has_letters(function, CALLED[i].letters)) {
            text_add(out, "%s(%s)", between, CALLED[i].condition);
            between = " || \\\n     ";
        }
    text_add(out,
             ")\n#define APPROXM_SIMD_%s __attribute__((__simd__(\"notinbranch\")))\n"
             "#else\n#define APPROXM_SIMD_%s\n#endif\n\n",
             letters, letters);
}

/* A macro for each combination of vectors that functions have. */
static void print_simd_macros(Text *out, const Library *library)
{
    text_add(out, "/* Where a function has all vectors that gcc would call, it may vectorise loops "
                  "with it. */\n");
    for (int i = 0; i < library->n; i++) {
        char letters[LETTERS_MAX], other[LETTERS_MAX];
        bool is_new = vector_letters(letters, library->function[i]);
        for (int k = 0; k < i && is_new; k++)
            is_new = !vector_letters(other, library->function[k]) || strcmp(letters, other) != 0;
        if (is_new) print_simd_macro(out, library->function[i], letters);
    }
}

/* -- prototypes ---------------------------------------------------------------------------------------- */

static void print_parameters(Text *out, const char *type, int n)
{
    for (int i = 0; i < n; i++) text_add(out, "%s%s", i ? ", " : "", type);
}

static void print_scalar(Text *out, const Library *library, const LibraryFunction *function)
{
    char letters[LETTERS_MAX];
    const char *type = c_type(function->goal.type);
    text_add(out, "%s %s(", type, function->symbol);
    print_parameters(out, type, function->goal.n_variables);
    text_add(out, ") APPROXM_NOTHROW");
    if (!library->sets_errno) text_add(out, " APPROXM_CONST");
    if (vector_letters(letters, function)) text_add(out, " APPROXM_SIMD_%s", letters);
    text_add(out, ";\n");
}

static void print_array(Text *out, const LibraryFunction *function)
{
    const char *type = c_type(function->goal.type);
    text_add(out, "void %s(", function->array_symbol);
    for (int i = 0; i < function->goal.n_variables; i++)
        text_add(out, "const %s *%c, ", type, i < 3 ? "xyz"[i] : 'a' + i);
    text_add(out, "%s *result, size_t n) APPROXM_NOTHROW;\n", type);
}

static void print_prototypes(Text *out, const Library *library, int lanes)
{
    for (int i = 0; i < library->n; i++) {
        const LibraryFunction *function = library->function[i];
        bool is_there = false;
        for (int k = 0; k < function->n_forms && !is_there; k++)
            is_there = function->form[k].lanes == lanes;
        if (is_there && lanes == 1) print_scalar(out, library, function);
        if (is_there && lanes == 0) print_array(out, function);
    }
    text_add(out, "\n");
}

static void print_vector_type(Text *out, Type type, int bits)
{
    text_add(out, "approxm_%sx%d", type_info(type)->name, bits / 8 / type_info(type)->size);
}

/* Once for all rows of the vector ABI that have such vectors: before C11 a type cannot be defined twice. */
static void print_typedef(Text *out, Type type, int bits)
{
    Text vector = {0};
    print_vector_type(&vector, type, bits);
    text_add(out,
             "#ifndef APPROXM_HAS_%s\n#define APPROXM_HAS_%s\n"
             "typedef %s %s __attribute__((__vector_size__(%d)));\n#endif\n",
             text_get(&vector) + strlen("approxm_"), text_get(&vector) + strlen("approxm_"),
             c_type(type), text_get(&vector), bits / 8);
    text_release(&vector);
}

/* Of one row of the vector ABI; nothing if no function has such a form. */
static void print_vectors(Text *out, const Library *library, const VectorIsa *isa)
{
    static const Type TYPES[] = {TYPE_F32, TYPE_F64};
    Text prototypes = {0};
    bool has_type[2] = {false, false};
    for (int i = 0; i < library->n; i++) {
        const LibraryFunction *function = library->function[i];
        for (int k = 0; k < function->n_forms; k++) {
            if (function->form[k].isa != isa) continue;
            Text vector = {0};
            print_vector_type(&vector, function->goal.type, isa->bits);
            text_add(&prototypes, "%s%s %s(", isa->letter == 'n' ? "APPROXM_VECTOR_CALL " : "",
                     text_get(&vector), function->form[k].symbol);
            print_parameters(&prototypes, text_get(&vector), function->goal.n_variables);
            text_add(&prototypes, ") APPROXM_NOTHROW APPROXM_CONST;\n");
            text_release(&vector);
            has_type[function->goal.type == TYPE_F64] = true;
        }
    }
    if (prototypes.length) {
        text_add(out, "#if defined __GNUC__ && defined %s\n", isa->define);
        for (int t = 0; t < 2; t++)
            if (has_type[t]) print_typedef(out, TYPES[t], isa->bits);
        text_add(out, "%s#endif\n\n", text_get(&prototypes));
    }
    text_release(&prototypes);
}

void library_add_header(const Library *library, Folder *out, const char *version)
{
    Text *header = folder_add(out, "include/" LIBRARY_NAME ".h");
    print_beginning(header, library, version);
    print_simd_macros(header, library);
    text_add(header, "#if defined __GNUC__\n#define APPROXM_CONST __attribute__((__const__))\n"
                     "#else\n#define APPROXM_CONST\n#endif\n"
                     "#if defined __aarch64__\n#define APPROXM_VECTOR_CALL "
                     "__attribute__((__aarch64_vector_pcs__))\n#endif\n\n"
                     "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n");
    print_prototypes(header, library, 1);
    text_add(
        header,
        "/* result[i] = f(x[i]), of two arguments f(x[i], y[i]), for i < n; any alignment, the result may be an argument. */\n");
    print_prototypes(header, library, 0);
    text_add(header, "/* The forms that compilers call, by the names of the vector ABI. */\n");
    for (const VectorIsa *isa = VECTOR_ISAS; isa->letter; isa++)
        print_vectors(header, library, isa);
    text_add(header, "#ifdef __cplusplus\n}\n#endif\n\n#endif\n");
}
