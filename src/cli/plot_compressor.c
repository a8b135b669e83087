/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot_panels.h"

#include <math.h>
#include <stdio.h>

enum { POINTS = 481 }; /* of -60..0 dB, on whole eighths: a hard knee is hit */

#define LEVEL_MIN (-60.0)

static void describe(const struct compressor_settings *settings, char *to, size_t bytes)
{
    char threshold[32], makeup[32], ratio[32];

    plot_number(threshold, sizeof threshold, settings->threshold_db, false);
    plot_number(makeup, sizeof makeup, compressor_makeup(settings), true);
    if (settings->mode == COMPRESSOR_UPWARD) {
        snprintf(to, bytes, "upward, amount %.4g %%, at most +%.4g dB, knee %.4g dB",
                 settings->amount_percent, settings->boost_max_db, settings->knee_db);
        return;
    }
    if (isinf(settings->ratio))
        snprintf(ratio, sizeof ratio, "inf : 1");
    else
        snprintf(ratio, sizeof ratio, "%.4g : 1", settings->ratio);
    snprintf(to, bytes, "ratio %s, knee %.4g dB, attack %.4g ms, release %.4g ms, make-up %s dB",
             ratio, settings->knee_db, settings->attack_ms, settings->release_ms, makeup);
}

/* Beside its line, where there is room for it: no curve is at the bottom there. */
static void mark_threshold(const struct axes *axes, double threshold_db)
{
    const double x[] = { threshold_db, threshold_db }, y[] = { axes->y_min, axes->y_max };
    double at = plot_x(axes, threshold_db);
    bool right = at + 110 < axes->area.x + axes->area.width;
    char text[64], number[32];

    plot_number(number, sizeof number, threshold_db, false);
    snprintf(text, sizeof text, "threshold %s dB", number);
    plot_curve(axes, &ink_help, x, y, 2);
    plot_text(axes->cairo, right ? at + 6 : at - 6, axes->area.y + axes->area.height - 8,
              right ? TEXT_LEFT : TEXT_RIGHT, 10.5, 0.3, text);
}

void plot_compressor(const struct plot *plot, cairo_t *cairo, struct box box)
{
    static const struct legend legend[] = { { "out", &ink_left }, { "unchanged", &ink_help } };
    const struct compressor_settings *settings =
        plot->mic ? &plot->params->mic.compressor : &plot->params->compressor;
    struct axes axes = { .cairo = cairo, .x_min = LEVEL_MIN, .y_min = LEVEL_MIN };
    double in[POINTS], out[POINTS], top = 0;
    char about[192];

    for (int i = 0; i < POINTS; i++) {
        in[i] = LEVEL_MIN + i * -LEVEL_MIN / (POINTS - 1);
        out[i] = compressor_curve(settings, in[i]);
        top = fmax(top, out[i]);
    }
    axes.y_max = 12 * ceil(top / 12 - 1e-9);
    describe(settings, about, sizeof about);
    axes.area = plot_panel(cairo, box, plot->mic ? "Compressor of the microphone" : "Compressor",
                           about, legend, 2);
    plot_grid_db_x(&axes, 12, "level in, dBFS");
    plot_grid_db(&axes, 12, "level out, dBFS");
    plot_curve(&axes, &ink_help, in, in, POINTS);
    mark_threshold(&axes, settings->threshold_db);
    plot_curve(&axes, &ink_left, in, out, POINTS);
    plot_frame(&axes);
}
