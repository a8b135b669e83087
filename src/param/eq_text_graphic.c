/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GraphicEQ: a curve of many points, and the peaks that come nearest to it in the sense of least
 * squares over the logarithm of the frequency (Levenberg-Marquardt; source of the method: Nocedal
 * and Wright, Numerical Optimization, chapter 10). A gain of its own goes into the preamp.
 */
#include "eq_text_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS = 96, CURVE = 1024, PER_BAND = 3, UNKNOWNS = PER_BAND * PARAMS_BANDS + 1 };

static const double rate_hz = 48000, low_hz = 20, high_hz = 20000;
static const double gain_most = 30, q_least = 0.2, q_most = 10;

struct curve {
    int count;
    double log_hz[CURVE], db[CURVE];
};

struct fit {
    double hz[POINTS], target_db[POINTS];
    double x[UNKNOWNS]; /* of each band: log frequency, gain, log Q; last: the gain of all */
    double band_db[PARAMS_BANDS][POINTS];
    int bands;
};

/* --- the curve ----------------------------------------------------------------------------------
 */

/* "25 -3.1; 40 -2": frequencies that rise. */
static bool read_curve(const char *text, struct curve *curve)
{
    double hz, db;

    for (curve->count = 0; curve->count < CURVE;) {
        text += strspn(text, " \t;");
        if (!*text)
            return curve->count > 1;
        text = eq_number(text, &hz);
        if (!text)
            return false;
        text += strspn(text, " \t");
        text = eq_number(text, &db);
        if (!text || hz <= 0 || fabs(db) > 100 ||
            (curve->count && log(hz) <= curve->log_hz[curve->count - 1]))
            return false;
        curve->log_hz[curve->count] = log(hz);
        curve->db[curve->count++] = db;
    }
    return false;
}

/* Straight lines over log f, flat outside. */
static double curve_at(const struct curve *curve, double hz)
{
    double at = log(hz);
    int k = 0;

    if (at <= curve->log_hz[0])
        return curve->db[0];
    while (k < curve->count - 1 && curve->log_hz[k + 1] < at)
        k++;
    if (k == curve->count - 1)
        return curve->db[k];
    return curve->db[k] + (curve->db[k + 1] - curve->db[k]) * (at - curve->log_hz[k]) /
                              (curve->log_hz[k + 1] - curve->log_hz[k]);
}

/* --- the fit ------------------------------------------------------------------------------------
 */

static struct band_settings band_of(const double x[PER_BAND])
{
    return (struct band_settings){ .on = true,
                                   .type = BAND_PEAKING,
                                   .frequency_hz = exp(x[0]),
                                   .gain_db = x[1],
                                   .q = exp(x[2]),
                                   .slope = 1,
                                   .target_hz = 40,
                                   .target_q = 0.707 };
}

static void hold(double x[PER_BAND])
{
    x[0] = fmin(fmax(x[0], log(low_hz)), log(high_hz));
    x[1] = fmin(fmax(x[1], -gain_most), gain_most);
    x[2] = fmin(fmax(x[2], log(q_least)), log(q_most));
}

static void respond(const struct fit *fit, const double x[PER_BAND], double db[POINTS])
{
    struct band_settings band = band_of(x);
    struct biquad biquad = band_design(&band, rate_hz);

    for (int i = 0; i < POINTS; i++)
        db[i] = 20 * log10(cabs(biquad_response(&biquad, fit->hz[i], rate_hz)));
}

static void residuals(struct fit *fit, const double *x, double *r)
{
    for (int b = 0; b < fit->bands; b++)
        respond(fit, x + PER_BAND * b, fit->band_db[b]);
    for (int i = 0; i < POINTS; i++) {
        r[i] = fit->target_db[i] - x[UNKNOWNS - 1];
        for (int b = 0; b < fit->bands; b++)
            r[i] -= fit->band_db[b][i];
    }
}

static double squares(const double *r)
{
    double sum = 0;

    for (int i = 0; i < POINTS; i++)
        sum += r[i] * r[i];
    return sum;
}

/* Which unknown is the n-th in use: those of the bands there are, and the gain. */
static int unknown(const struct fit *fit, int n)
{
    return n < PER_BAND * fit->bands ? n : UNKNOWNS - 1;
}

/* Derivatives of the curve by each unknown in use. */
static void derive(struct fit *fit, double slope[UNKNOWNS][POINTS])
{
    static const double step = 1e-4;
    int count = PER_BAND * fit->bands;

    for (int n = 0; n < count; n++) {
        double moved[PER_BAND], db[POINTS];

        memcpy(moved, fit->x + n / PER_BAND * PER_BAND, sizeof moved);
        moved[n % PER_BAND] += step;
        respond(fit, moved, db);
        for (int i = 0; i < POINTS; i++)
            slope[n][i] = (db[i] - fit->band_db[n / PER_BAND][i]) / step;
    }
    for (int i = 0; i < POINTS; i++)
        slope[count][i] = 1;
}

