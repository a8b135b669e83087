/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Against EBU Tech 3341's cases (stereo sines), the standard's coefficients, and libebur128. That
 * one's high-pass is a little too loud below 48 kHz and too soft above (see lufs.c); what it says
 * is corrected by exactly this.
 */
#include "lufs.h"

#include <ebur128.h>
#include <stdlib.h>

#include "test.h"

static const double rates[] = { 44100, 48000, 96000, 192000 };

enum { RATES = 4, CHUNK = 192000 / 100 };

/* Both meters on one sound. */
struct bench {
    struct lufs own;
    ebur128_state *other;
    double rate_hz;
    double phase;
    double momentary_min, momentary_max, short_min, short_max; /* own, since `watch` */
    double apart;                                              /* from libebur128, M and S */
    uint64_t chunks;                                           /* of 10 ms, played */
};

static struct bench bench;
static float chunk[2 * CHUNK];

static double highpass_a0(double rate_hz)
{
    double k = tan(M_PI * 38.13547087602444 / rate_hz);

    return 1 + k / 0.5003270373238773 + k * k;
}

static double corrected(double loudness)
{
    return loudness + 20 * log10(highpass_a0(48000) / highpass_a0(bench.rate_hz));
}

static void watch(void)
{
    bench.momentary_min = bench.short_min = INFINITY;
    bench.momentary_max = bench.short_max = -INFINITY;
}

static void set_up(double rate_hz)
{
    if (bench.other)
        ebur128_destroy(&bench.other);
    memset(&bench, 0, sizeof bench);
    lufs_init(&bench.own, rate_hz);
    bench.other =
        ebur128_init(2, (unsigned long)rate_hz, EBUR128_MODE_M | EBUR128_MODE_S | EBUR128_MODE_I);
    bench.rate_hz = rate_hz;
    watch();
}

static void tear_down(void)
{
    ebur128_destroy(&bench.other);
}

static double other_integrated(void)
{
    double loudness;

    ebur128_loudness_global(bench.other, &loudness);
    return corrected(loudness);
}

static double apart(double own, double other)
{
    if (own == -INFINITY && other == -HUGE_VAL)
        return 0;
    return fabs(own - corrected(other));
}

static void compare(void)
{
    double momentary, short_term;

    ebur128_loudness_momentary(bench.other, &momentary);
    ebur128_loudness_shortterm(bench.other, &short_term);
    bench.apart = fmax(bench.apart, apart(lufs_momentary(&bench.own), momentary));
    bench.apart = fmax(bench.apart, apart(lufs_short_term(&bench.own), short_term));
}

static void play_chunk(uint32_t frames)
{
    double momentary, short_term;

    lufs_run(&bench.own, chunk, frames);
    ebur128_add_frames_float(bench.other, chunk, frames);
    momentary = lufs_momentary(&bench.own);
    short_term = lufs_short_term(&bench.own);
    bench.momentary_min = fmin(bench.momentary_min, momentary);
    bench.momentary_max = fmax(bench.momentary_max, momentary);
    bench.short_min = fmin(bench.short_min, short_term);
    bench.short_max = fmax(bench.short_max, short_term);
    bench.chunks++;
}

/* 1 kHz on both lanes; `level_db` -INFINITY is silence. */
static void play(double level_db, double seconds)
{
    uint32_t frames = (uint32_t)(bench.rate_hz / 100);
    double level = pow(10, level_db / 20);

    for (long k = lround(seconds * 100); k > 0; k--) {
        for (uint32_t i = 0; i < frames; i++) {
            chunk[2 * i] = chunk[2 * i + 1] = (float)(level * sin(2 * M_PI * bench.phase));
            bench.phase = fmod(bench.phase + 1000 / bench.rate_hz, 1);
        }
        play_chunk(frames);
    }
}

static double noise(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (double)(int32_t)*seed / 2147483648.0;
}

/* Pink within half a dB (Paul Kellet's filter), whatever the rate. */
struct pink {
    uint32_t seed;
    double b[3];
};

