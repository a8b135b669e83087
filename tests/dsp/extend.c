/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extend.h"

#include "click.h"
#include "fade.h"
#include "test.h"

static struct extend extend;

/* A tone of -6 dBFS in 16 bits with dither, cut off at frame 4800 and faded by itself. */
static void cut_off(float *sound, double hz, double phase)
{
    struct fade fade;

    extend_init(&extend, 1);
    srand(1);
    for (int i = 0; i < 4800; i++) {
        double dither = (double)rand() / RAND_MAX - (double)rand() / RAND_MAX;

        sound[i] = (float)(rint(16384 * sin(2 * M_PI * hz * i / 48000 + phase) + dither) / 32768);
    }
    for (int i = 0; i < 4800; i += 60)
        extend_remember(&extend, sound + i, 60);
    extend_start(&extend);
    for (int i = 0; i < 240; i += 48)
        extend_run(&extend, sound + 4800 + i, 48);
    fade_init(&fade, 1);
    fade_to(&fade, 0, 240);
    fade_run(&fade, sound + 4800, sound + 4800, 4800, 1);
}

static void does_not_click(void)
{
    static const double tones[] = { 60, 200, 1000 };
    static float sound[9600];

    for (int t = 0; t < 3; t++)
        for (double phase = 0; phase < 3; phase += 0.7) {
            cut_off(sound, tones[t], phase);
            CHECK_MAX(click_dbfs(sound, 4400, 5400), -80);
        }
}

static void predicts_a_tone(void)
{
    static float past[480], next[240];

    extend_init(&extend, 1);
    for (int i = 0; i < 480; i++)
        past[i] = 0.5f * (float)sin(0.13 * i);
    extend_remember(&extend, past, 480);
    extend_start(&extend);
    extend_run(&extend, next, 240);
    for (int i = 0; i < 240; i++)
        CHECK_NEAR(next[i], 0.5 * sin(0.13 * (480 + i)), 0.01); /* Burg's bias: 2 % after 5 ms */
}

/* The source dies again before it has come back: what was made up belongs to the past, too. */
static void goes_on_from_itself(void)
{
    static float past[480], next[288];

    extend_init(&extend, 1);
    for (int i = 0; i < 480; i++)
        past[i] = 0.5f * (float)sin(0.13 * i);
    extend_remember(&extend, past, 480);
    extend_start(&extend);
    extend_run(&extend, next, 240);
    extend_start(&extend);
    extend_run(&extend, next + 240, 48);
    for (int i = 0; i < 288; i++)
        CHECK_NEAR(next[i], 0.5 * sin(0.13 * (480 + i)), 0.03);
}

/* More than the history at once: the newest of it counts. */
static void remembers_the_newest(void)
{
    static float past[2 * 1100], next[2][2 * 48];

    for (int i = 0; i < 1100; i++) {
        past[2 * i] = 0.5f * (float)sin(0.0002 * i * i);
        past[2 * i + 1] = 0.5f * (float)cos(0.1 * i);
    }
    for (int pieces = 0; pieces < 2; pieces++) {
        uint32_t size = pieces ? 100 : 1100;

        extend_init(&extend, 2);
        for (uint32_t i = 0; i < 1100; i += size)
            extend_remember(&extend, past + 2 * i, size);
        extend_start(&extend);
        extend_run(&extend, next[pieces], 48);
    }
    CHECK(memcmp(next[0], next[1], sizeof next[0]) == 0);
    CHECK(next[0][1] != 0);
}

static void keeps_channels_apart(void)
{
    static float past[2 * 480], next[2 * 48];

    extend_init(&extend, 2);
    for (int i = 0; i < 480; i++) {
        past[2 * i] = 0.5f * (float)sin(0.2 * i);
        past[2 * i + 1] = 0;
    }
    extend_remember(&extend, past, 480);
    extend_start(&extend);
    extend_run(&extend, next, 48);
    for (int i = 0; i < 48; i++) {
        CHECK_NEAR(next[2 * i], 0.5 * sin(0.2 * (480 + i)), 0.01);
        CHECK(next[2 * i + 1] == 0);
    }
}

/* Whatever was heard, nothing loud or infinite comes of it. */
static void stays_bounded(void)
{
    static float past[480], next[4800];

    srand(7);
    for (int kind = 0; kind < 4; kind++) {
        for (int i = 0; i < 480; i++) {
            double noise = 2.0 * rand() / RAND_MAX - 1;

            past[i] = (float)(kind == 0   ? noise
                              : kind == 1 ? (i % 2 ? 1 : -1)
                              : kind == 2 ? exp(i * 0.02) * 1e-4
                                          : (i == 479));
        }
        extend_init(&extend, 1);
        extend_remember(&extend, past, 480);
        extend_start(&extend);
        extend_run(&extend, next, 4800);
        for (int i = 0; i < 4800; i++)
            CHECK_MAX(fabs(next[i]), 1);
    }
}

int main(int argc, char **argv)
{
    static const struct test tests[] = { { "does_not_click", does_not_click },
                                         { "predicts_a_tone", predicts_a_tone },
                                         { "goes_on_from_itself", goes_on_from_itself },
                                         { "remembers_the_newest", remembers_the_newest },
                                         { "keeps_channels_apart", keeps_channels_apart },
                                         { "stays_bounded", stays_bounded },
                                         { 0 } };

    return test_main(tests, argc, argv);
}
