/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page: its heading, where the panels stand, and the file. */
#include "plot.h"

#include "cli.h"
#include "plot_panels.h"
#include "utf8.h"

#include <cairo-svg.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define PAGE_WIDTH  1040
#define MARGIN      24
#define GAP         24
#define HEADING     62
#define PANEL       300
#define PNG_SCALE   2 /* px of the file for one of the page */
#define PANEL_WIDTH ((PAGE_WIDTH - 2 * MARGIN - GAP) / 2.0)

static bool ends_in(const char *path, const char *ending)
{
    size_t length = strlen(path), wanted = strlen(ending);

    return length > wanted && strcasecmp(path + length - wanted, ending) == 0;
}

bool plot_check(const char *path)
{
    if (ends_in(path, ".svg") || ends_in(path, ".png"))
        return true;
    complain("--plot %s: the name must end in .svg or .png", path);
    return false;
}

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static void draw_heading(const struct plot *plot, cairo_t *cairo)
{
    char text[1024], cut[512];
    const double width = PAGE_WIDTH - 2 * MARGIN;

    snprintf(text, sizeof text, "%s", plot->preset ? name_of(plot->preset) : "audioserver");
    utf8_sanitise(text); /* a path is any bytes; cairo draws nothing any more after such */
    plot_fit(cairo, 22, width, text, cut,
             sizeof cut); /* bold is wider than what is measured here */
    plot_bold(cairo, MARGIN, 34, 20, cut);
    if (plot->in)
        snprintf(text, sizeof text, "%s, %.0f Hz: %s → %s", plot->mic ? "microphone" : "analog in",
                 plot->rate_hz, name_of(plot->in), render_bus_name[plot->bus]);
    else
        snprintf(text, sizeof text, "%s → %s, %.0f Hz", plot->mic ? "microphone" : "analog in",
                 render_bus_name[plot->bus], plot->rate_hz);
    utf8_sanitise(text);
    plot_fit(cairo, 12, width, text, cut, sizeof cut);
    plot_text(cairo, MARGIN, 53, TEXT_LEFT, 12, 0.35, cut);
}

/* Two beside each other; of an odd number the first is as wide as the page. */
static struct box place(int panel, int count)
{
    int cell = panel + count % 2, row = cell / 2;

    if (panel == 0 && count % 2)
        return (struct box){ MARGIN, HEADING + GAP, PAGE_WIDTH - 2 * MARGIN, PANEL };
    return (struct box){ MARGIN + cell % 2 * (PANEL_WIDTH + GAP),
                         HEADING + GAP + row * (PANEL + GAP), PANEL_WIDTH, PANEL };
}

static double rows_end(int count)
{
    int rows = (count + 1) / 2;

    return HEADING + GAP + rows * (PANEL + GAP);
}

static double page_height(const struct plot *plot, int count)
{
    return rows_end(count) + (plot->meter ? plot_time_height(plot) + GAP : 0);
}

static void draw_page(const struct plot *plot, cairo_t *cairo)
{
    panel_draw *panels[PANELS_MAX];
    int count = plot_panels(plot, panels);

    cairo_set_source_rgb(cairo, 1, 1, 1);
    cairo_paint(cairo);
    draw_heading(plot, cairo);
    for (int i = 0; i < count; i++)
        panels[i](plot, cairo, place(i, count));
    if (plot->meter)
        plot_time(plot, cairo,
                  (struct box){ MARGIN, rows_end(count), PAGE_WIDTH - 2 * MARGIN,
                                plot_time_height(plot) });
}

static cairo_status_t write_bytes(void *context, const unsigned char *bytes, unsigned length)
{
    const struct fresh *fresh = context;

    while (length) {
        ssize_t done = write(fresh->fd, bytes, length);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return CAIRO_STATUS_WRITE_ERROR;
        bytes += done;
        length -= (unsigned)done;
    }
    return CAIRO_STATUS_SUCCESS;
}

static cairo_status_t draw(cairo_surface_t *surface, double scale, const struct plot *plot)
{
    cairo_t *cairo = cairo_create(surface);
    cairo_status_t status;

    cairo_scale(cairo, scale, scale);
    draw_page(plot, cairo);
    status = cairo_status(cairo);
    cairo_destroy(cairo);
    return status;
}

static cairo_status_t write_png(struct fresh *fresh, const struct plot *plot, double height)
{
    cairo_surface_t *surface = cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, PNG_SCALE * PAGE_WIDTH, (int)(PNG_SCALE * height));
    cairo_status_t status = draw(surface, PNG_SCALE, plot);

    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_write_to_png_stream(surface, write_bytes, fresh);
    cairo_surface_destroy(surface);
    return status;
}

static cairo_status_t write_svg(struct fresh *fresh, const struct plot *plot, double height)
{
    cairo_surface_t *surface =
        cairo_svg_surface_create_for_stream(write_bytes, fresh, PAGE_WIDTH, height);
    cairo_status_t status = draw(surface, 1, plot), closed;

    cairo_surface_finish(surface);
    closed = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    return status == CAIRO_STATUS_SUCCESS ? closed : status;
}

bool plot_write(struct fresh *fresh, const struct plot *plot)
{
    panel_draw *panels[PANELS_MAX];
    double height = page_height(plot, plot_panels(plot, panels));
    cairo_status_t status;

    errno = 0;
    status = ends_in(fresh->shown, ".png") ? write_png(fresh, plot, height)
                                           : write_svg(fresh, plot, height);
    if (status == CAIRO_STATUS_SUCCESS)
        return true;
    complain("%s: cannot be written: %s", fresh->shown,
             status == CAIRO_STATUS_WRITE_ERROR && errno ? strerror(errno)
                                                         : cairo_status_to_string(status));
    return false;
}