static float pink_next(struct pink *pink)
{
    double white = noise(&pink->seed);

    pink->b[0] = 0.99765 * pink->b[0] + white * 0.0990460;
    pink->b[1] = 0.96300 * pink->b[1] + white * 0.2965164;
    pink->b[2] = 0.57000 * pink->b[2] + white * 1.0526913;
    return (float)(0.05 * (pink->b[0] + pink->b[1] + pink->b[2] + white * 0.1848));
}

static void play_pink(struct pink *lanes, double level_db, double seconds)
{
    uint32_t frames = (uint32_t)(bench.rate_hz / 100);
    float level = (float)pow(10, level_db / 20);

    for (long k = lround(seconds * 100); k > 0; k--) {
        for (uint32_t i = 0; i < 2 * frames; i++)
            chunk[i] = level * pink_next(&lanes[i & 1]);
        play_chunk(frames);
        if (bench.chunks % 10 == 0)
            compare();
    }
}

static void has_the_standards_coefficients(void)
{
    static const double shelf[5] = { 1.53512485958697, -2.69169618940638, 1.19839281085285,
                                     -1.69065929318241, 0.73248077421585 };
    static const double highpass[5] = { 1, -2, 1, -1.99004745483398, 0.99007225036621 };

    lufs_init(&bench.own, 48000);
    for (int i = 0; i < 5; i++) {
        CHECK_NEAR(bench.own.shelf[i], shelf[i], 1e-9);
        CHECK_NEAR(bench.own.highpass[i], highpass[i], 1e-9);
    }
}

/* Cases 1 to 5: level and seconds of each part; the parts of a case stand in a row. */
static void integrates(void)
{
    static const struct {
        double lufs, part[5][2];
    } cases[] = {
        { -23, { { -23, 20 } } },
        { -33, { { -33, 20 } } },
        { -23, { { -36, 10 }, { -23, 60 }, { -36, 10 } } },
        { -23, { { -72, 10 }, { -36, 10 }, { -23, 60 }, { -36, 10 }, { -72, 10 } } },
        { -23, { { -26, 20 }, { -20, 20.1 }, { -26, 20 } } },
    };

    for (int r = 0; r < RATES; r++)
        for (int c = 0; c < 5; c++) {
            set_up(rates[r]);
            for (int p = 0; p < 5; p++)
                play(cases[c].part[p][0], cases[c].part[p][1]);
            CHECK_NEAR(lufs_integrated(&bench.own), cases[c].lufs, 0.1);
            CHECK_NEAR(lufs_integrated(&bench.own), other_integrated(), 0.01);
            compare();
            CHECK_MAX(bench.apart, 0.01);
            if (c < 2) {
                CHECK_NEAR(lufs_momentary(&bench.own), cases[c].lufs, 0.1);
                CHECK_NEAR(lufs_short_term(&bench.own), cases[c].lufs, 0.1);
            }
        }
    tear_down();
}

/* Cases 9 and 12: a window over one whole period is constant. */
static void steady_windows(void)
{
    for (int r = 0; r < RATES; r++) {
        set_up(rates[r]);
        for (int i = 0; i < 5; i++) {
            play(-20, 1.34);
            play(-30, 1.66);
            if (i == 0)
                watch();
        }
        CHECK_NEAR(bench.short_min, -23, 0.1);
        CHECK_NEAR(bench.short_max, -23, 0.1);
        compare();
        set_up(rates[r]);
        for (int i = 0; i < 25; i++) {
            play(-20, 0.18);
            play(-30, 0.22);
            if (i == 2)
                watch();
        }
        CHECK_NEAR(bench.momentary_min, -23, 0.1);
        CHECK_NEAR(bench.momentary_max, -23, 0.1);
        compare();
        CHECK_MAX(bench.apart, 0.01);
    }
    tear_down();
}

/* Cases 10 and 13: a burst as long as the window, wherever it begins, each measured afresh. */
static void finds_bursts(void)
{
    for (int r = 0; r < RATES; r++)
        for (int i = 0; i < 20; i++) {
            set_up(rates[r]);
            play(-INFINITY, i * 0.15);
            play(-23, 3);
            compare();
            play(-INFINITY, 1);
            CHECK_NEAR(bench.short_max, -23, 0.1);
            CHECK_NEAR(lufs_short_term_max(&bench.own), -23, 0.1);
            set_up(rates[r]);
            play(-INFINITY, i * 0.02);
            play(-23, 0.4);
            compare();
            play(-INFINITY, 1);
            CHECK_NEAR(bench.momentary_max, -23, 0.1);
            CHECK_NEAR(lufs_momentary_max(&bench.own), -23, 0.1);
            CHECK_MAX(bench.apart, 0.01);
        }
    tear_down();
}

