/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way of the sound in simulated time: latency, pitch, start, step, over a grid of clocks. */
#include "simulator.h"

#include "click.h"
#include "test.h"

#include <stdlib.h>

static struct simulator sim;

static bool begin(const struct simulator_config *config)
{
    int error = simulator_init(&sim, config);

    if (error)
        FAIL("simulator_init: %d", error);
    return !error;
}

static void nothing_lost(void)
{
    CHECK(sim.play.end == PCM_GOES_ON && sim.capture.end == PCM_GOES_ON);
    CHECK(sim.play.asrc->status.miscounted == 0 && sim.capture.asrc->status.miscounted == 0);
    CHECK(sim.play.asrc->status.lost == 0 && sim.capture.asrc->status.lost == 0);
}

/* Measured from the phases of what came out, against what is reported to JACK. */
static void check_latency(double seconds, double tolerance)
{
    double play = sim.play.asrc->status.latency_frames;
    double capture = sim.capture.asrc->status.latency_frames;

    CHECK_NEAR(simulator_play_delay(&sim, (int64_t)(seconds * sim.config.card_rate_hz)), play,
               tolerance);
    CHECK_NEAR(simulator_capture_delay(&sim, (int64_t)(seconds * sim.config.jack_rate_hz)), capture,
               tolerance);
}

/* Rates, periods, drifts, seeds: the reported latency is the measured one, and nothing is lost. */
static void grid(void)
{
    static const uint32_t rates[] = { 44100, 48000, 96000 };
    static const uint32_t periods[] = { 16, 64, 128, 1024 };
    static const double drifts[] = { -1000, -20, 3, 200 };
    uint64_t seed = 1;

    for (int j = 0; j < 3; j++)
        for (int c = 0; c < 3; c++)
            for (int p = 0; p < 4; p++) {
                struct simulator_config config = simulator_default();

                config.jack_rate_hz = rates[j];
                config.card_rate_hz = rates[c];
                config.jack_period = periods[p];
                config.card_ppm = drifts[seed % 4];
                config.jack_ppm = -30;
                config.seed = seed++;
                config.format = seed % SAMPLE_FORMATS;
                config.play_channels = 1 + seed % 8;
                config.capture_channels = 1 + seed % 3;
                config.spike_chance = 0;
                config.buffer_frames = 8192;
                config.seconds_max = 7;
                if (!begin(&config))
                    continue;
                simulator_run(&sim, 6.5);
                nothing_lost();
                check_latency(6, 2 * fmax(1, rates[j] / 48000.0)); /* 2 frames of 48 kHz */
                CHECK(sim.play.asrc->status.late == 0 && sim.capture.asrc->status.late == 0);
                CHECK(sim.play.asrc->status.restarts == 1);
                if (test_failures)
                    printf("# seed %llu: JACK %u/%u, card %u, %g ppm\n",
                           (unsigned long long)config.seed, rates[j], periods[p], rates[c],
                           config.card_ppm);
                simulator_finish(&sim);
            }
}

struct spread {
    double low, high;
};

static void widen(struct spread *spread, double value)
{
    spread->low = fmin(spread->low, value);
    spread->high = fmax(spread->high, value);
}

/* The targets of reference/bridge.md on one run; the benchmark has them all. */
static void holds_latency_and_pitch(void)
{
    struct simulator_config config = simulator_default();
    struct spread play = { 1e9, -1e9 }, capture = play;
    double tone = 1000.0 / 48000, seconds = 60;

    config.seconds_max = seconds + 1;
    if (!begin(&config))
        return;
    simulator_run(&sim, seconds);
    for (double t = 20; t < seconds - 0.1; t += 0.05) {
        widen(&play, simulator_play_delay(&sim, (int64_t)(t * 48000)));
        widen(&capture, simulator_capture_delay(&sim, (int64_t)(t * 48000)));
    }
    CHECK_MAX(play.high - play.low, 0.15);
    CHECK_MAX(capture.high - capture.low, 0.15);
    CHECK_MAX(play.high + 24, 90); /* MEDIUM, to the card's pointer */
    CHECK_MAX(capture.high, 145);  /* FASTEST */
    CHECK_MAX(simulator_pitch_jitter_ppm(&sim, 20), 0.15);
    CHECK_MAX(
        simulator_residual_db(sim.heard, 58 * 48000, 48000, tone / 1.0002, tone / 20 / 1.0002),
        -75);
    CHECK_MAX(
        simulator_residual_db(sim.returned, 58 * 48000, 48000, tone * 1.0002, tone / 20 * 1.0002),
        -75);
    simulator_finish(&sim);
}

