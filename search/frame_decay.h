/* What the parts of the frame of decaying functions have in common: looking (frame_decay_find.c), its exponential (frame_decay_exp.c) and
   writing (frame_decay.c, where the frame is described). */
#ifndef APPROX_SEARCH_FRAME_DECAY_H
#define APPROX_SEARCH_FRAME_DECAY_H

#include "search/frame.h"

typedef struct {
    ProblemValue value;
    const Frame *frame;
} DecayValue;

/* f at v on the side where it decays, at -v on the other. */
bool decay_value_at(const DecayValue *self, Quad v, Quad *f, double *weight);

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

/* r and, in the low bits of state->n, -n, n the integer nearest to S/step, S = s.hi + s.lo (s.hi alone if s.lo is that). */
void decay_build_reduction(const Decay *decay, Builder *b, RefPair s, FrameState *state);

/* Functions that are a reciprocal of a sum with the exponential in it: frame_decay_logistic.c. */
bool logistic_init(Frame *frame, const DecayValue *value);
void logistic_open(const Frame *frame, Builder *b, FrameState *state);
Ref logistic_close(const Frame *frame, Builder *b, const FrameState *state, RefPair y);

#endif
