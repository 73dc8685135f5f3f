#include "runtime/measure/peers.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* -- libraries --------------------------------------------------------------------------------- */

/* %s is the function without its suffix. */
typedef struct {
    const char *who, *soname, *pattern;
    Type type;
    int lanes;
    const char *target; /* NULL: any */
} Row;

static const Row ROWS[] = {
    {"glibc", "libm.so.6", "%sf", TYPE_F32, 1, NULL},
    {"glibc", "libm.so.6", "%s", TYPE_F64, 1, NULL},
#if defined(__x86_64__)
    {"libmvec", "libmvec.so.1", "_ZGVbN4v_%sf", TYPE_F32, 4, "x86-64-v2"},
    {"libmvec", "libmvec.so.1", "_ZGVbN2v_%s", TYPE_F64, 2, "x86-64-v2"},
    {"libmvec", "libmvec.so.1", "_ZGVdN8v_%sf", TYPE_F32, 8, "x86-64-v3"},
    {"libmvec", "libmvec.so.1", "_ZGVdN4v_%s", TYPE_F64, 4, "x86-64-v3"},
    {"libmvec", "libmvec.so.1", "_ZGVeN16v_%sf", TYPE_F32, 16, "x86-64-v4"},
    {"libmvec", "libmvec.so.1", "_ZGVeN8v_%s", TYPE_F64, 8, "x86-64-v4"},
    {"sleef-u10", "libsleef.so.3", "Sleef_%sf8_u10avx2", TYPE_F32, 8, "x86-64-v3"},
    {"sleef-u15", "libsleef.so.3", "Sleef_%sf8_u15avx2", TYPE_F32, 8, "x86-64-v3"},
    {"sleef-u35", "libsleef.so.3", "Sleef_%sf8_u35avx2", TYPE_F32, 8, "x86-64-v3"},
    {"sleef-u10", "libsleef.so.3", "Sleef_%sd4_u10avx2", TYPE_F64, 4, "x86-64-v3"},
    {"sleef-u15", "libsleef.so.3", "Sleef_%sd4_u15avx2", TYPE_F64, 4, "x86-64-v3"},
    {"sleef-u35", "libsleef.so.3", "Sleef_%sd4_u35avx2", TYPE_F64, 4, "x86-64-v3"},
    {"sleef-u10", "libsleef.so.3", "Sleef_%sf16_u10avx512f", TYPE_F32, 16, "x86-64-v4"},
    {"sleef-u15", "libsleef.so.3", "Sleef_%sf16_u15avx512f", TYPE_F32, 16, "x86-64-v4"},
    {"sleef-u35", "libsleef.so.3", "Sleef_%sf16_u35avx512f", TYPE_F32, 16, "x86-64-v4"},
    {"sleef-u10", "libsleef.so.3", "Sleef_%sd8_u10avx512f", TYPE_F64, 8, "x86-64-v4"},
    {"sleef-u15", "libsleef.so.3", "Sleef_%sd8_u15avx512f", TYPE_F64, 8, "x86-64-v4"},
    {"sleef-u35", "libsleef.so.3", "Sleef_%sd8_u35avx512f", TYPE_F64, 8, "x86-64-v4"},
#endif
};

const char *peer_library(int index)
{
    static const char *const LIBRARIES[] = {"glibc", "libmvec", "sleef", NULL};
    return LIBRARIES[index];
}

/* NULL if it is not there. */
static const void *find_symbol(const Row *row, const char *name)
{
    char symbol[80];
    void *handle = dlopen(row->soname, RTLD_NOW | RTLD_LOCAL);
    if (!handle) return NULL;
    snprintf(symbol, sizeof symbol, row->pattern, name);
    return dlsym(handle, symbol);
}

int peers_find(Peer *peer, const char *name, Type type, const Target *target)
{
    int n = 0;
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS && n < PEERS_MAX; i++) {
        const Row *row = &ROWS[i];
        if (row->type != type || (row->target && strcmp(row->target, target->name) != 0)) continue;
        const void *function = find_symbol(row, name);
        if (!function) continue;
        peer[n] = (Peer){.function = function, .lanes = row->lanes};
        snprintf(peer[n++].who, PEER_NAME_MAX, "%s", row->who);
    }
    return n;
}

/* -- loops ------------------------------------------------------------------------------------ */

/* For functions of `Value`, which holds as many elements as `Bits` has. In the chain a result is made part of the next argument by
   bits that are zero, which the compiler cannot know. Where loops begin in the cache tells in their times, so all begin alike. */
