#include "tests/support/sample.h"

#include "runtime/prog/eval.h"
#include "runtime/prog/prog_text.h"
#include "tests/support/build.h"
#include "tests/support/values.h"

#include <stdio.h>
#include <stdlib.h>

void sample_init(Sample *sample, const Prog *prog, Rng *rng)
{
    sample_init_of(sample, prog, SAMPLE_POINTS, rng);
}

void sample_init_of(Sample *sample, const Prog *prog, size_t n_points, Rng *rng)
{
    uint64_t corners[CORNERS_MAX];
    sample->prog = *prog;
    sample->n_points = n_points;
    size_t stride = 1;
    for (int k = 0; k < prog->n_inputs; k++) {
        const Type type = (Type)prog->node[k].type;
        const size_t n_corners = (size_t)corners_of(type, corners);
        sample->x[k] = xmalloc(n_points * 8);
        for (size_t i = 0; i < n_points; i++)
            array_set(type, sample->x[k], i,
                      i < 150 ? corners[i / stride % n_corners] : random_value(type, rng));
        stride *= 5;
    }
    sample->want = xmalloc(n_points * 8);
    Eval *eval = NULL;
    if (eval_new(&eval, prog, NULL, NULL) != OK) abort();
    eval_run(eval, (const void *const *)sample->x, sample->want, n_points);
    eval_free(eval);
}

void sample_release(Sample *sample)
{
    for (int k = 0; k < sample->prog.n_inputs; k++) free(sample->x[k]);
    free(sample->want);
}

void sample_at(const Sample *sample, size_t i, uint64_t *x)
{
    for (int k = 0; k < sample->prog.n_inputs; k++)
        x[k] = array_get((Type)sample->prog.node[k].type, sample->x[k], i);
}

size_t sample_first_wrong(const Sample *sample, const void *y, const char *what)
{
    const Prog *prog = &sample->prog;
    const Type type = prog_type(prog);
    for (size_t i = 0; i < sample->n_points; i++) {
        const uint64_t got = array_get(type, y, i), want = array_get(type, sample->want, i);
        if (bits_agree(type, got, want)) continue;
        Text text = {0};
        prog_print(&text, prog);
        fprintf(stderr, "%s of\n%sgives 0x%llx instead of 0x%llx on", what, text_get(&text),
                (unsigned long long)got, (unsigned long long)want);
        uint64_t x[PROG_INPUTS_MAX];
        sample_at(sample, i, x);
        for (int k = 0; k < prog->n_inputs; k++)
            fprintf(stderr, " 0x%llx", (unsigned long long)x[k]);
        fprintf(stderr, " (point %zu)\n", i);
        text_release(&text);
        return i;
    }
    return sample->n_points;
}

size_t sample_check_functions(const Sample *sample, void *scalar, void *array, const char *what)
{
    const Prog *prog = &sample->prog;
    const Type type = prog_type(prog);
    uint8_t *y = xcalloc(sample->n_points, 8);
    for (size_t i = 0; i < sample->n_points; i++) {
        uint64_t x[PROG_INPUTS_MAX];
        sample_at(sample, i, x);
        array_set(type, y, i, call_scalar(scalar, type, prog->n_inputs, x));
    }
    size_t wrong = sample_first_wrong(sample, y, what);
    if (wrong == sample->n_points) {
        call_array(array, prog->n_inputs, (const void *const *)sample->x, y, sample->n_points);
        wrong = sample_first_wrong(sample, y, what);
    }
    free(y);
    return wrong;
}
