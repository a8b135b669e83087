/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fade.h"

#include "click.h"
#include "test.h"

static void follows_the_cosine(void)
{
    struct fade fade;
    float ones[256], out[256];

    for (int i = 0; i < 256; i++)
        ones[i] = 1;
    fade_init(&fade, 0.25f);
    fade_to(&fade, 0.75f, 200);
    fade_run(&fade, ones, out, 256, 1);
    for (int i = 0; i < 256; i++) {
        double at = i + 1 < 200 ? (i + 1) / 200.0 : 1;

        CHECK_NEAR(out[i], 0.25 + 0.5 * (1 - cos(M_PI * at)) / 2, 1e-6);
    }
    CHECK(!fade_moving(&fade));
}

static void any_split_is_equal(void)
{
    float in[2 * 500], whole[2 * 500], parts[2 * 500];
    struct fade a, b;

    for (int i = 0; i < 1000; i++)
        in[i] = (float)sin(i * 0.1);
    fade_init(&a, 1);
    fade_to(&a, 0.1f, 300);
    b = a;
    fade_run(&a, in, whole, 500, 2);
    for (uint32_t at = 0, n = 1; at < 500; at += n, n = n % 7 + 1)
        fade_run(&b, in + 2 * at, parts + 2 * at, at + n > 500 ? 500 - at : n, 2);
    CHECK(memcmp(whole, parts, sizeof whole) == 0);
}

static void turns_back_without_a_jump(void)
{
    struct fade fade;
    float ones[400], out[400];
    double step = 0, bend = 0;

    for (int i = 0; i < 400; i++)
        ones[i] = 1;
    fade_init(&fade, 0);
    fade_to(&fade, 1, 240);
    fade_run(&fade, ones, out, 100, 1);
    fade_to(&fade, 0, 240);
    fade_run(&fade, ones, out + 100, 300, 1);
    for (int i = 1; i < 400; i++)
        step = fmax(step, fabs(out[i] - out[i - 1]));
    for (int i = 2; i < 400; i++)
        bend = fmax(bend, fabs(out[i] - 2 * out[i - 1] + out[i - 2]));
    CHECK_MAX(step, 0.0066);                            /* pi / 2 / 240 */
    CHECK_MAX(bend, 2.2 * M_PI * M_PI / 2 / 240 / 240); /* no kink where it turned */
    CHECK(out[399] == 0);
}

/* The same with another length of the second ramp: the slope is per ramp, so it is scaled. */
static void turns_back_at_another_pace(void)
{
    static const uint32_t lengths[] = { 480, 720 };
    float ones[1000], out[1000];

    for (int i = 0; i < 1000; i++)
        ones[i] = 1;
    for (int l = 0; l < 2; l++) {
        struct fade fade;
        double bend = 0;

        fade_init(&fade, 0);
        fade_to(&fade, 1, 240);
        fade_run(&fade, ones, out, 100, 1);
        fade_to(&fade, 0, lengths[l]);
        fade_run(&fade, ones, out + 100, 900, 1);
        for (int i = 2; i < 1000; i++)
            bend = fmax(bend, fabs(out[i] - 2 * out[i - 1] + out[i - 2]));
        CHECK_MAX(bend, 2.2 * M_PI * M_PI / 2 / 240 / 240);
        CHECK(out[999] == 0);
    }
}

/* Told again where it is going already, it goes on as it was. */
static void the_same_target_changes_nothing(void)
{
    struct fade a, b;
    float ones[400], once[400], again[400];

    for (int i = 0; i < 400; i++)
        ones[i] = 1;
    fade_init(&a, 0);
    fade_to(&a, 1, 240);
    b = a;
    fade_run(&a, ones, once, 400, 1);
    for (int i = 0; i < 400; i += 50) {
        fade_to(&b, 1, 240);
        fade_run(&b, ones + i, again + i, 50, 1);
    }
    CHECK(memcmp(once, again, sizeof once) == 0);
}

/* Gains that stand still are just that, in place or not. */
static void at_rest(void)
{
    static const float gains[] = { 0, 0.03f, 0.5f, 0.95f, 1, 1.05f };

    for (size_t g = 0; g < sizeof gains / sizeof *gains; g++) {
        struct fade fade;
        float in[2 * 8], out[2 * 8];

        for (int i = 0; i < 16; i++) {
            in[i] = (float)(i - 8);
            out[i] = 99;
        }
        fade_init(&fade, gains[g]);
        fade_run(&fade, in, out, 8, 2);
        for (int i = 0; i < 16; i++)
            CHECK(out[i] == gains[g] * in[i]);
        fade_run(&fade, in, in, 8, 2);
        CHECK(memcmp(in, out, sizeof in) == 0);
    }
}

static void mixes_and_skips(void)
{
    struct fade a, b;
    float ones[64], sum[64], run[64];

    for (int i = 0; i < 64; i++)
        ones[i] = sum[i] = 1;
    fade_init(&a, 0);
    fade_to(&a, 0.5f, 32);
    b = a;
    fade_run(&b, ones, run, 64, 1);
    b = a;
    fade_mix(&a, ones, sum, 64);
    fade_skip(&b, 64);
    for (int i = 0; i < 64; i++)
        CHECK_NEAR(sum[i], 1 + run[i], 1e-6);
    CHECK_NEAR(sum[63], 1.5, 0);
    CHECK_NEAR(a.now, b.now, 0);
}

/* Five milliseconds of a raised cosine are no click, whatever the tone. */
static void does_not_click(void)
{
    static const double tones[] = { 60, 200, 1000 };
    static float sound[9600];

    for (int t = 0; t < 3; t++) {
        struct fade fade;

        for (int i = 0; i < 9600; i++)
            sound[i] = 0.5f * (float)sin(2 * M_PI * tones[t] * i / 48000);
        fade_init(&fade, 1);
        fade_run(&fade, sound, sound, 4000, 1);
        fade_to(&fade, 0, 240);
        fade_run(&fade, sound + 4000, sound + 4000, 2000, 1);
        fade_to(&fade, 1, 240);
        fade_run(&fade, sound + 6000, sound + 6000, 3600, 1);
        CHECK_MAX(click_dbfs(sound, 3000, 9000), -80);
    }
}

int main(int argc, char **argv)
{
    static const struct test tests[] = {
        { "follows_the_cosine", follows_the_cosine },
        { "any_split_is_equal", any_split_is_equal },
        { "turns_back_without_a_jump", turns_back_without_a_jump },
        { "turns_back_at_another_pace", turns_back_at_another_pace },
        { "the_same_target_changes_nothing", the_same_target_changes_nothing },
        { "at_rest", at_rest },
        { "mixes_and_skips", mixes_and_skips },
        { "does_not_click", does_not_click },
        { 0 }
    };

    return test_main(tests, argc, argv);
}
