/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A click, as design.md defines it: a peak above -80 dBFS in what is left above 4 kHz while a
 * -6 dBFS tone (60 Hz, 200 Hz, 1 kHz) plays. 48 kHz.
 */
#ifndef CLICK_H
#define CLICK_H

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum { CLICK_HALF = 192 };

/* dBFS of the largest peak above 4 kHz in sound[from .. to); CLICK_HALF frames more are read on
 * either side. Blackman-windowed high-pass, 4 kHz at -6 dB, below -100 dB under 3.3 kHz. */
static inline double click_dbfs(const float *sound, int64_t from, int64_t to)
{
    static double kernel[2 * CLICK_HALF + 1];
    double peak = 1e-9;

    if (kernel[CLICK_HALF] == 0) {
        double cut = 4000.0 / 48000;

        for (int k = -CLICK_HALF; k <= CLICK_HALF; k++) {
            double x = M_PI * k / CLICK_HALF;
            double low = k ? sin(2 * M_PI * cut * k) / (M_PI * k) : 2 * cut;

            kernel[k + CLICK_HALF] = (k == 0) - low * (0.42 + 0.5 * cos(x) + 0.08 * cos(2 * x));
        }
    }
    for (int64_t n = from; n < to; n++) {
        double sum = 0;

        for (int k = 0; k <= 2 * CLICK_HALF; k++)
            sum += kernel[k] * sound[n + k - CLICK_HALF];
        if (fabs(sum) > peak)
            peak = fabs(sum);
    }
    return 20 * log10(peak);
}

#endif
