/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libsamplerate with an exact account of where it stands.
 *
 * `step` is input frames per output frame (about rate_in / rate_out). It may change with every
 * block and is constant within one. `position` is where in the input the next output frame lies, as
 * a fractional frame number since the reset, so the delay of the converter is known exactly.
 *
 * libsamplerate swallows whatever it is offered, and makes an output frame only when it has more
 * than `half` input frames ahead of it; so it is fed exactly what the wanted output needs, and
 * asked for exactly what the input can give.
 */
#ifndef RESAMP_H
#define RESAMP_H

#include "rt.h"

#include <stdint.h>

/* By the length of the filter. Half lengths at 48 to 48 kHz: 20, 47, 144 frames. */
enum resamp_quality { RESAMP_FASTEST, RESAMP_MEDIUM, RESAMP_BEST };

struct resamp {
    void *state; /* SRC_STATE */
    enum resamp_quality quality;
    uint32_t channels;
    double position;     /* of the next output frame, input frames since reset or rebase */
    int64_t fed;         /* input frames since then */
    double last_step;    /* of the block before */
    uint32_t miscounted; /* output frames that did not come as foretold; stays 0 */
};

/* 0, or -ENOMEM/-EINVAL. Not realtime. */
int resamp_init(struct resamp *resamp, enum resamp_quality quality, uint32_t channels);
void resamp_finish(struct resamp *resamp); /* fine on a zeroed one */

/* Empty history; position 0 is the first input frame fed. */
RT void resamp_reset(struct resamp *resamp);

/* Input frames the filter reaches ahead of an output frame, at this step. */
RT uint32_t resamp_half(enum resamp_quality quality, double step);

/* Input frames to feed so that `outputs` frames can come out. */
RT uint32_t resamp_need(const struct resamp *resamp, double step, uint32_t outputs);

/* Output frames that can come out once `inputs` more are fed. */
RT uint32_t resamp_yield(const struct resamp *resamp, double step, uint32_t inputs);

/* Takes the whole frames out of `position` and `fed` when there are many, so that a double stays
 * exact for ever; returns how many, for the caller to add to where its input began. */
RT int64_t resamp_rebase(struct resamp *resamp);

/* Feeds `inputs` frames and makes `outputs`; the numbers are those of resamp_need or
 * resamp_yield. Interleaved. `outputs` must not be 0 (libsamplerate would then take nothing): a
 * fresh one is fed resamp_half() frames of silence first. */
RT void resamp_run(struct resamp *resamp, double step, const float *input, uint32_t inputs,
                   float *output, uint32_t outputs);

#endif
