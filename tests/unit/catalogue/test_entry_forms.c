/* Every entry of the catalogue gives the interpreter's bits as an object file on every level that runs here, as C under gcc and
   clang, and for aarch64 under qemu; those of its programs that a target can have. */
#include "runtime/base/rng.h"
#include "runtime/catalogue/catalogue.h"
#include "runtime/measure/cost.h"
#include "tests/support/forms.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

typedef struct {
    Sample *sample;
    int n;
} Programs;

/* Those of all entries that can be computed on the target; NULL: all. */
static Programs programs_new(const Target *target)
{
    Programs programs = {xcalloc((size_t)catalogue_count() + 1, sizeof *programs.sample), 0};
    Entry *entry = xmalloc(sizeof *entry);
    Rng rng = rng_new(1, 0);
    for (int i = 0; i < catalogue_count(); i++) {
        assert_int_equal(catalogue_load(entry, i, NULL), OK);
        if (target && !isfinite(cost_estimate(&entry->prog, target->name).throughput)) continue;
        sample_init(&programs.sample[programs.n++], &entry->prog, &rng);
    }
    free(entry);
    return programs;
}

static void programs_free(Programs *programs)
{
    for (int i = 0; i < programs->n; i++) sample_release(&programs->sample[i]);
    free(programs->sample);
}

static void as_object_files(void **state)
{
    for (const Target *target = TARGETS; target->name; target++) {
        if (!target_is_runnable(target)) continue;
        Programs programs = programs_new(target);
        if (programs.n > 0) forms_check_object(programs.sample, programs.n, target);
        programs_free(&programs);
    }
}

static void check_c(const char *compiler)
{
    Programs programs = programs_new(NULL);
    const bool is_checked = forms_check_c(programs.sample, programs.n, compiler, "-O2");
    programs_free(&programs);
    if (!is_checked) skip();
}

static void as_c_under_gcc(void **state) { check_c("gcc"); }
static void as_c_under_clang(void **state) { check_c("clang-19"); }

static void for_aarch64_under_qemu(void **state)
{
    Programs programs = programs_new(target_find("aarch64"));
    const bool is_checked = forms_check_under_qemu(programs.sample, programs.n);
    programs_free(&programs);
    if (!is_checked) skip();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_object_files),
        cmocka_unit_test(as_c_under_gcc),
        cmocka_unit_test(as_c_under_clang),
        cmocka_unit_test(for_aarch64_under_qemu),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