#define LOOPS(suffix, attributes, Value, Bits)                                                     \
    typedef Value (*Function_##suffix)(Value);                                                     \
    ALIGNED attributes static void run_##suffix(const void *const *x, void *y, size_t n)           \
    {                                                                                              \
        Function_##suffix f;                                                                       \
        memcpy(&f, &x[1], sizeof f);                                                               \
        const char *in = x[0];                                                                     \
        char *out = y;                                                                             \
        for (size_t i = 0; i + sizeof(Value) <= n * sizeof(Element_##suffix);                      \
             i += sizeof(Value)) {                                                                 \
            Value v;                                                                               \
            memcpy(&v, in + i, sizeof v);                                                          \
            v = f(v);                                                                              \
            memcpy(out + i, &v, sizeof v);                                                         \
        }                                                                                          \
    }                                                                                              \
    attributes static void run_two_##suffix(const void *const *x, void *y, size_t n)               \
    {                                                                                              \
        Value (*f)(Value, Value);                                                                  \
        memcpy(&f, &x[2], sizeof f);                                                               \
        const char *first = x[0], *second = x[1];                                                  \
        char *out = y;                                                                             \
        for (size_t i = 0; i + sizeof(Value) <= n * sizeof(Element_##suffix);                      \
             i += sizeof(Value)) {                                                                 \
            Value v, w;                                                                            \
            memcpy(&v, first + i, sizeof v);                                                       \
            memcpy(&w, second + i, sizeof w);                                                      \
            v = f(v, w);                                                                           \
            memcpy(out + i, &v, sizeof v);                                                         \
        }                                                                                          \
    }                                                                                              \
    ALIGNED attributes static void chain_##suffix(const void *const *x, void *y, size_t n)         \
    {                                                                                              \
        Function_##suffix f;                                                                       \
        memcpy(&f, &x[1], sizeof f);                                                               \
        const char *in = x[0];                                                                     \
        Bits last, zero;                                                                           \
        memset(&last, 0, sizeof last);                                                             \
        memset(&zero, 0, sizeof zero);                                                             \
        __asm__ volatile("" : "+m"(zero));                                                         \
        for (size_t i = 0; i + sizeof(Value) <= n * sizeof(Element_##suffix);                      \
             i += sizeof(Value)) {                                                                 \
            Bits bits;                                                                             \
            Value v;                                                                               \
            memcpy(&bits, in + i, sizeof bits);                                                    \
            bits ^= last & zero;                                                                   \
            memcpy(&v, &bits, sizeof v);                                                           \
            v = f(v);                                                                              \
            memcpy(&last, &v, sizeof last);                                                        \
        }                                                                                          \
        memcpy(y, &last, sizeof last);                                                             \
    }                                                                                              \
    attributes __attribute__((noinline)) static Value same_##suffix(Value v) { return v; }

#define ALIGNED __attribute__((aligned(64)))
#define NO_ATTRIBUTES
typedef float Element_f32x1;
typedef double Element_f64x1;
LOOPS(f32x1, NO_ATTRIBUTES, float, uint32_t)
LOOPS(f64x1, NO_ATTRIBUTES, double, uint64_t)

#if defined(__x86_64__)
typedef float Element_f32x4;
typedef double Element_f64x2;
typedef uint64_t Bits128 __attribute__((vector_size(16)));
LOOPS(f32x4, NO_ATTRIBUTES, __m128, Bits128)
LOOPS(f64x2, NO_ATTRIBUTES, __m128d, Bits128)

#define AVX2 __attribute__((target("avx2,fma")))
#define AVX512 __attribute__((target("avx512f")))
typedef float Element_f32x8, Element_f32x16;
typedef double Element_f64x4, Element_f64x8;
typedef uint64_t Bits256 __attribute__((vector_size(32)));
typedef uint64_t Bits512 __attribute__((vector_size(64)));
LOOPS(f32x8, AVX2, __m256, Bits256)
LOOPS(f64x4, AVX2, __m256d, Bits256)
LOOPS(f32x16, AVX512, __m512, Bits512)
LOOPS(f64x8, AVX512, __m512d, Bits512)
#endif

/* `same` as an address, like any function's. */
#define LOOPS_ROW(type, lanes, suffix)                                                             \
    {                                                                                              \
        type, lanes, run_##suffix, run_two_##suffix, chain_##suffix,                               \
            (void (*)(void))same_##suffix                                                          \
    }
typedef struct {
    Type type;
    int lanes;
    JitArray run, run_two, chain;
    void (*same)(void);
} Loops;

static const Loops LOOPS_OF[] = {
    LOOPS_ROW(TYPE_F32, 1, f32x1),   LOOPS_ROW(TYPE_F64, 1, f64x1),
#if defined(__x86_64__)
    LOOPS_ROW(TYPE_F32, 4, f32x4),   LOOPS_ROW(TYPE_F64, 2, f64x2),
    LOOPS_ROW(TYPE_F32, 8, f32x8),   LOOPS_ROW(TYPE_F64, 4, f64x4),
    LOOPS_ROW(TYPE_F32, 16, f32x16), LOOPS_ROW(TYPE_F64, 8, f64x8),
#endif
};

static const Loops *find_loops(Type type, int lanes)
{
    for (size_t i = 0; i < sizeof LOOPS_OF / sizeof *LOOPS_OF; i++)
        if (LOOPS_OF[i].type == type && LOOPS_OF[i].lanes == lanes) return &LOOPS_OF[i];
    return NULL;
}

bool peer_loops(PeerLoops *out, const void *function, Type type, int lanes)
{
    const Loops *loops = find_loops(type, lanes);
    if (!loops) return false;
    const void *same;
    memcpy(&same, &loops->same, sizeof same);
    *out = (PeerLoops){{loops->run, function}, {loops->chain, function}, {loops->chain, same}};
    return true;
}

JitArray peer_loop(Type type, int lanes, int n_arguments)
{
    const Loops *loops = find_loops(type, lanes);
    if (!loops || n_arguments > 2) return NULL;
    return n_arguments == 1 ? loops->run : loops->run_two;
}
