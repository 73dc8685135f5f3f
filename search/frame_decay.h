/* What the parts of the frame of decaying functions have in common: looking (frame_decay_find.c), its exponential (frame_decay_exp.c) and
   writing (frame_decay.c, where the frame is described). */
#ifndef APPROX_SEARCH_FRAME_DECAY_H
#define APPROX_SEARCH_FRAME_DECAY_H

#include "search/frame.h"

bool decay_detect(Frame *frame, const Problem *problem, Oracle *oracle);
bool decay_vary(Frame *frame, const Problem *problem, Oracle *oracle, int variant);

/* S(v). */
Quad decay_exponent(const Decay *decay, Quad v);
/* v where S(v) = s. */
Quad decay_inverse(const Decay *decay, Quad s);

/* The coefficients of exp(-rate*S), once the frame's range is known; false if none are good enough. */
bool decay_fit_exponential(Frame *frame, const Problem *problem);
/* The same for a rough exponential of v, with this relative error but for roundings; rate and step are known. */
bool decay_fit_rough(Decay *decay, double wanted);
/* Writes that exponential: state->n. */
void decay_build_rough(const Decay *decay, Builder *b, Ref v, FrameState *state);

#endif
