/* Processor time to judge one function on every float, and where it goes.

       bench_verify [-r] [-t threads] [-s stride] [-e expression] [name ...]

   -r: the making of the fast reference only; without names, of all cases, else of the first four. -e: an expression of one's
   own, which the program is not.
   `exp-program` is a program run by the interpreter; the others are the C library's
   float functions, whose own time is part of the total. */
#define _GNU_SOURCE /* exp10f */
#include "frontend/infix.h"
#include "runtime/measure/judge.h"
#include "runtime/measure/reference.h"
#include "runtime/measure/verify.h"
#include "runtime/prog/prog_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* exp on all floats: x = n*ln2 + r, a polynomial in r, and 2^n in two factors so that
   subnormal results come out rounded. Coefficients by minimax; n is kept in range
   by the clamp. */
static const char EXP_PROGRAM[] = "f32 x\n"
                                  "f32 hi = const 0x1.63p+6\n"
                                  "f32 lo = const -0x1.a2p+6\n"
                                  "f32 a = min x hi\n"
                                  "f32 b = max a lo\n"
                                  "f32 log2e = const 0x1.715476p+0\n"
                                  "f32 magic = const 0x1.8p+23\n"
                                  "f32 z = fma b log2e magic\n"
                                  "f32 n = sub z magic\n"
                                  "f32 ln2hi = const -0x1.62e400p-1\n"
                                  "f32 ln2lo = const -0x1.7f7d1cp-20\n"
                                  "f32 r1 = fma n ln2hi b\n"
                                  "f32 r = fma n ln2lo r1\n"
                                  "f32 c6 = const 0x1.686a4ap-10\n"
                                  "f32 c5 = const 0x1.123c2ep-7\n"
                                  "f32 c4 = const 0x1.555b0ep-5\n"
                                  "f32 c3 = const 0x1.55548ep-3\n"
                                  "f32 c2 = const 0x1.fffff8p-2\n"
                                  "f32 one = const 0x1p+0\n"
                                  "f32 p5 = fma c6 r c5\n"
                                  "f32 p4 = fma p5 r c4\n"
                                  "f32 p3 = fma p4 r c3\n"
                                  "f32 p2 = fma p3 r c2\n"
                                  "f32 p1 = fma p2 r one\n"
                                  "f32 p = fma p1 r one\n"
                                  "i32 ni = toint n\n"
                                  "i32 i1 = const 1\n"
                                  "i32 i23 = const 23\n"
                                  "i32 i127 = const 127\n"
                                  "i32 n1 = ashr ni i1\n"
                                  "i32 n2 = isub ni n1\n"
                                  "i32 e1 = iadd n1 i127\n"
                                  "i32 e2 = iadd n2 i127\n"
                                  "i32 b1 = shl e1 i23\n"
                                  "i32 b2 = shl e2 i23\n"
                                  "f32 s1 = bitcast b1\n"
                                  "f32 s2 = bitcast b2\n"
                                  "f32 q = mul p s1\n"
                                  "f32 y = mul q s2\n"
                                  "bool is_nan = ne x x\n"
                                  "f32 result = select is_nan x y\n"
                                  "return result\n";

typedef struct {
    const char *name, *expression;
    float (*f)(float); /* NULL: EXP_PROGRAM */
} Case;

static float sigmoidf(float x) { return 1 / (1 + expf(-x)); }
static float softplusf(float x) { return log1pf(expf(x)); }
static float rsqrtf(float x) { return 1 / sqrtf(x); }
static float sinpif(float x) { return (float)sin(3.141592653589793 * remainder(x, 2)); }
static float cospif(float x) { return (float)cos(3.141592653589793 * remainder(x, 2)); }
static float tanpif(float x) { return (float)tan(3.141592653589793 * remainder(x, 1)); }
static float siluf(float x) { return x / (1 + expf(-x)); }
static float geluf(float x) { return 0.5f * x * erfcf(x * -0.70710678f); }
static float gelu_tanhf(float x)
{
    return x / (1 + expf(-1.5957691f * (x + 0.044715f * x * x * x)));
}
static float mishf(float x) { return x * tanhf(softplusf(x)); }
static float logitf(float x) { return logf(x / (1 - x)); }
static float sincf(float x) { return x == 0 ? 1 : sinf(x) / x; }
static float normcdff(float x) { return 0.5f * erfcf(x * -0.70710678f); }

