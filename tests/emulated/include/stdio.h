/* As much of C's library as the test programs need that run with no system below them: reading standard input and writing standard output. */
#ifndef TESTS_EMULATED_STDIO_H
#define TESTS_EMULATED_STDIO_H

#include <stddef.h>

typedef struct FILE FILE;
extern FILE *const stdin, *const stdout;

/* Both count in bytes: size * n of them or none. */
size_t fread(void *to, size_t size, size_t n, FILE *in);
size_t fwrite(const void *from, size_t size, size_t n, FILE *out);
/* %s, %d, %a (as the bits of the double) and %016llx. */
int printf(const char *format, ...);

#endif