/* Cases 11 and 14: bursts that grow. */
static void follows_bursts(void)
{
    for (int r = 0; r < RATES; r++) {
        set_up(rates[r]);
        for (int i = 0; i < 20; i++) {
            play(-INFINITY, i * 0.15);
            play(-38 + i, 3);
            play(-INFINITY, 3 - i * 0.15);
            CHECK_NEAR(lufs_short_term_max(&bench.own), -38 + i, 0.1);
        }
        set_up(rates[r]);
        for (int i = 0; i < 20; i++) {
            play(-INFINITY, i * 0.02);
            play(-38 + i, 0.4);
            play(-INFINITY, 0.4 - i * 0.02);
            CHECK_NEAR(lufs_momentary_max(&bench.own), -38 + i, 0.1);
        }
    }
    tear_down();
}

static void pink_noise(void)
{
    for (int r = 0; r < RATES; r++) {
        struct pink lanes[2] = { { .seed = 1 }, { .seed = 2 } };

        set_up(rates[r]);
        play_pink(lanes, 0, 20);
        CHECK(lufs_integrated(&bench.own) > -40);
        printf("# pink_noise: %.0f Hz: M and S within %.1e LU, I %.1e LU\n", rates[r], bench.apart,
               fabs(lufs_integrated(&bench.own) - other_integrated()));
        CHECK_MAX(bench.apart, 0.01);
        CHECK_NEAR(lufs_integrated(&bench.own), other_integrated(), 0.01);
    }
    tear_down();
}

/* The histogram against libebur128's list: levels all over the relative gate, so that it cuts
 * through a crowd. */
static void the_gate_is_sharp(void)
{
    struct pink lanes[2] = { { .seed = 3 }, { .seed = 4 } };
    uint32_t seed = 5;
    double worst = 0;

    set_up(48000);
    for (int i = 0; i < 300; i++) {
        play_pink(lanes, -15 + 15 * noise(&seed), 0.3);
        if (i > 30)
            worst = fmax(worst, fabs(lufs_integrated(&bench.own) - other_integrated()));
    }
    printf("# the_gate_is_sharp: worst %.4f LU\n", worst);
    CHECK_MAX(worst, 0.01);
    tear_down();
}

static void lanes_count_alike(void)
{
    double both;

    set_up(48000);
    play(-20, 1);
    both = lufs_momentary(&bench.own);
    for (int lane = 0; lane < 2; lane++) {
        static float sound[2 * 48000];

        for (int i = 0; i < 48000; i++) {
            sound[2 * i + lane] = (float)(0.1 * sin(2 * M_PI * i / 48));
            sound[2 * i + !lane] = 0;
        }
        lufs_init(&bench.own, 48000);
        lufs_run(&bench.own, sound, 48000);
        CHECK_NEAR(lufs_momentary(&bench.own), both - 10 * log10(2), 1e-4);
    }
    tear_down();
}

static void any_split_is_equal(void)
{
    enum { FRAMES = 5 * 44100 };
    static float sound[2 * FRAMES];
    static struct lufs whole, parts;
    struct pink lanes[2] = { { .seed = 6 }, { .seed = 7 } };
    uint32_t seed = 8;

    for (int i = 0; i < 2 * FRAMES; i++)
        sound[i] = pink_next(&lanes[i & 1]);
    lufs_init(&whole, 44100);
    lufs_init(&parts, 44100);
    lufs_run(&whole, sound, FRAMES);
    for (uint32_t at = 0, n; at < FRAMES; at += n) {
        n = (uint32_t)(1000 * (1 + noise(&seed)));
        if (n > FRAMES - at)
            n = FRAMES - at;
        lufs_run(&parts, sound + 2 * at, n);
    }
    CHECK(memcmp(&whole, &parts, sizeof whole) == 0);
}

