/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "iso226.h"

#include "bilinear.h"

#include <math.h>
#include <string.h>

enum shape { LOW_SHELF, PEAK, HIGH_SHELF };

struct part {
    enum shape shape;
    double hz, q;
};

/*
 * Found by search: at all rates named, for references of 40..100 dB, volumes of 0..-60 dB and both
 * editions, the fit is within 0.6 dB of every row. Near half the rate the bilinear transform bends
 * the treble, so what fits at 48 kHz does not at 192.
 */
static const struct part parts_to_64k[LOUDNESS_SECTIONS] = { { LOW_SHELF, 30, 0.4 },
                                                             { LOW_SHELF, 250, 0.5 },
                                                             { PEAK, 4500, 0.25 },
                                                             { HIGH_SHELF, 10800, 0.7 } };
static const struct part parts_above[LOUDNESS_SECTIONS] = {
    { LOW_SHELF, 30, 0.4 }, { LOW_SHELF, 250, 0.5 }, { PEAK, 4000, 0.34 }, { PEAK, 13000, 1.6 }
};

static const double gain_max_db = 40;

/* The table's gains go on steadily; each needs but a few steps from the one before. */
enum { NEWTON_STEPS = 3, SOLVER_SWEEPS = 300 };

/* Weight of the gains themselves, that those without influence stay small (rates below 44.1 kHz).
 */
static const double ridge = 0.005;

static const struct part *parts_for(double rate_hz)
{
    return rate_hz > 64000 ? parts_above : parts_to_64k;
}

static double held(double value, double low, double high)
{
    return (double)bilinear_held(value, low, high);
}

double loudness_target_db(const struct loudness_settings *settings, int row, double volume_db)
{
    double reference = held(settings->reference_db, 40, 100);
    double heard = fmax(reference + held(volume_db, 1 - LOUDNESS_STEPS, 0), 20);
    double bend = iso226_level(settings->edition, row, heard) -
                  iso226_level(settings->edition, row, reference) - (heard - reference);

    return held(settings->intensity_percent, 0, 200) / 100 * bend;
}

/* ---- the fit
 * ------------------------------------------------------------------------------------- */

/* What a part does at one frequency, and how much more for a dB more of gain. */
struct effect {
    double db, slope;
};

/* |H|^2 at s^2 = -w2 of the filters of bilinear.c, in dB, with a = 10^(gain / 40). */
static struct effect shelf_effect(double a, double q, double w2)
{
    double u = w2 / (q * q), n = (a - w2) * (a - w2) + a * u;
    double d = (1 - a * w2) * (1 - a * w2) + a * u;
    double n_slope = 2 * (a - w2) + u, d_slope = u - 2 * w2 * (1 - a * w2);

    return (struct effect){ 10 * log10(a * a * n / d), (2 + a * (n_slope / n - d_slope / d)) / 4 };
}

static struct effect peak_effect(double a, double q, double w2)
{
    double u = w2 / (q * q), both = (1 - w2) * (1 - w2);
    double n = both + a * a * u, d = both + u / (a * a);

    return (struct effect){ 10 * log10(n / d), (a * a * u / n + u / (a * a) / d) / 2 };
}

struct fit {
    const struct part *parts;
    int rows;
    double w2[LOUDNESS_SECTIONS][ISO226_ROWS]; /* frequencies as the parts see them, squared */
};

static void fit_init(struct fit *fit, double rate_hz)
{
    memset(fit, 0, sizeof *fit);
    fit->parts = parts_for(rate_hz);
    while (fit->rows < ISO226_ROWS && iso226_hz[fit->rows] <= 0.45 * rate_hz)
        fit->rows++;
    for (int k = 0; k < LOUDNESS_SECTIONS; k++)
        for (int row = 0; row < fit->rows; row++) {
            double hz = (double)bilinear_hz(fit->parts[k].hz, rate_hz);
            double w = tan(M_PI * iso226_hz[row] / rate_hz) / tan(M_PI * hz / rate_hz);

            fit->w2[k][row] = fit->parts[k].shape == HIGH_SHELF ? 1 / (w * w) : w * w;
        }
}

static struct effect part_effect(const struct fit *fit, int k, int row, double a)
{
    const struct part *part = &fit->parts[k];

    if (part->shape == PEAK)
        return peak_effect(a, part->q, fit->w2[k][row]);
    return shelf_effect(a, part->q, fit->w2[k][row]);
}

/* Normal equations of the gains' changes: square x change = side. */
struct equations {
    double square[LOUDNESS_SECTIONS][LOUDNESS_SECTIONS], side[LOUDNESS_SECTIONS];
};