/* The functions of the catalogue first. */
static const Case CASES[] = {
    {"exp-program", "exp(x)", NULL},
    {"expf", "exp(x)", expf},
    {"exp2f", "exp2(x)", exp2f},
    {"exp10f", "exp10(x)", exp10f},
    {"expm1f", "expm1(x)", expm1f},
    {"logf", "log(x)", logf},
    {"log2f", "log2(x)", log2f},
    {"log10f", "log10(x)", log10f},
    {"log1pf", "log1p(x)", log1pf},
    {"sinf", "sin(x)", sinf},
    {"cosf", "cos(x)", cosf},
    {"tanf", "tan(x)", tanf},
    {"sinpi", "sinpi(x)", sinpif},
    {"cospi", "cospi(x)", cospif},
    {"tanpi", "tanpi(x)", tanpif},
    {"asinf", "asin(x)", asinf},
    {"acosf", "acos(x)", acosf},
    {"atanf", "atan(x)", atanf},
    {"sinhf", "sinh(x)", sinhf},
    {"coshf", "cosh(x)", coshf},
    {"tanhf", "tanh(x)", tanhf},
    {"asinhf", "asinh(x)", asinhf},
    {"acoshf", "acosh(x)", acoshf},
    {"atanhf", "atanh(x)", atanhf},
    {"cbrtf", "cbrt(x)", cbrtf},
    {"rsqrt", "rsqrt(x)", rsqrtf},
    {"erff", "erf(x)", erff},
    {"erfcf", "erfc(x)", erfcf},
    {"tgammaf", "gamma(x)", tgammaf},
    {"lgammaf", "lgamma(x)", lgammaf},
    {"sigmoid", "sigmoid(x)", sigmoidf},
    {"softplus", "softplus(x)", softplusf},
    {"silu", "silu(x)", siluf},
    {"gelu", "gelu(x)", geluf},
    {"gelu_tanh", "gelu_tanh(x)", gelu_tanhf},
    {"mish", "mish(x)", mishf},
    {"logit", "logit(x)", logitf},
    {"sinc", "sinc(x)", sincf},
    {"normcdf", "normcdf(x)", normcdff},
    {"logistic", "1/(1+exp(-x))", sigmoidf},
    {"fabsf", "abs(x)", fabsf},
    {"floorf", "floor(x)", floorf},
    {"j0f", "j0(x)", j0f},
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); /* not what others on the machine do */
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

typedef struct {
    float (*f)(float);
    double seconds; /* with one thread */
} Libm;

static void run_libm(void *context, int worker, const void *const *x, void *y, size_t n)
{
    Libm *libm = context;
    const double start = now();
    const float *in = x[0];
    float *out = y;
    for (size_t i = 0; i < n; i++) out[i] = libm->f(in[i]);
    if (worker == 0) libm->seconds += now() - start;
}

static void die(const Err *err)
{
    fprintf(stderr, "bench_verify: %s\n", err->text);
    exit(1);
}

/* The time until a judge that may stop early has refused, for a bound just below the largest error. */
static void bench_refusal(const Prog *prog, const Goal *goal, const VerifyOptions *base,
                          double largest)
{
    static const double PARTS[] = {0.9, 0.98, 0.998};
    VerifyKeep *keep = verify_keep_new();
    printf("            refused");
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++) {
        Err err = {0};
        Report report;
        BadInputs bad = {.n = 0};
        Goal tight = *goal;
        VerifyOptions options = *base;
        tight.bound.limit = PARTS[i] * largest;
        options.stop_early = true;
        options.keep = keep;
        options.bad = &bad;
        const double from = now();
        if (verify(&report, prog, &tight, &options, &err) != OK) die(&err);
        printf("%s for %g of that error in %.1f s", i == 0 ? "" : ",", PARTS[i], now() - from);
    }
    printf("\n");
    fflush(stdout);
    verify_keep_free(keep);
}

