/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Levels and gains over the file. */
#include "plot_panels.h"

#include <math.h>
#include <string.h>

#define LEVEL_MIN   (-60.0)
#define GAIN_MIN    (-40.0) /* a closed gate is off the picture */
#define HEIGHT      320
#define HEIGHT_GAIN 190
#define GAP         12

struct levels {
    int count;
    double peak[METER_COLUMNS], rms[METER_COLUMNS]; /* dBFS */
};

static double decibel(double level)
{
    return 20 * log10(fmax(level, 1e-10));
}

static int column_count(const struct meter *meter)
{
    uint64_t columns = (meter_length(meter) + meter->width - 1) / meter->width;

    return columns < METER_COLUMNS ? (int)columns : METER_COLUMNS;
}

/* The last column may be but partly filled. */
static double frames_in(const struct meter *meter, enum meter_side side, int column)
{
    uint64_t first = meter->width * (uint64_t)column;
    uint64_t left = meter->frames[side] > first ? meter->frames[side] - first : 1;

    return (double)(left < meter->width ? left : meter->width);
}

static void take_levels(const struct meter *meter, enum meter_side side, struct levels *levels)
{
    levels->count = column_count(meter);
    for (int i = 0; i < levels->count; i++) {
        const struct meter_column *column = &meter->column[i];

        levels->peak[i] = decibel(column->peak[side]);
        levels->rms[i] = decibel(sqrt(column->sum[side] / 2 / frames_in(meter, side, i)));
    }
}

static struct axes time_axes(const struct plot *plot, cairo_t *cairo)
{
    const struct meter *meter = plot->meter;

    return (struct axes){ .cairo = cairo,
                          .x_max =
                              (double)meter->width * fmax(column_count(meter), 1) / plot->rate_hz };
}

static void draw_levels(const struct plot *plot, cairo_t *cairo, struct box box)
{
    static const struct legend legend[] = { { "in", &ink_in }, { "out", &ink_out } };
    const struct meter *meter = plot->meter;
    struct axes axes = time_axes(plot, cairo);
    struct levels levels;
    double peak = 0;

    for (int side = 0; side < METER_SIDES; side++)
        peak = fmax(peak, fmax(meter->peak[side][0], meter->peak[side][1]));
    axes.y_min = LEVEL_MIN;
    axes.y_max = fmax(0, 12 * ceil(decibel(peak) / 12 - 0.02));
    axes.area = plot_panel(cairo, box, "Level", "band: from RMS to peak", legend, 2);
    plot_grid_time(&axes);
    plot_grid_db(&axes, 12, "level, dBFS");
    for (int side = 0; side < METER_SIDES; side++) {
        take_levels(meter, (enum meter_side)side, &levels);
        plot_band(&axes, legend[side].ink, levels.rms, levels.peak, levels.count);
        plot_curve(&axes, legend[side].ink, NULL, levels.rms, levels.count);
    }
    plot_frame(&axes);
}

/* The reducers that are on, for the legend and the curves. */
static int list_gains(const struct plot *plot, struct legend *legend, int *which, int most)
{
    int count = 0;

    for (int i = 0; i < REDUCERS && count < most; i++) {
        if (!render_reducer_on(plot->coefs, plot->mic, plot->bus, (enum chain_reducer)i))
            continue;
        which[count] = i;
        legend[count] =
            (struct legend){ render_reducer_name((enum chain_reducer)i), &ink_gain[count] };
        count++;
    }
    return count;
}

static void draw_gains(const struct plot *plot, cairo_t *cairo, struct box box)
{
    const struct meter *meter = plot->meter;
    struct axes axes = time_axes(plot, cairo);
    struct legend legend[5];
    double gain[METER_COLUMNS], lo = 0, hi = 0, step;
    int which[5], count = list_gains(plot, legend, which, 5), columns = column_count(meter);

    for (int i = 0; i < count; i++) {
        lo = fmin(lo, -meter->reduction_db[which[i]]);
        hi = fmax(hi, -meter->reduction_db[which[i]]);
    }
    axes.area = plot_panel(cairo, box, "Gain", "the greatest change in each moment", legend, count);
    step = plot_range_db(fmax(lo, GAIN_MIN), hi, 4, &axes.y_min, &axes.y_max);
    if (hi <= 0)
        axes.y_max = step;
    plot_grid_time(&axes);
    plot_grid_db(&axes, step, "gain, dB");
    for (int i = 0; i < count; i++) {
        for (int k = 0; k < columns; k++)
            gain[k] = -meter->column[k].reduction_db[which[i]];
        plot_curve(&axes, legend[i].ink, NULL, gain, columns);
    }
    plot_frame(&axes);
}

static bool has_gains(const struct plot *plot)
{
    struct legend legend[1];
    int which[1];

    return list_gains(plot, legend, which, 1) > 0;
}

double plot_time_height(const struct plot *plot)
{
    return HEIGHT + (has_gains(plot) ? GAP + HEIGHT_GAIN : 0);
}

void plot_time(const struct plot *plot, cairo_t *cairo, struct box box)
{
    bool gains = has_gains(plot);
    struct box upper = { box.x, box.y, box.width, HEIGHT };
    struct box lower = { box.x, box.y + HEIGHT + GAP, box.width, HEIGHT_GAIN };

    draw_levels(plot, cairo, upper);
    if (gains)
        draw_gains(plot, cairo, lower);
}
