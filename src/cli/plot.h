/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A page of pictures: what the filters in use do to frequencies, the compressor to levels, and, of
 * a file that was rendered, levels and gains over time. Only what is on has a picture; the sum
 * always.
 */
#ifndef PLOT_H
#define PLOT_H

#include "render.h"

struct plot {
    const struct params *params;
    const struct chain_coefs *coefs;
    double rate_hz;
    bool mic;
    enum render_bus bus;
    const char *preset, *in;   /* paths, for the heading; NULL: none */
    const struct meter *meter; /* NULL: nothing was rendered */
};

/* Whether the name ends in .svg or .png; complains if not. */
bool plot_check(const char *path);

/* Into an open file, SVG or PNG by its name. Complains. */
bool plot_write(struct fresh *fresh, const struct plot *plot);

#endif
