#include "runtime/oracle/error_model.h"

#include "runtime/oracle/series_prog.h"

#include <math.h>
#include <stdlib.h>

struct ErrorModels {
    SeriesSpace *space;
    SeriesProg *reference, *answer;
};

ErrorModels *error_models_new(const Prog *reference, const Prog *answer, int bits, int n_terms)
{
    ErrorModels *m = xmalloc(sizeof *m);
    m->space = series_space_new(bits, n_terms);
    m->space->has_box = true;
    m->reference = series_prog_new(reference, bits);
    m->answer = series_prog_new(answer, bits);
    return m;
}

void error_models_free(ErrorModels *m)
{
    if (!m) return;
    series_prog_free(m->reference);
    series_prog_free(m->answer);
    series_space_free(m->space);
    free(m);
}

bool error_model_has(const Prog *prog)
{
    for (int i = 0; i < prog->n; i++)
        if (!series_has(prog->node[i].op)) return false;
    return true;
}

/* The coefficient in the middle of an interval, and how far its ends are from there. */
static double middle_of(mpfi_srcptr x, double *radius)
{
    const double middle = mpfi_get_d(x);
    mpfr_t distance;
    mpfr_init2(distance, 64);
    mpfr_sub_d(distance, &x->right, middle, MPFR_RNDU);
    const double right = mpfr_get_d(distance, MPFR_RNDU);
    mpfr_d_sub(distance, middle, &x->left, MPFR_RNDU);
    *radius = fmax(right, mpfr_get_d(distance, MPFR_RNDU));
    mpfr_clear(distance);
    return middle;
}

static double width_of(mpfi_srcptr x)
{
    mpfr_t width;
    mpfr_init2(width, 64);
    mpfr_sub(width, &x->right, &x->left, MPFR_RNDU);
    const double result = mpfr_get_d(width, MPFR_RNDU);
    mpfr_clear(width);
    return result;
}

static ModelResult set_model(const Series *error, ErrorModel *model)
{
    *model = (ErrorModel){.is_zero = series_is_zero(error)};
    if (model->is_zero) return MODEL_OK;
    if (error->valuation < 0)
        return error->n > 0 && !interval_has_zero(error->c[0]) ? MODEL_INFINITE : MODEL_NOT_HERE;
    double slack = error->rest, imprecision = 0;
    for (int i = 0; i < error->n; i++) {
        const int k = error->valuation + i;
        double radius;
        const double middle = middle_of(error->c[i], &radius);
        slack += radius;
        imprecision += width_of(error->c[i]);
        if (k < ERROR_MODEL_TERMS_MAX) {
            model->c[k] = middle;
            model->n = k + 1;
        } else {
            slack += fabs(middle);
        }
    }
    model->slack = slack * (1 + 0x1p-40) + 0x1p-1060;
    model->imprecision = imprecision;
    return isfinite(model->slack) ? MODEL_OK : MODEL_NOT_HERE;
}

static ModelResult result_of(SeriesResult result)
{
    return result == SERIES_OK ? MODEL_OK : result == SERIES_NEVER ? MODEL_NEVER : MODEL_NOT_HERE;
}

void error_models_on(ErrorModels *m, ModelBox box, unsigned sides, int *n_open,
                     ErrorModel models[3], ModelResult results[3])
{
    SeriesSpace *s = m->space;
    s->is_one_sided = box.is_one_sided;
    const int mark = s->n_used;
    Series *x = series_take(s), *difference = series_take(s), *ratio = series_take(s);
    mpfi_set_d(s->a, box.centre);
    mpfi_set_d(s->b, box.scale);
    series_set_variable(x, s->a, s->b, box.power);

    /* Where nobody looked, 0/0 in the middle of a box is no number, whatever the limit. */
    s->refuses_poles = !box.is_one_sided;
    Choices choices = {.sides = sides};
    const Series *f, *got;
    Op culprit;
    SeriesResult result = series_prog_run(m->reference, s, x, &choices, &f, &culprit);
    if (result == SERIES_OK) result = series_prog_run(m->answer, s, x, &choices, &got, &culprit);
    s->refuses_poles = false;
    *n_open = choices.n_open;
    for (int kind = 0; kind < 3; kind++) results[kind] = result_of(result);
    if (result == SERIES_OK) {
        series_sub(s, difference, got, f);
        results[BOUND_ABS] = set_model(difference, &models[BOUND_ABS]);
        results[BOUND_REL] = MODEL_NOT_HERE;
        if (series_is_zero(difference))
            results[BOUND_REL] = set_model(difference, &models[BOUND_REL]);
        else if (series_div(s, ratio, difference, f))
            results[BOUND_REL] = set_model(ratio, &models[BOUND_REL]);
    }
    s->n_used = mark;
}
