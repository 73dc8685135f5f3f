/* judge_compiled LIBRARY SYMBOL FUNCTION ULPS STRIDE: judges `void SYMBOL(const float *, float *, long)` of the shared library as the function
   that is called FUNCTION in C ("expf"), on every STRIDE-th float (1: on all, NaN and infinities among them), and prints what was found. Fails
   where an error is above ULPS; a number where there is NaN or infinity, or the other way round, is an infinite error. */
#include "frontend/functions.h"
#include "runtime/measure/verify.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

typedef void Array(const float *x, float *y, long n);

static int complain(const char *what, const char *detail)
{
    fprintf(stderr, "judge_compiled: %s: %s\n", what, detail);
    return 2;
}

static void run_compiled(void *context, int worker, const void *const *x, void *y, size_t n)
{
    (void)worker;
    Array *const *const array = context;
    (*array)(x[0], y, (long)n);
}

/* The judge wants a Prog, whose values are those that the compiled code gives. */
static Prog stand_in(void)
{
    Prog prog;
    prog_init(&prog);
    prog_add_input(&prog, TYPE_F32, "x");
    return prog;
}

static bool goal_of(Goal *goal, const char *function, double ulps)
{
    Op op;
    Type type;
    if (!function_from_c(function, &op, &type) || type != TYPE_F32 || op_info(op)->arity != 1)
        return false;
    *goal = (Goal){.type = type, .n_variables = 1, .bound = {.kind = BOUND_ULP, .limit = ulps}};
    snprintf(goal->bound.text, sizeof goal->bound.text, "%gulp", ulps);
    snprintf(goal->target, sizeof goal->target, "native");
    prog_init(&goal->reference);
    prog_add_input(&goal->reference, TYPE_REAL, "x");
    prog_add(&goal->reference, op, 0, 0, 0);
    goal->domain[0].is_all = true;
    return true;
}

int main(int argc, char **argv)
{
    if (argc != 6) return complain("usage", "judge_compiled LIBRARY SYMBOL FUNCTION ULPS STRIDE");
    void *const library = dlopen(argv[1], RTLD_NOW);
    if (!library) return complain("library", dlerror());
    Array *array;
    *(void **)&array = dlsym(library, argv[2]);
    if (!array) return complain("symbol", argv[2]);
    static Goal goal;
    if (!goal_of(&goal, argv[3], atof(argv[4])))
        return complain("no function of one float", argv[3]);
    const Prog prog = stand_in();
    const VerifyOptions options = {.n_threads = 1,
                                   .stride = strtoull(argv[5], NULL, 10),
                                   .run = run_compiled,
                                   .run_context = &array};
    static Report report;
    Err err = {0};
    if (verify(&report, &prog, &goal, &options, &err) != OK) return complain(argv[3], err.text);
    printf("%-10s %-14s %10llu inputs, at most %.4f ulp (at %a)\n", argv[3], argv[2],
           (unsigned long long)report.n_points, report.max_ulp, report.worst_input[0]);
    if (report_meets(&report, &goal)) return 0;
    printf("%s does not keep %s\n", argv[3], goal.bound.text);
    return 1;
}
