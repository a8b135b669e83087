/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sound that goes on for a moment after its source has died, for a fade to happen under.
 *
 * Mirroring the last milliseconds leaves a kink (a 1 kHz tone at -6 dBFS: -34 dBFS above 4 kHz).
 * Linear prediction has none: the missing frames are what an all-pole model of the last 10 ms says
 * must come next, and the model's memory is the sound itself. Burg's method (order 24, double)
 * gives the model; it is stable by construction.
 */
#ifndef EXTEND_H
#define EXTEND_H

#include <stdint.h>

enum {
    EXTEND_HISTORY = 480, /* frames the model is made from */
    EXTEND_ORDER = 24,
    EXTEND_CHANNELS = 2
};

/* The last frames of a stream, always at hand. */
struct extend {
    uint32_t channels;                            /* 1 or 2 */
    uint32_t at;                                  /* where the next frame goes */
    float past[EXTEND_CHANNELS][EXTEND_HISTORY];  /* a circle */
    double model[EXTEND_CHANNELS][EXTEND_ORDER];  /* x[n] = -sum model[k] x[n-1-k] */
    double memory[EXTEND_CHANNELS][EXTEND_ORDER]; /* x[n-1], x[n-2], ... */
    double forward[EXTEND_HISTORY];               /* work of Burg's method */
    double backward[EXTEND_HISTORY];
};

void extend_init(struct extend *extend, uint32_t channels);

/* Remembers what was played, interleaved. */
void extend_remember(struct extend *extend, const float *frames, uint32_t count);

/* The source has died: makes the model. About 0.1 M multiply-adds a channel, no more. */
void extend_start(struct extend *extend);

/* The next `count` frames, interleaved; remembered as well. Within +-1 (0 dBFS). */
void extend_run(struct extend *extend, float *frames, uint32_t count);

#endif
