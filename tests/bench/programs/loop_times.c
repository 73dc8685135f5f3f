/* loop_times LO HI: nanoseconds per value of three versions of a loop, the least of many turns each, taken in turns. */
#include "program.h"

void ours(float *y, const float *x, int n);
void vectors(float *y, const float *x, int n);
void scalar(float *y, const float *x, int n);

int main(int argc, char **argv)
{
    enum { N = 4096, TURNS = 400, REPEATS = 8, VERSIONS = 3 };
    static float x[N], y[N];
    static void (*const VERSION[VERSIONS])(float *, const float *, int) = {ours, vectors, scalar};
    double least[VERSIONS] = {1e9, 1e9, 1e9};
    unsigned state = 1;
    if (argc != 3) return 2;
    for (int i = 0; i < N; i++)
        x[i] = program_random(&state, (float)atof(argv[1]), (float)atof(argv[2]));
    for (int turn = 0; turn < TURNS; turn++)
        for (int k = 0; k < VERSIONS; k++) {
            const double start = program_time();
            for (int j = 0; j < REPEATS; j++) VERSION[k](y, x, N);
            const double time = (program_time() - start) / REPEATS / N;
            if (time < least[k]) least[k] = time;
        }
    printf("%.3f %.3f %.3f\n", least[0] * 1e9, least[1] * 1e9, least[2] * 1e9);
    return 0;
}
