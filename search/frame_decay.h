/* What the parts of the frame of decaying functions have in common: looking (frame_decay_find.c), its exponential (frame_decay_exp.c), a slow
   part that is taken apart (frame_decay_over.c) and writing (frame_decay.c, where the frame is described). */
#ifndef APPROX_SEARCH_FRAME_DECAY_H
#define APPROX_SEARCH_FRAME_DECAY_H

#include "search/frame.h"

typedef struct {
    ProblemValue value;
    const Frame *frame;
} DecayValue;

/* hi*(1 + share) + lo, where lo is small and share, too, if there is one. */
typedef struct {
    Ref hi, lo, share;
    bool has_share;
} DecaySum;

/* f at v on the side where it decays, at -v on the other. */
bool decay_value_at(const DecayValue *self, Quad v, Quad *f, double *weight);

bool decay_detect(Frame *frame, const Problem *problem, Oracle *oracle);
bool decay_vary(Frame *frame, const Problem *problem, Oracle *oracle, int variant);

/* G at v and what an error of it counts, as the frame's curve where that is in v; the context is a DecayValue. */
bool decay_slow(void *context, Quad v, Quad *g, double *weight);

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

/* Functions that are a reciprocal of a sum with the exponential in it: frame_decay_logistic.c. */
bool logistic_init(Frame *frame, const DecayValue *value);
void logistic_open(const Frame *frame, Builder *b, FrameState *state);
Ref logistic_close(const Frame *frame, Builder *b, const FrameState *state, RefPair y);

/* S(v) as a sum of two; .lo is .hi where that is exact or precise enough. */
RefPair decay_build_exponent(const Decay *decay, Builder *b, Ref v, bool wide);

/* What is left of s, as first + rest with an exact first (rest is first where it is in one part); and z, in whose low bits
   bias - n is, n the integer nearest to s/step, or to that part of a step that is looked up. */
typedef struct {
    Ref z, r, first, rest;
} Reduced;
Reduced decay_reduce(const Decay *decay, Builder *b, RefPair s, int bias, bool wide);

/* -rate*r */
Ref decay_build_lead(const Decay *decay, Builder *b, Ref r);

/* The curve as that of R, see frame_decay_over.c: frame is changed from one whose curve is G; false if G is not like
   that. */
bool decay_find_over(Frame *frame, const Problem *problem, DecayValue *value, bool is_tilted);
/* Writes 2^bias*exp(-rate*S)*G at v. */
DecaySum decay_build_over(const Decay *decay, Builder *b, Ref v, Ref rest, int bias);

#endif
