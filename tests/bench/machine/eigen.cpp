// Eigen's array functions, vectorised for AVX2.
#include <Eigen/Core>
#include <cstddef>
#include <cstring>

typedef void (*Run)(const void *const *x, void *y, size_t n);
typedef Eigen::Array<float, Eigen::Dynamic, 1> Array;

#define RUN(name, expression)                                                                      \
    static void run_##name(const void *const *x, void *y, size_t n)                                \
    {                                                                                              \
        const Eigen::Map<const Array> v(static_cast<const float *>(x[0]), (Eigen::Index)n);        \
        Eigen::Map<Array> result(static_cast<float *>(y), (Eigen::Index)n);                        \
        result = expression;                                                                       \
    }

RUN(exp, v.exp())
RUN(log, v.log())
RUN(log2, v.log2())
RUN(sin, v.sin())
RUN(cos, v.cos())
RUN(tanh, v.tanh())
RUN(log1p, v.log1p())
RUN(expm1, v.expm1())
RUN(sigmoid, v.logistic())

static const struct {
    const char *name;
    Run run;
} FUNCTIONS[] = {
    {"exp", run_exp},     {"log", run_log},     {"log2", run_log2},
    {"sin", run_sin},     {"cos", run_cos},     {"tanh", run_tanh},
    {"log1p", run_log1p}, {"expm1", run_expm1}, {"sigmoid", run_sigmoid},
};

extern "C" Run eigen_find(const char *function, const char *target)
{
    if (std::strcmp(target, "x86-64-v3") != 0) return nullptr;
    for (const auto &f : FUNCTIONS)
        if (std::strcmp(f.name, function) == 0) return f.run;
    return nullptr;
}