static void linearise(struct equations *equations, const struct fit *fit, const double *gain_db,
                      const double *target_db)
{
    double a[LOUDNESS_SECTIONS];

    memset(equations, 0, sizeof *equations);
    for (int k = 0; k < LOUDNESS_SECTIONS; k++)
        a[k] = pow(10, gain_db[k] / 40);
    for (int row = 0; row < fit->rows; row++) {
        struct effect effect[LOUDNESS_SECTIONS];
        double missing = target_db[row];

        for (int k = 0; k < LOUDNESS_SECTIONS; k++) {
            effect[k] = part_effect(fit, k, row, a[k]);
            missing -= effect[k].db;
        }
        for (int k = 0; k < LOUDNESS_SECTIONS; k++) {
            equations->side[k] += effect[k].slope * missing;
            for (int j = 0; j < LOUDNESS_SECTIONS; j++)
                equations->square[k][j] += effect[k].slope * effect[j].slope;
        }
    }
    for (int k = 0; k < LOUDNESS_SECTIONS; k++) {
        equations->side[k] -= ridge * gain_db[k];
        equations->square[k][k] += ridge;
    }
}

/* Gauss-Seidel, for it finds the best also where gains are at their limit: it holds each as it
 * goes. */
static void solve(const struct equations *equations, double *gain_db)
{
    double from[LOUDNESS_SECTIONS], moved = 1;

    memcpy(from, gain_db, sizeof from);
    for (int sweep = 0; sweep < SOLVER_SWEEPS && moved > 1e-6; sweep++) {
        moved = 0;
        for (int k = 0; k < LOUDNESS_SECTIONS; k++) {
            double side = equations->side[k], was = gain_db[k];

            for (int j = 0; j < LOUDNESS_SECTIONS; j++)
                side -= j == k ? 0 : equations->square[k][j] * (gain_db[j] - from[j]);
            gain_db[k] = held(from[k] + side / equations->square[k][k], -gain_max_db, gain_max_db);
            moved = fmax(moved, fabs(gain_db[k] - was));
        }
    }
}

static bool is_usable(const struct loudness_settings *settings, double rate_hz)
{
    return settings->on && !isnan(settings->reference_db) && !isnan(settings->intensity_percent) &&
           rate_hz >= 1000 && rate_hz <= 1e6;
}

void loudness_fit(struct loudness_table *table, const struct loudness_settings *settings,
                  double rate_hz)
{
    double gain_db[LOUDNESS_SECTIONS] = { 0 };
    struct equations equations;
    struct fit fit;

    memset(table, 0, sizeof *table);
    if (!is_usable(settings, rate_hz))
        return;
    fit_init(&fit, rate_hz);
    for (int step = 1; step < LOUDNESS_STEPS; step++) {
        double target_db[ISO226_ROWS];

        for (int row = 0; row < fit.rows; row++)
            target_db[row] = loudness_target_db(settings, row, -step);
        for (int newton = 0; newton < NEWTON_STEPS; newton++) {
            linearise(&equations, &fit, gain_db, target_db);
            solve(&equations, gain_db);
        }
        memcpy(table->gain_db[step], gain_db, sizeof gain_db);
    }
}

/* ---- the filters
 * --------------------------------------------------------------------------------- */

static struct biquad part_design(const struct part *part, double gain_db, double rate_hz)
{
    struct analog h =
        part->shape == PEAK ? analog_peak(gain_db, part->q) : analog_low_shelf(gain_db, part->q);

    if (part->shape == HIGH_SHELF)
        h = analog_mirror(h);
    return bilinear(&h, part->hz, rate_hz);
}

void loudness_design(struct biquad sections[LOUDNESS_SECTIONS], const struct loudness_table *table,
                     const struct loudness_settings *settings, double volume_db, double rate_hz)
{
    double down = held(-volume_db, 0, LOUDNESS_STEPS - 1);
    int step = down < LOUDNESS_STEPS - 2 ? (int)down : LOUDNESS_STEPS - 2;

    for (int k = 0; k < LOUDNESS_SECTIONS; k++)
        sections[k] = biquad_flat;
    if (!is_usable(settings, rate_hz) || isnan(volume_db))
        return;
    for (int k = 0; k < LOUDNESS_SECTIONS; k++) {
        double low = table->gain_db[step][k], high = table->gain_db[step + 1][k];

        sections[k] =
            part_design(&parts_for(rate_hz)[k], low + (down - step) * (high - low), rate_hz);
    }
}
