/* The loop of the script `loops`: FUNCTION over an array, under the name NAME. */
#include <math.h>

void NAME(float *restrict y, const float *restrict x, int n);
void NAME(float *restrict y, const float *restrict x, int n)
{
    for (int i = 0; i < n; i++) y[i] = FUNCTION(x[i]);
}
