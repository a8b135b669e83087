/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bands nearest to a curve in the sense of least squares over log f: Levenberg's and
 * Marquardt's method on the logarithm of each band's frequency, its gain in dB, the logarithm of
 * its Q, and one level for all. It begins with nothing (or with a shelf at either end), and band
 * after band is put where what is left of the curve is worst.
 *
 * Responses are those of the filters that run (biquad.h), but by a shorter way: the bilinear
 * transform takes f to x = tan(pi f / rate) / tan(pi f0 / rate), and there the analog filter's
 * gain is a ratio of two polynomials in x^2. The error that is told is measured at the filters.
 */
#include "eq_text_parts.h"

#include <math.h>
#include <string.h>

enum {
    GRID = 180, /* points over ten octaves */
    LEVEL = 0,  /* the parameters: the level, then three of each band */
    PARAMETERS = 1 + 3 * PARAMS_BANDS,
    STEPS_EACH = 6, /* after each new band */
    STEPS_LAST = 20,
};

static const double low_hz = 20, high_hz = 20000;
static const double gain_most_db = 24;
static const double restraint = 2e-5; /* of squared gains, lest two bands fight each other */
static const double band_least_db = 0.05;
static const double level_least_db = -60, level_most_db = 12; /* what a preamp can do */

struct fit {
    int grid;
    double rate_hz;
    double hz[GRID], warped[GRID], target[GRID];
    double level_low, level_high;
    int bands;
    enum band_type type[PARAMS_BANDS];
    double parameter[PARAMETERS]; /* level; log f, gain, log Q */
    double db[PARAMS_BANDS][GRID];
    double left[GRID]; /* of the target */
};

static double held(double value, double low, double high)
{
    return fmin(fmax(value, low), high);
}

static double *band_of(struct fit *fit, int band)
{
    return &fit->parameter[1 + 3 * band];
}

static void hold(const struct fit *fit, int band, double p[3])
{
    bool peak = fit->type[band] == BAND_PEAKING;

    p[0] = held(p[0], log(low_hz), log(fit->hz[fit->grid - 1]));
    p[1] = held(p[1], -gain_most_db, gain_most_db);
    p[2] = held(p[2], log(peak ? 0.2 : 0.3), log(peak ? 12 : 1));
}

/* |H|^2 of the analog filter at jx. */
static double peak_power(double a, double q, double x2)
{
    double bow = (1 - x2) * (1 - x2), middle = x2 / (q * q);

    return (bow + a * a * middle) / (bow + middle / (a * a));
}

static double low_shelf_power(double a, double q, double x2)
{
    double middle = a * x2 / (q * q);

    return a * a * ((a - x2) * (a - x2) + middle) / ((1 - a * x2) * (1 - a * x2) + middle);
}

static void respond(const struct fit *fit, enum band_type type, const double p[3], double db[GRID])
{
    double a = pow(10, p[1] / 40), q = exp(p[2]);
    double f0 = tan(M_PI * fmin(exp(p[0]), 0.45 * fit->rate_hz) / fit->rate_hz);

    for (int i = 0; i < fit->grid; i++) {
        double x = fit->warped[i] / f0, x2 = x * x;
        double power = type == BAND_PEAKING     ? peak_power(a, q, x2)
                       : type == BAND_LOW_SHELF ? low_shelf_power(a, q, x2)
                                                : low_shelf_power(a, q, 1 / x2);

        db[i] = 10 * log10(power);
    }
}

/* Updates what is left; returns the cost. */
static double settle(struct fit *fit)
{
    double cost = 0;

    fit->parameter[LEVEL] = held(fit->parameter[LEVEL], fit->level_low, fit->level_high);
    for (int b = 0; b < fit->bands; b++) {
        hold(fit, b, band_of(fit, b));
        respond(fit, fit->type[b], band_of(fit, b), fit->db[b]);
        cost += restraint * fit->grid * band_of(fit, b)[1] * band_of(fit, b)[1];
    }
    for (int i = 0; i < fit->grid; i++) {
        fit->left[i] = fit->target[i] - fit->parameter[LEVEL];
        for (int b = 0; b < fit->bands; b++)
            fit->left[i] -= fit->db[b][i];
        cost += fit->left[i] * fit->left[i];
    }
    return cost;
}

