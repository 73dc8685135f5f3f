/* The JIT: how many candidates a second, whether memory stays flat over many modules, and how fast
   its array code is beside a loop written by hand. Usage: bench_jit [modules] */
#include "runtime/base/rng.h"
#include "runtime/emit/backend.h"
#include "runtime/prog/prog_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

static double thread_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double resident_megabytes(void)
{
    long total = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file) return 0;
    if (fscanf(file, "%ld %ld", &total, &resident) != 2) resident = 0;
    fclose(file);
    return (double)resident * (double)sysconf(_SC_PAGESIZE) / 1e6;
}

static void die(const Err *err)
{
    fprintf(stderr, "bench_jit: %s\n", err->text);
    exit(1);
}

/* A chain of 12 operators with fresh constants, as the search makes them. */
static Prog candidate(Rng *rng, bool has_fma)
{
    Prog prog;
    prog_init(&prog);
    Ref value = prog_add_input(&prog, TYPE_F32, "x");
    for (int i = 0; i < 12; i++) {
        const Ref c = prog_add_const(&prog, TYPE_F32, rng_unit(rng) * 2 - 1);
        switch (rng_below(rng, 5)) {
        case 0: value = prog_add(&prog, OP_ADD, value, c, 0); break;
        case 1: value = prog_add(&prog, OP_MUL, value, 0, 0); break;
        case 2: value = prog_add(&prog, OP_MAX, value, c, 0); break;
        case 3: value = prog_add(&prog, OP_SUB, c, value, 0); break;
        default:
            value = has_fma ? prog_add(&prog, OP_FMA, value, 0, c)
                            : prog_add(&prog, OP_MUL, value, c, 0);
        }
    }
    return prog;
}

static void compile_many(const Backend *backend, int n_modules, int each)
{
    enum { EACH_MAX = 64 };
    Jit *jit;
    Err err = {0};
    if (backend->jit_new(&jit, "native", &err) != OK) die(&err);
    Rng rng = rng_new(1, 0);
    static Prog prog[EACH_MAX];
    const Prog *list[EACH_MAX];
    JitArray array[EACH_MAX];
    float x[100], y[100];
    for (int i = 0; i < 100; i++) x[i] = (float)i / 100;
    const void *in[1] = {x};
    double sum = 0, early = 0;
    const double start = thread_seconds();
    for (int m = 0; m < n_modules; m++) {
        for (int i = 0; i < each; i++) prog[i] = candidate(&rng, true), list[i] = &prog[i];
        JitModule *module;
        if (backend->jit_compile(jit, list, NULL, each, &module, array, &err) != OK) die(&err);
        for (int i = 0; i < each; i++) array[i](in, y, 100), sum += y[99];
        backend->jit_drop(jit, module);
        if (m == n_modules / 10) early = resident_megabytes();
    }
    const double seconds = thread_seconds() - start;
    const double late = resident_megabytes();
    printf("%6d modules of %2d: %7.0f candidates/s, %6.3f ms each; resident %.2f MB after a tenth, "
           "%.2f MB at the end (%+.2f)  [%g]\n",
           n_modules, each, n_modules * each / seconds, 1e3 * seconds / (n_modules * each), early,
           late, late - early, sum);
    backend->jit_free(jit);
}

/* -- speed of the array form ------------------------------------------------------------ */

enum { N = 2048 };

static double best_ns(JitArray run, const void *const *x, void *y)
{
    double best = 1e9;
    for (int visit = 0; visit < 300; visit++) {
        const double start = thread_seconds();
        for (int k = 0; k < 100; k++) run(x, y, N);
        const double ns = (thread_seconds() - start) * 1e9 / (100.0 * N);
        if (ns < best) best = ns;
    }
    return best;
}

static const char HORNER[] =
    "f32 x\n"
    "f32 c6 = const 0x1.c8dp-13\nf32 c5 = const 0x1.5d8p-10\n"
    "f32 c4 = const 0x1.3b2p-7\nf32 c3 = const 0x1.c6bp-5\n"
    "f32 c2 = const 0x1.ebfbp-3\nf32 c1 = const 0x1.62e4p-1\n"
    "f32 c0 = const 0x1p+0\n"
    "f32 a = fma c6 x c5\nf32 b = fma a x c4\nf32 c = fma b x c3\n"
    "f32 d = fma c x c2\nf32 e = fma d x c1\nf32 f = fma e x c0\nreturn f\n";

