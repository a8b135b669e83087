/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures over frequency, all from the coefficients that run. */
#include "plot_panels.h"

#include "design.h"

#include <math.h>
#include <stdio.h>

enum { POINTS = 800 };

#define HZ_MIN 20.0
#define HZ_MAX 20000.0

struct lanes { /* gains of a pair, dB */
    double hz[POINTS], db[2][POINTS];
};

static double decibel(double complex gain)
{
    return 20 * log10(fmax(cabs(gain), 1e-15));
}

static void space(struct lanes *lanes)
{
    for (int i = 0; i < POINTS; i++)
        lanes->hz[i] = HZ_MIN * pow(HZ_MAX / HZ_MIN, i / (POINTS - 1.0));
}

/* The product of some cascades; the list ends with CURVES. */
static void respond(const struct plot *plot, const enum design_curve *list, struct lanes *lanes)
{
    space(lanes);
    for (int lane = 0; lane < 2; lane++) {
        for (int i = 0; i < POINTS; i++) {
            double complex gain = 1;

            for (const enum design_curve *curve = list; *curve != CURVES; curve++)
                gain *= design_response(plot->coefs, *curve, lane, lanes->hz[i], plot->rate_hz);
            lanes->db[lane][i] = decibel(gain);
        }
    }
}

static bool same(const struct lanes *lanes)
{
    for (int i = 0; i < POINTS; i++)
        if (fabs(lanes->db[0][i] - lanes->db[1][i]) > 0.005)
            return false;
    return true;
}

static void draw_lanes(cairo_t *cairo, struct box box, const char *title, const char *about,
                       const struct lanes *lanes, const struct legend *legend, int count)
{
    struct axes axes = { .cairo = cairo, .x_min = HZ_MIN, .x_max = HZ_MAX, .log_x = true };
    double lo = 0, hi = 0, step;

    for (int lane = 0; lane < (count == 2 ? 2 : 1); lane++) {
        for (int i = 0; i < POINTS; i++) {
            lo = fmin(lo, lanes->db[lane][i]);
            hi = fmax(hi, lanes->db[lane][i]);
        }
    }
    axes.area = plot_panel(cairo, box, title, about, legend, count);
    step = plot_range_db(fmax(lo, -42), hi, 7, &axes.y_min, &axes.y_max);
    plot_grid_hz(&axes);
    plot_grid_db(&axes, step, "gain, dB");
    for (int lane = 0; lane < (count == 2 ? 2 : 1); lane++)
        plot_curve(&axes, legend[lane].ink, lanes->hz, lanes->db[lane], POINTS);
    plot_frame(&axes);
}

static void draw_curves(const struct plot *plot, cairo_t *cairo, struct box box, const char *title,
                        const char *about, const enum design_curve *list)
{
    static const struct legend apart[] = { { "left", &ink_left }, { "right", &ink_right } };
    static const struct legend both[] = { { "left and right", &ink_left } };
    static const struct legend mono[] = { { "mono", &ink_left } };
    struct lanes lanes;
    bool one;

    respond(plot, list, &lanes);
    one = same(&lanes);
    draw_lanes(cairo, box, title, about, &lanes,
               !one                     ? apart
               : plot->bus < RENDER_SUB ? both
                                        : mono,
               one ? 1 : 2);
}

/* --- which --- */

static enum chain_pair pair_of(const struct plot *plot)
{
    return plot->bus == RENDER_HEADSET ? PAIR_HEADSET
           : plot->bus == RENDER_SUB   ? PAIR_SUB
                                       : PAIR_OUT;
}

static enum design_curve strip_of(const struct plot *plot)
{
    static const enum design_curve curve[RENDER_BUSSES] = { [RENDER_HEADSET] = CURVE_STRIP_HEADSET,
                                                            [RENDER_OUT] = CURVE_STRIP_OUT,
                                                            [RENDER_SUB] = CURVE_STRIP_SUB,
                                                            [RENDER_TALK] = CURVES };

    return curve[plot->bus];
}

static const char *strip_name(const struct plot *plot)
{
    static const char *const names[RENDER_BUSSES] = { "the headset", "out_1/2", "the sub", "" };

    return names[plot->bus];
}

static void draw_sum(const struct plot *plot, cairo_t *cairo, struct box box)
{
    const enum design_curve listen[] = { CURVE_LOUDNESS, CURVE_EQ, strip_of(plot), CURVES };
    const enum design_curve talk[] = { CURVE_MIC_HIGHPASS, CURVE_MIC_EQ, strip_of(plot), CURVES };
    char about[128];

    if (plot->bus == RENDER_TALK)
        snprintf(about, sizeof about, "high-pass and EQ of the microphone, without dynamics");
    else
        snprintf(about, sizeof about, "%s and the strip of %s, without dynamics%s",
                 plot->mic ? "high-pass, EQ" : "loudness, EQ", strip_name(plot),
                 plot->mic ? "" : " and crossfeed");
    draw_curves(plot, cairo, box, "Sum", about, plot->mic ? talk : listen);
}

