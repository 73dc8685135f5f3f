/* Drawings as SVG elements for a page: lines over labelled axes, and small curves. Colours are left to the page: a line of
   number k has the class "c<k>" and uses the CSS variable --c<k>; axes, grid and text use --axis, --grid and --ink. */
#ifndef APPROX_TOOLS_PLOT_H
#define APPROX_TOOLS_PLOT_H

#include "runtime/base/text.h"

enum { PLOT_COLOURS = 10, PLOT_POINTS_MAX = 128 };

typedef struct {
    double x, y;
    const char *note; /* shown beside the pointer; may be NULL */
} PlotPoint;

typedef struct {
    const char *label;
    int colour; /* below PLOT_COLOURS; tells the shape of the marks too */
    bool is_thick;
    bool is_band; /* wide and pale behind the others, without marks */
    int n;
    PlotPoint point[PLOT_POINTS_MAX]; /* rising x, everything finite */
} PlotLine;

typedef struct {
    const char *id;                        /* unique on the page; a word */
    const char *title, *x_label, *y_label; /* the title is for those who cannot see it */
    bool is_continuous;                    /* the x axis; else it has whole numbers */
    const PlotLine *line;
    int n_lines;
} Plot;

/* Lines with marks, both axes from 0 or below, a legend. */
void plot_add(Text *out, const Plot *plot);

/* One curve of n finite points, rising x, without marks: zero line, frame, and the extent on y, which is the same up and
   down (or, for y >= 0, up alone). */
void plot_add_curve(Text *out, const double *x, const double *y, int n, const char *title,
                    const char *unit);

/* Appends text with what XML and HTML give a meaning to taken out. */
void plot_add_escaped(Text *out, const char *text);

#endif