/* 2^x by a table of 16 and a polynomial of degree 2: round to 1/16, look up, scale. */
static const char TABLE[] =
    "f32 x\n"
    "f32 T0[16] = 0x1p+0 0x1.0b5586p+0 0x1.172b84p+0 0x1.2387a6p+0 0x1.306fep+0 0x1.3dea64p+0 "
    "0x1.4bfdaep+0 0x1.5ab07ep+0 0x1.6a09e6p+0 0x1.7a1148p+0 0x1.8ace54p+0 0x1.9c4918p+0 "
    "0x1.ae89fap+0 0x1.c199bep+0 0x1.d5818ep+0 0x1.ea4afap+0\n"
    "f32 big = const 0x1.8p+19\nf32 s = add x big\ni32 b = bitcast s\nf32 n = sub s big\n"
    "f32 r = sub x n\nf32 c2 = const 0x1.ebfbp-3\nf32 c1 = const 0x1.62e4p-1\nf32 one = const "
    "0x1p+0\n"
    "f32 p = fma c2 r c1\nf32 q = fma p r one\nf32 t = lookup T0 b\nf32 y = mul t q\nreturn y\n";

#if defined(__x86_64__)
/* What a person would write: two vectors a turn, coefficients in registers. */
__attribute__((target("avx2,fma"))) static void horner_by_hand(const void *const *in, void *out,
                                                               size_t n)
{
    const float *x = in[0];
    float *y = out;
    const __m256 c6 = _mm256_set1_ps(0x1.c8dp-13f), c5 = _mm256_set1_ps(0x1.5d8p-10f),
                 c4 = _mm256_set1_ps(0x1.3b2p-7f), c3 = _mm256_set1_ps(0x1.c6bp-5f),
                 c2 = _mm256_set1_ps(0x1.ebfbp-3f), c1 = _mm256_set1_ps(0x1.62e4p-1f),
                 c0 = _mm256_set1_ps(1);
    for (size_t i = 0; i + 16 <= n; i += 16) {
        const __m256 u = _mm256_loadu_ps(x + i), v = _mm256_loadu_ps(x + i + 8);
        __m256 p = _mm256_fmadd_ps(c6, u, c5), q = _mm256_fmadd_ps(c6, v, c5);
        p = _mm256_fmadd_ps(p, u, c4), q = _mm256_fmadd_ps(q, v, c4);
        p = _mm256_fmadd_ps(p, u, c3), q = _mm256_fmadd_ps(q, v, c3);
        p = _mm256_fmadd_ps(p, u, c2), q = _mm256_fmadd_ps(q, v, c2);
        p = _mm256_fmadd_ps(p, u, c1), q = _mm256_fmadd_ps(q, v, c1);
        p = _mm256_fmadd_ps(p, u, c0), q = _mm256_fmadd_ps(q, v, c0);
        _mm256_storeu_ps(y + i, p), _mm256_storeu_ps(y + i + 8, q);
    }
}
#endif

static void time_arrays(const Backend *backend)
{
    Jit *jit;
    Err err = {0};
    if (backend->jit_new(&jit, "native", &err) != OK) die(&err);
    static float x[N], y[N];
    for (int i = 0; i < N; i++) x[i] = (float)i / N;
    const void *in[1] = {x};
    static const struct {
        const char *name, *text;
    } PROGS[] = {{"degree 6 Horner", HORNER}, {"table of 16", TABLE}};
    for (size_t i = 0; i < sizeof PROGS / sizeof PROGS[0]; i++) {
        Prog prog;
        if (prog_parse(&prog, PROGS[i].text, strlen(PROGS[i].text), 0, NULL, &err) != OK) die(&err);
        const Prog *list = &prog;
        JitModule *module;
        JitArray array;
        if (backend->jit_compile(jit, &list, NULL, 1, &module, &array, &err) != OK) die(&err);
        printf("%-16s JIT      %.4f ns per value\n", PROGS[i].name, best_ns(array, in, y));
        backend->jit_drop(jit, module);
    }
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        printf("%-16s by hand  %.4f ns per value\n", PROGS[0].name, best_ns(horner_by_hand, in, y));
#endif
    backend->jit_free(jit);
}

int main(int argc, char **argv)
{
    const int n_modules = argc > 1 ? atoi(argv[1]) : 10000;
    const Backend *backend;
    Err err = {0};
    if (backend_load(&backend, &err) != OK) die(&err);
    printf("LLVM %s on %s\n", backend->llvm_version(), backend->host_cpu());
    time_arrays(backend);
    compile_many(backend, n_modules / 100 + 1, 64);
    compile_many(backend, n_modules, 1);
    return 0;
}