/* How the sum of all bands changes with each parameter; a band's response is its own affair. */
static void differentiate(const struct fit *fit, double slope[PARAMETERS][GRID])
{
    static const double step = 1e-5;

    for (int i = 0; i < fit->grid; i++)
        slope[LEVEL][i] = 1;
    for (int k = 0; k < 3 * fit->bands; k++) {
        double p[3], *to = slope[1 + k];
        int b = k / 3;

        memcpy(p, &fit->parameter[1 + 3 * b], sizeof p);
        p[k % 3] += step;
        respond(fit, fit->type[b], p, to);
        for (int i = 0; i < fit->grid; i++)
            to[i] = (to[i] - fit->db[b][i]) / step;
    }
}

/* The normal equations: square * change = side. */
struct normal {
    int count;
    double square[PARAMETERS][PARAMETERS], side[PARAMETERS];
};

static double product(const double *a, const double *b, int count)
{
    double sum = 0;

    for (int i = 0; i < count; i++)
        sum += a[i] * b[i];
    return sum;
}

static void form(const struct fit *fit, double slope[PARAMETERS][GRID], struct normal *normal)
{
    normal->count = 1 + 3 * fit->bands;
    for (int r = 0; r < normal->count; r++) {
        normal->side[r] = product(slope[r], fit->left, fit->grid);
        for (int c = 0; c <= r; c++)
            normal->square[r][c] = product(slope[r], slope[c], fit->grid);
        if (r % 3 == 2) { /* a gain */
            normal->side[r] -= restraint * fit->grid * fit->parameter[r];
            normal->square[r][r] += restraint * fit->grid;
        }
    }
}

/* Cholesky's way; false: not positive definite. */
static bool solve(const struct normal *normal, double damping, double change[PARAMETERS])
{
    double l[PARAMETERS][PARAMETERS] = { { 0 } };
    int n = normal->count;

    for (int r = 0; r < n; r++)
        for (int c = 0; c <= r; c++) {
            double sum = normal->square[r][c] - product(l[r], l[c], c);

            if (r == c)
                sum += damping * normal->square[r][r] + 1e-9;
            if (r == c && !(sum > 0))
                return false;
            l[r][c] = r == c ? sqrt(sum) : sum / l[c][c];
        }
    for (int r = 0; r < n; r++)
        change[r] = (normal->side[r] - product(l[r], change, r)) / l[r][r];
    for (int r = n - 1; r >= 0; r--) {
        for (int below = r + 1; below < n; below++)
            change[r] -= l[below][r] * change[below];
        change[r] /= l[r][r];
    }
    return true;
}

/* One step that lowers the cost, with more and more damping; false: there is none. */
static bool step(struct fit *fit, const struct normal *normal, double *damping, double *cost)
{
    double before[PARAMETERS], change[PARAMETERS] = { 0 };

    memcpy(before, fit->parameter, sizeof before);
    for (; *damping < 1e6; *damping *= 5) {
        double now;

        if (!solve(normal, *damping, change))
            continue;
        for (int i = 0; i < normal->count; i++)
            fit->parameter[i] = before[i] + change[i];
        now = settle(fit);
        if (now < *cost) {
            *cost = now;
            *damping = fmax(*damping / 5, 1e-6);
            return true;
        }
    }
    memcpy(fit->parameter, before, sizeof before);
    settle(fit);
    return false;
}

static double refine(struct fit *fit, int steps)
{
    double slope[PARAMETERS][GRID], cost = settle(fit), before, damping = 1e-2;
    struct normal normal;

    for (; steps > 0; steps--) {
        before = cost;
        differentiate(fit, slope);
        form(fit, slope, &normal);
        if (!step(fit, &normal, &damping, &cost) || before - cost < 1e-5 * before)
            break;
    }
    return cost;
}

/* A run of points that lie on the same side of the curve. */
struct lobe {
    int from, to, top;
    double power;
};

static struct lobe worst_lobe(const struct fit *fit)
{
    struct lobe worst = { 0 }, lobe = { 0 };

    for (int i = 0; i < fit->grid; i++) {
        if (i > 0 && fit->left[i] * fit->left[i - 1] <= 0)
            lobe = (struct lobe){ .from = i, .top = i };
        lobe.to = i;
        lobe.power += fit->left[i] * fit->left[i];
        if (fabs(fit->left[i]) > fabs(fit->left[lobe.top]))
            lobe.top = i;
        if (lobe.power > worst.power)
            worst = lobe;
    }
    return worst;
}

