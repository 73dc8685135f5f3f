/* Piecewise polynomials: the interval in equal segments, the coefficients of each looked up in small tables. They reach
   any smooth function on a moderate interval, at low degree. */
#ifndef APPROX_SEARCH_SEED_TABLE_H
#define APPROX_SEARCH_SEED_TABLE_H

#include "search/frame.h"

enum { TABLE_COEFFICIENTS_MAX = 7, TABLE_SEGMENTS_MAX = PROG_TABLE_MAX };

/* The fit over all segments: coefficient j of segment i in t = x - center[i]. */
typedef struct {
    int n_segments, n_p;
    double width, first; /* segment i is [first + i*width, first + (i+1)*width] */
    double center[TABLE_SEGMENTS_MAX];
    Quad p[TABLE_SEGMENTS_MAX][TABLE_COEFFICIENTS_MAX];
    double error; /* the largest weighted one */
} TableFit;

/* Does the frame's curve suit tables? (Only a zero at 0 can be kept exact.) */
bool table_suits(const Frame *frame);

/* Points of all segments, evaluated once. */
typedef struct TablePoints TablePoints;
TablePoints *table_points_new(const Problem *problem, const Frame *frame, int n_segments);
void table_points_free(TablePoints *points);

/* False if some segment has no fit. */
bool table_fit(TableFit *fit, const TablePoints *points, int n_p);

/* Writes it with variable x; false if there is no room. */
bool table_build(Builder *b, const Frame *frame, const TableFit *fit, Ref x, Ref *result);

#endif