/* First sound, and how it comes. */
static void starts_soon_and_softly(void)
{
    struct simulator_config config = simulator_default();
    int64_t first = 0;

    config.seconds_max = 2;
    config.low_gain = 0.5;
    config.tone_gain = 0;
    if (!begin(&config))
        return;
    simulator_run(&sim, 1.9);
    while (first < 48000 && fabsf(sim.heard[first]) < 0.01f)
        first++;
    CHECK_MAX((double)first / 48000, 0.3);
    CHECK_MAX(click_dbfs(sim.heard, CLICK_HALF, 60000), -80);
    CHECK_MAX(click_dbfs(sim.returned, CLICK_HALF, 60000), -80);
    simulator_finish(&sim);
}

static void follows_a_step_of_the_card(void)
{
    struct simulator_config config = simulator_default();
    double step = 50e-6 * 48000, worst = 0, from = 0;
    double before;

    config.card_ppm = 20;
    config.seconds_max = 60;
    if (!begin(&config))
        return;
    simulator_run(&sim, 40);
    before = simulator_play_delay(&sim, (int64_t)(39.8 * 48000));
    simulator_card_step(&sim, 50);
    from = sim.card_count;
    simulator_run(&sim, 50);
    for (double t = 0.1; t < 9; t += 0.05)
        worst = fmax(worst, fabs(simulator_play_delay(&sim, (int64_t)(from + t * 48000)) - before));
    CHECK_MAX(worst, 5);
    CHECK_MAX(0.2, worst * step); /* it was really stepped */
    simulator_finish(&sim);
}

static void bit_repeatable(void)
{
    struct simulator_config config = simulator_default();
    static float first[96000];

    config.seconds_max = 3;
    config.seed = 77;
    for (int run = 0; run < 2; run++) {
        if (!begin(&config))
            return;
        simulator_run(&sim, 2.5);
        if (run)
            CHECK(memcmp(first, sim.heard, sizeof first) == 0);
        memcpy(first, sim.heard, sizeof first);
        simulator_finish(&sim);
    }
    CHECK(first[90000] != 0);
}

/* A machine that stalls for milliseconds, given the margin for it. */
static void rough_machine(void)
{
    struct simulator_config config = simulator_default();

    config.jack_period = 1024;
    config.jitter_s = 300e-6;
    config.spike_chance = 0.01;
    config.spike_s = 8e-3;
    config.play_margin_s = config.capture_margin_s = 0.02;
    config.call_stamps = true;
    config.buffer_frames = 8192;
    config.seconds_max = 121;
    if (!begin(&config))
        return;
    simulator_run(&sim, 120);
    nothing_lost();
    CHECK(sim.play.asrc->status.restarts == 1 && sim.capture.asrc->status.restarts == 1);
    CHECK_NEAR(sim.play.asrc->status.ppm, 200, 3);
    check_latency(118, 48);
    simulator_finish(&sim);
}

int main(int argc, char **argv)
{
    static const struct test tests[] = { { "grid", grid },
                                         { "holds_latency_and_pitch", holds_latency_and_pitch },
                                         { "starts_soon_and_softly", starts_soon_and_softly },
                                         { "follows_a_step_of_the_card",
                                           follows_a_step_of_the_card },
                                         { "bit_repeatable", bit_repeatable },
                                         { "rough_machine", rough_machine },
                                         { 0 } };

    return test_main(tests, argc, argv);
}
