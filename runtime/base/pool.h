/* Threads for work that is cut into numbered pieces. */
#ifndef APPROX_BASE_POOL_H
#define APPROX_BASE_POOL_H

/* Calls work(context, piece, worker) once for every piece in [0, n_pieces), on
   `n_threads` threads (the caller is one of them); returns when all are done.
   Pieces are handed out in order; `worker` is in [0, n_threads) and is never
   used by two calls at once, so it can index per-worker state. */
void pool_run(int n_threads, int n_pieces, void (*work)(void *context, int piece, int worker),
              void *context);

/* The processors this process may use, at least 1. */
int pool_processors(void);

#endif
