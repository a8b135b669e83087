/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Limiter: no sample passes the ceiling, whatever comes in; both channels get the same gain.
 *
 * The gain that each frame needs is held over the look-ahead (the least of a sliding window),
 * released exponentially, and averaged twice over half of that: an S-shaped ramp, without a kink,
 * that ends where the peak is. Without look-ahead the gain falls at once, which costs no time and
 * shapes the peak.
 *
 * With true_peak the peaks between samples count too (16x, by a polyphase filter of 32 taps): this
 * delays the sound by 16 frames more, and the look-ahead is at least 1 ms, since a gain that jumps
 * makes peaks of its own.
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

enum { LIMITER_LOOKAHEAD = STAGE_RATE_MAX / 200, LIMITER_TAPS = 32 };

struct limiter_coefs {
    uint32_t on, true_peak;
    uint32_t lookahead; /* frames, even */
    uint32_t delay;     /* frames, the true peak's included */
    double ceiling;     /* linear; a float's value, so that rounding to float never passes it */
    double release;     /* per frame */
};

/* Zeroed bytes are rest, so gains are kept as what they lack to 1 ("cut"). */
struct limiter {
    double released;                      /* cut behind the release */
    double front;                         /* greatest cut of the current block, so far */
    double sums[2];                       /* of what is in the two averages */
    double greatest;                      /* cut since it was last asked for */
    double between;                       /* true peak between the last two frames */
    uint32_t block_at, box_at, line_at;   /* in `block`, in both of `box`, in `line` */
    uint32_t calm;                        /* frames that all cuts have been 0 for */
    double block[LIMITER_LOOKAHEAD];      /* greatest cut from here to the end of its block */
    double box[LIMITER_LOOKAHEAD / 2][2]; /* the two averages' */
    double past[LIMITER_TAPS][2];         /* last frames in, for the true peak */
    double line[LIMITER_LOOKAHEAD + LIMITER_TAPS / 2][2];
};

void limiter_design(struct limiter_coefs *coefs, const struct limiter_settings *settings,
                    double rate_hz);

STAGE_FORMS(limiter);

#endif
