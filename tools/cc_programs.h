/* .fpcore and .approx files among the compiler driver's inputs: compiled like sources. */
#ifndef APPROX_TOOLS_CC_PROGRAMS_H
#define APPROX_TOOLS_CC_PROGRAMS_H

#include "frontend/driver.h"

typedef struct {
    Text *temporary; /* objects that go when the linker has had them */
    int n;
    bool is_all_done; /* there is nothing left for clang */
} CcPrograms;

/* Compiles these inputs: a core by `synth`, with the bound of -fapprox-max-error and its kin and the processor of -march and its kin, a program after it was
   judged. With -c or -S the files appear beside, as clang's would, else each is replaced in the plan by a temporary object. The code is
   the exit status of what failed, 0 if all went well; messages have been printed. */
int cc_programs_compile(CcPrograms *out, DriverPlan *plan, bool is_cxx);
void cc_programs_release(CcPrograms *programs);

#endif
