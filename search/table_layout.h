/* How the table of a piecewise polynomial is addressed: which inputs share a segment, and the few operations that tell
   its number. Segments are evenly wide, or grow geometrically from one end of the interval, as suits a function that
   flattens out; and they may hold the magnitude of the input only, where the function is odd or even. */
#ifndef APPROX_SEARCH_TABLE_LAYOUT_H
#define APPROX_SEARCH_TABLE_LAYOUT_H

#include "search/builder.h"
#include "search/problem.h"

enum { TABLE_SEGMENTS_MAX = PROG_TABLE_MAX, TABLE_LAYOUTS_MAX = 20 };

typedef enum { SPACING_EVEN, SPACING_GEOMETRIC, SPACING_COUNT } Spacing;

/* The entries of 32 bits that one permutation of the target reaches; as many of 64 bits take two. */
int table_reach(const Problem *problem);

/* Segment i is [from[i], to[i]] and uses entry slot[i] of each table. With even spacing the number is that of the
   integer nearest to x*scale. With geometric spacing y = x*scale + offset is at least 1, and its bits from
   `octave_bits` below the exponent on are the number, so that an octave of y has 2^octave_bits segments. */
typedef struct {
    Spacing spacing;
    int n_entries, n_used; /* of a table (a power of two); of these, by a segment */
    double scale, offset;
    int octave_bits;
    double from[TABLE_SEGMENTS_MAX], to[TABLE_SEGMENTS_MAX];
    double center
        [TABLE_SEGMENTS_MAX]; /* on few bits, so that x - center is exact or nearly so; 0 where
                                          the segment holds 0 as its centre or its end */
    int slot[TABLE_SEGMENTS_MAX];
} TableLayout;

/* The layouts of [lo, hi] worth trying with tables of n entries: one that is even, or several geometric ones that differ
   in how fast they grow. Returns their number. */
int table_layouts(TableLayout *layout, Spacing spacing, double lo, double hi, int n_entries);

/* Writes the index of the segment of x (of the builder's type) and t = x - center. */
typedef struct {
    Ref index, t;
} TablePlace;
TablePlace table_layout_build(Builder *b, const TableLayout *layout, Ref x);

/* Writes the lookup of one value per segment. */
Ref table_layout_lookup(Builder *b, const TableLayout *layout, const double *value, Ref index);

#endif
