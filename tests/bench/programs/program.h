/* What the four programs share. Each computes `n` floats from a seed, some rounds of that, and prints the processor time of the fastest round; with a
   file name as argument it also writes the floats there, for comparing. */
#ifndef APPROX_BENCH_PROGRAM_H
#define APPROX_BENCH_PROGRAM_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double program_time(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Uniform in [lo, hi); the same sequence everywhere. */
static float program_random(unsigned *state, float lo, float hi)
{
    *state = *state * 1664525u + 1013904223u;
    return lo + (hi - lo) * (float)(*state >> 8) * 0x1p-24f;
}

static int program_run(int argc, char **argv, void (*compute)(float *out, int n), int n, int rounds)
{
    float *const out = malloc((size_t)n * sizeof *out);
    if (!out) return 1;
    double best = 1e9;
    for (int i = 0; i < rounds; i++) {
        const double start = program_time();
        compute(out, n);
        const double time = program_time() - start;
        if (time < best) best = time;
    }
    printf("%.9f\n", best);
    FILE *const file = argc > 1 ? fopen(argv[1], "wb") : NULL;
    const int is_written =
        argc <= 1 ||
        (file && fwrite(out, sizeof *out, (size_t)n, file) == (size_t)n && fclose(file) == 0);
    free(out);
    return !is_written;
}

#endif
