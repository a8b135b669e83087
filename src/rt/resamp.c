/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "resamp.h"

#include <errno.h>
#include <math.h>
#include <samplerate.h>
#include <string.h>

/* libsamplerate's position and ours may differ in the last bits: ask for nothing that hangs on
 * them. */
static const double position_slack = 1e-4;

int resamp_init(struct resamp *resamp, enum resamp_quality quality, uint32_t channels)
{
    static const int converter[] = { [RESAMP_FASTEST] = SRC_SINC_FASTEST,
                                     [RESAMP_MEDIUM] = SRC_SINC_MEDIUM_QUALITY,
                                     [RESAMP_BEST] = SRC_SINC_BEST_QUALITY };
    int error = 0;

    memset(resamp, 0, sizeof *resamp);
    if ((unsigned)quality > RESAMP_BEST || channels < 1 || channels > 8)
        return -EINVAL;
    resamp->state = src_new(converter[quality], (int)channels, &error);
    if (!resamp->state)
        return -ENOMEM;
    resamp->quality = quality;
    resamp->channels = channels;
    resamp_reset(resamp);
    return 0;
}

void resamp_finish(struct resamp *resamp)
{
    if (resamp->state)
        src_delete(resamp->state);
    resamp->state = NULL;
}

RT void resamp_reset(struct resamp *resamp)
{
    src_reset(resamp->state);
    resamp->position = 0;
    resamp->fed = 0;
    resamp->last_step = 0;
}

/* The half lengths of libsamplerate's three tables in input frames, and its own rounding. */
RT uint32_t resamp_half(enum resamp_quality quality, double step)
{
    static const double half[] = { [RESAMP_FASTEST] = 2464.0 / 128,
                                   [RESAMP_MEDIUM] = 22438.0 / 491,
                                   [RESAMP_BEST] = 340239.0 / 2381 };

    return (uint32_t)lrint(half[quality] * fmax(step, 1)) + 1;
}

/* A block may still be under the longer filter of the block before. */
RT static double widest_step(const struct resamp *resamp, double step)
{
    return fmax(step, resamp->last_step);
}

RT uint32_t resamp_need(const struct resamp *resamp, double step, uint32_t outputs)
{
    double last = resamp->position + step * (outputs - 1.0);
    int64_t end = (int64_t)floor(last + position_slack) + 1 +
                  resamp_half(resamp->quality, widest_step(resamp, step));

    return outputs && end > resamp->fed ? (uint32_t)(end - resamp->fed) : 0;
}

RT uint32_t resamp_yield(const struct resamp *resamp, double step, uint32_t inputs)
{
    double end =
        (double)(resamp->fed + inputs - resamp_half(resamp->quality, widest_step(resamp, step)));
    double room = end - position_slack - resamp->position;

    return room > 0 ? (uint32_t)ceil(room / step) : 0;
}

RT int64_t resamp_rebase(struct resamp *resamp)
{
    int64_t whole = resamp->position >= 65536 ? (int64_t)resamp->position : 0;

    resamp->position -= (double)whole;
    resamp->fed -= whole;
    return whole;
}

RT void resamp_run(struct resamp *resamp, double step, const float *input, uint32_t inputs,
                   float *output, uint32_t outputs)
{
    SRC_DATA data = { .data_in = input,
                      .data_out = output,
                      .input_frames = inputs,
                      .output_frames = outputs,
                      .src_ratio = 1 / step };

    src_set_ratio(resamp->state, data.src_ratio); /* or it would glide from the last ratio */
    src_process(resamp->state, &data);
    if ((uint32_t)data.output_frames_gen < outputs) {
        uint32_t missing = outputs - (uint32_t)data.output_frames_gen;

        memset(output + (size_t)data.output_frames_gen * resamp->channels, 0,
               (size_t)missing * resamp->channels * sizeof *output);
        resamp->miscounted += missing;
    }
    if (data.input_frames_used < (long)inputs)
        resamp->miscounted += inputs - (uint32_t)data.input_frames_used;
    resamp->position += outputs * step;
    resamp->fed += inputs;
    resamp->last_step = step;
}
