/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The panels of a plot. */
#ifndef PLOT_PANELS_H
#define PLOT_PANELS_H

#include "plot.h"
#include "plot_axes.h"

enum { PANELS_MAX = 8 };

typedef void panel_draw(const struct plot *plot, cairo_t *cairo, struct box box);

/* Those that have something to show, the sum first. Returns how many. */
int plot_panels(const struct plot *plot, panel_draw *panels[PANELS_MAX]);

panel_draw plot_compressor;
panel_draw plot_time;

/* Of the time's panel. */
double plot_time_height(const struct plot *plot);

#endif
