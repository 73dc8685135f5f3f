#include "tests/support/random_batch.h"

#include "tests/support/random_prog.h"

void random_batch_init(Sample sample[RANDOM_BATCH], const Target *target, uint64_t seed)
{
    Rng rng = rng_new(seed, 0);
    for (int i = 0; i < RANDOM_BATCH; i++) {
        const RandomProg options = {.type = (Type)(TYPE_F16 + i % 7),
                                    .n_inputs = 1 + i / 7 % 3,
                                    .n_ops = 5 + i,
                                    .allow_fma = target->has_fma,
                                    .allow_scaling = target->has_scaling,
                                    .is_likely = i % 3 == 2,
                                    .allow_tables = i % 2};
        const Prog prog = random_prog(&options, &rng);
        sample_init(&sample[i], &prog, &rng);
    }
}

void random_batch_release(Sample sample[RANDOM_BATCH])
{
    for (int i = 0; i < RANDOM_BATCH; i++) sample_release(&sample[i]);
}
