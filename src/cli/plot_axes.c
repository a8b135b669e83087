/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot_axes.h"

#include <math.h>
#include <stdio.h>

/* Okabe and Ito's colours, which the colour-blind tell apart. */
const struct ink ink_left = { 0.00, 0.45, 0.70, 2.0, false };
const struct ink ink_right = { 0.84, 0.37, 0.00, 2.0, true };
const struct ink ink_in = { 0.45, 0.45, 0.45, 1.0, false };
const struct ink ink_out = { 0.00, 0.45, 0.70, 1.0, false };
const struct ink ink_help = { 0.55, 0.55, 0.55, 1.0, true };
const struct ink ink_gain[5] = { { 0.84, 0.37, 0.00, 1.3, false },
                                 { 0.00, 0.62, 0.45, 1.3, false },
                                 { 0.80, 0.47, 0.65, 1.3, false },
                                 { 0.90, 0.62, 0.00, 1.3, false },
                                 { 0.34, 0.71, 0.91, 1.3, false } };

#define SIZE_TITLE  13
#define SIZE_SMALL  11
#define SIZE_LABEL  10.5
#define GRAY_TEXT   0.3
#define GRAY_BORDER 0.5
#define GRAY_ZERO   0.6
#define GRAY_DECADE 0.72
#define GRAY_MAJOR  0.82
#define GRAY_MINOR  0.93

static void use_ink(cairo_t *cairo, const struct ink *ink)
{
    static const double dash[] = { 6, 4 };

    cairo_set_source_rgb(cairo, ink->red, ink->green, ink->blue);
    cairo_set_line_width(cairo, ink->width);
    cairo_set_dash(cairo, dash, ink->dashed ? 2 : 0, 0);
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
}

static void line(cairo_t *cairo, double x0, double y0, double x1, double y1, double gray)
{
    cairo_set_source_rgb(cairo, gray, gray, gray);
    cairo_set_line_width(cairo, 0.75);
    cairo_set_dash(cairo, NULL, 0, 0);
    cairo_move_to(cairo, x0, y0);
    cairo_line_to(cairo, x1, y1);
    cairo_stroke(cairo);
}

/* From right to left, as far as the names are wide. */
static void draw_legend(cairo_t *cairo, double right, double y, const struct legend *legend,
                        int count)
{
    for (int i = count; i-- > 0;) {
        cairo_text_extents_t extents;

        plot_text(cairo, right, y, TEXT_RIGHT, SIZE_SMALL, GRAY_TEXT, legend[i].name);
        cairo_text_extents(cairo, legend[i].name, &extents);
        right -= extents.x_advance + 6;
        use_ink(cairo, legend[i].ink);
        cairo_set_line_width(cairo, 2);
        cairo_move_to(cairo, right - 22, y - 4);
        cairo_line_to(cairo, right, y - 4);
        cairo_stroke(cairo);
        right -= 22 + 14;
    }
}

struct box plot_panel(cairo_t *cairo, struct box panel, const char *title, const char *about,
                      const struct legend *legend, int count)
{
    char cut[256];

    plot_fit(cairo, SIZE_SMALL, panel.width - 54, about, cut, sizeof cut);
    plot_bold(cairo, panel.x + 42, panel.y + 14, SIZE_TITLE, title);
    plot_text(cairo, panel.x + 42, panel.y + 30, TEXT_LEFT, SIZE_SMALL, 0.4, cut);
    draw_legend(cairo, panel.x + panel.width - 12, panel.y + 14, legend, count);
    return (struct box){ panel.x + 42, panel.y + 40, panel.width - 54, panel.height - 40 - 36 };
}

double plot_range_db(double lo, double hi, int most, double *min, double *max)
{
    static const double steps[] = { 1, 2, 3, 6, 12, 24 };
    double step = 24;

    lo = fmax(fmin(lo, -5), -60);
    hi = fmin(fmax(hi, 5), 60);
    for (int i = 0; i < 6; i++) {
        step = steps[i];
        if ((hi - lo) / step <= most)
            break;
    }
    *min = step * floor(lo / step - 0.15); /* no curve on the border */
    *max = step * ceil(hi / step + 0.15);
    return step;
}

double plot_x(const struct axes *axes, double x)
{
    double part = axes->log_x ? log(x / axes->x_min) / log(axes->x_max / axes->x_min)
                              : (x - axes->x_min) / (axes->x_max - axes->x_min);

    return axes->area.x + part * axes->area.width;
}

double plot_y(const struct axes *axes, double y)
{
    double part = (y - axes->y_min) / (axes->y_max - axes->y_min);

    return axes->area.y + (1 - part) * axes->area.height;
}

static void upright(const struct axes *axes, double x, double gray)
{
    line(axes->cairo, plot_x(axes, x), axes->area.y, plot_x(axes, x),
         axes->area.y + axes->area.height, gray);
}

static void label_x(const struct axes *axes, double x, const char *text)
{
    plot_text(axes->cairo, plot_x(axes, x), axes->area.y + axes->area.height + 14, TEXT_MIDDLE,
              SIZE_LABEL, GRAY_TEXT, text);
}

static void name_x(const struct axes *axes, const char *name)
{
    plot_text(axes->cairo, axes->area.x + axes->area.width / 2,
              axes->area.y + axes->area.height + 29, TEXT_MIDDLE, SIZE_LABEL, GRAY_TEXT, name);
}

