/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample.h"

#include <math.h>
#include <string.h>

RT static float uniform(struct dither *dither) /* -0.5 .. 0.5, xorshift32 */
{
    uint32_t x = dither->state;

    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    dither->state = x;
    return (float)(int32_t)x * 0x1p-32f;
}

RT static int32_t to_16(float sample, struct dither *dither)
{
    float scaled = sample * 32768 + uniform(dither) + uniform(dither);

    return (int32_t)lrintf(fmaxf(-32768, fminf(32767, scaled)));
}

RT static int32_t to_24(float sample)
{
    return (int32_t)lrintf(fmaxf(-8388608, fminf(8388607, sample * 8388608)));
}

RT static int32_t to_32(float sample)
{
    return (int32_t)llrint(fmax(-2147483648.0, fmin(2147483647.0, sample * 2147483648.0)));
}

RT static void put_bytes(unsigned char *to, int32_t value, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i++)
        to[i] = (unsigned char)((uint32_t)value >> (8 * i));
}

RT static void put_sample(unsigned char *to, enum sample_format format, float sample,
                          struct dither *dither)
{
    if (!(fabsf(sample) <= 1e6f)) /* a NaN must not reach a headset */
        sample = 0;
    switch (format) {
    case SAMPLE_S16_LE:
        put_bytes(to, to_16(sample, dither), 2);
        break;
    case SAMPLE_S24_3LE:
        put_bytes(to, to_24(sample), 3);
        break;
    case SAMPLE_S24_LE:
        put_bytes(to, to_24(sample), 4);
        break;
    default:
        put_bytes(to, to_32(sample), 4);
        break;
    }
}

RT static int silent(const float *from, size_t samples)
{
    for (size_t i = 0; i < samples; i++)
        if (from[i] != 0)
            return 0;
    return 1;
}

RT void sample_put(void *to, enum sample_format format, uint32_t channels, const float *from,
                   uint32_t lanes, uint32_t frames, struct dither *dither)
{
    uint32_t bytes = sample_bytes(format);
    unsigned char *out = to;

    memset(to, 0, (size_t)frames * channels * bytes);
    if (silent(from, (size_t)frames * lanes))
        return;
    for (uint32_t i = 0; i < frames; i++, from += lanes, out += channels * bytes) {
        float left = from[0], right = lanes > 1 ? from[1] : from[0];

        if (channels == 1)
            left = 0.5f * (left + right);
        put_sample(out, format, left, dither);
        if (channels > 1)
            put_sample(out + bytes, format, right, dither);
    }
}

RT static float get_sample(const unsigned char *from, enum sample_format format)
{
    uint32_t bits = 0, bytes = sample_bytes(format);

    if (format == SAMPLE_S24_LE)
        bytes = 3; /* the fourth is padding and may hold anything */
    for (uint32_t i = 0; i < bytes; i++)
        bits |= (uint32_t)from[i] << (8 * (4 - bytes + i)); /* left-justified in 32 bits */
    return (float)(int32_t)bits * 0x1p-31f;
}

RT void sample_get(float *to, uint32_t lanes, const void *from, enum sample_format format,
                   uint32_t channels, uint32_t frames)
{
    uint32_t bytes = sample_bytes(format);
    const unsigned char *in = from;

    for (uint32_t i = 0; i < frames; i++, in += channels * bytes)
        for (uint32_t lane = 0; lane < lanes; lane++)
            *to++ = get_sample(in + (lane < channels ? lane : 0) * bytes, format);
}
