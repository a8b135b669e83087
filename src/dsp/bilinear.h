/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Analog filters of first and second order, and the bilinear transform that makes biquads of them.
 *
 * All filters of this room are born here: Bristow-Johnson's cookbook is the same transform of the
 * same analog filters, with the algebra done. Doing it once, in general, gives c1 and c2 without
 * the differences of nearly equal numbers that they are.
 */
#ifndef BILINEAR_H
#define BILINEAR_H

#include "biquad.h"

/* H(s) = (n0 + n1 s + n2 s^2) / (d0 + d1 s + d2 s^2), where s = j at the filter's frequency. */
struct analog {
    int order; /* 1 or 2 */
    long double n[3], d[3];
};

/* A = 10^(gain_db / 40) is the root of the gain. */
struct analog analog_peak(long double gain_db, long double q);
struct analog analog_low_shelf(long double gain_db, long double q);

/* s becomes 1/s: a high pass of a low pass, a high shelf of a low one. */
struct analog analog_mirror(struct analog h);

/* A frequency within 10 Hz .. 0.45 of the rate; a value within its limits. NaN stays NaN. */
long double bilinear_hz(long double frequency_hz, long double rate_hz);
long double bilinear_held(long double value, long double low, long double high);

/* The filter with its s = j at the frequency, held as above. What would be unstable is flat, and
 * what is not a number. */
struct biquad bilinear(const struct analog *h, long double frequency_hz, long double rate_hz);

#endif
