/* FPCore (fpbench.org, versions 1.2 and 2.0): files of benchmarks, with a syntax tree that
   keeps all of the language, loops and tensors too. What has no jumps can be made a Prog.

   An FpFile owns its text and trees; everything reached from it is const and lives as
   long as it does. */
#ifndef APPROX_FRONTEND_FPCORE_H
#define APPROX_FRONTEND_FPCORE_H

#include "frontend/spec.h"
#include "runtime/prog/goal.h"

enum {
    FPCORE_DEPTH_MAX = 2000,     /* levels of parentheses */
    FPCORE_BYTES_MAX = 64000000, /* of a file */
};

typedef struct FpFile FpFile;
typedef struct FpCore FpCore;

/* Parses every core of text[0..length). Errors point at line and column. */
Status fpcore_parse(FpFile **out, const char *text, size_t length, Err *err);
void fpcore_free(FpFile *file);

int fpcore_count(const FpFile *file);
const FpCore *fpcore_get(const FpFile *file, int index);

/* The property :name, else the identifier, else "". */
const char *fpcore_name(const FpCore *core);
/* Has it this property (":spec")? */
bool fpcore_has(const FpCore *core, const char *property);
/* The line it starts on, from 1. */
int fpcore_line(const FpCore *core);

/* Appends a core so that fpcore_parse reads back an equal one. */
void fpcore_print(Text *out, const FpCore *core);
/* The same tree: arguments, properties and body; positions and comments do not count. */
bool fpcore_is_equal(const FpCore *a, const FpCore *b);

/* What a core computes over the reals (its :precision and rounding are not applied), of its body
   or its :spec. ERR_UNSUPPORTED, pointing at it, for a loop, a tensor or what has no meaning here. */
typedef enum { FP_BODY, FP_SPEC } FpPart;
Status fpcore_to_prog(Prog *out, const FpCore *core, FpPart part, Err *err);

/* The goal that a core states: its :spec (its body where it has none) on the box that :pre
   gives, in its :precision (binary64 where it has none). `override` (may be NULL, its `what` is not looked
   at) goes before what the core says; where neither has a bound, the bound's text is "" and its
   limit DBL_MAX. If `answer` is not NULL it gets the body as a program of that precision, with
   machine operators only and constants rounded to it: what is to be judged. */
Status fpcore_to_goal(Goal *out, Prog *answer, const FpCore *core, const SpecText *override,
                      Err *err);

/* Appends a core for a Prog, float or real: its body in its own precision; with `goal` (may be
   NULL) :name, :pre and :spec too. fpcore_to_goal gives back an equal answer, up to the order of
   nodes. ERR_UNSUPPORTED naming the operator that FPCore has not, with nothing appended. */
Status fpcore_from_prog(Text *out, const Prog *prog, const Goal *goal, Err *err);

#endif
