/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample.h"

#include "test.h"

#include <complex.h>
#include <stdlib.h>

static const double bits[] = { 16, 24, 24, 32 };

static void there_and_back(void)
{
    unsigned char bytes[2 * 4 * 100];
    float in[200], out[200];

    for (int i = 0; i < 200; i++)
        in[i] = (float)(0.9 * sin(i * 0.37));
    for (int f = 0; f < SAMPLE_FORMATS; f++) {
        struct dither dither = { 1 };
        double step = pow(2, 1 - bits[f]);

        sample_put(bytes, f, 2, in, 2, 100, &dither);
        sample_get(out, 2, bytes, f, 2, 100);
        for (int i = 0; i < 200; i++)
            CHECK_NEAR(out[i], in[i], f == SAMPLE_S16_LE ? 1.5 * step : 0.5 * step + 6e-8);
    }
}

/* The bytes themselves, against the formats' definitions. */
static void layout(void)
{
    static const float half[] = { 0.5f, -1.0f };
    static const unsigned char s24_3[] = { 0, 0, 0x40, 0, 0, 0x80 };
    static const unsigned char s24[] = { 0, 0, 0x40, 0, 0, 0, 0x80, 0xFF };
    static const unsigned char s32[] = { 0, 0, 0, 0x40, 0, 0, 0, 0x80 };
    unsigned char bytes[8];
    struct dither dither = { 1 };

    sample_put(bytes, SAMPLE_S24_3LE, 2, half, 2, 1, &dither);
    CHECK(memcmp(bytes, s24_3, 6) == 0);
    sample_put(bytes, SAMPLE_S24_LE, 2, half, 2, 1, &dither);
    CHECK(memcmp(bytes, s24, 8) == 0);
    sample_put(bytes, SAMPLE_S32_LE, 2, half, 2, 1, &dither);
    CHECK(memcmp(bytes, s32, 8) == 0);
}

static void clips_and_mends(void)
{
    static const float wild[] = { 1.0f, 2.0f, -2.0f, INFINITY, -INFINITY, NAN, 1e30f, 0.25f };
    static const float tame[] = { 1, 1, -1, 0, 0, 0, 0, 0.25f };
    unsigned char bytes[8 * 4];
    float out[8];

    for (int f = 0; f < SAMPLE_FORMATS; f++) {
        struct dither dither = { 9 };

        sample_put(bytes, f, 1, wild, 1, 8, &dither);
        sample_get(out, 1, bytes, f, 1, 8);
        for (int i = 0; i < 8; i++)
            CHECK_NEAR(out[i], tame[i], f == SAMPLE_S16_LE ? 1e-4 : 3e-7);
    }
}

/* Full scale is the largest integer, both ways, to the bit; padding bits mean nothing. */
static void full_scale(void)
{
    static const float loud[] = { 2, -2 };
    static const unsigned char full[SAMPLE_FORMATS][8] = {
        { 0xFF, 0x7F, 0, 0x80 },
        { 0xFF, 0xFF, 0x7F, 0, 0, 0x80 },
        { 0xFF, 0xFF, 0x7F, 0, 0, 0, 0x80, 0xFF },
        { 0xFF, 0xFF, 0xFF, 0x7F, 0, 0, 0, 0x80 },
    };
    unsigned char padded[] = { 0, 0, 0x40, 0xA5 }, bytes[8];
    struct dither dither = { 1 };
    float out;

    for (int f = 0; f < SAMPLE_FORMATS; f++) {
        sample_put(bytes, f, 2, loud, 2, 1, &dither);
        CHECK(memcmp(bytes, full[f], 2 * sample_bytes(f)) == 0);
    }
    sample_get(&out, 1, padded, SAMPLE_S24_LE, 1, 1);
    CHECK(out == 0.5f);
}

static void channels(void)
{
    unsigned char bytes[8 * 4];
    float stereo[] = { 0.5f, -0.25f }, mono[] = { 0.5f }, out[2];
    struct dither dither = { 1 };

    sample_put(bytes, SAMPLE_S32_LE, 1, stereo, 2, 1, &dither); /* to a mono card: the mean */
    sample_get(out, 1, bytes, SAMPLE_S32_LE, 1, 1);
    CHECK_NEAR(out[0], 0.125, 0);
    sample_put(bytes, SAMPLE_S32_LE, 8, mono, 1, 1, &dither); /* mono to both sides, no further */
    sample_get(out, 2, bytes, SAMPLE_S32_LE, 8, 1);
    CHECK_NEAR(out[0], 0.5, 0);
    CHECK_NEAR(out[1], 0.5, 0);
    for (int i = 8; i < 32; i++)
        CHECK(bytes[i] == 0);
    sample_put(bytes, SAMPLE_S32_LE, 1, mono, 1, 1, &dither);
    sample_get(out, 2, bytes, SAMPLE_S32_LE, 1, 1); /* a mono card is heard twice */
    CHECK_NEAR(out[1], 0.5, 0);
}

static void silence_is_silent(void)
{
    unsigned char bytes[200], zero[200] = { 0 };
    float nothing[100] = { 0 };
    struct dither dither = { 1 };

    sample_put(bytes, SAMPLE_S16_LE, 1, nothing, 1, 100, &dither);
    CHECK(memcmp(bytes, zero, 200) == 0);
}

/* A tone at -40 dBFS in 16 bits: its third harmonic must drown in even noise. */
static void dither_leaves_no_harmonics(void)
{
    enum { N = 48000 };
    static float tone[N], out[N];
    static unsigned char bytes[2 * N];
    struct dither dither = { 12345 };
    double complex third = 0, first = 0;
    double noise = 0;

    for (int i = 0; i < N; i++)
        tone[i] = 0.01f * (float)sin(2 * M_PI * 1000 * i / 48000);
    sample_put(bytes, SAMPLE_S16_LE, 1, tone, 1, N, &dither);
    sample_get(out, 1, bytes, SAMPLE_S16_LE, 1, N);
    for (int i = 0; i < N; i++) {
        first += out[i] * cexp(-I * 2 * M_PI * 1000 * i / 48000);
        third += out[i] * cexp(-I * 2 * M_PI * 3000 * i / 48000);
        noise += (double)(out[i] - tone[i]) * (out[i] - tone[i]);
    }
    CHECK_MAX(20 * log10(cabs(third) / cabs(first)), -85);         /* plain rounding: -62 */
    CHECK_NEAR(10 * log10(noise / N * 32768 * 32768), -6.02, 0.2); /* 1/4 LSB^2: TPDF, 1/12 + 1/6 */
}

int main(int argc, char **argv)
{
    static const struct test tests[] = { { "there_and_back", there_and_back },
                                         { "layout", layout },
                                         { "clips_and_mends", clips_and_mends },
                                         { "full_scale", full_scale },
                                         { "channels", channels },
                                         { "silence_is_silent", silence_is_silent },
                                         { "dither_leaves_no_harmonics",
                                           dither_leaves_no_harmonics },
                                         { 0 } };

    return test_main(tests, argc, argv);
}
