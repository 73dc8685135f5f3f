#include "runtime/measure/judge.h"

#include "runtime/base/pool.h"
#include "runtime/measure/timing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

Status judge_init(Judge *judge, const Prog *prog, const Goal *goal, const VerifyOptions *options,
                  Err *err)
{
    const int n_threads = options->n_threads > 0 ? options->n_threads : pool_processors();
    *judge = (Judge){.prog = prog, .goal = goal, .options = options, .n_threads = n_threads};
    judge->oracle = xcalloc((size_t)n_threads, sizeof *judge->oracle);
    judge->eval = xcalloc((size_t)n_threads, sizeof *judge->eval);
    for (int i = 0; i < n_threads; i++) {
        judge->oracle[i] = oracle_new(&goal->reference, goal->exact, goal->n_exact);
        if (i == 0) judge->zero_sign = zero_sign_of(goal, judge->oracle[0]);
        if (options->run != NULL || goal->type == TYPE_REAL) continue;
        const Status status = eval_new(&judge->eval[i], prog, NULL, err);
        if (status != OK) return status;
    }
    return OK;
}

void judge_release(Judge *judge)
{
    for (int i = 0; i < judge->n_threads; i++) {
        if (judge->oracle[i] != NULL) oracle_free(judge->oracle[i]);
        if (judge->eval[i] != NULL) eval_free(judge->eval[i]);
    }
    free(judge->oracle);
    free(judge->eval);
    judge_drop_code(judge);
}

void judge_run(const Judge *judge, int worker, const void *const *x, void *y, size_t n)
{
    if (judge->options->run != NULL)
        judge->options->run(judge->options->run_context, worker, x, y, n);
    else if (judge->code != NULL)
        judge->code(x, y, n);
    else
        eval_run(judge->eval[worker], x, y, n);
}

static bool misses_exact_point(const Goal *goal, const double *x, double got)
{
    for (int i = 0; i < goal->n_exact; i++) {
        if (goal->n_variables != 1 || goal->exact[i].x != x[0]) continue;
        const uint64_t want = bits_from_value(goal->type, goal->exact[i].y);
        if (value_from_bits(goal->type, want) != got) return true;
    }
    return false;
}

Status judge_error(const Judge *judge, int worker, const double *x, double got, ErrorAt *error,
                   Err *err)
{
    if (misses_exact_point(judge->goal, x, got)) {
        *error = (ErrorAt){INFINITY, INFINITY, INFINITY};
        return OK;
    }
    Oracle *oracle = judge->oracle[worker];
    const Status status = oracle_error(oracle, x, judge->goal->type, got, 0, error, err);
    if (status != OK || got != 0 || judge->zero_sign == ZERO_SIGN_FREE || error->ulp > 0)
        return status;
    bool is_wrong;
    const bool is_negative = signbit(got) != 0;
    const Status sign =
        zero_sign_is_wrong(judge->zero_sign, judge->goal, oracle, x, is_negative, &is_wrong, err);
    if (sign == OK && is_wrong) *error = (ErrorAt){INFINITY, INFINITY, INFINITY};
    return sign;
}

Status judge_is_wrong(const Judge *judge, int worker, const double *x, double got,
                      const ErrorAt *error, bool *is_wrong, Err *err)
{
    /* The nearest value is at most half an ulp away, any other at least half; the
       oracle's error is good to 1e-6. */
    if (error->ulp < 0.49999 || error->ulp > 0.50001) {
        *is_wrong = error->ulp > 0.5;
        return OK;
    }
    uint64_t bits;
    const Type type = judge->goal->type;
    const Status status = oracle_round(judge->oracle[worker], x, type, &bits, NULL, err);
    if (status == OK) *is_wrong = value_from_bits(type, bits) != got;
    return status;
}

bool judge_is_stopped(const Judge *judge)
{
    const VerifyOptions *options = judge->options;
    if (options->stop != NULL && atomic_load(options->stop) != 0) return true;
    return options->until > 0 && timing_now() >= options->until;
}

double error_in(const ErrorAt *error, BoundKind kind)
{
    return kind == BOUND_ULP ? error->ulp : kind == BOUND_REL ? error->rel : error->abs;
}

double packed_value(Type type, const void *array, size_t i)
{
    switch (type) {
    case TYPE_F32: return ((const float *)array)[i];
    case TYPE_F64: return ((const double *)array)[i];
    default: return value_from_bits(type, ((const uint16_t *)array)[i]);
    }
}

void packed_set(Type type, void *array, size_t i, double value)
{
    switch (type) {
    case TYPE_F32: ((float *)array)[i] = (float)value; break;
    case TYPE_F64: ((double *)array)[i] = value; break;
    default: ((uint16_t *)array)[i] = (uint16_t)bits_from_value(type, value); break;
    }
}

int64_t input_order(Type type, double x)
{
    return isnan(x) ? INT64_MAX : ordered_from_value(type == TYPE_REAL ? TYPE_F64 : type, x);
}

bool domain_has(const Domain *domain, Type type, double x)
{
    if (domain->is_all) return true;
    if (isnan(x)) return false;
    const int64_t ordered = ordered_from_value(type, x);
    return domain_first(domain, type) <= ordered && ordered <= domain_last(domain, type);
}

int special_inputs(const Domain *domain, Type type, double x[SPECIALS_MAX],
                   const char *what[SPECIALS_MAX])
{
    const int64_t smallest_normal = ordered_from_value(type, ldexp(1, type_info(type)->emin));
    const int64_t infinity = ordered_from_value(type, INFINITY);
    const struct {
        const char *what;
        double x;
    } rows[] = {
        {"lo", value_from_ordered(type, domain_first(domain, type))},
        {"hi", value_from_ordered(type, domain_last(domain, type))},
        {"zero", 0.0},
        {"-zero", -0.0},
        {"inf", INFINITY},
        {"-inf", -INFINITY},
        {"nan", NAN},
        {"subnormal", value_from_ordered(type, 1)},
        {"-subnormal", -value_from_ordered(type, 1)},
        {"subnormal_max", value_from_ordered(type, smallest_normal - 1)},
        {"-subnormal_max", -value_from_ordered(type, smallest_normal - 1)},
        {"normal_min", value_from_ordered(type, smallest_normal)},
        {"-normal_min", -value_from_ordered(type, smallest_normal)},
        {"max", value_from_ordered(type, infinity - 1)},
        {"-max", -value_from_ordered(type, infinity - 1)},
    };
    const int n = (int)(sizeof rows / sizeof rows[0]);
    for (int i = 0; i < n; i++) {
        x[i] = rows[i].x;
        if (what != NULL) what[i] = rows[i].what;
    }
    return n;
}
