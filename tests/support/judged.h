/* Programs, C functions among them, before the judge. */
#ifndef APPROX_TESTS_JUDGED_H
#define APPROX_TESTS_JUDGED_H

#include "runtime/measure/verify.h"
#include "tests/support/check.h"
#include "tests/support/parsed.h"

#include <math.h>
#include <string.h>

static const char EXP2_PROGRAM[] = "f32 x\n"
                                   "f32 c6 = const 0x1.ca8f0ap-13\n"
                                   "f32 c5 = const 0x1.44d4d2p-10\n"
                                   "f32 c4 = const 0x1.3d54d8p-7\n"
                                   "f32 c3 = const 0x1.c67f5p-5\n"
                                   "f32 c2 = const 0x1.ebfdf2p-3\n"
                                   "f32 c1 = const 0x1.62e428p-1\n"
                                   "f32 c0 = const 0x1p+0\n"
                                   "f32 p5 = fma c6 x c5\n"
                                   "f32 p4 = fma p5 x c4\n"
                                   "f32 p3 = fma p4 x c3\n"
                                   "f32 p2 = fma p3 x c2\n"
                                   "f32 p1 = fma p2 x c1\n"
                                   "f32 p0 = fma p1 x c0\n"
                                   "return p0\n";

static inline Goal goal_of(const char *expression, Type type, double lo, double hi)
{
    return parsed_goal(expression, 1, type, (Bound){BOUND_ULP, 1, "1ulp"}, lo, hi);
}

static inline Goal goal_on_all(const char *expression, Type type)
{
    return goal_of(expression, type, NAN, NAN);
}

static inline Prog identity(Type type)
{
    Prog prog;
    prog_init(&prog);
    prog_add_input(&prog, type, "x");
    return prog;
}

static inline Report judged(const Prog *prog, const Goal *goal, const VerifyOptions *options)
{
    Report report;
    Err err = {0};
    if (verify(&report, prog, goal, options, &err) != OK) fail_msg("verify: %s", err.text);
    return report;
}

/* -- programs that are C functions ------------------------------------------------- */

typedef struct {
    float (*f)(float);
    float faulty, wrong; /* at `faulty` it gives `wrong`; NaN: nowhere */
} Machine;

static inline void run_machine(void *context, int worker, const void *const *x, void *y, size_t n)
{
    const Machine *machine = context;
    const float *in = x[0];
    float *out = y;
    for (size_t i = 0; i < n; i++)
        out[i] = in[i] == machine->faulty ? machine->wrong : machine->f(in[i]);
}

static inline VerifyOptions running(Machine *machine, int n_threads)
{
    return (VerifyOptions){.n_threads = n_threads, .run = run_machine, .run_context = machine};
}

#endif
