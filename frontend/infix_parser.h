/* The state of infix_parse, the nodes that it makes and the words that it takes. After the first error every function that
   gives a Ref gives NONE. Internal to infix.c. */
#ifndef APPROX_FRONTEND_INFIX_PARSER_H
#define APPROX_FRONTEND_INFIX_PARSER_H

#include "runtime/prog/prog.h"

enum {
    NONE = 0xffff,    /* no Ref: there was an error */
    LOCALS_MAX = 200, /* names in front of the result */
    ORDER_MAX = 1000, /* of a Bessel function */
};

/* A word of the user's that means a node. */
typedef struct {
    char name[PROG_NAME_MAX];
    Ref ref;
} Name;

typedef struct {
    const char *text;
    size_t length, at;
    int depth;
    bool has_free_variables; /* unknown words become inputs */
    Node node[PROG_MAX];
    int n;
    Name variable[PROG_INPUTS_MAX], local[LOCALS_MAX];
    int n_variables, n_locals;
    Status status;
    Err *err;
} Parser;

/* The first error, at a place in the text. */
Ref infix_wrong(Parser *p, Status status, size_t at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Nodes; equal ones are made once. The type of an operator's is that of its operands. */
Ref infix_add_node(Parser *p, Node node);
Ref infix_add_op(Parser *p, Op op, Ref a, Ref b, Ref c);
Ref infix_add_real(Parser *p, Real value);
Ref infix_add_variable(Parser *p, const char *name, size_t at);

void infix_skip_space(Parser *p);

/* Takes `word` if it comes next. */
bool infix_take(Parser *p, const char *word);

bool infix_is_word_start(char c);
bool infix_is_word(char c);

/* Reads a word of at most PROG_NAME_MAX - 1 letters; false if it is longer. */
bool infix_take_word(Parser *p, char name[PROG_NAME_MAX]);

/* What was expected, and what stands there. */
Ref infix_unexpected(Parser *p, const char *wanted);

#endif
