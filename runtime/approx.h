/* The C API of approxcc, in libapprox.so: state a goal, find a program that meets it, judge it, compile it into this process, call it.

       approx_goal *goal;
       approx_program *program;
       approx_function *function;
       approx_error error;
       const char *const wanted[] = {"type=f32", "domain=[0,1]", "max-error=1ulp", NULL};
       if (approx_goal_parse(&goal, "exp2(x)", wanted, &error) != APPROX_OK || ...

   docs/examples/library.c is a whole program. Link with -lapprox, or use pkg-config (approxcc) or CMake (find_package(approxcc)).

   What always holds:
   - No function prints, exits, or changes global state (locale, signals, floating-point environment, environment variables). Out of memory aborts.
   - A function that can fail returns a status and, where `error` is not NULL, puts one sentence there. On failure *out is NULL. On
     success `error` is not touched.
   - What a function returns through `out` is the caller's, to be freed by the _free function of its type; these take NULL.
     Texts that are `const char *` belong to the object that gave them and live as long as it does.
   - Threads: an object may be used by several threads at once if none of them passes it without const. All else is
     free of shared state; any functions may run at the same time.
   - A program that comes out of approx_find has a report, made by the judge or (from the catalogue that comes with approxcc) by the judge when it was built. */
#ifndef APPROX_H
#define APPROX_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* -- status ---------------------------------------------------------------------------------- */

typedef enum {
    APPROX_OK = 0,
    APPROX_INPUT,       /* what was given is wrong: an expression, an option, a text */
    APPROX_UNSUPPORTED, /* right, but not something that approxcc does */
    APPROX_LIMIT,       /* a limit of approxcc was reached */
    APPROX_SYSTEM,      /* a file, a disk, a library that cannot be loaded */
    APPROX_UNDECIDED,   /* the judge could not decide */
    APPROX_NOT_MET,     /* no program that meets the bound was found, or this one does not */
    APPROX_INTERNAL,    /* a fault of approxcc */
    APPROX_STOPPED,     /* somebody asked for that: approx_stop_now */
} approx_status;

enum { APPROX_ERROR_MAX = 1200 };

typedef struct {
    char text[APPROX_ERROR_MAX]; /* one sentence, without a newline */
    int line, column; /* in the text that was given, from 1; 0 where there is no such place */
} approx_error;

/* "not met" for APPROX_NOT_MET, and so on; never NULL. */
const char *approx_status_name(approx_status status);

/* The version of the library, "0.1.0". */
const char *approx_version(void);

/* -- goals ----------------------------------------------------------------------------------- */

/* What is wanted: a function, a domain, a number type, a bound, a processor. Does not change once it is made. */
typedef struct approx_goal approx_goal;

/* Reads a goal. `what` is the name of a function ("expf", "tanh") or an expression ("log(1+exp(x))"). `options`, which may be NULL, ends in
   NULL; each is NAME=VALUE as `approxcc synth` takes --NAME VALUE: type, domain (once for each variable), max-error, minimize,
   specials, target, ops, op-cost, exact (any number of times), name. What is not said is as there: 1ulp, throughput, native.
   APPROX_INPUT: the sentence says what is wrong; line and column tell where in `what`. */
approx_status approx_goal_parse(approx_goal **out, const char *what, const char *const *options,
                                approx_error *error);
void approx_goal_free(approx_goal *goal);

/* The name of the function as a C identifier; the number type, "f32"; the processor, "x86-64-v3". */
const char *approx_goal_name(const approx_goal *goal);
const char *approx_goal_type(const approx_goal *goal);
const char *approx_goal_target(const approx_goal *goal);

/* -- long calls ------------------------------------------------------------------------------ */

/* Searching and judging can take minutes. A stop ends such calls from elsewhere: another thread, a callback, a signal handler. It may serve
   any number of calls, and once it was asked for, calls that begin later end at once. */
typedef struct approx_stop approx_stop;

approx_stop *approx_stop_new(void);
/* No call that was given it may be running. */
void approx_stop_free(approx_stop *stop);
/* Ends the calls, within a fraction of a second; returns at once. Any thread may call it, and signal handlers. */
void approx_stop_now(approx_stop *stop);

typedef enum { APPROX_SEARCHING, APPROX_JUDGING } approx_work;

typedef struct {
    approx_work work;    /* a search judges what it finds, perhaps several times */
    double done;         /* of this piece of work, 0 to 1: of the budget's time for a search, of the inputs for the judge */
    uint64_t candidates; /* programs that the search has looked at; 0 while judging */
} approx_progress;

/* What to tell of a long call, and what may end it; any part may be NULL. `progress` is called from the thread that made the call, after
   each round of a search, of which the first can take seconds, and while judging many inputs, and delays it as long as it takes. */
