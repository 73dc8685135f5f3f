/* compare_bits LIBRARY SYMBOL ENTRY STRIDE: does `void SYMBOL(const float *, float *, long)` of the shared library give, for every STRIDE-th float of
   the entry's domain, the bits that the interpreter gives for the catalogue's entry? NaN is NaN. */
#include "runtime/catalogue/catalogue.h"
#include "runtime/prog/eval.h"

#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 4099 }; /* no multiple of any vector's length */

static int complain(const char *what, const char *detail)
{
    fprintf(stderr, "compare_bits: %s: %s\n", what, detail);
    return 2;
}

int main(int argc, char **argv)
{
    if (argc != 5) return complain("usage", "compare_bits LIBRARY SYMBOL ENTRY STRIDE");
    void *const library = dlopen(argv[1], RTLD_NOW);
    if (!library) return complain("library", dlerror());
    void (*function)(const float *, float *, long);
    *(void **)&function = dlsym(library, argv[2]);
    if (!function) return complain("symbol", argv[2]);
    Err err = {0};
    static Entry entry;
    const int index = catalogue_index(argv[3]);
    if (index < 0 || catalogue_load(&entry, index, &err) != OK) return complain("entry", argv[3]);
    Eval *eval;
    if (eval_new(&eval, &entry.prog, NULL, &err) != OK) return complain("interpreter", err.text);
    const Domain *const domain = &entry.goal.domain[0];
    const int64_t stride = atol(argv[4]);
    const int64_t first =
        domain->is_all ? ordered_from_bits(TYPE_F32, 0xff800000) : domain_first(domain, TYPE_F32);
    const int64_t last =
        domain->is_all ? ordered_from_bits(TYPE_F32, 0x7f800000) : domain_last(domain, TYPE_F32);
    static float x[BLOCK], y[BLOCK], want[BLOCK];
    long n_inputs = 0, n_different = 0;
    for (int64_t at = first; at <= last;) {
        int n = 0;
        for (; n < BLOCK && at <= last; n++, at += stride)
            x[n] = float_of_bits((uint32_t)bits_from_ordered(TYPE_F32, at));
        if (at > last && domain->is_all) x[n - 1] = NAN;
        const void *const input = x;
        eval_run(eval, &input, want, (size_t)n);
        function(x, y, n);
        n_inputs += n;
        for (int i = 0; i < n; i++) {
            if (memcmp(&y[i], &want[i], 4) == 0 || (isnan(y[i]) && isnan(want[i]))) continue;
            if (n_different++ == 0)
                fprintf(stderr, "%s(%a) is %a, not %a\n", argv[2], x[i], y[i], want[i]);
        }
    }
    eval_free(eval);
    if (n_different) printf("%ld of %ld results differ\n", n_different, n_inputs);
    return n_different != 0 || n_inputs == 0;
}
