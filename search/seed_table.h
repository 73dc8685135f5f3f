/* Piecewise polynomials: the interval in segments, the coefficients of each looked up in small tables. They reach
   any smooth function on a moderate interval, at low degree. */
#ifndef APPROX_SEARCH_SEED_TABLE_H
#define APPROX_SEARCH_SEED_TABLE_H

#include "search/frame.h"
#include "search/table_layout.h"

enum { TABLE_COEFFICIENTS_MAX = 8 };

/* What a table is to be made of. */
typedef struct {
    Spacing spacing;
    int n_entries;
    bool is_folded; /* of |x|, the sign put back: odd and even functions on a symmetric interval */
    bool
        has_chords; /* f = chord*x + polynomial, the chord being f(c)/c in a segment with centre c and f'(0) where the
                        centre is 0: the last operation adds something small, so that only its rounding counts */
} TableKind;

/* The fit over all segments: coefficient j of segment i in t = x - center[i]. */
typedef struct {
    TableKind kind;
    TableLayout layout;
    int n_p;
    Quad p[TABLE_SEGMENTS_MAX][TABLE_COEFFICIENTS_MAX];
    double chord[TABLE_SEGMENTS_MAX]; /* 0 without */
    double error;                     /* the largest weighted one */
} TableFit;

/* The kinds that suit the frame's curve; returns their number. (Only a zero at 0 can be kept exact.) One permutation reaches
   `n_reach` entries: fewer cost as much. */
enum { TABLE_KINDS_MAX = 24, TABLE_ENTRIES_MIN = 8, TABLE_ENTRIES_MAX = 32 };
int table_kinds(const Frame *frame, int n_reach, TableKind *kind);

/* Points of all segments in every layout worth trying, evaluated once. */
typedef struct TablePoints TablePoints;
TablePoints *table_points_new(const Problem *problem, const Frame *frame, const TableKind *kind);
void table_points_free(TablePoints *points);

/* In the layout that suits n_p coefficients best; false if there is none. */
bool table_fit(TableFit *fit, const TablePoints *points, int n_p);

/* Coefficients rounded to a type one after the other, the later ones fitted to what the earlier leave. */
bool table_round(TableFit *fit, const TablePoints *points, Type type);

/* Writes the program's input, tails, the table and the result in the builder's type; false if there is no room. */
bool table_build(Builder *b, const Problem *problem, const Frame *frame, const TableFit *fit,
                 FrameState *state, Ref *result);

#endif
