#include "tests/bench/machine/peers.h"

#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* -- what is right -------------------------------------------------------------------- */

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }
static double softplus(double x) { return x > 40 ? x : log1p(exp(x)); }
static double gelu(double x) { return 0.5 * x * erfc(-x / sqrt(2)); }
static double silu(double x) { return x * sigmoid(x); }
/* fma: the rounding error of x*x is one of exp(-x*x), too. */
static double gauss(double x) { return fabs(x) > 100 ? 0 : exp(-x * x) * (1 - fma(x, x, -x * x)); }
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

/* -- libraries -------------------------------------------------------------------------- */

static int add(MachinePeer *peer, int n, const char *name, JitArray run, const void *context)
{
    if (!context || n == MACHINE_PEERS_MAX) return n;
    snprintf(peer[n].name, sizeof peer[n].name, "%.*s", PEER_NAME_MAX - 1, name);
    peer[n].call = (TimedCall){run, context};
    peer[n].is_library = true;
    return n + 1;
}

static int add_libraries(MachinePeer *peer, int n, const char *name, const Target *target)
{
    Peer found[PEERS_MAX];
    PeerLoops loops;
    const int n_found = peers_find(found, name, TYPE_F32, target);
    for (int i = 0; i < n_found; i++)
        if (peer_loops(&loops, found[i].function, TYPE_F32, found[i].lanes))
            n = add(peer, n, found[i].who, loops.over_array.run, loops.over_array.context);
    return n;
}

#if defined(__x86_64__)

/* The address of a function of libmvec; NULL if it is not there. It stays open. */
static const void *find_symbol(const char *pattern, const char *name)
{
    char symbol[80];
    void *handle = dlopen("libmvec.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!handle) return NULL;
    snprintf(symbol, sizeof symbol, pattern, name);
    return dlsym(handle, symbol);
}

/* Loops of our own with their parts from libmvec, if it has all of these. */
static int add_lane_peers(MachinePeer *peer, int n, const char *name, const LanePeer *row,
                          const char *pattern)
{
    enum { CONTEXTS = 16 };
    static const void
        *part[CONTEXTS][PARTS_MAX]; /* they outlive the call, and are the same in every one */
    for (int i = 0; row[i].function && i < CONTEXTS; i++) {
        if (strcmp(row[i].function, name) != 0) continue;
        bool has_all = true;
        for (int k = 0; k < PARTS_MAX && row[i].part[k]; k++) {
            part[i][k] = find_symbol(pattern, row[i].part[k]);
            has_all &= part[i][k] != NULL;
        }
        const int before = n;
        n = add(peer, n, row[i].name, row[i].run, has_all ? part[i] : NULL);
        if (n > before) peer[before].is_library = false;
    }
    return n;
}

static int add_own_loops(MachinePeer *peer, int n, const char *name, const Target *target)
{
    const bool is_512 = strcmp(target->name, "x86-64-v4") == 0;
    const char *pattern = is_512 ? "_ZGVeN16v_%sf" : "_ZGVdN8v_%sf";
    if (!is_512 && strcmp(target->name, "x86-64-v3") != 0) return n;
    n = add_lane_peers(peer, n, name, is_512 ? COMPOSITIONS_16 : COMPOSITIONS_8, pattern);
    return add_lane_peers(peer, n, name, is_512 ? FLOORS_16 : FLOORS_8, pattern);
}

#else

static int add_own_loops(MachinePeer *peer, int n, const char *name, const Target *target)
{
    return n;
}

#endif

int machine_peers_find(MachinePeer *peer, const char *name, const Target *target)
{
    static const char HERE[] = "";
    int n = add_libraries(peer, 0, name, target);
    n = add_own_loops(peer, n, name, target);
    for (const HeaderPeer *h = HEADER_PEERS; h->name; h++) {
        const JitArray run = h->find(name, target->name);
        n = add(peer, n, h->name, run, run ? HERE : NULL);
    }
    return n;
}
