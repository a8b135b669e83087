/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Panels, axes, curves and words of a plot, on cairo. Lengths are in px of the page. */
#ifndef PLOT_AXES_H
#define PLOT_AXES_H

#include <cairo.h>
#include <stdbool.h>
#include <stddef.h>

struct box {
    double x, y, width, height;
};

struct ink {
    double red, green, blue;
    double width;
    bool dashed; /* curves differ in print without colours too */
};

extern const struct ink ink_left, ink_right, ink_in, ink_out, ink_help;
extern const struct ink ink_gain[5];

struct axes {
    cairo_t *cairo;
    struct box area; /* of the curves */
    double x_min, x_max, y_min, y_max;
    bool log_x;
};

struct legend {
    const char *name;
    const struct ink *ink;
};

enum text_place { TEXT_LEFT, TEXT_MIDDLE, TEXT_RIGHT };

void plot_text(cairo_t *cairo, double x, double y, enum text_place place, double size, double gray,
               const char *text);
void plot_bold(cairo_t *cairo, double x, double y, double size, const char *text);

/* Cut in its middle until it is no wider than `width`. */
void plot_fit(cairo_t *cairo, double size, double width, const char *text, char *to, size_t bytes);

/* Title, a line below it, and the legend at its right; returns the area that is left for curves. */
struct box plot_panel(cairo_t *cairo, struct box panel, const char *title, const char *about,
                      const struct legend *legend, int count);

/* A range of dB that holds lo..hi and 0, in whole steps, some `most` of them; returns the step. */
double plot_range_db(double lo, double hi, int most, double *min, double *max);

void plot_grid_hz(const struct axes *axes);
void plot_grid_db(const struct axes *axes, double step, const char *name);
void plot_grid_db_x(const struct axes *axes, double step, const char *name);
void plot_grid_time(const struct axes *axes);
void plot_frame(const struct axes *axes);

double plot_x(const struct axes *axes, double x);
double plot_y(const struct axes *axes, double y);

/* A curve through points; what is outside the area is cut. NULL x: equally spaced over the axis. */
void plot_curve(const struct axes *axes, const struct ink *ink, const double *x, const double *y,
                int count);

/* The band between two curves, pale. */
void plot_band(const struct axes *axes, const struct ink *ink, const double *low,
               const double *high, int count);

/* "−6" or "+6", with a real minus. */
void plot_number(char *to, size_t bytes, double value, bool sign);

#endif
