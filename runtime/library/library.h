/* A replacement of functions of the C library, for one target: which functions, by which programs of the catalogue or the user's store, in which
   forms; and the files that it consists of.

   A form is one function of the library: of one value, of an array, or of a vector by the ABI of vector_abi.h. All forms that
   may use the same operators use the same program, so that they have the same bits; where a form may use fewer (no fma in the vectors
   of SSE and AVX), it has the program that the catalogue has for those. In a library for several levels one that another level's
   program would cost clearly more has its own. A form without a program is not there, and callers
   find the system's. */
#ifndef APPROX_LIBRARY_LIBRARY_H
#define APPROX_LIBRARY_LIBRARY_H

#include "runtime/base/folder.h"
#include "runtime/catalogue/store.h"
#include "runtime/emit/vector_abi.h"

#include <stdatomic.h>

enum {
    LIBRARY_LEVELS_MAX = 4,
    LIBRARY_FORMS_MAX = 16,      /* of a function */
    LIBRARY_FUNCTIONS_MAX = 256, /* every name there is, in two types */
    LIBRARY_SYMBOL_MAX = 128,
};

/* What it is made for. With several levels, scalar and array functions are chosen when a program starts. */
typedef struct {
    const char *name;
    const Target *level[LIBRARY_LEVELS_MAX]; /* from the least to the most able */
    int n_levels;
} LibraryTarget;

/* A row of targets.def, "native", or "x86-64-multi": levels 2 to 4 of x86-64. ERR_INPUT for others. */
Status library_target(LibraryTarget *out, const char *name, Err *err);
/* What a goal for the library is made for: the most able level. */
const Target *library_most(const LibraryTarget *target);

typedef struct {
    char symbol[LIBRARY_SYMBOL_MAX];
    const Target *level;  /* whose operators it may use */
    const VectorIsa *isa; /* NULL: one value or an array */
    int lanes;            /* 1: one value; 0: an array */
    const Entry *entry;   /* its program and claim */
} LibraryForm;

/* Where a program is known from. */
typedef struct {
    bool is_stored; /* the user's store; else the catalogue */
    char name[96];  /* of the entry, or the row's id */
} LibrarySource;

typedef struct {
    Goal goal;
    char symbol[LIBRARY_SYMBOL_MAX];       /* of the function of one value */
    char array_symbol[LIBRARY_SYMBOL_MAX]; /* of the function of arrays */
    LibraryForm form[LIBRARY_FORMS_MAX];   /* one symbol's next to each other, by rising level */
    int n_forms;
    const Target *
        lacking; /* the most able level that forms are left out for, having no program; NULL: none */
    Entry *entry[LIBRARY_LEVELS_MAX];    /* the programs, each once */
    LibrarySource source[LIBRARY_LEVELS_MAX]; /* where they are from */
    int n_entries;
} LibraryFunction;

typedef struct {
    LibraryTarget target;
    /* Before every name; "" for the names of C, in which functions that C has none for, and arrays, begin with approx_. */
    char prefix[32];
    bool sets_errno; /* the functions of one value */
    Store *store;    /* the caller's, asked beside the catalogue; may be NULL */
    Err store_fault; /* the first that was met there, if it has a text; what could be read was used */
    LibraryFunction *function[LIBRARY_FUNCTIONS_MAX];
    int n;
} Library;

Status library_new(Library **out, const char *target, const char *prefix, bool sets_errno,
                   Err *err);
void library_free(Library *library);

/* Takes the goal's function in, with the cheapest programs that the catalogue and the store have for it, within the goal's bound and on its domain;
   the goal's target does not matter. Rows of the store whose claim was only trusted are passed over. *is_there is false where there are none at all, and then nothing is added. */
Status library_add(Library *library, const Goal *goal, bool *is_there, Err *err);

/* Does a form have this symbol's kind of vectors? For the header. */
bool library_has_form(const LibraryFunction *function, char letter);

/* The finished files: lib/, include/, without claims. The same library gives the same bytes. `version` is that of the program. */
Status library_files(const Library *library, Folder *out, const char *version, Err *err);

/* Can any of its levels be executed here? */
bool library_is_runnable(const Library *library);
/* The shared library among the files, or that of a folder on disk that library_files was written to, for dlsym, until dlclose. */
Status library_load(void **out, const Folder *files, Err *err);
Status library_open(void **out, const char *folder, Err *err);

/* Judging what is loaded (NULL: it cannot run here). */
typedef struct {
    int n_threads;   /* 0: all processors */
    uint64_t stride; /* 0, 1: every float; else every stride-th, and special ones */
    const atomic_int *stop;
    void (*progress)(void *context, const char *symbol, double done);
    void *progress_context;
} LibraryJudging;

/* What was found right, counted up. */
typedef struct {
    int n_programs; /* whose claims hold */
    int n_forms;    /* that have the bits of their programs */
    int n_left;     /* forms that cannot be run here */
} LibraryJudged;

/* Judges each program of the function, as its array form computes it; where that cannot run here, the interpreter's results. Then
   compares the forms. ERR_INPUT for what does not hold. */
Status library_judge(const LibraryFunction *function, void *loaded, const LibraryJudging *how,
                     LibraryJudged *judged, Err *err);

/* Compares each form of a function that can run here with the interpreter of its program, bit for bit (NaN as NaN). ERR_INPUT names a form that
   differs, and the input. For f64 and for two arguments, as many inputs as there are floats are taken
   from all over, pairs with the special values of both among them. */
Status library_compare_forms(const LibraryFunction *function, void *loaded,
                             const LibraryJudging *how, LibraryJudged *judged, Err *err);

#endif
