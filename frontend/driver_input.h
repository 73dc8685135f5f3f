/* What kind of compilation clang's arguments ask for. */
#ifndef APPROX_FRONTEND_DRIVER_INPUT_H
#define APPROX_FRONTEND_DRIVER_INPUT_H

#include <stdbool.h>

/* Does this option of clang's take the next argument as its value? */
bool driver_option_has_value(const char *argument);

typedef struct {
    bool compiles, links, is_thin_lto, uses_lld;
} DriverWork;
DriverWork driver_work(char *const *argument, int n);

#endif
