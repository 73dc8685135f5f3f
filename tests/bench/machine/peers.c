#include "tests/bench/machine/peers.h"

#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* -- what is right -------------------------------------------------------------------- */

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }
static double softplus(double x) { return x > 40 ? x : log1p(exp(x)); }
static double gelu(double x) { return 0.5 * x * erfc(-x / sqrt(2)); }

static const struct {
    const char *name;
    double (*exact)(double);
} FUNCTIONS[] = {
    {"exp", exp},       {"exp2", exp2},       {"exp10", exp10},       {"expm1", expm1},
    {"log", log},       {"log2", log2},       {"log10", log10},       {"log1p", log1p},
    {"sin", sin},       {"cos", cos},         {"tan", tan},           {"asin", asin},
    {"acos", acos},     {"atan", atan},       {"sinh", sinh},         {"cosh", cosh},
    {"tanh", tanh},     {"asinh", asinh},     {"acosh", acosh},       {"atanh", atanh},
    {"erf", erf},       {"erfc", erfc},       {"cbrt", cbrt},         {"tgamma", tgamma},
    {"lgamma", lgamma}, {"sigmoid", sigmoid}, {"softplus", softplus}, {"gelu", gelu},
};

double (*peer_exact(const char *name))(double)
{
    for (size_t i = 0; i < sizeof FUNCTIONS / sizeof *FUNCTIONS; i++)
        if (strcmp(FUNCTIONS[i].name, name) == 0) return FUNCTIONS[i].exact;
    return NULL;
}

/* -- loops ---------------------------------------------------------------------------- */

/* A context is the address of a function. */
#define AS_FUNCTION(type, address)                                                                 \
    ({                                                                                             \
        type function_;                                                                            \
        const void *address_ = (address);                                                          \
        memcpy(&function_, &address_, sizeof function_);                                           \
        function_;                                                                                 \
    })

static void run_scalar(const void *const *x, void *y, size_t n)
{
    typedef float (*Function)(float);
    const Function f = AS_FUNCTION(Function, x[1]);
    const float *in = x[0];
    float *out = y;
    for (size_t i = 0; i < n; i++) out[i] = f(in[i]);
}

#if defined(__x86_64__)

typedef __m256 (*Function8)(__m256);

__attribute__((target("avx2,fma"))) static void run_8(const void *const *x, void *y, size_t n)
{
    const Function8 f = AS_FUNCTION(Function8, x[1]);
    for (size_t i = 0; i + 8 <= n; i += 8)
        _mm256_storeu_ps((float *)y + i, f(_mm256_loadu_ps((const float *)x[0] + i)));
}

/* What a vectorising compiler makes of an expression: calls of a vector library with arithmetic around them. */
__attribute__((target("avx2,fma"))) static void run_sigmoid_8(const void *const *x, void *y,
                                                              size_t n)
{
    const Function8 f = AS_FUNCTION(Function8, x[1]);
    const __m256 one = _mm256_set1_ps(1), sign = _mm256_set1_ps(-0.0f);
    for (size_t i = 0; i + 8 <= n; i += 8) {
        const __m256 v = _mm256_loadu_ps((const float *)x[0] + i);
        const __m256 e = f(_mm256_xor_ps(v, sign));
        _mm256_storeu_ps((float *)y + i, _mm256_div_ps(one, _mm256_add_ps(one, e)));
    }
}

__attribute__((target("avx2,fma"))) static void run_gelu_8(const void *const *x, void *y, size_t n)
{
    const Function8 f = AS_FUNCTION(Function8, x[1]);
    const __m256 one = _mm256_set1_ps(1), half = _mm256_set1_ps(0.5f);
    const __m256 scale = _mm256_set1_ps((float)M_SQRT1_2);
    for (size_t i = 0; i + 8 <= n; i += 8) {
        const __m256 v = _mm256_loadu_ps((const float *)x[0] + i);
        const __m256 e = _mm256_add_ps(one, f(_mm256_mul_ps(v, scale)));
        _mm256_storeu_ps((float *)y + i, _mm256_mul_ps(_mm256_mul_ps(half, v), e));
    }
}

typedef struct {
    const void *exp, *log;
} ExpLog;

__attribute__((target("avx2,fma"))) static void run_softplus_8(const void *const *x, void *y,
                                                               size_t n)
{
    const ExpLog *both = x[1];
    const Function8 e = AS_FUNCTION(Function8, both->exp), l = AS_FUNCTION(Function8, both->log);
    const __m256 one = _mm256_set1_ps(1);
    for (size_t i = 0; i + 8 <= n; i += 8) {
        const __m256 v = _mm256_loadu_ps((const float *)x[0] + i);
        _mm256_storeu_ps((float *)y + i, l(_mm256_add_ps(one, e(v))));
    }
}

