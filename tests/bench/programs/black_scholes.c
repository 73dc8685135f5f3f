/* Prices of European options by the formula of Black and Scholes, calls and puts, over arrays. */
#include "program.h"

#include <math.h>

enum { N = 1 << 14 };
static float spot[N], strike[N], years[N], rate[N], volatility[N];

static float normal_cdf(float x) { return 0.5f * (1 + erff(x * 0.70710678f)); }

static void price(float *restrict out, int n)
{
    for (int i = 0; i < n; i++) {
        const float spread = volatility[i] * sqrtf(years[i]);
        const float d1 = (logf(spot[i] / strike[i]) +
                          (rate[i] + 0.5f * volatility[i] * volatility[i]) * years[i]) /
                         spread;
        const float today = strike[i] * expf(-rate[i] * years[i]);
        const float call = spot[i] * normal_cdf(d1) - today * normal_cdf(d1 - spread);
        out[i] = i & 1 ? call - spot[i] + today : call;
    }
}

int main(int argc, char **argv)
{
    unsigned state = 1;
    for (int i = 0; i < N; i++) {
        spot[i] = program_random(&state, 10, 100);
        strike[i] = program_random(&state, 10, 100);
        years[i] = program_random(&state, 0.1f, 3);
        rate[i] = program_random(&state, 0.01f, 0.1f);
        volatility[i] = program_random(&state, 0.1f, 0.6f);
    }
    return program_run(argc, argv, price, N, 200);
}
