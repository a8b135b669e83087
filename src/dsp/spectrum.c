/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spectrum.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { MASK = SPECTRUM_FRAMES - 1, HALF = SPECTRUM_FRAMES / 2 };

static const double pi = 3.14159265358979323846;
static const double bins_wanted = 3; /* in a band: a sine in its middle then lacks < 0.2 dB */
static const double floor_db = -200;

double spectrum_hz(int band)
{
    return 1000 * exp2((band - 34) / 6.0);
}

static double low_edge_hz(int band)
{
    return spectrum_hz(band) * exp2(-1 / 12.0);
}

static double bin_hz(const struct spectrum *spectrum, uint32_t tier)
{
    return ldexp(spectrum->rate_hz / SPECTRUM_FRAMES, -(int)tier);
}

/* The fastest tier in which a band is wide enough. */
static uint32_t tier_of(const struct spectrum *spectrum, int band)
{
    double width_hz = low_edge_hz(band + 1) - low_edge_hz(band);
    uint32_t tier = 0;

    while (tier < SPECTRUM_TIERS - 1 && width_hz < bins_wanted * bin_hz(spectrum, tier))
        tier++;
    return tier;
}

void spectrum_init(struct spectrum *spectrum, double rate_hz)
{
    memset(spectrum, 0, sizeof *spectrum);
    spectrum->rate_hz = rate_hz;
    spectrum->tiers = tier_of(spectrum, 0) + 1;
    for (int i = 0; i < SPECTRUM_FRAMES; i++)
        spectrum->cosine[i] = cos(2 * pi * i / SPECTRUM_FRAMES);
}

/* A low-pass of (1 + z^-1)^4. Bands use a tier below 1/149 of its rate; there it lacks 0.002 dB,
 * and what is folded onto them is 158 dB down. */
static float halved(const struct spectrum_tier *tier)
{
    const float *past = tier->past;
    uint32_t at = tier->at;

    return 0.0625f * (past[(at - 1) & MASK] + past[(at - 5) & MASK]) +
           0.25f * (past[(at - 2) & MASK] + past[(at - 4) & MASK]) + 0.375f * past[(at - 3) & MASK];
}

/* Every second frame of a tier makes one of the next. */
static void push(struct spectrum *spectrum, float x)
{
    for (uint32_t t = 0; t < spectrum->tiers; t++) {
        struct spectrum_tier *tier = &spectrum->tier[t];

        tier->past[tier->at] = x;
        tier->at = (tier->at + 1) & MASK;
        if (tier->at & 1)
            return;
        x = halved(tier);
    }
}

void spectrum_feed(struct spectrum *spectrum, const float *frames, uint32_t count, uint32_t stride)
{
    for (uint32_t i = 0; i < count; i++) {
        float x = frames[(size_t)i * stride];

        push(spectrum, isfinite(x) ? x : 0);
    }
}

/* ---- the transform ---- */

static void swap(double *a, double *b)
{
    double was = *a;

    *a = *b;
    *b = was;
}

/* Every index and its bits in reverse change places. */
static void reorder(double *re, double *im)
{
    uint32_t reverse = 0;

    for (uint32_t i = 0; i < SPECTRUM_FRAMES; i++) {
        uint32_t bit = HALF;

        if (i < reverse) {
            swap(&re[i], &re[reverse]);
            swap(&im[i], &im[reverse]);
        }
        for (; reverse & bit; bit >>= 1)
            reverse ^= bit;
        reverse |= bit;
    }
}

static void transform(struct spectrum *spectrum)
{
    const double *cosine = spectrum->cosine;
    double *re = spectrum->re, *im = spectrum->im;

    reorder(re, im);
    for (uint32_t half = 1; half < SPECTRUM_FRAMES; half *= 2)
        for (uint32_t from = 0; from < SPECTRUM_FRAMES; from += 2 * half)
            for (uint32_t k = 0; k < half; k++) {
                uint32_t a = from + k, b = a + half, turn = k * (HALF / half);
                double c = cosine[turn], s = cosine[(turn + HALF / 2) & MASK]; /* = -sin */
                double x = re[b] * c - im[b] * s, y = re[b] * s + im[b] * c;

                re[b] = re[a] - x;
                im[b] = im[a] - y;
                re[a] += x;
                im[a] += y;
            }
}

static void load(const struct spectrum *spectrum, uint32_t t, double *out)
{
    const struct spectrum_tier *tier = &spectrum->tier[t];

    for (uint32_t i = 0; i < SPECTRUM_FRAMES; i++)
        out[i] = tier->past[(tier->at + i) & MASK] * 0.5 * (1 - spectrum->cosine[i]);
}

/* Two real sounds were transformed as one complex one; |X|^2 of the first or the second. */
static double bin_power(const struct spectrum *spectrum, uint32_t k, bool second)
{
    uint32_t mirror = (SPECTRUM_FRAMES - k) & MASK;
    double sign = second ? -1 : 1;
    double x = spectrum->re[k] + sign * spectrum->re[mirror];
    double y = spectrum->im[k] - sign * spectrum->im[mirror];

    return (x * x + y * y) / 4;
}

/* ---- the bands ---- */

/* Bin k stands for k - 1/2 .. k + 1/2 and counts by its share within the band. */
static double band_power(const struct spectrum *spectrum, double low, double high, bool second)
{
    double sum = 0;

    if (high > HALF) /* the Nyquist frequency */
        high = HALF;
    for (uint32_t k = (uint32_t)(low + 0.5); k <= HALF && k - 0.5 < high; k++)
        sum += (fmin(high, k + 0.5) - fmax(low, k - 0.5)) * bin_power(spectrum, k, second);
    return sum;
}

static double band_level(const struct spectrum *spectrum, int band, uint32_t tier)
{
    /* A sine of amplitude 1 has a quarter of frames * sum(window^2) on either side of 0 Hz. */
    const double full_scale = SPECTRUM_FRAMES * (SPECTRUM_FRAMES * 3.0 / 8) / 4;
    double bin = bin_hz(spectrum, tier), power;

    power = band_power(spectrum, low_edge_hz(band) / bin, low_edge_hz(band + 1) / bin, tier & 1);
    return fmax(floor_db, 10 * log10(power / full_scale + 1e-30));
}

void spectrum_compute(struct spectrum *spectrum, double band_db[SPECTRUM_BANDS])
{
    for (uint32_t t = 0; t < spectrum->tiers; t += 2) {
        load(spectrum, t, spectrum->re);
        if (t + 1 < spectrum->tiers)
            load(spectrum, t + 1, spectrum->im);
        else
            memset(spectrum->im, 0, sizeof spectrum->im);
        transform(spectrum);
        for (int band = 0; band < SPECTRUM_BANDS; band++) {
            uint32_t tier = tier_of(spectrum, band);

            if (tier / 2 == t / 2)
                band_db[band] = band_level(spectrum, band, tier);
        }
    }
}
