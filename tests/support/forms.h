/* Do programs keep the interpreter's bits in every form in which they are emitted? Each check fails the running test where they do
   not; it is false where it cannot be made. */
#ifndef TESTS_SUPPORT_FORMS_H
#define TESTS_SUPPORT_FORMS_H

#include "runtime/emit/targets.h"
#include "tests/support/sample.h"

/* As an object file for a target that runs here, made a shared library: scalar and array functions. */
void forms_check_object(const Sample *sample, int n, const Target *target);
/* As C files, compiled with -O2, -ffp-contract=off and `machine`. */
bool forms_check_c(const Sample *sample, int n, const char *compiler, const char *machine);
/* As an object file for a target that does not run here, by an emulator: qemu for aarch64, Bochs for x86-64-v4. The number of the first
   program with other bits (which are told on standard error), n if there is none, -1 if the emulator is not installed. */
bool forms_can_emulate(const char *target);
int forms_first_wrong_emulated(const Sample *sample, int n, const char *target);

/* Calls p0, p0_array, p1, ... of a shared library. */
void forms_check_library(const Sample *sample, int n, const char *path, const char *what);

#endif
