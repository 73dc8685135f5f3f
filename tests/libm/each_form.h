/* Of every vector form that functions.inc lists, VECTOR_FORM(form, abi, lanes, name), and of every function FUNCTION(name, array); the includer defines
   both. Neither is defined afterwards. */
#define FORM_B(name) VECTOR_FORM(b, _ZGVbN4v_, 4, name)
#define FORM_C(name) VECTOR_FORM(c, _ZGVcN8v_, 8, name)
#define FORM_D(name) VECTOR_FORM(d, _ZGVdN8v_, 8, name)
#ifdef __AVX512F__
#define FORM_E(name) VECTOR_FORM(e, _ZGVeN16v_, 16, name)
#else
#define FORM_E(name)
#endif
#define FORM_N2(name) VECTOR_FORM(n2, _ZGVnN2v_, 2, name)
#define FORM_N(name) VECTOR_FORM(n, _ZGVnN4v_, 4, name)
#include "functions.inc"
#undef VECTOR_FORM
#undef FUNCTION
#undef FORM_B
#undef FORM_C
#undef FORM_D
#undef FORM_E
#undef FORM_N2
#undef FORM_N
