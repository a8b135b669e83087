/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Delay of a pair's two lanes, each its own, with fractions of a frame.
 *
 * The lines are the caller's: long, so floats, and not copied. A change is a cross-fade between two
 * places in the same line.
 */
#ifndef DELAY_H
#define DELAY_H

#include "stage.h"

#define DELAY_MAX_MS    170.0
#define DELAY_CM_PER_MS 34.3 /* sound in air of 20 degrees C: 343 m/s */

enum { DELAY_TAPS = 16 };

/* One lane. Fractions are interpolated by a windowed sinc of DELAY_TAPS, flat within 0.1 dB up to
 * 0.37 fs; a whole number of frames is exact. A delay shorter than half of the taps is made of
 * fewer (third-order Lagrange down to one frame). */
struct delay_coefs {
    uint32_t frames[2]; /* whole frames to the newest tap */
    uint32_t taps[2];   /* 0: no delay at all; 1: whole frames; 4; DELAY_TAPS */
    double tap[2][DELAY_TAPS];
};

struct delay {
    float *line[2];                  /* `length` each */
    uint32_t length;                 /* delay_length() */
    uint32_t at;                     /* where the next frame goes */
    uint32_t blend_at, blend_length; /* frames into the cross-fade; equal: none */
    struct delay_coefs now, next;
};

/* Frames a line needs at a rate. */
uint32_t delay_length(double rate_hz);

void delay_design(struct delay_coefs *coefs, const double delay_ms[2], double rate_hz);

/* Over zeroed lines of delay_length() floats. */
void delay_init(struct delay *delay, float *left, float *right, double rate_hz);

/* Other delays. False: a cross-fade runs; ask again with the latest. */
int delay_set(struct delay *delay, const struct delay_coefs *coefs, uint32_t blend_frames);

typedef void delay_run(struct delay *delay, double *bus, uint32_t frames);
extern delay_run delay_run_base, delay_run_avx2;

#endif
