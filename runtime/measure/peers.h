/* Functions of other libraries, as far as they are installed, and the loops in which such functions are timed. */
#ifndef APPROX_MEASURE_PEERS_H
#define APPROX_MEASURE_PEERS_H

#include "runtime/emit/targets.h"
#include "runtime/measure/timing.h"

enum { PEERS_MAX = 16, PEER_NAME_MAX = 24 };

typedef struct {
    char who[PEER_NAME_MAX]; /* "glibc", "libmvec", "sleef-u10" */
    const void *function;    /* its address; the library stays loaded */
    int lanes;               /* 1: one value at a time */
} Peer;

/* Those that have the function of one argument ("exp") in the type, of one value and of the target's widest vectors; returns their number, at most
   PEERS_MAX. */
int peers_find(Peer *peer, const char *name, Type type, const Target *target);

/* The libraries that are looked for: "glibc"; NULL behind the last. A peer's `who` begins with its library. */
const char *peer_library(int index);

/* A function's loops, as timer_measure_calls takes them. */
typedef struct {
    TimedCall over_array;  /* whole vectors only */
    TimedCall chain;       /* each call has to wait for the result of the one before */
    TimedCall empty_chain; /* the same around a function that returns its argument */
} PeerLoops;

/* False where there are no loops for functions of so many lanes here. */
bool peer_loops(PeerLoops *out, const void *function, Type type, int lanes);

/* The loop over arrays for a function of one or two arguments, which are the first arrays that it is given; behind them the function's address. NULL
   where there is none for so many lanes or arguments. */
JitArray peer_loop(Type type, int lanes, int n_arguments);

#endif
