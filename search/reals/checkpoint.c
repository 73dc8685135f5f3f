#include "search/reals/checkpoint.h"

#include "runtime/catalogue/entry.h"
#include "runtime/prog/prog_text.h"
#include "search/reals/reals_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char MAGIC[] = "approx-checkpoint ";
static const char CHECKSUM[] = "checksum ";

/* FNV-1a */
static uint64_t checksum_of(const char *text, size_t n)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < n; i++) hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3u;
    return hash;
}

/* Everything before the state. */
static void print_head(Text *out, const Goal *goal, const SearchOptions *options)
{
    text_add(out, "%s%d\nversion %s\n", MAGIC, CHECKPOINT_FORMAT, APPROX_VERSION);
    entry_print_goal(out, goal);
    text_add(out, "reference\n");
    prog_print(out, &goal->reference);
    text_add(out, "seed %llu\nfrom_scratch %s\nfront %s\n", (unsigned long long)options->seed,
             options->from_scratch ? "yes" : "no", options->want_front ? "yes" : "no");
}

void checkpoint_print(Text *out, const Goal *goal, const SearchOptions *options,
                      const RealsState *state)
{
    const size_t start = out->length;
    print_head(out, goal, options);
    reals_print(out, state);
    const uint64_t sum = checksum_of(out->data + start, out->length - start);
    text_add(out, "%s%016llx\n", CHECKSUM, (unsigned long long)sum);
}

/* -- reading ----------------------------------------------------------------------------- */

static Status check_format(const char *text, size_t length, Err *err)
{
    const size_t n = strlen(MAGIC);
    if (length <= n || memcmp(text, MAGIC, n) != 0 || !isdigit((unsigned char)text[n]))
        return fail(err, ERR_INPUT, "it is not a checkpoint");
    const long format = strtol(text + n, NULL, 10);
    if (format != CHECKPOINT_FORMAT)
        return fail(err, ERR_INPUT, "it is a checkpoint of format %ld, and this approxcc has %d",
                    format, CHECKPOINT_FORMAT);
    return OK;
}

static Status check_sum(const char *text, size_t length, size_t *body, Err *err)
{
    const size_t tail = strlen(CHECKSUM) + 16 + 1;
    if (length < tail || memcmp(text + length - tail, CHECKSUM, strlen(CHECKSUM)) != 0)
        return fail(err, ERR_INPUT, "it is damaged: its end is missing");
    *body = length - tail;
    char *end;
    const char *digits = text + *body + strlen(CHECKSUM);
    const uint64_t sum = strtoull(digits, &end, 16);
    if (end != digits + 16 || *end != '\n' || sum != checksum_of(text, *body) ||
        memchr(text, 0, length))
        return fail(err, ERR_INPUT, "it is damaged: its checksum does not match");
    return OK;
}

/* The length of the line at `at`, without its end. */
static size_t line_length(const char *text, size_t at) { return strcspn(text + at, "\n"); }

/* Compares line by line; *at is then behind the head. */
static Status check_head(const char *text, const char *head, size_t *at, Err *err)
{
    enum { SHOWN = 90 };
    const char *what = "goal";
    size_t i = 0;
    while (head[i]) {
        const size_t n_here = line_length(head, i), n_there = line_length(text, i);
        if (strncmp(head + i, "seed ", 5) == 0) what = "run";
        const bool is_version = strncmp(head + i, "version ", 8) == 0;
        if (n_here != n_there || memcmp(text + i, head + i, n_here) != 0)
            return fail(err, ERR_INPUT, "it is of another %s: there '%.*s', here '%.*s'",
                        is_version ? "version" : what, (int)(n_there < SHOWN ? n_there : SHOWN),
                        text + i, (int)(n_here < SHOWN ? n_here : SHOWN), head + i);
        if (text[i + n_here] != '\n') return fail(err, ERR_INPUT, "it is damaged: it has no state");
        i += n_here + 1;
    }
    *at = i;
    return OK;
}

Status checkpoint_parse(RealsState *state, const char *text, size_t length, const Goal *goal,
                        const SearchOptions *options, Err *err)
{
    size_t body = 0, at = 0;
    Status status = check_format(text, length, err);
    if (status == OK) status = check_sum(text, length, &body, err);
    if (status != OK) return status;
    char *copy = xmalloc(body + 1);
    memcpy(copy, text, body);
    copy[body] = 0;
    Text head = {0};
    print_head(&head, goal, options);
    status = check_head(copy, text_get(&head), &at, err);
    if (status == OK && !reals_parse(state, copy + at))
        status = fail(err, ERR_INPUT, "it is damaged: what the run knew cannot be read");
    text_release(&head);
    free(copy);
    return status;
}
