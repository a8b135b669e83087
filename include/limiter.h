/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Limiter: no sample passes the ceiling, whatever comes in; both channels get the same gain.
 *
 * The gain that each frame needs is held over the look-ahead (the least of a sliding window),
 * released exponentially and averaged over the same window: a straight ramp that ends where the
 * peak is. Without look-ahead the gain falls at once, which costs no time and shapes the peak.
 *
 * With true_peak the peaks between samples count too (16x, by a polyphase filter of 32 taps): this
 * delays the sound by 16 frames, and the look-ahead is at least 1 ms, since a gain that jumps makes
 * peaks of its own.
 */
#ifndef LIMITER_H
#define LIMITER_H

#include "stage.h"

#include <stdbool.h>

struct limiter_settings {
    bool on;
    double ceiling_db;   /* -30..0 dBFS (dBTP with true_peak) */
    double lookahead_ms; /* 0..5, a delay of the sound */
    double release_ms;   /* 5..1000, 63 % */
    bool true_peak;
};

struct limiter_coefs {
    uint32_t on, true_peak;
    uint32_t lookahead; /* frames */
    double ceiling;     /* linear; a float, so that rounding to float passes it by nothing */
    double release;     /* per frame */
};

enum {
    LIMITER_LOOKAHEAD = STAGE_RATE_MAX / 200,
    LIMITER_TAPS = 32,
    LIMITER_LINE = LIMITER_LOOKAHEAD + LIMITER_TAPS + STAGE_FRAMES
};

struct limiter {
    double released;  /* gain behind the release */
    double sum;       /* of the window of averaged gains */
    double least;     /* gain since it was last asked for */
    uint32_t primed;  /* zeroed bytes are rest: until 1 the gains are to be set to 1 */
    uint32_t at;      /* in the circles */
    uint32_t hold_at; /* frames into the current block of the sliding minimum */
    double front;     /* least of the current block so far */
    double need[LIMITER_LOOKAHEAD + 1]; /* least from here to the end of its block */
    double gain[LIMITER_LOOKAHEAD + 1]; /* released gains, the window of the average */
    double line[LIMITER_LINE][2];
};

void limiter_design(struct limiter_coefs *coefs, const struct limiter_settings *settings,
                    double rate_hz);

STAGE_FORMS(limiter);

#endif