void plot_grid_hz(const struct axes *axes)
{
    static const double labelled[] = { 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000 };
    char text[16];

    for (int decade = 10; decade < axes->x_max; decade *= 10)
        for (int hz = decade; hz < 10 * decade; hz += decade)
            if (hz > axes->x_min && hz < axes->x_max)
                upright(axes, hz, hz == decade ? GRAY_DECADE : GRAY_MINOR);
    for (int i = 0; i < 10; i++) {
        double hz = labelled[i];

        snprintf(text, sizeof text, hz < 1000 ? "%.0f" : "%.0fk", hz < 1000 ? hz : hz / 1000);
        label_x(axes, hz, text);
    }
    name_x(axes, "frequency, Hz");
}

void plot_grid_db(const struct axes *axes, double step, const char *name)
{
    cairo_t *cairo = axes->cairo;
    char text[32];

    for (int i = 0; i <= lround((axes->y_max - axes->y_min) / step); i++) {
        double y = axes->y_min + i * step, at = plot_y(axes, y);

        line(cairo, axes->area.x, at, axes->area.x + axes->area.width, at,
             fabs(y) < 1e-9 ? GRAY_ZERO : GRAY_MAJOR);
        plot_number(text, sizeof text, y, true);
        plot_text(cairo, axes->area.x - 6, at + 3.5, TEXT_RIGHT, SIZE_LABEL, GRAY_TEXT, text);
    }
    cairo_save(cairo);
    cairo_translate(cairo, axes->area.x - 34, axes->area.y + axes->area.height / 2);
    cairo_rotate(cairo, -acos(0));
    plot_text(cairo, 0, 0, TEXT_MIDDLE, SIZE_LABEL, GRAY_TEXT, name);
    cairo_restore(cairo);
}

void plot_grid_db_x(const struct axes *axes, double step, const char *name)
{
    char text[32];

    for (int i = 0; i <= lround((axes->x_max - axes->x_min) / step); i++) {
        double x = axes->x_min + i * step;

        upright(axes, x, fabs(x) < 1e-9 ? GRAY_ZERO : GRAY_MAJOR);
        plot_number(text, sizeof text, x, true);
        label_x(axes, x, text);
    }
    name_x(axes, name);
}

static double time_step(double span_s)
{
    static const double steps[] = { 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1,   0.2,
                                    0.5,   1,     2,     5,    10,   15,   30,    60,
                                    120,   300,   600,   1800, 3600, 7200, 14400, 43200 };
    int i = 0;

    while (i < 23 && span_s / steps[i] > 12)
        i++;
    return steps[i];
}

void plot_grid_time(const struct axes *axes)
{
    double step = time_step(axes->x_max);
    char text[32];

    for (int i = 0; i * step <= axes->x_max && i < 1000; i++) {
        long seconds = lround(i * step);

        upright(axes, i * step, GRAY_MAJOR);
        if (axes->x_max < 60)
            snprintf(text, sizeof text, "%g", i * step);
        else if (axes->x_max < 3600)
            snprintf(text, sizeof text, "%ld:%02ld", seconds / 60, seconds % 60);
        else
            snprintf(text, sizeof text, "%ld:%02ld:%02ld", seconds / 3600, seconds / 60 % 60,
                     seconds % 60);
        label_x(axes, i * step, text);
    }
    name_x(axes, axes->x_max < 60 ? "time, s" : "time");
}

void plot_frame(const struct axes *axes)
{
    cairo_set_source_rgb(axes->cairo, GRAY_BORDER, GRAY_BORDER, GRAY_BORDER);
    cairo_set_line_width(axes->cairo, 1);
    cairo_set_dash(axes->cairo, NULL, 0, 0);
    cairo_rectangle(axes->cairo, axes->area.x, axes->area.y, axes->area.width, axes->area.height);
    cairo_stroke(axes->cairo);
}

static void clip(const struct axes *axes)
{
    cairo_save(axes->cairo);
    cairo_rectangle(axes->cairo, axes->area.x, axes->area.y, axes->area.width, axes->area.height);
    cairo_clip(axes->cairo);
}

static void go_to(const struct axes *axes, double x, double y)
{
    double far = 2 * (axes->y_max - axes->y_min); /* a notch is -inf dB deep */

    cairo_line_to(axes->cairo, x,
                  plot_y(axes, fmax(axes->y_min - far, fmin(axes->y_max + far, y))));
}

static double column_x(const struct axes *axes, int i, int count)
{
    return axes->area.x + axes->area.width * (i + 0.5) / count;
}

void plot_curve(const struct axes *axes, const struct ink *ink, const double *x, const double *y,
                int count)
{
    clip(axes);
    for (int i = 0; i < count; i++)
        go_to(axes, x ? plot_x(axes, x[i]) : column_x(axes, i, count), y[i]);
    use_ink(axes->cairo, ink);
    cairo_stroke(axes->cairo);
    cairo_restore(axes->cairo);
}

void plot_band(const struct axes *axes, const struct ink *ink, const double *low,
               const double *high, int count)
{
    clip(axes);
    for (int i = 0; i < count; i++)
        go_to(axes, column_x(axes, i, count), high[i]);
    for (int i = count; i-- > 0;)
        go_to(axes, column_x(axes, i, count), low[i]);
    cairo_close_path(axes->cairo);
    cairo_set_source_rgba(axes->cairo, ink->red, ink->green, ink->blue, 0.28);
    cairo_fill(axes->cairo);
    cairo_restore(axes->cairo);
}
