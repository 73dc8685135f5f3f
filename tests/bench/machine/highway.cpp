// Highway's contrib/math, statically for AVX2.
#include <cstddef>
#include <cstring>

#include <hwy/highway.h>

#include <hwy/contrib/math/math-inl.h>

namespace hn = hwy::HWY_NAMESPACE;
typedef void (*Run)(const void *const *x, void *y, size_t n);

#define RUN(name, function)                                                                        \
    static void run_##name(const void *const *x, void *y, size_t n)                                \
    {                                                                                              \
        const hn::ScalableTag<float> d;                                                            \
        const float *in = static_cast<const float *>(x[0]);                                        \
        float *out = static_cast<float *>(y);                                                      \
        for (size_t i = 0; i + hn::Lanes(d) <= n; i += hn::Lanes(d))                               \
            hn::StoreU(hn::function(d, hn::LoadU(d, in + i)), d, out + i);                         \
    }

RUN(exp, Exp)
RUN(expm1, Expm1)
RUN(log, Log)
RUN(log2, Log2)
RUN(log10, Log10)
RUN(log1p, Log1p)
RUN(sin, Sin)
RUN(cos, Cos)
RUN(tanh, Tanh)
RUN(sinh, Sinh)
RUN(atan, Atan)
RUN(asin, Asin)
RUN(acos, Acos)
RUN(asinh, Asinh)
RUN(acosh, Acosh)
RUN(atanh, Atanh)

static const struct {
    const char *name;
    Run run;
} FUNCTIONS[] = {
    {"exp", run_exp},     {"expm1", run_expm1}, {"log", run_log},     {"log2", run_log2},
    {"log10", run_log10}, {"log1p", run_log1p}, {"sin", run_sin},     {"cos", run_cos},
    {"tanh", run_tanh},   {"sinh", run_sinh},   {"atan", run_atan},   {"asin", run_asin},
    {"acos", run_acos},   {"asinh", run_asinh}, {"acosh", run_acosh}, {"atanh", run_atanh},
};

extern "C" Run highway_find(const char *function, const char *target)
{
    if (std::strcmp(target, "x86-64-v3") != 0) return nullptr;
    for (const auto &f : FUNCTIONS)
        if (std::strcmp(f.name, function) == 0) return f.run;
    return nullptr;
}
