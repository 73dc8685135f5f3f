/* What may be done with math calls: a Policy is a list of rules in the order in which they were given, a Wish what comes
   out of it for one call. Both are written as words, in annotations ("approx: max_ulp=2 range=[-10,0]"), in pass parameters
   (approx<max-ulp=2;range=-10:0>) and by the compiler driver (-mllvm -approx=...); docs/passes.md lists them. */
#ifndef APPROX_CATALOGUE_POLICY_H
#define APPROX_CATALOGUE_POLICY_H

#include "runtime/prog/goal.h"

/* What a Wish says something about. */
enum { SAYS_OFF = 1, SAYS_BOUND = 2, SAYS_RANGE = 4, SAYS_EXPECTED = 8, SAYS_EXCLUDED = 16 };

/* An interval of arguments, ends included. */
typedef struct {
    double lo, hi;
} Interval;

/* What is wanted of one call, or of all of some functions. Members that `says` does not name mean nothing. */
typedef struct {
    unsigned says;
    bool is_off;
    char bound[32];    /* as bound_parse reads it, or high, medium, low */
    Interval range;    /* the arguments are in it: who says so answers for it */
    Interval expected; /* they mostly are */
    unsigned excluded; /* of specials.h */
} Wish;

/* Takes over what `from` says. */
void wish_take(Wish *to, const Wish *from);
/* Takes over what words say about a function. False, and nothing changes, if they are wrong. */
bool wish_read(Wish *to, const char *words, const char *function);
/* The bound for a number type; false if the wish has none. */
bool wish_bound(const Wish *wish, Type type, Bound *out);

enum { INLINE_AUTO, INLINE_ALWAYS, INLINE_NEVER };

typedef struct {
    Wish wish;
    char functions[512]; /* "expf,sinf"; empty: all */
} Rule;

enum { POLICY_RULES_MAX = 256, POLICY_PATH_MAX = 4096 };
typedef struct {
    Rule rule[POLICY_RULES_MAX];
    int n;
    bool has_afn; /* the fast-math flag afn asks for 4 ulp */
    bool checks;  /* replaced calls are compared with the original while the program runs */
    int inlining;
    char function[32];            /* of an annotation: what the function it stands at computes */
    char report[POLICY_PATH_MAX]; /* where the report goes, or "" */
    char store[POLICY_PATH_MAX];  /* the user's store (store.h), or "": it is left out */
} Policy;

/* Adds the rules of a text. Words are divided by spaces, tabs or ';'. */
Status policy_parse(Policy *policy, const char *text, Err *err);
/* Do the words ask for anything? Where the store is asks for nothing. */
bool policy_asks(const char *text);
/* What the rules say about a function, by its name in C. */
Wish policy_wish(const Policy *policy, const char *function);

/* The interval of "lo:hi" or "[lo,hi]"; numbers are decimal or hex, inf, and pi times or over a number. */
bool interval_parse(const char *text, Interval *out);

#endif
