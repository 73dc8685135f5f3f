/* compare A B: the largest difference of two files of floats, relative to the larger of 1 and the magnitude. */
#include <math.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    FILE *const a = argc == 3 ? fopen(argv[1], "rb") : NULL, *const b =
                                                                 a ? fopen(argv[2], "rb") : NULL;
    if (!b) return 2;
    double worst = 0;
    float x, y;
    size_t n = 0, m = 0;
    while ((n = fread(&x, sizeof x, 1, a)) + (m = fread(&y, sizeof y, 1, b)) == 2) {
        const double difference = fabs((double)x - y) / fmax(1, fabs((double)x));
        if (!(difference <= worst)) worst = difference;
    }
    printf("%.3g\n", worst);
    return n != m;
}
