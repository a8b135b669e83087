/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fade.h"

#include <math.h>
#include <string.h>

static const float pi = 3.14159265f;

void fade_init(struct fade *fade, float gain)
{
    *fade = (struct fade){ .from = gain, .to = gain, .now = gain };
}

static float at_time(const struct fade *fade, float t)
{
    return fade->from + (fade->to - fade->from) * 0.5f * (1 - cosf(pi * t)) +
           fade->slope * t * (1 - t) * (1 - t);
}

static float slope_now(const struct fade *fade)
{
    float t = (float)fade->at / (float)fade->length;

    return (fade->to - fade->from) * 0.5f * pi * sinf(pi * t) + fade->slope * (1 - t) * (1 - 3 * t);
}

void fade_to(struct fade *fade, float gain, uint32_t frames)
{
    if (gain == fade->to)
        return;
    fade->slope = fade_moving(fade) ? slope_now(fade) * (float)frames / (float)fade->length : 0;
    fade->from = fade->now;
    fade->to = gain;
    fade->at = 0;
    fade->length = frames;
}

static float next_gain(struct fade *fade)
{
    fade->at++;
    fade->now = fade_moving(fade) ? at_time(fade, (float)fade->at / (float)fade->length) : fade->to;
    return fade->now;
}

void fade_run(struct fade *fade, const float *in, float *out, uint32_t frames, uint32_t channels)
{
    uint32_t i = 0;
    size_t rest;

    for (; i < frames && fade_moving(fade); i++) {
        float gain = next_gain(fade);

        for (uint32_t c = 0; c < channels; c++)
            out[i * channels + c] = gain * in[i * channels + c];
    }
    rest = (size_t)(frames - i) * channels;
    in += (size_t)i * channels;
    out += (size_t)i * channels;
    if (fade->now == 0)
        memset(out, 0, rest * sizeof *out);
    else if (fade->now != 1)
        for (size_t k = 0; k < rest; k++)
            out[k] = fade->now * in[k];
    else if (out != in)
        memmove(out, in, rest * sizeof *out);
}

void fade_mix(struct fade *fade, const float *in, float *out, uint32_t frames)
{
    uint32_t i = 0;

    for (; i < frames && fade_moving(fade); i++)
        out[i] += next_gain(fade) * in[i];
    if (fade->now == 0)
        return;
    for (; i < frames; i++)
        out[i] += fade->now * in[i];
}

void fade_skip(struct fade *fade, uint32_t frames)
{
    for (uint32_t i = 0; i < frames && fade_moving(fade); i++)
        next_gain(fade);
}
