/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot_axes.h"

#include "utf8.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static double set_font(cairo_t *cairo, double size, bool bold, const char *text)
{
    cairo_text_extents_t extents;

    cairo_select_font_face(cairo, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                           bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cairo, size);
    cairo_text_extents(cairo, text, &extents);
    return extents.x_advance;
}

void plot_text(cairo_t *cairo, double x, double y, enum text_place place, double size, double gray,
               const char *text)
{
    double width = set_font(cairo, size, false, text);

    cairo_set_source_rgb(cairo, gray, gray, gray);
    cairo_move_to(cairo, x - width * (place == TEXT_RIGHT ? 1 : place == TEXT_MIDDLE ? 0.5 : 0), y);
    cairo_show_text(cairo, text);
}

void plot_bold(cairo_t *cairo, double x, double y, double size, const char *text)
{
    set_font(cairo, size, true, text);
    cairo_set_source_rgb(cairo, 0.1, 0.1, 0.1);
    cairo_move_to(cairo, x, y);
    cairo_show_text(cairo, text);
}

void plot_fit(cairo_t *cairo, double size, double width, const char *text, char *to, size_t bytes)
{
    size_t length = strlen(text), keep = length < bytes ? length : bytes - 8;

    snprintf(to, bytes, "%s", text);
    while (keep > 8 && (keep < length || set_font(cairo, size, false, to) > width)) {
        size_t head = utf8_cut(text, keep / 2), tail = length - keep / 2;

        while (tail < length && ((unsigned char)text[tail] & 0xc0) == 0x80)
            tail++;
        snprintf(to, bytes, "%.*s…%s", (int)head, text, text + tail);
        if (set_font(cairo, size, false, to) <= width)
            return;
        keep -= 2;
    }
}

void plot_number(char *to, size_t bytes, double value, bool sign)
{
    double rounded = round(value * 100) / 100;

    snprintf(to, bytes, "%s%.4g",
             rounded < 0           ? "−"
             : sign && rounded > 0 ? "+"
                                   : "",
             fabs(rounded));
}
