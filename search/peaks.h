/* The peaks of an error curve on rising points, for exchange methods: the largest error of every stretch of one
   sign. Their signs alternate. */
#ifndef APPROX_SEARCH_PEAKS_H
#define APPROX_SEARCH_PEAKS_H

/* Fills peak[] (room for n) with indices into error[0..n); returns how many. Zeros are passed over. */
int peaks_find(const double *error, int n, int *peak);

/* Thins n peaks down to `wanted` (or leaves fewer), keeping the alternation and the largest. */
int peaks_thin(const double *error, int *peak, int n, int wanted);

/* How many alternating peaks are within 1 % of the largest. */
int peaks_count(const double *error, const int *peak, int n);

#endif
