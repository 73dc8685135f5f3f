/* The archive and the shared library. */
#include "runtime/library/library_files.h"

#include "runtime/emit/backend.h"
#include "runtime/emit/emit_library.h"

#include <stdio.h>
#include <stdlib.h>

/* A function is an object, so that a static link takes no more than it needs: but for the functions of arrays, whose
   object is another, since programs that call expf need not have approx_expf_array. */
typedef struct {
    Text bytes;
    char name[LIBRARY_SYMBOL_MAX + 8];
} Object;

static Status emit_forms(Object *object, const Library *library, const LibraryFunction *function,
                         bool of_arrays, Err *err)
{
    const Backend *backend;
    EmitVariant variant[LIBRARY_FORMS_MAX];
    int n = 0;
    for (int i = 0; i < function->n_forms; i++) {
        const LibraryForm *form = &function->form[i];
        if ((form->lanes == 0) != of_arrays) continue;
        variant[n++] = (EmitVariant){.symbol = form->symbol,
                                     .prog = &form->entry->prog,
                                     .level = form->level->name,
                                     .cpu = form->isa ? form->isa->cpu : NULL,
                                     .lanes = form->lanes,
                                     .vectors = form->entry->vectors,
                                     .sets_errno = library->sets_errno && form->lanes == 1};
    }
    snprintf(object->name, sizeof object->name, "%s.o",
             of_arrays ? function->array_symbol : function->symbol);
    if (n == 0) return OK;
    const Status status = backend_load(&backend, err);
    if (status != OK) return status;
    return backend->emit_variants(&object->bytes, variant, n, "approxcc libm", err);
}

/* Which symbols have a version: those that only this library has. The standard names must not, because a program that was
   linked with the C library asks for expf of one of its versions, and the dynamic linker gives it ours only if that has none. Nothing but
   the functions is global in the objects. */
static void print_versions(Text *out, const Library *library)
{
    text_add(out, "APPROXM_%s {\n  global:\n", LIBRARY_ABI);
    for (int i = 0; i < library->n; i++) {
        const LibraryFunction *function = library->function[i];
        for (int k = 0; k < function->n_forms; k++) {
            const LibraryForm *form = &function->form[k];
            if (form->lanes == 0 && (k == 0 || form[-1].lanes != 0))
                text_add(out, "    %s;\n", form->symbol);
        }
    }
    text_add(out, "};\n");
}

static Status join_objects(Folder *out, const Library *library, const Object *object, int n,
                           Err *err)
{
    LibraryObject *part = xcalloc((size_t)n + 1, sizeof *part);
    int n_parts = 0;
    for (int i = 0; i < n; i++)
        if (object[i].bytes.length)
            part[n_parts++] =
                (LibraryObject){object[i].name, text_get(&object[i].bytes), object[i].bytes.length};
    Text versions = {0};
    print_versions(&versions, library);
    const LibraryNames names = {"lib" LIBRARY_NAME ".so." LIBRARY_ABI, text_get(&versions)};
    Status status = emit_archive(folder_add(out, "lib/lib" LIBRARY_NAME ".a"), part, n_parts, err);
    if (status == OK)
        status = emit_shared_library(folder_add(out, "lib/lib" LIBRARY_NAME ".so." LIBRARY_ABI),
                                     part, n_parts, library_most(&library->target), &names, err);
    text_add(folder_add_link(out, "lib/lib" LIBRARY_NAME ".so"), "lib" LIBRARY_NAME ".so.%s",
             LIBRARY_ABI);
    text_release(&versions);
    free(part);
    return status;
}

Status library_add_objects(const Library *library, Folder *out, Err *err)
{
    const int n = 2 * library->n;
    Object *object = xcalloc((size_t)n + 1, sizeof *object);
    Status status = OK;
    for (int i = 0; i < n && status == OK; i++)
        status = emit_forms(&object[i], library, library->function[i / 2], i % 2, err);
    if (status == OK) status = join_objects(out, library, object, n, err);
    for (int i = 0; i < n; i++) text_release(&object[i].bytes);
    free(object);
    return status;
}

Status library_files(const Library *library, Folder *out, const char *version, Err *err)
{
    const Status status = library_add_objects(library, out, err);
    if (status != OK) return status;
    library_add_header(library, out, version);
    library_add_packages(library, out, version);
    return OK;
}
