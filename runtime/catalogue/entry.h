/* An Entry is a catalogue record and the content of a .approx file: what was
   wanted, the program, what the judge found, and how it came to be. The text form
   is described in docs/formats.md; printing and parsing again gives the same Entry. */
#ifndef APPROX_CATALOGUE_ENTRY_H
#define APPROX_CATALOGUE_ENTRY_H

#include "runtime/base/text.h"
#include "runtime/prog/goal.h"
#include "runtime/prog/report.h"

enum { ENTRY_COMMAND_MAX = 2048, ENTRY_FILE_MAX = 16 * 1024 * 1024 };

typedef struct {
    Goal goal; /* reference.n is 0 after parsing a file that gives only the expression */
    Prog prog;
    bool has_report;
    Report report;
    /* Measured or modelled cost; 0 where unknown. Nanoseconds per value. */
    double throughput_ns, latency_ns;
    bool is_modelled; /* told by a model of the cpu, not by the clock */
    char cpu[64];
    char date[12]; /* of the measurement, "2026-11-22"; empty where unknown */
    int lanes;
    int vectors; /* that a turn of the array function took when it was timed; 0: unknown */
    uint64_t seed;
    char command[ENTRY_COMMAND_MAX];
    char version[32];
} Entry;

void entry_print(Text *out, const Entry *entry);
/* The lines that say what is wanted, but for the reference. */
void entry_print_goal(Text *out, const Goal *goal);

/* Parses a whole .approx text. The program and the reference are valid afterwards, the program an answer of
   the goal's type; the claim is whatever the file says. */
Status entry_parse(Entry *out, const char *text, size_t length, Err *err);

/* The bound as text ("1ulp", "1e-6rel", "14digits") to a Bound; false if it is none. */
bool bound_parse(const char *text, Bound *out);
/* The same bound as it is meant in a type: of floats, b right bits of p are 2^(p-1-b) ulp, so that results that are
   subnormal can have them, too. Safe to call twice. */
void bound_settle(Bound *bound, Type type);

#endif
