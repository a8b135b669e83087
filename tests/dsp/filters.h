/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of filters share: chance, what a running cascade answers, and decibels. */
#ifndef FILTERS_H
#define FILTERS_H

#include "eq.h"
#include "test.h"

#include <stdint.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static const double filter_rates[] = { 44100, 48000, 88200, 96000, 176400, 192000 };

/* -1..1 */
static inline double filter_noise(void)
{
    static uint64_t state = 88172645463325252U;

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (double)(int64_t)state / 9223372036854775808.0;
}

/* The i-th of `count` frequencies from 20 Hz to 0.45 of the rate. */
static inline double filter_hz(int i, int count, double rate_hz)
{
    return 20 * pow(0.45 * rate_hz / 20, i / (count - 1.0));
}

/* How far two responses are apart, as dB of the greater error of magnitude and phase. What is
 * softer than `floor` is compared as if it were that loud: the bottom of a notch has no dB. */
static inline double filter_apart_db(double complex h, double complex reference, double floor)
{
    return 20 * log10(1 + cabs(h - reference) / fmax(cabs(reference), floor));
}

/* The largest of two, and NaN if there is one. */
static inline double filter_worst(double worst, double next)
{
    return next <= worst ? worst : next;
}

static inline double filter_db(double complex h)
{
    return 20 * log10(cabs(h));
}

enum { FILTER_IMPULSE = 1 << 16 };

/* What the running cascade answers to an impulse in both lanes. */
static inline void filter_impulse(double bus[2 * FILTER_IMPULSE], const struct biquad *left,
                                  const struct biquad *right, uint32_t count)
{
    static struct eq_coefs coefs;
    static struct eq state;

    eq_design(&coefs, left, right, count);
    memset(&state, 0, sizeof state);
    memset(bus, 0, 2 * FILTER_IMPULSE * sizeof *bus);
    bus[0] = bus[1] = 1;
    for (uint32_t n = 0; n < FILTER_IMPULSE; n += STAGE_FRAMES)
        eq_base.run(&state, &coefs, bus + 2 * n, STAGE_FRAMES);
}

/* Its spectrum at a frequency. */
static inline double complex filter_dft(const double *bus, int lane, double frequency_hz,
                                        double rate_hz)
{
    double w = 2 * M_PI * frequency_hz / rate_hz, re = 0, im = 0;
    double c = cos(w), s = sin(w);

    for (int n = FILTER_IMPULSE - 1; n >= 0; n--) {
        double was = re;

        re = bus[2 * n + lane] + c * re + s * im;
        im = c * im - s * was;
    }
    return re + I * im;
}

/* Distance of the outer pole from the unit circle; negative: outside. Without loss where a1 is near
 * -2 and a2 near 1. */
static inline double filter_margin(const struct biquad *f)
{
    long double half = -f->a1 / 2.0L, inner = half * half - f->a2;

    if (inner > 0)
        return (double)(1 - (fabsl(half) + sqrtl(inner)));
    return (double)(1 - sqrtl(f->a2));
}

#endif
