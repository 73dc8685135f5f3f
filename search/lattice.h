/* Steps of rounded constants and what they do. The errors at some points, as a function of whole
   steps of the constants, are taken as linear: error = base + sum over k of step[k] * effect[k]. Small combinations
   that nearly cancel are what makes rounded coefficients good, as in lattice reduction
   (Brisebarre and Chevillard 2007); here they are found by least squares and rounding in turn (Babai 1986). */
#ifndef APPROX_SEARCH_LATTICE_H
#define APPROX_SEARCH_LATTICE_H

#include "runtime/base/rng.h"

#include <stdbool.h>

enum { EFFECT_CONSTANTS = 32, EFFECT_POINTS = 256 };

/* Constants as ordered integers (bits.h). */
typedef struct {
    int64_t at[EFFECT_CONSTANTS];
} Steps;

typedef struct {
    int n_free, n; /* constants, points */
    double base[EFFECT_POINTS];
    double effect[EFFECT_CONSTANTS][EFFECT_POINTS]; /* per step */
    double largest[EFFECT_CONSTANTS];               /* max |effect|; 0: the constant does nothing */
    double gram[EFFECT_CONSTANTS][EFFECT_CONSTANTS];
} Effects;

/* All effects 0. */
void effects_init(Effects *effects, int n_free, int n, const double *base);
/* effect[k] = (moved - base) * factor. */
void effects_set(Effects *effects, int k, const double *moved, double factor);
void effects_finish(Effects *effects); /* after the last effects_set */

/* Adds to `steps` (which gave `base`) the combination that minimises the weighted squares: least squares over all, the
   constant with the largest effect rounded first, the rest solved again, and so on. `noise` > 0 rounds
   up or down at random where the fraction is within `noise` of a half. False if nothing can be solved. */
bool effects_round(const Effects *effects, const double *weight, double noise, Rng *rng,
                   Steps *steps);

/* Lawson's step towards the minimax: weights multiplied by the error that the unrounded least squares leave. */
void effects_reweight(const Effects *effects, double *weight);

/* Given that constant k moved by `step`, moves up to n_others (at most 4) random others so as to cancel it best. */
void effects_compensate(const Effects *effects, int k, double step, int n_others, Rng *rng,
                        Steps *steps);

#endif
