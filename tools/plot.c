#include "tools/plot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    WIDTH = 860,
    HEIGHT = 440,
    LEFT = 62,
    RIGHT = 222, /* holds the legend */
    TOP = 16,
    BOTTOM = 52,
    CURVE_WIDTH = 240,
    CURVE_HEIGHT = 64,
};

void plot_add_escaped(Text *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&': text_add(out, "&amp;"); break;
        case '<': text_add(out, "&lt;"); break;
        case '>': text_add(out, "&gt;"); break;
        case '"': text_add(out, "&quot;"); break;
        case '\'': text_add(out, "&#39;"); break;
        default:
            /* Control characters are not allowed in XML at all. */
            if ((unsigned char)*text < 0x20 && *text != '\n' && *text != '\t')
                text_add(out, "?");
            else
                text_add_bytes(out, text, 1);
        }
    }
}

/* -- scales -------------------------------------------------------------------------------- */

typedef struct {
    double lo, hi;   /* values at the ends of the axis */
    double from, to; /* where these are in the drawing */
    double step;     /* of the ticks */
} Scale;

static double at(const Scale *scale, double value)
{
    return scale->from + (value - scale->lo) / (scale->hi - scale->lo) * (scale->to - scale->from);
}

/* 1, 2 or 5 times a power of ten, at least `least`, for about n ticks. */
static double nice_step(double range, int n, double least)
{
    const double raw = fmax(range / n, 1e-300);
    const double power = pow(10, floor(log10(raw)));
    static const double STEPS[] = {1, 2, 5, 10};
    for (int i = 0; i < 4; i++)
        if (STEPS[i] * power >= raw * 0.999) return fmax(STEPS[i] * power, least);
    return fmax(10 * power, least);
}

/* Holds every value and 0, and ends on ticks. */
static Scale scale_for(const Plot *plot, bool is_x, double from, double to, int n_ticks)
{
    double lo = 0, hi = is_x && plot->is_continuous ? 0 : 1;
    for (int l = 0; l < plot->n_lines; l++)
        for (int i = 0; i < plot->line[l].n; i++) {
            const PlotPoint *p = &plot->line[l].point[i];
            lo = fmin(lo, is_x ? p->x : p->y);
            hi = fmax(hi, is_x ? p->x : p->y);
        }
    const bool is_whole = is_x && !plot->is_continuous;
    const double step = nice_step(hi - lo, n_ticks, is_whole ? 1 : 0);
    return (Scale){floor(lo / step) * step, is_whole ? hi + 0.5 : ceil(hi / step) * step, from, to,
                   step};
}

/* -- axes ---------------------------------------------------------------------------------- */

