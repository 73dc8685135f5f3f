/* include/ for a machine that is only memory. Standard input lies at INPUT, in the ROM; standard output is gathered at OUTPUT. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is in front of either; `run` writes and reads it. */
typedef struct {
    uint64_t length; /* of what follows */
    uint64_t status; /* of the program, and that it ended */
} Header;

#define INPUT 0xfff00000
enum { OUTPUT = 0x1000000, OUTPUT_MAX = 0x1000000, HAS_ENDED = 0x100 };

struct FILE {
    uintptr_t header;
    uint64_t at, size;
};

static FILE input = {INPUT, 0, 0}, output = {OUTPUT, 0, OUTPUT_MAX - sizeof(Header)};
FILE *const stdin = &input, *const stdout = &output;

void emulator_stop(void);

static Header *header_of(const FILE *file) { return (Header *)file->header; }

static uint8_t *next_of(const FILE *file) { return (uint8_t *)(header_of(file) + 1) + file->at; }

size_t fread(void *to, size_t size, size_t n, FILE *in)
{
    if (header_of(in)->length - in->at < size * n) return 0;
    memcpy(to, next_of(in), size * n);
    in->at += size * n;
    return n;
}

size_t fwrite(const void *from, size_t size, size_t n, FILE *out)
{
    if (out->size - out->at < size * n) exit(120);
    memcpy(next_of(out), from, size * n);
    out->at += size * n;
    return n;
}

/* Functions that are chosen by the processor: the linker leaves where their addresses go and who finds them out. */
typedef struct {
    uint64_t *place;
    uint64_t kind;
    uint64_t (*resolver)(void);
} Chosen;

extern const Chosen __rela_iplt_start[], __rela_iplt_end[];

void choose_functions(void)
{
    for (const Chosen *chosen = __rela_iplt_start; chosen < __rela_iplt_end; chosen++)
        *chosen->place = chosen->resolver();
}

_Noreturn void exit(int status)
{
    header_of(stdout)->length = stdout->at;
    header_of(stdout)->status = HAS_ENDED | (status & 0xff);
    emulator_stop();
    for (;;) continue;
}

static void print_text(const char *s)
{
    while (*s) fwrite(s++, 1, 1, stdout);
}

static void print_number(uint64_t n, unsigned base, int n_digits)
{
    char digits[24];
    int at = sizeof digits;
    digits[--at] = 0;
    do {
        digits[--at] = "0123456789abcdef"[n % base];
        n /= base;
    } while (n > 0 || (int)sizeof digits - 1 - at < n_digits);
    print_text(digits + at);
}

static void print_double(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    print_text("bits ");
    print_number(bits, 16, 16);
}

int printf(const char *format, ...)
{
    static const char LONG_HEX[] = "%016llx";
    va_list more;
    va_start(more, format);
    for (const char *p = format; *p; p++) {
        if (*p != '%') {
            fwrite(p, 1, 1, stdout);
        } else if (p[1] == 's') {
            print_text(va_arg(more, const char *)), p++;
        } else if (p[1] == 'd') {
            print_number((uint64_t)va_arg(more, int), 10, 1), p++;
        } else if (p[1] == 'a') {
            print_double(va_arg(more, double)), p++;
        } else if (memcmp(p, LONG_HEX, sizeof LONG_HEX - 1) == 0) {
            print_number(va_arg(more, unsigned long long), 16, 16), p += sizeof LONG_HEX - 2;
        } else {
            exit(121); /* what this does not know */
        }
    }
    va_end(more);
    return 0;
}

void *memcpy(void *to, const void *from, size_t n)
{
    __asm__ volatile("rep movsb" : "+D"((void *){to}), "+S"(from), "+c"(n) : : "memory");
    return to;
}

void *memmove(void *to, const void *from, size_t n)
{
    uint8_t *t = to;
    const uint8_t *f = from;
    if (t < f)
        for (size_t i = 0; i < n; i++) t[i] = f[i];
    else
        while (n-- > 0) t[n] = f[n];
    return to;
}

void *memset(void *to, int byte, size_t n)
{
    void *at = to;
    __asm__ volatile("rep stosb" : "+D"(at), "+c"(n) : "a"(byte) : "memory");
    return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
    const uint8_t *x = a, *y = b;
    for (size_t i = 0; i < n; i++)
        if (x[i] != y[i]) return x[i] < y[i] ? -1 : 1;
    return 0;
}
