/* The compiler driver's command line: what is clang's goes on unchanged, what is ours becomes the words of a Policy
   (runtime/catalogue/policy.h), which the inner clang gets as one argument. */
#ifndef APPROX_FRONTEND_DRIVER_H
#define APPROX_FRONTEND_DRIVER_H

#include "runtime/base/text.h"

typedef struct {
    char **argument; /* clang's, from argv[1] on, NULL behind the last */
    int n;
    Text words;    /* of the Policy, one per option; empty without options of ours */
    Text warnings; /* one per line, with its group: "... [-Wapprox-override]" */
    char *report;  /* of -fapprox-report, or NULL */
    bool checks;   /* -fapprox-check */
    bool has_said_store; /* -fapprox-store or -fno-approx-store */
    bool compiles; /* some input goes through the compiler's middle end */
    bool links;
    bool is_thin_lto_with_lld;
} DriverPlan;

/* Values are checked here; what is wrong is one sentence that names the option. `argv` must outlive the plan. */
Status driver_plan(DriverPlan *out, int argc, char **argv, Err *err);
/* Adds the user's store to the words. */
void driver_add_store(DriverPlan *plan, const char *path);
/* After arguments were exchanged: what there is to do now. */
void driver_look_again(DriverPlan *plan);
void driver_release(DriverPlan *plan);

#endif