static void add_axes(Text *out, const Plot *plot, const Scale *x, const Scale *y)
{
    for (double v = y->lo; v <= y->hi + y->step / 2; v += y->step) {
        const double h = at(y, v);
        text_add(out, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT,
                 WIDTH - RIGHT, h, h);
        text_add(out, "<text class=\"tick\" text-anchor=\"end\" x=\"%d\" y=\"%.1f\">%.4g</text>\n",
                 LEFT - 8, h + 4, fabs(v) < y->step / 2 ? 0 : v);
    }
    for (double v = x->lo; v <= x->hi + x->step * 1e-6; v += x->step) {
        const double w = at(x, v);
        text_add(out, "<line class=\"axis\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>", w, w,
                 HEIGHT - BOTTOM, HEIGHT - BOTTOM + 5);
        text_add(out,
                 "<text class=\"tick\" text-anchor=\"middle\" x=\"%.1f\" y=\"%d\">%.4g</text>\n", w,
                 HEIGHT - BOTTOM + 20, v);
    }
    text_add(out, "<path class=\"axis\" d=\"M%d %dV%dH%d\"/>\n", LEFT, TOP, HEIGHT - BOTTOM,
             WIDTH - RIGHT);
    text_add(out, "<text class=\"label\" text-anchor=\"middle\" x=\"%d\" y=\"%d\">",
             (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10);
    plot_add_escaped(out, plot->x_label);
    const int middle = (TOP + HEIGHT - BOTTOM) / 2;
    text_add(out,
             "</text><text class=\"label\" text-anchor=\"middle\" x=\"16\" y=\"%d\" "
             "transform=\"rotate(-90 16 %d)\">",
             middle, middle);
    plot_add_escaped(out, plot->y_label);
    text_add(out, "</text>\n");
}

/* -- lines --------------------------------------------------------------------------------- */

/* A mark that can be told without colour. */
static void add_mark(Text *out, const PlotLine *line, double x, double y, const char *note)
{
    const double r = line->is_thick ? 4.5 : 3.5;
    text_add(out, "<path class=\"mark c%d\" d=\"", line->colour);
    switch (line->colour % 5) {
    case 0:
        text_add(out, "M%.1f %.1fa%.1f %.1f 0 1 0 %.1f 0a%.1f %.1f 0 1 0 %.1f 0z", x - r, y, r, r,
                 2 * r, r, r, -2 * r);
        break;
    case 1: text_add(out, "M%.1f %.1fh%.1fv%.1fh%.1fz", x - r, y - r, 2 * r, 2 * r, -2 * r); break;
    case 2:
        text_add(out, "M%.1f %.1fl%.1f %.1fh%.1fz", x, y - r - 1, r + 1, 2 * r, -2 * r - 2);
        break;
    case 3:
        text_add(out, "M%.1f %.1fl%.1f %.1fl%.1f %.1fl%.1f %.1fz", x, y - r - 1, r + 1, r + 1,
                 -r - 1, r + 1, -r - 1, -r - 1);
        break;
    default: text_add(out, "M%.1f %.1fl%.1f %.1fh%.1fz", x, y + r + 1, r + 1, -2 * r, -2 * r - 2);
    }
    text_add(out, "\">");
    if (note) {
        text_add(out, "<title>");
        plot_add_escaped(out, note);
        text_add(out, "</title>");
    }
    text_add(out, "</path>\n");
}

static const char *kind_of(const PlotLine *line)
{
    return line->is_band ? " band" : line->is_thick ? " thick" : "";
}

static void add_line(Text *out, const PlotLine *line, const Scale *x, const Scale *y)
{
    text_add(out, "<polyline class=\"line c%d%s\" points=\"", line->colour, kind_of(line));
    for (int i = 0; i < line->n; i++)
        text_add(out, "%s%.1f,%.1f", i ? " " : "", at(x, line->point[i].x),
                 at(y, line->point[i].y));
    text_add(out, "\"/>\n");
    for (int i = 0; i < line->n && !line->is_band; i++)
        add_mark(out, line, at(x, line->point[i].x), at(y, line->point[i].y), line->point[i].note);
}

static void add_legend(Text *out, const Plot *plot)
{
    for (int l = 0; l < plot->n_lines; l++) {
        const PlotLine *line = &plot->line[l];
        const int y = TOP + 12 + 22 * l, x = WIDTH - RIGHT + 18;
        text_add(out, "<line class=\"line c%d%s\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>",
                 line->colour, kind_of(line), x, x + 26, y, y);
        if (!line->is_band) add_mark(out, line, x + 13, y, NULL);
        text_add(out, "<text class=\"key\" x=\"%d\" y=\"%d\">", x + 34, y + 4);
        plot_add_escaped(out, line->label);
        text_add(out, "</text>\n");
    }
}

void plot_add(Text *out, const Plot *plot)
{
    const Scale x = scale_for(plot, true, LEFT, WIDTH - RIGHT, 14);
    const Scale y = scale_for(plot, false, HEIGHT - BOTTOM, TOP, 9);
    text_add(out,
             "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plot\" viewBox=\"0 0 %d %d\" "
             "role=\"img\" aria-labelledby=\"%s\">\n<title id=\"%s\">",
             WIDTH, HEIGHT, plot->id, plot->id);
    plot_add_escaped(out, plot->title);
    text_add(out, "</title>\n");
    add_axes(out, plot, &x, &y);
    /* The first line is the most important and lies on top. */
    for (int l = plot->n_lines - 1; l >= 0; l--) add_line(out, &plot->line[l], &x, &y);
    add_legend(out, plot);
    text_add(out, "</svg>\n");
}

/* -- small curves -------------------------------------------------------------------------- */

void plot_add_curve(Text *out, const double *x, const double *y, int n, const char *title,
                    const char *unit)
{
    double top = 0;
    bool has_below = false;
    for (int i = 0; i < n; i++) {
        top = fmax(top, fabs(y[i]));
        has_below |= y[i] < 0;
    }
    const Scale across = {x[0], x[n - 1] > x[0] ? x[n - 1] : x[0] + 1, 1, CURVE_WIDTH - 1, 0};
    const double extent = top > 0 ? 1.06 * top : 1;
    const Scale up = {has_below ? -extent : 0, extent, CURVE_HEIGHT - 1, 1, 0};
    text_add(out,
             "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"curve\" viewBox=\"0 0 %d %d\" "
             "role=\"img\"><title>",
             CURVE_WIDTH, CURVE_HEIGHT);
    plot_add_escaped(out, title);
    text_add(out,
             "</title><rect class=\"frame\" x=\"0.5\" y=\"0.5\" width=\"%d\" height=\"%d\"/>"
             "<line class=\"grid\" x1=\"1\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
             "<polyline class=\"line c0\" points=\"",
             CURVE_WIDTH - 1, CURVE_HEIGHT - 1, CURVE_WIDTH - 1, at(&up, 0), at(&up, 0));
    for (int i = 0; i < n; i++)
        text_add(out, "%s%.1f,%.1f", i ? " " : "", at(&across, x[i]), at(&up, y[i]));
    text_add(out, "\"/></svg><span class=\"extent\">%s%.3g %s</span>",
             has_below ? "&#177;" : "up to ", top, unit);
}