/* Where the lobe has half its height tells the width. */
static void add_peak(struct fit *fit)
{
    struct lobe lobe = worst_lobe(fit);
    int from = lobe.top, to = lobe.top;
    double half = fabs(fit->left[lobe.top]) / 2, octaves;

    while (from > lobe.from && fabs(fit->left[from]) > half)
        from--;
    while (to < lobe.to && fabs(fit->left[to]) > half)
        to++;
    octaves = fmax(log2(fit->hz[to] / fit->hz[from]), 0.15);
    fit->type[fit->bands] = BAND_PEAKING;
    memcpy(band_of(fit, fit->bands),
           (double[3]){ log(fit->hz[lobe.top]), fit->left[lobe.top],
                        -log(2 * sinh(M_LN2 / 2 * octaves)) },
           3 * sizeof(double));
    fit->bands++;
}

static void add_shelf(struct fit *fit, enum band_type type, double hz)
{
    int end = type == BAND_LOW_SHELF ? 0 : fit->grid - 1;

    fit->type[fit->bands] = type;
    memcpy(band_of(fit, fit->bands),
           (double[3]){ log(hz), fit->target[end] - fit->parameter[LEVEL], log(0.7) },
           3 * sizeof(double));
    fit->bands++;
}

static double run(struct fit *fit, int bands, bool shelves)
{
    double sum = 0;

    for (int i = 0; i < fit->grid; i++)
        sum += fit->target[i];
    fit->parameter[LEVEL] = sum / fit->grid;
    if (shelves && bands >= 2) {
        add_shelf(fit, BAND_LOW_SHELF, 100);
        add_shelf(fit, BAND_HIGH_SHELF, 8000);
    }
    for (refine(fit, STEPS_EACH); fit->bands < bands; refine(fit, STEPS_EACH))
        add_peak(fit);
    return refine(fit, STEPS_LAST);
}

static void begin(struct fit *fit, const struct curve *curve, double rate_hz)
{
    double top = fmin(high_hz, 0.45 * rate_hz);

    memset(fit, 0, sizeof *fit);
    fit->grid = GRID;
    fit->rate_hz = rate_hz;
    fit->level_low = level_most_db;
    fit->level_high = level_least_db;
    for (int i = 0; i < GRID; i++) {
        fit->hz[i] = low_hz * pow(top / low_hz, i / (GRID - 1.0));
        fit->warped[i] = tan(M_PI * fit->hz[i] / rate_hz);
        fit->target[i] = eq_text_curve_db(curve, fit->hz[i]);
        fit->level_low = fmin(fit->level_low, fmax(fit->target[i], level_least_db));
        fit->level_high = fmax(fit->level_high, fmin(fit->target[i], level_most_db));
    }
}

/* As people write them; in the order of frequency. */
static void give(struct fit *from, const struct band_settings *flat, struct curve_fit *fit)
{
    memset(fit, 0, sizeof *fit); /* equal bands are equal bytes */
    fit->level_db = round(from->parameter[LEVEL] * 100) / 100;
    for (int b = 0; b < from->bands; b++) {
        double *p = band_of(from, b);
        struct band_settings band = *flat;
        int at = fit->band_count;

        if (fabs(p[1]) < band_least_db)
            continue;
        band.type = from->type[b];
        band.frequency_hz = eq_text_rounded(exp(p[0]), 4);
        band.gain_db = round(p[1] * 100) / 100;
        band.q = eq_text_rounded(exp(p[2]), 3);
        for (; at > 0 && fit->band[at - 1].frequency_hz > band.frequency_hz; at--)
            fit->band[at] = fit->band[at - 1];
        fit->band[at] = band;
        fit->band_count++;
    }
}

/* At the filters as they will run. */
static void measure(const struct fit *from, struct curve_fit *fit)
{
    struct biquad filter[PARAMS_BANDS];
    double sum = 0;

    for (int b = 0; b < fit->band_count; b++)
        filter[b] = band_design(&fit->band[b], from->rate_hz);
    for (int i = 0; i < from->grid; i++) {
        double off = from->target[i] - fit->level_db;

        for (int b = 0; b < fit->band_count; b++)
            off -= 20 * log10(cabs(biquad_response(&filter[b], from->hz[i], from->rate_hz)));
        sum += off * off;
        if (fabs(off) >= fit->most_db) {
            fit->most_db = fabs(off);
            fit->most_hz = from->hz[i];
        }
    }
    fit->rms_db = sqrt(sum / from->grid);
}

void eq_text_fit(struct curve_fit *fit, const struct curve *curve, int bands,
                 const struct band_settings *flat, double rate_hz)
{
    struct fit with, without;

    begin(&with, curve, rate_hz);
    without = with;
    give(run(&with, bands, true) < run(&without, bands, false) ? &with : &without, flat, fit);
    measure(&with, fit);
}