/* Solves in place, by Gauss with pivots; the matrix is positive definite by its damping. */
static void solve(double m[UNKNOWNS][UNKNOWNS + 1], int n)
{
    for (int k = 0; k < n; k++) {
        int pivot = k;

        for (int row = k + 1; row < n; row++)
            if (fabs(m[row][k]) > fabs(m[pivot][k]))
                pivot = row;
        for (int c = k; c <= n; c++) {
            double swapped = m[k][c];

            m[k][c] = m[pivot][c];
            m[pivot][c] = swapped;
        }
        for (int row = 0; row < n; row++) {
            double factor = row == k || m[k][k] == 0 ? 0 : m[row][k] / m[k][k];

            for (int c = k; c <= n && factor != 0; c++)
                m[row][c] -= factor * m[k][c];
        }
    }
    for (int k = 0; k < n; k++)
        m[k][n] = m[k][k] == 0 ? 0 : m[k][n] / m[k][k];
}

/* A damped step to *next. */
static void propose(const struct fit *fit, double slope[UNKNOWNS][POINTS], const double *r,
                    double damping, double *next)
{
    static double m[UNKNOWNS][UNKNOWNS + 1];
    int n = PER_BAND * fit->bands + 1;

    for (int a = 0; a < n; a++) {
        for (int b = 0; b < n; b++) {
            m[a][b] = 0;
            for (int i = 0; i < POINTS; i++)
                m[a][b] += slope[a][i] * slope[b][i];
        }
        m[a][a] = m[a][a] * (1 + damping) + 1e-6;
        m[a][n] = 0;
        for (int i = 0; i < POINTS; i++)
            m[a][n] += slope[a][i] * r[i];
    }
    solve(m, n);
    memcpy(next, fit->x, sizeof fit->x);
    for (int a = 0; a < n; a++)
        next[unknown(fit, a)] += m[a][n];
    for (int b = 0; b < fit->bands; b++)
        hold(next + PER_BAND * b);
}

static void improve(struct fit *fit, int rounds)
{
    static double slope[UNKNOWNS][POINTS];
    double r[POINTS], tried[POINTS], next[UNKNOWNS], damping = 1e-2;

    residuals(fit, fit->x, r);
    for (int round = 0; round < rounds && damping < 1e6; round++) {
        derive(fit, slope);
        propose(fit, slope, r, damping, next);
        residuals(fit, next, tried);
        if (squares(tried) < squares(r)) {
            memcpy(fit->x, next, sizeof next);
            memcpy(r, tried, sizeof r);
            damping *= 0.3;
        } else {
            residuals(fit, fit->x, r); /* and the bands' curves are of x again */
            damping *= 4;
        }
    }
}

/* Another peak where the curve is furthest off. */
static void add_band(struct fit *fit)
{
    double *x = fit->x + PER_BAND * fit->bands, r[POINTS];
    int worst = 0;

    residuals(fit, fit->x, r);
    for (int i = 0; i < POINTS; i++)
        worst = fabs(r[i]) > fabs(r[worst]) ? i : worst;
    x[0] = log(fit->hz[worst]);
    x[1] = r[worst];
    x[2] = log(1.4);
    hold(x);
    fit->bands++;
}

static void fit_curve(struct fit *fit, const struct curve *curve, int bands)
{
    double sum = 0;

    memset(fit, 0, sizeof *fit);
    for (int i = 0; i < POINTS; i++) {
        fit->hz[i] = low_hz * pow(high_hz / low_hz, i / (POINTS - 1.0));
        fit->target_db[i] = curve_at(curve, fit->hz[i]);
        sum += fit->target_db[i];
    }
    fit->x[UNKNOWNS - 1] = sum / POINTS;
    for (int b = 0; b < bands; b++) {
        add_band(fit);
        improve(fit, 6);
    }
    improve(fit, 40);
}

/* --- as bands -----------------------------------------------------------------------------------
 */

static int by_frequency(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (x[0] > y[0]) - (x[0] < y[0]);
}

static int free_bands(const struct eq_reading *reading)
{
    int most = 0;

    for (int c = 0; c < 2; c++)
        if (reading->channel[c] && reading->eq->count[c] > most)
            most = reading->eq->count[c];
    return PARAMS_BANDS - most;
}

void eq_graphic(struct eq_reading *reading, const char *text)
{
    static struct curve curve;
    static struct fit fit;
    struct eq_text *eq = reading->eq;
    double r[POINTS], most = 0;
    int bands = free_bands(reading);

    if (!read_curve(text, &curve)) {
        eq_say(reading, EQ_TEXT_DROPPED, "it is no list of rising frequencies and gains");
        return;
    }
    if (bands == 0) {
        eq_say(reading, EQ_TEXT_DROPPED, "there are %d bands already", PARAMS_BANDS);
        return;
    }
    fit_curve(&fit, &curve, bands);
    residuals(&fit, fit.x, r);
    for (int i = 0; i < POINTS; i++)
        most = fmax(most, fabs(r[i]));
    qsort(fit.x, (size_t)bands, PER_BAND * sizeof *fit.x, by_frequency);
    for (int c = 0; c < 2; c++) {
        if (!reading->channel[c])
            continue;
        eq->preamp_db[c] += fit.x[UNKNOWNS - 1];
        for (int b = 0; b < bands; b++)
            eq->band[c][eq->count[c]++] = band_of(fit.x + PER_BAND * b);
    }
    eq_say(reading, EQ_TEXT_CHANGED,
           "%d points as %d peaks and a gain of %+.1f dB: off by %.2f dB (RMS), %.2f dB at most",
           curve.count, bands, fit.x[UNKNOWNS - 1], sqrt(squares(r) / POINTS), most);
}
