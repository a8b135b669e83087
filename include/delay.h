/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Delay of a pair's two lanes, each its own, with fractions of a frame.
 *
 * The lines are the caller's: long, so floats, and not copied. A change is a cross-fade between two
 * places in the same line. Without a delay nothing is written there, and it costs nothing; the
 * first delay then waits until the line has heard enough, at most DELAY_MAX_MS.
 */
#ifndef DELAY_H
#define DELAY_H

#include "stage.h"

#include <stdbool.h>

#define DELAY_MAX_MS 170.0

enum { DELAY_TAPS = 32 };

/*
 * One lane. A whole number of frames is exact. Fractions are interpolated by a sinc under a Kaiser
 * window of DELAY_TAPS taps, flat within 0.05 dB up to 0.45 fs; in delays of less than half of
 * those by a Lagrange polynomial through fewer, which costs treble: one of 1.5 frames has 4 taps.
 */
struct delay_lane {
    uint32_t frames; /* to the newest tap */
    uint32_t taps;   /* 0: no delay at all; 1: whole frames; else even */
    double tap[DELAY_TAPS];
};

struct delay_coefs {
    struct delay_lane lane[2];
};

struct delay {
    float *line[2];
    uint32_t length; /* of a line: delay_length() */
    uint32_t at;     /* where the next frame goes */
    uint32_t heard;  /* frames of the line that are sound: since it was begun to be written */
    const struct delay_coefs *wanted; /* the owner's; looked at when `changed` is set */
    bool changed, changing;
    uint32_t blend_at, blend_length; /* of the cross-fade, frames */
    struct delay_coefs now, next;
};

/* Floats a line needs at a rate. */
uint32_t delay_length(double rate_hz);

/* 0..DELAY_MAX_MS for each lane. */
void delay_design(struct delay_coefs *coefs, const double delay_ms[2], double rate_hz);

/* Over zeroed lines; starts with what is wanted, without a fade. Changes are as blend.h's. */
void delay_init(struct delay *delay, float *left, float *right, double rate_hz,
                const struct delay_coefs *wanted);

/* At most STAGE_FRAMES frames. `work`: as large as the bus. */
typedef void delay_run(struct delay *delay, double *bus, double *work, uint32_t frames);
extern delay_run delay_run_base, delay_run_avx2;

#endif
