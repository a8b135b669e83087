/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Frames as a card wants them, and back: little-endian integers, 1 to 8 channels, against float
 * with 1.0 = full scale (so +1.0 itself is clipped to the largest integer).
 *
 * 16 bits get triangular dither (TPDF, +-1 LSB): at -40 dBFS plain rounding puts a third harmonic
 * at -62 dB, dither noise at -96 dB instead. A block of pure silence stays zeros. 24 and 32 bits
 * are rounded: a float has 24 bits itself.
 */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "rt.h"

#include <stdint.h>

enum sample_format { SAMPLE_S16_LE, SAMPLE_S24_3LE, SAMPLE_S24_LE, SAMPLE_S32_LE, SAMPLE_FORMATS };

RT static inline uint32_t sample_bytes(enum sample_format format)
{
    return format == SAMPLE_S16_LE ? 2 : format == SAMPLE_S24_3LE ? 3 : 4;
}

/* Seed of the dither; any value but 0. */
struct dither {
    uint32_t state;
};

/*
 * To a card: frames of `lanes` (1 or 2) floats to frames of `channels` samples. One lane goes to
 * all of the first two channels; two lanes to the first two, or their mean to a mono card. Further
 * channels are silent.
 */
RT void sample_put(void *to, enum sample_format format, uint32_t channels, const float *from,
                   uint32_t lanes, uint32_t frames, struct dither *dither);

/* From a card: its first `lanes` channels (the first one twice, if it has only one). */
RT void sample_get(float *to, uint32_t lanes, const void *from, enum sample_format format,
                   uint32_t channels, uint32_t frames);

#endif
