#include "bell.h"
#include "fast_expf.h"

#include <math.h>
#include <stdio.h>

int main(void)
{
    float x[100], y[100];
    double worst = 0;
    for (int i = 0; i < 100; i++) x[i] = (float)(i - 50) / 10;
    fast_expf_array(x, y, 100);
    for (int i = 0; i < 100; i++) worst = fmax(worst, fabs(y[i] / exp(x[i]) - 1));
    printf("%s, %g\n", worst < 1.2e-7 ? "exp is right" : "exp is wrong", (double)bell((_Float16)1));
    return 0;
}
