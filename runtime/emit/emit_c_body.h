/* Inside the C emitter: the statements of one Prog and the helpers they need. A value of the Prog
   is a C variable: f16 and bf16 as a float that is exact in them, bool as _Bool. */
#ifndef APPROX_EMIT_EMIT_C_BODY_H
#define APPROX_EMIT_EMIT_C_BODY_H

#include "runtime/prog/common_path.h"
#include "runtime/prog/prog.h"

/* The small static functions that emitted files may contain; a file gets the ones it uses. */
enum { C_HELPERS_MAX = 64 };
typedef struct {
    bool is_used[C_HELPERS_MAX];
} CHelpers;

/* Marks the helper and those it uses; returns `name`. */
const char *c_helper_use(CHelpers *helpers, const char *name);
void c_helpers_print(Text *out, const CHelpers *helpers);

/* The C type of a value of the Prog in a variable, and in signatures and arrays. */
const char *c_variable_type(Type type);
const char *c_interface_type(Type type);

/* The name of an input, as the Prog has it where C can have it too, else x0, x1, ... */
void c_input_name(char name[PROG_NAME_MAX], const Prog *prog, int k);

/* Appends the tables, then (separately) the statements of the function body: inputs
   are the parameters c_input_name, or that with _bits for f16 and bf16. With a path, the
   statements of that, which also set *is_common. */
void c_tables_print(Text *out, const Prog *prog);
void c_body_print(Text *out, const Prog *prog, const CommonPath *path, CHelpers *helpers);

#endif
