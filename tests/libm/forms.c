/* All forms of each function beside each other, on every STRIDE-th float. Compiled with a file functions.inc that has a line
   FUNCTION(name, array) for each function of the library, and for its vectors FORM_B(name) to FORM_E(name) or FORM_N(name). Prints a hash of the results for each function, so that
   those of two machines can be compared; ends with 1 if two forms that have the same program differ. */
#include "approxm.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { BLOCK = 64 };
#ifndef STRIDE
#define STRIDE 40009
#endif

static uint32_t bits_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return x != x ? 0x7fc00000 : bits;
}

static float float_of(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static int compare(const char *name, const char *form, const float *x, const float *y,
                   const float *z, int n)
{
    for (int i = 0; i < n; i++)
        if (bits_of(y[i]) != bits_of(z[i])) {
            printf("%s(%a): %a, its form %s has %a\n", name, (double)x[i], (double)y[i], form,
                   (double)z[i]);
            return 1;
        }
    return 0;
}

#define VECTOR_FORM(form, abi, lanes, name)                                                        \
    static void form##_##name(const float *x, float *y)                                            \
    {                                                                                              \
        for (int i = 0; i < BLOCK; i += lanes) {                                                   \
            approxm_f32x##lanes v;                                                                 \
            memcpy(&v, x + i, sizeof v);                                                           \
            v = abi##name(v);                                                                      \
            memcpy(y + i, &v, sizeof v);                                                           \
        }                                                                                          \
    }
#define FUNCTION(name, array)
#include "each_form.h"

typedef void (*Form)(const float *x, float *y);

/* Forms that share the program of the scalar function (but d where there is e); and b and c, which share theirs. */
typedef struct {
    const char *name;
    float (*volatile scalar)(float); /* not to be vectorised by the compiler */
    void (*array)(const float *x, float *y, size_t n);
    Form b, c, d, e, n2, n;
} Function;

#define FUNCTION(name, array) static Function forms_##name = {#name, name, array, 0, 0, 0, 0, 0, 0};
#define VECTOR_FORM(form, abi, lanes, name)
#include "each_form.h"

static int look(const Function *f)
{
    uint64_t hash = 1469598103934665603u;
    float x[BLOCK], y[BLOCK], z[BLOCK];
    int n_faults = 0;
    for (uint64_t at = 0; at < 0x100000000 && n_faults == 0; at += (uint64_t)STRIDE * BLOCK) {
        for (int i = 0; i < BLOCK; i++) x[i] = float_of((uint32_t)(at + (uint64_t)STRIDE * i));
        for (int i = 0; i < BLOCK; i++) y[i] = f->scalar(x[i]);
        for (int i = 0; i < BLOCK; i++) hash = (hash ^ bits_of(y[i])) * 1099511628211u;
        f->array(x, z, BLOCK - 3);
        n_faults += compare(f->name, "array", x, y, z, BLOCK - 3);
        if (f->e) f->e(x, z), n_faults += compare(f->name, "e", x, y, z, BLOCK);
        if (f->d && !f->e) f->d(x, z), n_faults += compare(f->name, "d", x, y, z, BLOCK);
        if (f->n) f->n(x, z), n_faults += compare(f->name, "n", x, y, z, BLOCK);
        if (f->n2) f->n2(x, z), n_faults += compare(f->name, "n of 64 bits", x, y, z, BLOCK);
        if (f->b && f->c) {
            f->b(x, y);
            f->c(x, z);
            n_faults += compare(f->name, "c beside b", x, y, z, BLOCK);
        }
    }
    printf("%s %016llx\n", f->name, (unsigned long long)hash);
    return n_faults;
}

int main(void)
{
    int n_faults = 0, n = 0;
#define FUNCTION(name, array)
#define VECTOR_FORM(form, abi, lanes, name) forms_##name.form = form##_##name;
#include "each_form.h"
#define FUNCTION(name, array) n++, n_faults += look(&forms_##name);
#define VECTOR_FORM(form, abi, lanes, name)
#include "each_form.h"
    return n_faults > 0 || n == 0;
}
