/* The interpreter's speed: a 12-operator f32 program over 1024 values, at each level. The
   aim is at most 2 us on an AVX2 core. */
#include "runtime/prog/eval.h"
#include "runtime/prog/prog_text.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { N_VALUES = 1024, REPEAT = 200, ROUNDS = 50 };

/* exp2-like: n = rint(x) by the magic sum, a polynomial, 2^n by its bits, a choice. */
static const char PROGRAM[] = "f32 x\n"
                              "f32 magic = const 0x1.8p23\n"
                              "f32 shifted = add x magic\n"
                              "f32 n = sub shifted magic\n"
                              "f32 r = sub x n\n"
                              "f32 c3 = const 0x1.c6b08ep-5\n"
                              "f32 c2 = const 0x1.ebfbep-3\n"
                              "f32 c1 = const 0x1.62e43p-1\n"
                              "f32 one = const 0x1p0\n"
                              "f32 p3 = fma r c3 c2\n"
                              "f32 p2 = fma r p3 c1\n"
                              "f32 p1 = fma r p2 one\n"
                              "i32 bits = bitcast shifted\n"
                              "i32 count = const 23\n"
                              "i32 exponent = shl bits count\n"
                              "i32 p_bits = bitcast p1\n"
                              "i32 scaled = iadd p_bits exponent\n"
                              "f32 y = bitcast scaled\n"
                              "f32 limit = const -0x1.f8p6\n"
                              "f32 zero = const 0x0p0\n"
                              "bool small = lt x limit\n"
                              "f32 chosen = select small zero y\n"
                              "f32 twice = mul chosen chosen\n"
                              "f32 result = mul twice x\n"
                              "return result\n";

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int bench_level(const Prog *prog, const char *level)
{
    Err err;
    Eval *eval;
    if (eval_new(&eval, prog, level, &err) != OK) {
        printf("%s: %s\n", level, err.text);
        return 1;
    }
    static float x[N_VALUES], y[N_VALUES];
    for (int i = 0; i < N_VALUES; i++) x[i] = (float)(i - N_VALUES / 2) / 16;
    const void *arrays[] = {x};
    double best = 1, best_new = 1;
    for (int round = 0; round < ROUNDS; round++) {
        const double start = seconds();
        for (int i = 0; i < REPEAT; i++) eval_run(eval, arrays, y, N_VALUES);
        const double one = (seconds() - start) / REPEAT;
        if (one < best) best = one;
        const double start_new = seconds();
        for (int i = 0; i < REPEAT; i++) {
            Eval *again;
            if (eval_new(&again, prog, level, NULL) == OK) eval_free(again);
        }
        const double one_new = (seconds() - start_new) / REPEAT;
        if (one_new < best_new) best_new = one_new;
    }
    eval_free(eval);
    printf("%-9s %2d operators, %d values: %6.3f us; eval_new %.3f us\n", level, prog_n_ops(prog),
           N_VALUES, best * 1e6, best_new * 1e6);
    return 0;
}

int main(void)
{
    Prog prog;
    Err err;
    if (prog_parse(&prog, PROGRAM, strlen(PROGRAM), 0, NULL, &err) != OK) {
        printf("%s\n", err.text);
        return 1;
    }
    for (int i = 0; eval_level_name(i); i++) {
        if (!eval_level_is_available(i)) {
            printf("%-9s not on this processor\n", eval_level_name(i));
            continue;
        }
        if (bench_level(&prog, eval_level_name(i)) != 0) return 1;
    }
    return 0;
}
