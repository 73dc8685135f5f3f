/* What the two halves of the frame of decaying functions have in common: looking (frame_decay_find.c) and writing
   (frame_decay.c, where the frame is described). */
#ifndef APPROX_SEARCH_FRAME_DECAY_H
#define APPROX_SEARCH_FRAME_DECAY_H

#include "search/frame.h"

bool decay_detect(Frame *frame, const Problem *problem, Oracle *oracle);
bool decay_vary(Frame *frame, const Problem *problem, Oracle *oracle, int variant);

/* v where S(v) = s. */
Quad decay_inverse(const Decay *decay, Quad s);

#endif
