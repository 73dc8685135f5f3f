/* The three ways of looking at a Prog, chosen by verify. Each fills the errors, the worst
   input and the number of points of the Report. Internal to runtime/measure. */
#ifndef APPROX_MEASURE_VERIFY_KINDS_H
#define APPROX_MEASURE_VERIFY_KINDS_H

#include "runtime/measure/judge.h"
#include "runtime/measure/scan.h"

/* f16, bf16, f32 of one variable: every float, or every stride-th. */
Status verify_every_float(Judge *judge, Report *report, Err *err);

/* f64, or several variables: random points, thickest where errors tend to be large. */
Status verify_samples(Judge *judge, Report *report, Err *err);

/* real: a grid, then the maxima between its points. */
Status verify_real(Judge *judge, Report *report, Err *err);

/* Puts what a scan found into the Report. */
Status report_found(Judge *judge, Report *report, const Found *found, Err *err);

#endif
