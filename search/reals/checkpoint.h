/* A checkpoint is a run over the reals at the end of a generation, as text: what it is for, what it knows, and a
   checksum. docs/formats.md describes it. */
#ifndef APPROX_SEARCH_REALS_CHECKPOINT_H
#define APPROX_SEARCH_REALS_CHECKPOINT_H

#include "search/reals/reals.h"

/* Raised whenever the same state would go on in another way: the engine as well as the text. */
enum { CHECKPOINT_FORMAT = 1 };

void checkpoint_print(Text *out, const Goal *goal, const SearchOptions *options,
                      const RealsState *state);

/* Brings the state of a new run for the same goal to where the checkpoint is. ERR_INPUT in one sentence: no checkpoint, of another
   format or version, damaged, of another goal, of a run with another seed or mode; the
   run is then of no use. */
Status checkpoint_parse(RealsState *state, const char *text, size_t length, const Goal *goal,
                        const SearchOptions *options, Err *err);

#endif
