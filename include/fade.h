/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A gain that never jumps: from wherever it is to where it should be along a raised cosine.
 *
 *     t = i / length,  g = from + (to - from) (1 - cos(pi t)) / 2 + slope (t - 2 t^2 + t^3)
 *
 * A new target during a ramp starts a new ramp from the present value and with the present slope
 * (of the ramp's length; 0 from rest), so that a turned knob does not click either. Linear gain,
 * 1.0 = 0 dB.
 */
#ifndef FADE_H
#define FADE_H

#include <stdint.h>

struct fade {
    float from, to;  /* linear gains */
    float slope;     /* at the ramp's begin, per ramp */
    float now;       /* the gain the last frame got */
    uint32_t at;     /* frames into the ramp */
    uint32_t length; /* of the ramp, frames; at == length: the ramp is over */
};

void fade_init(struct fade *fade, float gain);

/* Goes to `gain` within `frames` (>= 1). Nothing happens if it is going there already. */
void fade_to(struct fade *fade, float gain, uint32_t frames);

/* 1 while the gain moves. */
static inline int fade_moving(const struct fade *fade)
{
    return fade->at < fade->length;
}

/* out[i] = in[i] * g(i), interleaved frames of `channels`; in place is fine. */
void fade_run(struct fade *fade, const float *in, float *out, uint32_t frames, uint32_t channels);

/* out[i] += in[i] * g(i), for the cells of a matrix. */
void fade_mix(struct fade *fade, const float *in, float *out, uint32_t frames);

/* As fade_run over silence: only the time passes. */
void fade_skip(struct fade *fade, uint32_t frames);

#endif
