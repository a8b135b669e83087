/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A spectrum in sixth octaves for pictures: 20 Hz to 20 kHz. A windowed FFT of what was last
 * played, its power added up in bands with fractional edges. 0 dB is a sine of 0 dBFS in the band.
 * Computed outside the realtime thread.
 */
#ifndef SPECTRUM_H
#define SPECTRUM_H

#include <stdint.h>

enum { SPECTRUM_BANDS = 61, SPECTRUM_FRAMES = 16384 };

/* Middle of a band: 1000 * 2^((band - 34) / 6) Hz; bands 0..60 are 19.7 Hz..20.2 kHz. */
double spectrum_hz(int band);

struct spectrum {
    double rate_hz;
    float past[SPECTRUM_FRAMES]; /* a circle; one lane, or the mean of two */
    uint32_t at;
    double re[SPECTRUM_FRAMES], im[SPECTRUM_FRAMES]; /* work */
};

void spectrum_init(struct spectrum *spectrum, double rate_hz);

/* Remembers sound: `stride` floats from frame to frame. */
void spectrum_feed(struct spectrum *spectrum, const float *frames, uint32_t count, uint32_t stride);

/* The bands, dB; at least -200. Bands above the Nyquist frequency are -200. */
void spectrum_compute(struct spectrum *spectrum, double band_db[SPECTRUM_BANDS]);

#endif
