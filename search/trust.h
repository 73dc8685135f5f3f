/* How far what is believed of programs can be trusted that differ in their constants only: they have the same roundings, of which
   a sample sees too little in all of them. */
#ifndef APPROX_SEARCH_TRUST_H
#define APPROX_SEARCH_TRUST_H

#include "runtime/prog/prog.h"

typedef struct {
    uint64_t form;
    int n_refused; /* by the judge */
    int n_mended;  /* tuned again after a close look */
    /* What the judge found of them, relative to what was believed, both without the error of the last rounding. At least 1. */
    double optimism;
} Trust;

typedef struct {
    Trust *item;
    int n;
} TrustList;

/* That of the program's form; made if it is new. Good until the next is made. */
Trust *trust_of(TrustList *list, const Prog *prog);
/* The same; what holds for new ones if there is none. */
Trust trust_look_up(const TrustList *list, const Prog *prog);
void trust_list_release(TrustList *list);

#endif