static void bench(const Case *c, const VerifyOptions *base, bool want_reference_only)
{
    Err err = {0};
    Goal goal = {.type = TYPE_F32, .n_variables = 1, .bound = {BOUND_ULP, 1, "1ulp"}};
    goal.domain[0].is_all = true;
    static const char *const VARIABLES[] = {"x"};
    if (infix_parse(&goal.reference, c->expression, VARIABLES, 1, &err) != OK) die(&err);
    Prog prog;
    if (prog_parse(&prog, EXP_PROGRAM, strlen(EXP_PROGRAM), 0, NULL, &err) != OK) die(&err);
    VerifyOptions options = *base;
    Libm libm = {.f = c->f};
    if (c->f != NULL) {
        options.run = run_libm;
        options.run_context = &libm;
    }

    Judge judge;
    Reference *reference;
    const double start = now();
    if (judge_init(&judge, &prog, &goal, &options, &err) != OK) die(&err);
    if (reference_new(&reference, &judge, domain_first(&goal.domain[0], TYPE_F32),
                      domain_last(&goal.domain[0], TYPE_F32), &err) != OK)
        die(&err);
    const double built = now();
    const ReferenceFacts facts = reference_facts(reference);
    reference_free(reference);
    judge_release(&judge);
    printf("%-11s reference %.2f s: %d segments, %.1f%% polynomial %.1f%% direct %.4f%% oracle\n",
           c->name, built - start, facts.n_segments, facts.n_polynomial / 0x1p32 * 100,
           facts.n_direct / 0x1p32 * 100, facts.n_oracle / 0x1p32 * 100);
    fflush(stdout);
    if (want_reference_only) return;

    Report report;
    const double from = now();
    if (verify(&report, &prog, &goal, &options, &err) != OK) die(&err);
    const double seconds = now() - from;
    printf("            %.1f s for %llu inputs (%.2f ns each; libm %.1f s): max %.4f ulp at %a "
           "(got %a want %a), rel %.3g, abs %.3g, %llu misrounded\n",
           seconds, (unsigned long long)report.n_points, seconds / (double)report.n_points * 1e9,
           libm.seconds, report.max_ulp, report.worst_input[0], report.worst_got, report.worst_want,
           report.max_rel, report.max_abs, (unsigned long long)report.n_wrong);
    fflush(stdout);
    if (options.stride <= 1) bench_refusal(&prog, &goal, &options, report.max_ulp);
}

int main(int argc, char **argv)
{
    VerifyOptions options = {.n_threads = 1};
    int option;
    bool want_reference_only = false;
    Case own = {.name = "own"};
    while ((option = getopt(argc, argv, "re:t:s:")) != -1)
        if (option == 'r')
            want_reference_only = true;
        else if (option == 'e')
            own.expression = optarg;
        else if (option == 't')
            options.n_threads = atoi(optarg);
        else if (option == 's')
            options.stride = strtoull(optarg, NULL, 0);
        else
            return 2;
    const int n = (int)(sizeof CASES / sizeof CASES[0]);
    if (own.expression != NULL) bench(&own, &options, want_reference_only);
    for (int i = 0; i < n && (own.expression == NULL || optind < argc); i++) {
        bool is_wanted = optind == argc && (i < 4 || want_reference_only);
        for (int k = optind; k < argc; k++) is_wanted |= strcmp(argv[k], CASES[i].name) == 0;
        if (is_wanted) bench(&CASES[i], &options, want_reference_only);
    }
    return 0;
}