static int bands_on(const struct band_settings *band)
{
    int on = 0;

    for (int i = 0; i < PARAMS_BANDS; i++)
        on += band[i].on && band[i].type != BAND_FLAT;
    return on;
}

static void draw_eq(const struct plot *plot, cairo_t *cairo, struct box box)
{
    static const enum design_curve list[] = { CURVE_EQ, CURVES };
    const struct params *params = plot->params;
    int left = bands_on(params->eq.band[0]);
    int right = params->eq.linked ? left : bands_on(params->eq.band[1]);
    char about[64];

    if (left == right)
        snprintf(about, sizeof about, "%d band%s", left, left == 1 ? "" : "s");
    else
        snprintf(about, sizeof about, "bands: %d left, %d right", left, right);
    draw_curves(plot, cairo, box, "EQ", about, list);
}

static void draw_loudness(const struct plot *plot, cairo_t *cairo, struct box box)
{
    static const enum design_curve list[] = { CURVE_LOUDNESS, CURVES };
    const struct loudness_settings *loudness = &plot->params->loudness;
    char about[128], level[32];

    plot_number(level, sizeof level, plot->params->volume.level_db, false);
    snprintf(about, sizeof about,
             "ISO 226:%s, reference %.4g dB SPL, intensity %.4g %%, volume %s dB",
             loudness->edition == ISO226_2003 ? "2003" : "2023", loudness->reference_db,
             loudness->intensity_percent, level);
    draw_curves(plot, cairo, box, "Loudness", about, list);
}

static void draw_strip(const struct plot *plot, cairo_t *cairo, struct box box)
{
    const enum design_curve list[] = { strip_of(plot), CURVES };
    char title[64];

    snprintf(title, sizeof title, "Strip of %s", strip_name(plot));
    draw_curves(plot, cairo, box, title, "crossover and EQ", list);
}

static void draw_mic(const struct plot *plot, cairo_t *cairo, struct box box)
{
    static const enum design_curve list[] = { CURVE_MIC_HIGHPASS, CURVE_MIC_EQ, CURVES };

    draw_curves(plot, cairo, box, "Microphone", "high-pass and EQ", list);
}

static void draw_crossfeed(const struct plot *plot, cairo_t *cairo, struct box box)
{
    static const struct legend legend[] = { { "own side", &ink_left },
                                            { "other side", &ink_right } };
    static const char *const modes[] = { [CROSSFEED_COMPLEMENTARY] = "complementary",
                                         [CROSSFEED_BS2B] = "bs2b",
                                         [CROSSFEED_CLASSIC] = "classic" };
    const struct crossfeed_settings *settings = &plot->params->crossfeed;
    double frequency_hz, feed_db;
    struct lanes lanes;
    char about[96];

    crossfeed_values(settings, &frequency_hz, &feed_db);
    space(&lanes);
    for (int i = 0; i < POINTS; i++) {
        double complex direct, cross;

        crossfeed_response(&plot->coefs->crossfeed, lanes.hz[i], plot->rate_hz, &direct, &cross);
        lanes.db[0][i] = decibel(direct);
        lanes.db[1][i] = decibel(cross);
    }
    snprintf(about, sizeof about, "%s, %.4g Hz, %.4g dB", modes[settings->mode], frequency_hz,
             feed_db);
    draw_lanes(cairo, box, "Crossfeed", about, &lanes, legend, 2);
}

static bool has_compressor(const struct plot *plot)
{
    return plot->mic ? plot->coefs->mic_compressor.on : plot->coefs->compressor.on;
}

int plot_panels(const struct plot *plot, panel_draw *panels[PANELS_MAX])
{
    const struct chain_coefs *coefs = plot->coefs;
    const struct strip_coefs *strip = &coefs->strip[pair_of(plot)];
    int count = 0;

    panels[count++] = draw_sum;
    if (!plot->mic && coefs->eq.count)
        panels[count++] = draw_eq;
    if (!plot->mic && coefs->volume.loudness.count)
        panels[count++] = draw_loudness;
    if (plot->mic && plot->bus != RENDER_TALK && (coefs->mic_highpass.count || coefs->mic_eq.count))
        panels[count++] = draw_mic; /* of the talk bus it is the sum */
    if (plot->bus != RENDER_TALK && strip->eq.count)
        panels[count++] = draw_strip;
    if (!plot->mic && coefs->crossfeed.on)
        panels[count++] = draw_crossfeed;
    if (has_compressor(plot))
        panels[count++] = plot_compressor;
    return count;
}
