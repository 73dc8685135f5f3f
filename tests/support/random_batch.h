/* Random programs for one target, as Samples: of every type, with up to three inputs, tables, and all operators that the target has. */
#ifndef TESTS_SUPPORT_RANDOM_BATCH_H
#define TESTS_SUPPORT_RANDOM_BATCH_H

#include "runtime/emit/targets.h"
#include "tests/support/sample.h"

enum { RANDOM_BATCH = 35 };

void random_batch_init(Sample sample[RANDOM_BATCH], const Target *target, uint64_t seed);
void random_batch_release(Sample sample[RANDOM_BATCH]);

#endif