typedef struct {
    approx_stop *stop;
    void (*progress)(void *context, const approx_progress *progress);
    void *context;
} approx_watch;

/* -- programs -------------------------------------------------------------------------------- */

/* A program with its goal and, where it was judged or claims something, its report. */
typedef struct approx_program approx_program;

/* Finds a program for the goal: in the catalogue, in a store if one is named, or by a search, which takes as long as its budget says
   and all processors. `options` as above, as synth takes them:
     budget=20s     at most about this long (default 60s)
     seed=1, threads=0   of the search; the same seed and generations give the same program with any number of threads
     generations=N  at most so many; such a search is not answered from what is known
     fresh=yes      search without looking at what is known
     store=user     look into the user's store and keep there what is found; or store=FILE. Without it no file is touched.
   APPROX_NOT_MET: nothing within the budget; the sentence says how near the best one came. */
approx_status approx_find(approx_program **out, const approx_goal *goal, const char *const *options,
                          approx_error *error);
/* The same, watched (NULL: not). APPROX_STOPPED: *out is NULL, whatever was found. */
approx_status approx_find_watched(approx_program **out, const approx_goal *goal,
                                  const char *const *options, const approx_watch *watch,
                                  approx_error *error);

/* Reads the text of a .approx file (docs/formats.md). Its claim, if it has one, is what the file says. */
approx_status approx_program_parse(approx_program **out, const char *text, size_t length,
                                   approx_error *error);
void approx_program_free(approx_program *program);

/* The program in another form: "approx" (which approx_program_parse reads) or "c". The text is the caller's, to be freed by
   approx_text_free. */
approx_status approx_program_print(char **out, const approx_program *program, const char *form,
                                   approx_error *error);
void approx_text_free(char *text);

/* The number of arguments; the operations it takes. */
int approx_program_arguments(const approx_program *program);
int approx_program_operations(const approx_program *program);
/* The number type of arguments and result, "f32". */
const char *approx_program_type(const approx_program *program);

/* How a report was come by. */
typedef enum { APPROX_SAMPLED, APPROX_EXHAUSTIVE, APPROX_PROVEN } approx_method;

enum { APPROX_ARGUMENTS_MAX = 24 };

typedef struct {
    double max_ulp, max_rel, max_abs; /* the largest errors over the domain; docs/accuracy.md */
    double worst_input[APPROX_ARGUMENTS_MAX], worst_got, worst_want;
    approx_method method;
    uint64_t points; /* inputs looked at */
    int is_met;      /* does it meet the goal's bound? */
} approx_report;

/* Copies the report; returns 0, and leaves *out alone, if the program has none. */
int approx_program_report(const approx_program *program, approx_report *out);

/* Judges the program from nothing, using nothing of what it claims, and gives it the report that comes out. `options`: threads=N, points=N
   (where not every input is looked at), seed=N. Functions of all f32 take half a minute for each processor.
   APPROX_NOT_MET: it breaks the bound; the program has the report all the same. */
approx_status approx_program_verify(approx_program *program, const char *const *options,
                                    approx_error *error);
/* The same, watched (NULL: not). APPROX_STOPPED: the program has the report that it had. */
approx_status approx_program_verify_watched(approx_program *program, const char *const *options,
                                            const approx_watch *watch, approx_error *error);

/* -- functions ------------------------------------------------------------------------------- */

/* A program as machine code in this process. It does not need the program any more. */
typedef struct approx_function approx_function;

/* Compiles for the processor this runs on. APPROX_UNSUPPORTED: it lacks an operator of the program, or the program is one over
   the reals. The first call in a process loads LLVM, which takes some 40 ms. */
approx_status approx_compile(approx_function **out, const approx_program *program, approx_error *error);
/* Nobody may be in a call of it. */
void approx_function_free(approx_function *function);

/* The value for x[0], x[1], ...: as many as there are arguments, each rounded to the number type first. Slow, compared
   with arrays: for single values. */
double approx_call(const approx_function *function, const double *x);

/* y[i] = f(x[0][i], x[1][i], ...) for i below n. Arrays of the number type: float for f32, double for f64, bit patterns in
   uint16_t for f16 and bf16. Any n, any alignment; y may be one of the x, and must not overlap them otherwise. */
void approx_call_array(const approx_function *function, const void *const *x, void *y, size_t n);

/* The function behind approx_call_array, for those who call it often; valid until approx_function_free. */
typedef void (*approx_array_code)(const void *const *x, void *y, size_t n);
approx_array_code approx_function_code(const approx_function *function);

#ifdef __cplusplus
}
#endif

#endif
