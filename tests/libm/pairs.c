/* Special values of hypotf in every form of the library: what C's Annex F says (F.10.4.3) of both arguments. Prints what is wrong. */
#include "approxm.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { N = 8 }; /* of the widest vectors */

static int n_wrong;

static void look(const char *form, float x, float y, float got, float want)
{
    if (memcmp(&got, &want, sizeof got) == 0 || (isnan(got) && isnan(want))) return;
    n_wrong++;
    printf("%s: hypotf(%a, %a) is %a, not %a\n", form, (double)x, (double)y, (double)got, (double)want);
}

#define VECTOR(form, lanes)                                                                        \
    {                                                                                              \
        approxm_f32x##lanes v, w;                                                                  \
        memcpy(&v, x, sizeof v);                                                                   \
        memcpy(&w, y, sizeof w);                                                                   \
        v = form(v, w);                                                                            \
        for (int i = 0; i < lanes; i++) look(#form, a, b, v[i], want);                             \
    }

int main(void)
{
    const float inf = INFINITY;
    const float row[][3] = {{0, 0, 0},       {-0.0f, 0, 0},       {-0.0f, -0.0f, 0}, {inf, 1, inf},
                            {inf, NAN, inf}, {-inf, NAN, inf},    {NAN, inf, inf},   {NAN, -inf, inf},
                            {NAN, 1, NAN},   {1, NAN, NAN},       {NAN, NAN, NAN},   {-3, 4, 5},
                            {3e38f, 3e38f, inf}, {0x1p-149f, 0, 0x1p-149f}, {0, -0x1p-149f, 0x1p-149f}, {-0x1.8p-148f, 0x1p-147f, 0x1.4p-147f}};
    for (size_t k = 0; k < sizeof row / sizeof *row; k++) {
        const float a = row[k][0], b = row[k][1], want = row[k][2];
        float x[N], y[N], r[N];
        for (int i = 0; i < N; i++) x[i] = a, y[i] = b;
        look("scalar", a, b, hypotf(*(volatile float *)x, *(volatile float *)y), want);
        approx_hypotf_array(x, y, r, N);
        for (int i = 0; i < N; i++) look("array", a, b, r[i], want);
#if defined __AVX2__
        VECTOR(_ZGVbN4vv_hypotf, 4)
        VECTOR(_ZGVcN8vv_hypotf, 8)
        VECTOR(_ZGVdN8vv_hypotf, 8)
#elif defined __aarch64__
        VECTOR(_ZGVnN2vv_hypotf, 2)
        VECTOR(_ZGVnN4vv_hypotf, 4)
#endif
    }
    return n_wrong > 0;
}
