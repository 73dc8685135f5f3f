/* Every entry of the catalogue gives the interpreter's bits as an object file on every level that runs here, as C under gcc and
   clang, and for aarch64 under qemu; those of its programs that a target can have. For x86-64-v4: tests/emulated. */
#include "tests/support/entries.h"
#include "tests/support/forms.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static void as_object_files(void **state)
{
    for (const Target *target = TARGETS; target->name; target++) {
        if (!target_is_runnable(target)) continue;
        EntrySamples programs = entry_samples_new(NULL, target, SAMPLE_POINTS);
        if (programs.n > 0) forms_check_object(programs.sample, programs.n, target);
        entry_samples_free(&programs);
    }
}

static void check_c(const char *compiler)
{
    EntrySamples programs = entry_samples_new(NULL, NULL, SAMPLE_POINTS);
    const bool is_checked = forms_check_c(programs.sample, programs.n, compiler, "-O2");
    entry_samples_free(&programs);
    if (!is_checked) skip();
}

static void as_c_under_gcc(void **state) { check_c("gcc"); }
static void as_c_under_clang(void **state) { check_c("clang-19"); }

static void for_aarch64_under_qemu(void **state)
{
    EntrySamples programs = entry_samples_new(NULL, target_find("aarch64"), SAMPLE_POINTS);
    const int n = programs.n;
    const int first_wrong = forms_first_wrong_emulated(programs.sample, n, "aarch64");
    entry_samples_free(&programs);
    if (first_wrong < 0) skip();
    assert_int_equal(first_wrong, n);
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