typedef __m512 (*Function16)(__m512);

__attribute__((target("avx512f"))) static void run_16(const void *const *x, void *y, size_t n)
{
    const Function16 f = AS_FUNCTION(Function16, x[1]);
    for (size_t i = 0; i + 16 <= n; i += 16)
        _mm512_storeu_ps((float *)y + i, f(_mm512_loadu_ps((const float *)x[0] + i)));
}

#endif

/* -- libraries -------------------------------------------------------------------------- */

/* The address of a function made of `pattern` and the name; NULL if it is not there. Libraries stay open. */
static const void *look_up(const char *library, const char *pattern, const char *name)
{
    char symbol[80];
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (!handle) return NULL;
    snprintf(symbol, sizeof symbol, pattern, name);
    return dlsym(handle, symbol);
}

static int add(Peer *peer, int n, const char *name, JitArray run, const void *context)
{
    if (!context || n == PEERS_MAX) return n;
    snprintf(peer[n].name, sizeof peer[n].name, "%s", name);
    peer[n].call = (TimedCall){run, context};
    return n + 1;
}

#if defined(__x86_64__)

static const struct {
    const char *peer, *library, *pattern, *target;
    JitArray run;
} VECTOR_PEERS[] = {
    {"libmvec", "libmvec.so.1", "_ZGVdN8v_%sf", "x86-64-v3", run_8},
    {"sleef-u10", "libsleef.so.3", "Sleef_%sf8_u10avx2", "x86-64-v3", run_8},
    {"sleef-u15", "libsleef.so.3", "Sleef_%sf8_u15avx2", "x86-64-v3", run_8},
    {"sleef-u35", "libsleef.so.3", "Sleef_%sf8_u35avx2", "x86-64-v3", run_8},
    {"libmvec", "libmvec.so.1", "_ZGVeN16v_%sf", "x86-64-v4", run_16},
    {"sleef-u10", "libsleef.so.3", "Sleef_%sf16_u10avx512f", "x86-64-v4", run_16},
    {"sleef-u15", "libsleef.so.3", "Sleef_%sf16_u15avx512f", "x86-64-v4", run_16},
    {"sleef-u35", "libsleef.so.3", "Sleef_%sf16_u35avx512f", "x86-64-v4", run_16},
};

static int add_vector_peers(Peer *peer, int n, const char *name, const char *target)
{
    for (size_t i = 0; i < sizeof VECTOR_PEERS / sizeof *VECTOR_PEERS; i++)
        if (strcmp(VECTOR_PEERS[i].target, target) == 0)
            n = add(peer, n, VECTOR_PEERS[i].peer, VECTOR_PEERS[i].run,
                    look_up(VECTOR_PEERS[i].library, VECTOR_PEERS[i].pattern, name));
    return n;
}

/* Compositions of libmvec's functions, on AVX2. */
static int add_compositions(Peer *peer, int n, const char *name, const Target *target)
{
    static ExpLog softplus_parts;
    static const char LIBRARY[] = "libmvec.so.1", PATTERN[] = "_ZGVdN8v_%sf";
    if (target->lanes < 8) return n;
    if (strcmp(name, "sigmoid") == 0)
        return add(peer, n, "libmvec composed", run_sigmoid_8, look_up(LIBRARY, PATTERN, "exp"));
    if (strcmp(name, "gelu") == 0)
        return add(peer, n, "libmvec composed", run_gelu_8, look_up(LIBRARY, PATTERN, "erf"));
    if (strcmp(name, "softplus") != 0) return n;
    softplus_parts = (ExpLog){look_up(LIBRARY, PATTERN, "exp"), look_up(LIBRARY, PATTERN, "log")};
    if (!softplus_parts.exp || !softplus_parts.log) return n;
    return add(peer, n, "libmvec composed", run_softplus_8, &softplus_parts);
}

#else

static int add_vector_peers(Peer *peer, int n, const char *name, const char *target) { return n; }
static int add_compositions(Peer *peer, int n, const char *name, const Target *target) { return n; }

#endif

int peers_find(Peer *peer, const char *name, const Target *target)
{
    static const char HERE[] = "";
    int n = add(peer, 0, "glibc", run_scalar, look_up("libm.so.6", "%sf", name));
    n = add_vector_peers(peer, n, name, target->name);
    n = add_compositions(peer, n, name, target);
    for (const HeaderPeer *h = HEADER_PEERS; h->name; h++) {
        const JitArray run = h->find(name, target->name);
        n = add(peer, n, h->name, run, run ? HERE : NULL);
    }
    return n;
}
