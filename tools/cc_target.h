/* Which row of targets.def the options of a compiler's command line mean: -march=haswell, -mavx2 -mfma, --target=aarch64-linux-gnu. */
#ifndef APPROX_TOOLS_CC_TARGET_H
#define APPROX_TOOLS_CC_TARGET_H

#include "frontend/driver.h"
#include "runtime/emit/targets.h"

/* The most able row whose code clang's output for these options can have beside it, which is the one that calls in C files of the same
   command get. Without such options the least. The code is an exit status; messages have been printed. */
int cc_target(const Target **out, const DriverPlan *plan, bool is_cxx);

#endif
