/* A signal synthesiser: three oscillators with frequency modulation, an envelope that decays, soft clipping at the end. */
#include "program.h"

#include <math.h>

enum { RATE = 48000, SAMPLES = 1 << 15 };

static void play(float *restrict out, int n)
{
    for (int i = 0; i < n; i++) {
        const float t = (float)i * (1.0f / RATE);
        const float vibrato = 0.3f * sinf(31.4f * t);
        const float a = sinf(1382.3f * t + vibrato + 2 * sinf(691.2f * t));
        const float b = sinf(2764.6f * t + cosf(12.5f * t));
        const float envelope = expf(-3 * t);
        const float filter = 1 / (1 + expf(4 - 8 * envelope));
        out[i] = tanhf(1.5f * envelope * (a + 0.5f * filter * b));
    }
}

int main(int argc, char **argv) { return program_run(argc, argv, play, SAMPLES, 100); }
