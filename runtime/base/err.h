/* How things go wrong here. What the world can get wrong (bad input, a full
   disk, LLVM refusing) is a Status returned and one sentence in the caller's
   Err; what only we can get wrong is an assert. An Err is untouched on success.
   Only tools/ prints. Out of memory aborts. */
#ifndef APPROX_BASE_ERR_H
#define APPROX_BASE_ERR_H

#include <stddef.h>

typedef enum {
    OK = 0,
    ERR_INPUT,       /* what the user gave is wrong */
    ERR_UNSUPPORTED, /* right, but not something we can do */
    ERR_LIMIT,       /* a named limit was reached */
    ERR_SYSTEM,      /* a file, a disk, memory mapping, ... */
    ERR_UNDECIDED,   /* the oracle could not decide within its precision limit */
    ERR_INTERRUPTED, /* the caller's stop flag was set */
    ERR_INTERNAL,    /* a library refused what should have worked */
} Status;

enum { ERR_TEXT_MAX = 1000 }; /* one sentence, or one and an excerpt with a caret */

/* `text` is the sentence. For text inputs `line` and `column` count from 1 and
   `excerpt` is the offending line (shortened), with the caret at `caret` (from 0). */
typedef struct {
    char text[ERR_TEXT_MAX];
    int line, column;
    char excerpt[160];
    int caret;
    char source[16]; /* what the place is in, where it is not the file being read: "--domain" */
} Err;

/* Sets err->text (err may be NULL) and returns `status`, so that a failing
   function can end in `return fail(err, ERR_INPUT, "...", ...)`. */
Status fail(Err *err, Status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a fault at text[offset] of an input of `length` bytes: fills line,
   column and the excerpt too. */
Status fail_at(Err *err, Status status, const char *text, size_t length, size_t offset,
               const char *format, ...) __attribute__((format(printf, 6, 7)));

/* Notes what the place is in, if there is one, and passes `status` on. */
Status fail_in(Err *err, Status status, const char *source);

/* malloc, calloc, realloc and strdup that abort when memory is out. */
void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t size);
char *xstrdup(const char *text);

#endif
