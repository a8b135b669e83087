/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "delay.h"

#include "blend.h"

#include <math.h>
#include <string.h>

static const double pi = 3.14159265358979324, beta = 4.75;

uint32_t delay_length(double rate_hz)
{
    return (uint32_t)ceil(DELAY_MAX_MS * rate_hz / 1e3) + DELAY_TAPS + STAGE_FRAMES;
}

/* The modified Bessel function of order 0, by its series. */
static double bessel_i0(double x)
{
    double sum = 1, term = 1;

    for (int k = 1; k < 40; k++) {
        term *= x / (2 * k) * x / (2 * k);
        sum += term;
    }
    return sum;
}

static double windowed_sinc(double x, double half)
{
    double sinc = x == 0 ? 1 : sin(pi * x) / (pi * x), inside = 1 - x / half * x / half;

    return inside <= 0 ? 0 : sinc * bessel_i0(beta * sqrt(inside));
}

/* The polynomial through all taps, at `place` taps from the first: as flat as can be at 0 Hz. */
static double lagrange(uint32_t k, uint32_t taps, double place)
{
    double product = 1;

    for (uint32_t i = 0; i < taps; i++)
        if (i != k)
            product *= (place - i) / ((double)k - i);
    return product;
}

/* Taps on both sides of the place, as many as fit between it and now. */
static void design_lane(struct delay_lane *lane, double frames)
{
    double whole = floor(frames), place, sum = 0;
    uint32_t half = (uint32_t)fmin(DELAY_TAPS / 2, whole + 1);

    memset(lane, 0, sizeof *lane);
    lane->frames = (uint32_t)whole;
    if (frames <= 0)
        return;
    lane->taps = 1;
    lane->tap[0] = 1;
    if (frames == whole)
        return;
    lane->taps = 2 * half;
    lane->frames = (uint32_t)whole + 1 - half;
    place = frames - lane->frames;
    for (uint32_t k = 0; k < lane->taps; k++)
        sum += lane->tap[k] =
            half < DELAY_TAPS / 2 ? lagrange(k, lane->taps, place) : windowed_sinc(k - place, half);
    for (uint32_t k = 0; k < lane->taps; k++)
        lane->tap[k] /= sum;
}

void delay_design(struct delay_coefs *coefs, const double delay_ms[2], double rate_hz)
{
    for (int c = 0; c < 2; c++) {
        double frames = fmin(fmax(delay_ms[c], 0), DELAY_MAX_MS) * rate_hz / 1e3;

        if (fabs(frames - round(frames)) < 1e-3) /* a thousandth of a frame is nothing */
            frames = round(frames);
        design_lane(&coefs->lane[c], frames);
    }
}

void delay_init(struct delay *delay, float *left, float *right, double rate_hz,
                const struct delay_coefs *wanted)
{
    *delay = (struct delay){ .line = { left, right },
                             .length = delay_length(rate_hz),
                             .heard = delay_length(rate_hz), /* silence is sound */
                             .wanted = wanted,
                             .blend_length = (uint32_t)(BLEND_MS * rate_hz / 1e3),
                             .now = *wanted };
}
