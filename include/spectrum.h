/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A spectrum in sixth octaves for pictures: 20 Hz to 20 kHz. Windowed FFTs (Hann) of what was last
 * played, their power added up in bands with fractional edges. 0 dB is a sine of 0 dBFS in the
 * band; the bands together are the power of the sound (twice its mean square). A sine on the edge
 * of two bands is half in each. Computed outside the realtime thread.
 *
 * One FFT cannot do it: 20 Hz want bins below 0.8 Hz, a picture wants to move. So the sound is
 * remembered at its rate and, halved again and again, at lower ones (the tiers), as many frames of
 * each. A band is computed from the fastest tier in which it is 3 bins wide, and nothing has to be
 * interpolated. What is seen is thus the last 8192 frames, 0.17 s at 48 kHz, from 152 Hz up; 0.34 s
 * from 76 Hz; 0.68 s from 38 Hz; 1.4 s below. At 96 and 192 kHz the same begins one and two octaves
 * higher. A sine is right within 0.1 dB in the middle of its band, 45 dB down in the next but one,
 * 65 dB in the fourth, 85 dB three octaves away. The sum of the bands is right within 0.1 dB; for a
 * sine near the border of two bands of different tiers within 0.7 dB, as one tier smears it more.
 */
#ifndef SPECTRUM_H
#define SPECTRUM_H

#include <stdint.h>

enum {
    SPECTRUM_BANDS = 61,
    SPECTRUM_FRAMES = 8192, /* of each tier; a power of two */
    SPECTRUM_TIERS = 6      /* at most; rates above 198 kHz lack one for the lowest bands */
};

/* Middle of a band: 1000 * 2^((band - 34) / 6) Hz; bands 0..60 are 19.7 Hz..20.2 kHz. */
double spectrum_hz(int band);

struct spectrum_tier {
    float past[SPECTRUM_FRAMES]; /* a circle */
    uint32_t at;                 /* of the oldest frame, where the next one goes */
};

struct spectrum {
    double rate_hz;
    uint32_t tiers;                                  /* in use; tier t has rate_hz / 2^t */
    struct spectrum_tier tier[SPECTRUM_TIERS];       /* one lane, or the caller's mean of two */
    double cosine[SPECTRUM_FRAMES];                  /* one turn */
    double re[SPECTRUM_FRAMES], im[SPECTRUM_FRAMES]; /* work */
};

/* Before the first sound there was silence. */
void spectrum_init(struct spectrum *spectrum, double rate_hz);

/* Remembers sound: `stride` floats from frame to frame. NaN and infinity count as silence. */
void spectrum_feed(struct spectrum *spectrum, const float *frames, uint32_t count, uint32_t stride);

/* The bands, dB; at least -200. Bands wholly above the Nyquist frequency are -200. */
void spectrum_compute(struct spectrum *spectrum, double band_db[SPECTRUM_BANDS]);

#endif
