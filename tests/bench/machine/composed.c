/* What a vectorising compiler makes of an expression: calls of libmvec's functions with arithmetic around them. */
#include "tests/bench/machine/lanes.h"
#include "tests/bench/machine/peers.h"

/* The context of a run: the addresses of the functions that its row names. */
typedef Floats (*Function)(Floats);

static inline Floats sigmoid(Floats x, const Function *f) { return 1 / (1 + f[0](-x)); }
static inline Floats silu(Floats x, const Function *f) { return x / (1 + f[0](-x)); }
static inline Floats gauss(Floats x, const Function *f) { return f[0](-(x * x)); }
static inline Floats softplus(Floats x, const Function *f) { return f[1](1 + f[0](x)); }
static inline Floats mish(Floats x, const Function *f) { return x * f[2](f[1](1 + f[0](x))); }
static inline Floats gelu(Floats x, const Function *f)
{
    return 0.5f * x * (1 + f[0](x * 0x1.6a09e6p-1f));
}

#define COMPOSITION(name)                                                                          \
    static void run_##name(const void *const *x, void *y, size_t n)                                \
    {                                                                                              \
        const Function *f = x[1];                                                                  \
        const float *in = x[0];                                                                    \
        float *out = y;                                                                            \
        for (size_t i = 0; i + LANES <= n; i += LANES) store(out + i, name(load(in + i), f));      \
    }

COMPOSITION(sigmoid)
COMPOSITION(silu)
COMPOSITION(gauss)
COMPOSITION(softplus)
COMPOSITION(mish)
COMPOSITION(gelu)

const LanePeer FOR_LANES(COMPOSITIONS)[] = {
    {"sigmoid", COMPOSED_ROW, run_sigmoid, {"exp"}},
    {"silu", COMPOSED_ROW, run_silu, {"exp"}},
    {"gauss", COMPOSED_ROW, run_gauss, {"exp"}},
    {"softplus", COMPOSED_ROW, run_softplus, {"exp", "log"}},
    {"mish", COMPOSED_ROW, run_mish, {"exp", "log", "tanh"}},
    {"gelu", COMPOSED_ROW, run_gelu, {"erf"}},
    {0},
};
