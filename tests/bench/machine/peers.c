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
static double silu(double x) { return x * sigmoid(x); }
/* fma: the rounding error of x*x is one of exp(-x*x), too. */
static double gauss(double x)
{
    return fabs(x) > 100 ? 0 : exp(-x * x) * (1 - fma(x, x, -x * x));
}
static double mish(double x) { return x * tanh(softplus(x)); }

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
    {"silu", silu},     {"gauss", gauss},     {"mish", mish},
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
static const void *find_symbol(const char *soname, const char *pattern, const char *name)
{
    char symbol[80];
    void *handle = dlopen(soname, RTLD_NOW | RTLD_LOCAL);
    if (!handle) return NULL;
    snprintf(symbol, sizeof symbol, pattern, name);
    return dlsym(handle, symbol);
}

static int add(Peer *peer, int n, const char *name, JitArray run, const void *context)
{
    if (!context || n == PEERS_MAX) return n;
    snprintf(peer[n].name, sizeof peer[n].name, "%s", name);
    peer[n].call = (TimedCall){run, context};
    peer[n].is_library = true;
    return n + 1;
}

#if defined(__x86_64__)

static const struct {
    const char *peer, *soname, *pattern, *target;
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
                    find_symbol(VECTOR_PEERS[i].soname, VECTOR_PEERS[i].pattern, name));
    return n;
}

/* Loops of our own with their parts from libmvec, if it has all of these. */
static int add_lane_peers(Peer *peer, int n, const char *name, const LanePeer *row,
                          const char *pattern)
{
    enum { CONTEXTS = 16 };
    static const void
        *part[CONTEXTS][PARTS_MAX]; /* they outlive the call, and are the same in every one */
    for (int i = 0; row[i].function && i < CONTEXTS; i++) {
        if (strcmp(row[i].function, name) != 0) continue;
        bool has_all = true;
        for (int k = 0; k < PARTS_MAX && row[i].part[k]; k++) {
            part[i][k] = find_symbol("libmvec.so.1", pattern, row[i].part[k]);
            has_all &= part[i][k] != NULL;
        }
        const int before = n;
        n = add(peer, n, row[i].name, row[i].run, has_all ? part[i] : NULL);
        if (n > before) peer[before].is_library = false;
    }
    return n;
}

static int add_own_loops(Peer *peer, int n, const char *name, const Target *target)
{
    const bool is_512 = strcmp(target->name, "x86-64-v4") == 0;
    const char *pattern = is_512 ? "_ZGVeN16v_%sf" : "_ZGVdN8v_%sf";
    if (!is_512 && strcmp(target->name, "x86-64-v3") != 0) return n;
    n = add_lane_peers(peer, n, name, is_512 ? COMPOSITIONS_16 : COMPOSITIONS_8, pattern);
    return add_lane_peers(peer, n, name, is_512 ? FLOORS_16 : FLOORS_8, pattern);
}

#else

static int add_vector_peers(Peer *peer, int n, const char *name, const char *target) { return n; }
static int add_own_loops(Peer *peer, int n, const char *name, const Target *target) { return n; }

#endif

int peers_find(Peer *peer, const char *name, const Target *target)
{
    static const char HERE[] = "";
    int n = add(peer, 0, "glibc", run_scalar, find_symbol("libm.so.6", "%sf", name));
    n = add_vector_peers(peer, n, name, target->name);
    n = add_own_loops(peer, n, name, target);
    for (const HeaderPeer *h = HEADER_PEERS; h->name; h++) {
        const JitArray run = h->find(name, target->name);
        n = add(peer, n, h->name, run, run ? HERE : NULL);
    }
    return n;
}
