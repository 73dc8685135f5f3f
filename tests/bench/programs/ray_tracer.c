/* A ray tracer: spheres with a pattern by angles, fog that thins with height, and a sky; one brightness per pixel. Rays of a row
   go together, so that what they need of math is in loops over arrays. */
#include "program.h"

#include <math.h>

enum { WIDTH = 256, HEIGHT = 128, SPHERES = 3 };
static const struct {
    float x, y, z, r;
} SPHERE[SPHERES] = {{0, 0, 5, 1.2f}, {-2, 0.5f, 7, 1}, {2.2f, -0.4f, 6, 0.8f}};

/* Distance along the rays (dx[i], dy, 1) to the nearest sphere, 40 if none, and the normal there. */
static void intersect(const float *dx, float dy, float *t, float *nx, float *ny, float *nz)
{
    for (int i = 0; i < WIDTH; i++) {
        const float inverse = 1 / sqrtf(dx[i] * dx[i] + dy * dy + 1);
        const float x = dx[i] * inverse, y = dy * inverse, z = inverse;
        t[i] = 40;
        nx[i] = 0;
        ny[i] = 1;
        nz[i] = 0;
        for (int k = 0; k < SPHERES; k++) {
            const float along = x * SPHERE[k].x + y * SPHERE[k].y + z * SPHERE[k].z;
            const float apart = SPHERE[k].x * SPHERE[k].x + SPHERE[k].y * SPHERE[k].y +
                                SPHERE[k].z * SPHERE[k].z - along * along;
            const float left = SPHERE[k].r * SPHERE[k].r - apart;
            const float hit = along - sqrtf(left > 0 ? left : 0);
            const int is_hit = left > 0 && hit < t[i];
            t[i] = is_hit ? hit : t[i];
            nx[i] = is_hit ? (x * hit - SPHERE[k].x) / SPHERE[k].r : nx[i];
            ny[i] = is_hit ? (y * hit - SPHERE[k].y) / SPHERE[k].r : ny[i];
            nz[i] = is_hit ? (z * hit - SPHERE[k].z) / SPHERE[k].r : nz[i];
        }
    }
}

static void shade(float *restrict out, const float *t, const float *nx, const float *ny,
                  const float *nz, float height)
{
    for (int i = 0; i < WIDTH; i++) {
        const float pattern = sinf(9 * nx[i]) * cosf(7 * ny[i]);
        const float light = 0.5f * nx[i] + 0.7f * ny[i] - 0.5f * nz[i];
        const float lit = light > 0.05f ? light : 0.05f;
        const float shine = expf(20 * logf(lit));
        const float surface = 0.3f + 0.4f * lit + 0.2f * pattern + 0.5f * shine;
        const float fog = expf(-0.1f * t[i] * expf(-0.5f * height));
        const float sky = 0.5f + 0.5f * tanhf(height);
        out[i] = fog * surface + (1 - fog) * sky;
    }
}

static void render(float *out, int n)
{
    static float dx[WIDTH], t[WIDTH], nx[WIDTH], ny[WIDTH], nz[WIDTH];
    for (int i = 0; i < WIDTH; i++) dx[i] = ((float)i - WIDTH / 2) * (2.0f / WIDTH);
    for (int row = 0; row < n / WIDTH; row++) {
        const float dy = (HEIGHT / 2 - (float)row) * (2.0f / WIDTH);
        intersect(dx, dy, t, nx, ny, nz);
        shade(out + row * WIDTH, t, nx, ny, nz, dy + 0.5f);
    }
}

int main(int argc, char **argv) { return program_run(argc, argv, render, WIDTH * HEIGHT, 100); }
