/* Other libraries' float functions, each behind the same loop over an array, as far as they are installed. */
#ifndef TESTS_BENCH_PEERS_H
#define TESTS_BENCH_PEERS_H

#include "runtime/emit/targets.h"
#include "runtime/measure/peers.h"

enum { MACHINE_PEERS_MAX = 24 };

typedef struct {
    char name[PEER_NAME_MAX]; /* "sleef-u10" */
    TimedCall call;
    bool is_library; /* else a floor or a composition of a library's functions */
} MachinePeer;

/* The function that all are compared with, in double: within an ulp of double. NULL if `name` is none that we know. */
double (*peer_exact(const char *name))(double);

/* Those that have `name` ("exp") for the widest vectors of the target; returns their number. */
int machine_peers_find(MachinePeer *peer, const char *name, const Target *target);

/* Peers that are C++ headers: each its own file, linked in where the header is installed. run is NULL for
   functions that they do not have. */
typedef struct {
    const char *name;
    JitArray (*find)(const char *function, const char *target);
} HeaderPeer;
extern const HeaderPeer HEADER_PEERS[]; /* ends in a NULL name */

#define COMPOSED_ROW "libmvec composed"

/* Loops of our own, compiled for 8 and for 16 lanes: floor.c and composed.c. */
enum { PARTS_MAX = 3 };
typedef struct {
    const char *function, *name;
    JitArray run;                /* its context: the addresses of */
    const char *part[PARTS_MAX]; /* libmvec's functions of these names */
} LanePeer;
extern const LanePeer FLOORS_8[], FLOORS_16[]; /* all end in a NULL function */
extern const LanePeer COMPOSITIONS_8[], COMPOSITIONS_16[];

#endif