static void silence(void)
{
    set_up(48000);
    for (int i = 0; i < 2; i++) {
        CHECK(lufs_momentary(&bench.own) == -INFINITY);
        CHECK(lufs_short_term(&bench.own) == -INFINITY);
        CHECK(lufs_integrated(&bench.own) == -INFINITY);
        CHECK(lufs_momentary_max(&bench.own) == -INFINITY);
        play(-INFINITY, 5);
    }
    play(-75, 2); /* below the absolute gate */
    CHECK_NEAR(lufs_momentary(&bench.own), -75, 0.1);
    CHECK(lufs_integrated(&bench.own) == -INFINITY);
    play(-23, 0.39);
    play(-INFINITY, 5); /* the filters come to rest */
    CHECK(lufs_short_term(&bench.own) == -INFINITY);
    for (int i = 0; i < 4; i++)
        CHECK(bench.own.state[0][i] == 0 && bench.own.state[1][i] == 0);
    tear_down();
}

static void not_a_number(void)
{
    set_up(48000);
    play(-23, 1);
    chunk[0] = NAN;
    chunk[5] = INFINITY;
    chunk[8] = -INFINITY;
    lufs_run(&bench.own, chunk, 480);
    play(-23, 4);
    CHECK_NEAR(lufs_momentary(&bench.own), -23, 0.1);
    CHECK_NEAR(lufs_short_term(&bench.own), -23, 0.1);
    CHECK_NEAR(lufs_integrated(&bench.own), -23, 0.1);
    tear_down();
}

/* A restart in the middle of a slice: nothing of what was before may be in what is new. */
static void restarts(void)
{
    set_up(48000);
    play(-10, 3);
    lufs_run(&bench.own, chunk, 100);
    lufs_restart(&bench.own);
    CHECK(lufs_integrated(&bench.own) == -INFINITY);
    CHECK(lufs_momentary_max(&bench.own) == -INFINITY);
    CHECK_NEAR(lufs_momentary(&bench.own), -10, 0.1);
    CHECK_NEAR(lufs_short_term(&bench.own), -10, 0.1);
    play(-40, 0.1);
    CHECK_NEAR(lufs_momentary(&bench.own), -10 + 10 * log10(0.75), 0.15);
    play(-40, 0.2);
    CHECK(lufs_integrated(&bench.own) == -INFINITY);
    play(-40, 0.2);
    CHECK_NEAR(lufs_integrated(&bench.own), -40, 0.3); /* the filters' ringing */
    play(-40, 5);
    CHECK_NEAR(lufs_integrated(&bench.own), -40, 0.1);
    CHECK_NEAR(lufs_short_term_max(&bench.own), -40, 0.1);
    CHECK_NEAR(lufs_momentary_max(&bench.own), -40, 0.3);
    lufs_restart(&bench.own);
    play(-40, 2);
    CHECK_NEAR(lufs_integrated(&bench.own), -40, 0.1);
    tear_down();
}

/* Low rates have no room for the shelf, which only shows at 8 kHz. */
static void low_rates(void)
{
    static const double low[][2] = {
        { 8000, 0.25 }, { 16000, 0.1 }, { 22050, 0.1 }, { 32000, 0.1 }
    };

    for (int r = 0; r < 4; r++) {
        set_up(low[r][0]);
        play(-23, 10);
        CHECK_NEAR(lufs_integrated(&bench.own), -23, low[r][1]);
    }
    tear_down();
}

int main(int argc, char **argv)
{
    static const struct test tests[] = { { "has_the_standards_coefficients",
                                           has_the_standards_coefficients },
                                         { "integrates", integrates },
                                         { "steady_windows", steady_windows },
                                         { "finds_bursts", finds_bursts },
                                         { "follows_bursts", follows_bursts },
                                         { "pink_noise", pink_noise },
                                         { "the_gate_is_sharp", the_gate_is_sharp },
                                         { "lanes_count_alike", lanes_count_alike },
                                         { "any_split_is_equal", any_split_is_equal },
                                         { "silence", silence },
                                         { "not_a_number", not_a_number },
                                         { "restarts", restarts },
                                         { "low_rates", low_rates },
                                         { 0 } };

    return test_main(tests, argc, argv);
}
