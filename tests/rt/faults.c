/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes wrong, in simulated time: what is heard of it, and how it ends. */
#include "simulator.h"

#include "click.h"
#include "gains.h"
#include "test.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>

static struct simulator sim;

/* A tone that tells clicks: -6 dBFS of one frequency, and nothing else. */
static bool begin(double tone_hz, double seconds)
{
    struct simulator_config config = simulator_default();
    int error;

    config.tone_hz = tone_hz;
    config.tone_gain = 0.5;
    config.low_gain = 0;
    config.seconds_max = seconds;
    config.spike_chance = 0;
    error = simulator_init(&sim, &config);
    if (error)
        FAIL("simulator_init: %d", error);
    return !error;
}

static float peak(const float *sound, int64_t from, int64_t to)
{
    float most = 0;

    for (int64_t i = from; i < to; i++)
        most = fmaxf(most, fabsf(sound[i]));
    return most;
}

static int64_t frames(double seconds)
{
    return (int64_t)(seconds * 48000);
}

static bool quiet_both(void)
{
    return click_dbfs(sim.heard, frames(0.01), frames(sim.now - 0.1)) <= -80 &&
           click_dbfs(sim.returned, frames(0.01), frames(sim.now - 0.1)) <= -80;
}

/* Longest stretch in which the tone is more than 20 dB down. */
static double gap_ms(const float *sound, double from, double to)
{
    int64_t longest = 0, last = frames(from);

    for (int64_t i = frames(from); i < frames(to); i++)
        if (fabsf(sound[i]) > 0.05f) {
            longest = i - last > longest ? i - last : longest;
            last = i;
        }
    return 1e3 * (double)longest / 48000;
}

/* F1: pulled in mid-stream, by each errno a pulled device gives. The microphone's path fades
 * without a click; the threads end at once; the callback lets go. */
static void unplugged(void)
{
    static const int errnos[] = { ENODEV, EBADFD, EIO, ENOTTY };
    static const double tones[] = { 60, 200, 1000 };

    for (int e = 0; e < 4; e++) {
        int64_t at;

        if (!begin(tones[e % 3], 3))
            return;
        simulator_run(&sim, 1.5);
        sim.play.gone_errno = sim.capture.gone_errno = errnos[e];
        sim.play.fault = sim.capture.fault = FAULT_UNPLUGGED;
        at = sim.jack_frame;
        sim.capture.wake = sim.now + 20e-6; /* poll says POLLERR */
        simulator_run(&sim, 1.52);
        CHECK(sim.play.end == PCM_GONE && sim.play.pcm.error == errnos[e]);
        CHECK(sim.capture.end == PCM_GONE && sim.capture.pcm.error == errnos[e]);
        CHECK(simulator_unplug(&sim, &sim.play));
        CHECK(simulator_unplug(&sim, &sim.capture));
        simulator_run(&sim, 2.2);
        CHECK(peak(sim.returned, at - 2000, at) > 0.4f);
        CHECK(peak(sim.returned, at + frames(0.015), frames(2.1)) == 0);
        CHECK_MAX(click_dbfs(sim.returned, frames(0.01), frames(2.1)), -80);
        simulator_finish(&sim);
    }
}

/* F1: the analog path is sample-exact through all of it. */
static void analog_path_untouched(void)
{
    double worst = 0;

    if (!begin(1000, 3))
        return;
    put_gains(&sim.process, 1, 0, 0.5, 0);
    simulator_run(&sim, 1.0);
    sim.play.fault = sim.capture.fault = FAULT_UNPLUGGED;
    simulator_run(&sim, 1.3);
    simulator_unplug(&sim, &sim.play);
    simulator_unplug(&sim, &sim.capture);
    simulator_plug(&sim, &sim.play);
    simulator_plug(&sim, &sim.capture);
    simulator_run(&sim, 2.5);
    for (int64_t i = frames(0.1); i < frames(2.4); i++)
        worst = fmax(worst, fabs(sim.returned[i] - 0.25 * sin(2 * M_PI * 1000 * i / 48000.0)));
    CHECK_MAX(worst, 1e-5);
    simulator_finish(&sim);
}

/* F2: again and again: the same sound each time, the same memory. */
static void a_thousand_replugs(void)
{
    size_t before = 0;

    if (!begin(200, 3))
        return;
    simulator_run(&sim, 0.5);
    for (int i = 0; i < 1000; i++) {
        struct simulator_card *card = i % 2 ? &sim.play : &sim.capture;

        sim.config.prior_ppm = 200; /* met before: in sound within milliseconds */
        card->fault = i % 3 ? FAULT_UNPLUGGED : FAULT_NONE;
        if (i % 5 == 0)
            sim.stall_until = sim.now + 0.01;
        simulator_run(&sim, sim.now + 0.02);
        if (!simulator_unplug(&sim, card) || simulator_plug(&sim, card)) {
            FAIL("cycle %d: not let go, or not taken", i);
            break;
        }
        simulator_run(&sim, sim.now + 0.05);
        if (card->asrc->phase != ASRC_LIVE) {
            FAIL("cycle %d: no sound", i);
            break;
        }
        if (i == 10)
            before = mallinfo2().uordblks;
    }
    CHECK(mallinfo2().uordblks <= before + 4096);
    simulator_finish(&sim);
}

/* F10: no progress, no error. */
static void frozen(void)
{
    if (!begin(200, 4))
        return;
    simulator_run(&sim, 1.0);
    sim.play.fault = sim.capture.fault = FAULT_FROZEN;
    simulator_run(&sim, 1.45);
    CHECK(sim.play.end == PCM_GOES_ON && sim.capture.end == PCM_GOES_ON);
    simulator_run(&sim, 1.65);
    CHECK(sim.play.end == PCM_STALLED && sim.capture.end == PCM_STALLED);
    CHECK(simulator_unplug(&sim, &sim.play) && simulator_unplug(&sim, &sim.capture));
    CHECK(peak(sim.returned, frames(1.05), frames(1.6)) == 0);
    CHECK_MAX(click_dbfs(sim.returned, frames(0.01), frames(1.6)), -80);
    simulator_finish(&sim);
}

/* F11: an xrun costs at most 20 ms, and the latency is what it was. */
static void one_xrun(void)
{
    double play, capture;
    struct simulator_config config = simulator_default();

    if (simulator_init(&sim, &config))
        return;
    simulator_run(&sim, 20);
    play = simulator_play_delay(&sim, frames(19.5));
    capture = simulator_capture_delay(&sim, frames(19.5));
    sim.play.fault = sim.capture.fault = FAULT_XRUN;
    simulator_run(&sim, 20.6);
    CHECK(sim.play.pcm.status.xruns == 1 && sim.capture.pcm.status.xruns == 1);
    CHECK_MAX(gap_ms(sim.heard, 19.9, 20.3), 20);
    CHECK_MAX(gap_ms(sim.returned, 19.9, 20.3), 20);
    CHECK_NEAR(simulator_play_delay(&sim, frames(20.2)), play, 1);
    CHECK_NEAR(simulator_capture_delay(&sim, frames(20.2)), capture, 1);
    CHECK_MAX(click_dbfs(sim.returned, frames(19.8), frames(20.4)), -80);
    simulator_finish(&sim);
}

static void xrun_storm(void)
{
    if (!begin(200, 4))
        return;
    simulator_run(&sim, 1.0);
    for (int i = 0; i < 25 && sim.play.end == PCM_GOES_ON; i++) {
        sim.play.fault = FAULT_XRUN;
        simulator_run(&sim, sim.now + 0.05);
    }
    CHECK(sim.play.end == PCM_STORM);
    CHECK(sim.capture.end == PCM_GOES_ON);
    simulator_finish(&sim);
}

/* F12 */
static void suspended(void)
{
    if (!begin(200, 2))
        return;
    simulator_run(&sim, 0.8);
    sim.play.fault = sim.capture.fault = FAULT_SUSPENDED;
    simulator_run(&sim, 0.9);
    CHECK(sim.play.end == PCM_SUSPENDED && sim.capture.end == PCM_SUSPENDED);
    simulator_finish(&sim);
}

/* F5, F16: JACK stands still for a while: the headset fades to silence and back, the devices stay
 * open, and neither side clicks. */
static void jack_stalls(void)
{
    static const double stalls[] = { 0.004, 0.05, 2.0 };
    static const double tones[] = { 1000, 200, 60 };

    for (int i = 0; i < 3; i++) {
        if (!begin(tones[i], 6))
            return;
        simulator_run(&sim, 1.5);
        sim.stall_until = sim.now + stalls[i];
        simulator_run(&sim, sim.now + stalls[i] + 1.5);
        CHECK(sim.play.end == PCM_GOES_ON && sim.capture.end == PCM_GOES_ON);
        CHECK(sim.play.pcm.status.xruns == 0);
        CHECK(sim.play.asrc->phase == ASRC_LIVE && sim.capture.asrc->phase == ASRC_LIVE);
        CHECK_MAX(click_dbfs(sim.heard, frames(0.01), frames(sim.now - 0.1)), -80);
        CHECK_MAX(gap_ms(sim.heard, 1.4, sim.now - 0.1), 1e3 * stalls[i] + 40);
        CHECK(peak(sim.heard, frames(sim.now - 0.3), frames(sim.now - 0.1)) > 0.45f);
        CHECK(peak(sim.returned, sim.jack_frame - 9600, sim.jack_frame - 4800) > 0.45f);
        if (stalls[i] > 1) { /* nothing of what was before is heard when it goes on */
            int64_t again = frames(1.5 + stalls[i]);

            CHECK(peak(sim.returned, again - 64, again + 96) < 0.01f);
            CHECK_MAX(click_dbfs(sim.returned, again + CLICK_HALF, sim.jack_frame - 4800), -80);
        }
        simulator_finish(&sim);
    }
}

/* The card stands still for a moment, says nothing, and goes on (a hub's hiccup). */
static void card_pauses(void)
{
    static const double pauses[] = { 0.003, 0.01, 0.05, 0.3 };

    for (int i = 0; i < 4; i++) {
        if (!begin(200, 8))
            return;
        simulator_run(&sim, 2);
        sim.play.fault = sim.capture.fault = FAULT_FROZEN;
        simulator_run(&sim, 2 + pauses[i]);
        sim.play.fault = sim.capture.fault = FAULT_NONE;
        sim.play.start += frames(pauses[i]); /* its count goes on where it stood */
        sim.capture.start += frames(pauses[i]);
        for (double t = sim.now; t < 5; t += 0.01) {
            simulator_run(&sim, t);
            if (fabs(sim.play.asrc->status.ppm - 200) > 20 ||
                fabs(sim.capture.asrc->status.ppm - 200) > 20) {
                FAIL("pause %g s: %g and %g ppm", pauses[i], sim.play.asrc->status.ppm,
                     sim.capture.asrc->status.ppm);
                break;
            }
        }
        CHECK(sim.play.end == PCM_GOES_ON && sim.capture.end == PCM_GOES_ON);
        CHECK(sim.play.asrc->phase == ASRC_LIVE && sim.capture.asrc->phase == ASRC_LIVE);
        CHECK(sim.play.asrc->status.restarts < 8 && sim.play.asrc->status.late < 4);
        CHECK_NEAR(sim.play.asrc->margin_s, sim.config.play_margin_s, 1e-9);
        simulator_finish(&sim);
    }
}

/* JACK's cycles come later from now on, and no callback says so. */
static void jack_slips(void)
{
    static const double slips[] = { 0.01, 0.5 };

    for (int i = 0; i < 2; i++) {
        if (!begin(200, 8))
            return;
        simulator_run(&sim, 2);
        sim.delay = slips[i];
        for (double t = 2; t < 6; t += 0.01) {
            simulator_run(&sim, t);
            if (fabs(sim.play.asrc->status.ppm - 200) > 20)
                break;
        }
        CHECK_NEAR(sim.play.asrc->status.ppm, 200, 20);
        CHECK_NEAR(sim.play.asrc->status.error_frames, 0, 5);
        CHECK(sim.play.asrc->phase == ASRC_LIVE && sim.capture.asrc->phase == ASRC_LIVE);
        simulator_finish(&sim);
    }
}

/* A capture thread that is late once: a dip, not a click, and the same latency. */
static void late_once(void)
{
    static const double tones[] = { 60, 200, 1000 };

    for (int i = 0; i < 3; i++) {
        if (!begin(tones[i], 4))
            return;
        simulator_run(&sim, 1.5);
        sim.capture.wake = sim.now + 0.012;
        simulator_run(&sim, 2.5);
        CHECK(sim.capture.asrc->status.late == 1);
        CHECK(sim.capture.asrc->status.restarts == 1);
        CHECK(quiet_both());
        CHECK_MAX(gap_ms(sim.returned, 1.4, 2.3), 30);
        simulator_finish(&sim);
    }
}

/* Late again and again: the margin grows until it is not any more. */
static void margin_grows(void)
{
    if (!begin(200, 20))
        return;
    simulator_run(&sim, 1.0);
    sim.config.spike_chance = 0.05;
    sim.config.spike_s = 3e-3;
    simulator_run(&sim, 15);
    CHECK(sim.capture.asrc->margin_s > 2 * sim.config.capture_margin_s);
    CHECK(sim.capture.asrc->status.restarts > 1);
    simulator_finish(&sim);
}

static void short_writes(void)
{
    if (!begin(1000, 3))
        return;
    sim.play.shorts = 3;
    simulator_run(&sim, 2.5);
    CHECK(sim.play.asrc->status.restarts == 1 && sim.play.pcm.status.xruns == 0);
    CHECK(quiet_both());
    CHECK(peak(sim.heard, frames(1), frames(2)) > 0.45f);
    simulator_finish(&sim);
}

/* JACK lost cycles (its xrun): its count jumps, ours follows. */
static void jack_xrun(void)
{
    if (!begin(200, 4))
        return;
    simulator_run(&sim, 1.5);
    sim.skip = 3 * 64;
    simulator_run(&sim, 3);
    CHECK(atomic_load(&sim.process.jumps) == 1);
    CHECK(sim.play.asrc->phase == ASRC_LIVE && sim.capture.asrc->phase == ASRC_LIVE);
    simulator_finish(&sim);
}

/* Another kind of JACK's xruns: cycles go on later than they should, the count tells nothing. */
static void jack_xrun_without_a_jump(void)
{
    if (!begin(200, 8))
        return;
    simulator_run(&sim, 2);
    sim.delay = 0.008;
    simulator_run(&sim, 2.008); /* one cycle still comes in time */
    atomic_store(&sim.process.xrun, true);
    simulator_run(&sim, 4);
    CHECK(sim.play.asrc->phase == ASRC_LIVE && sim.capture.asrc->phase == ASRC_LIVE);
    CHECK_NEAR(sim.play.asrc->status.error_frames, 0, 5);
    CHECK_NEAR(sim.capture.asrc->status.error_frames, 0, 5);
    CHECK_NEAR(sim.play.asrc->status.ppm, 200, 10);
    CHECK_MAX(click_dbfs(sim.heard, frames(0.01), frames(3.9)), -80);
    simulator_finish(&sim);
}

/* Stop and start of a bridge while everything plays. */
static void stop_and_start(void)
{
    if (!begin(200, 4))
        return;
    simulator_run(&sim, 1.0);
    atomic_store(&sim.play.asrc->command, ASRC_STOP);
    atomic_store(&sim.capture.asrc->command, ASRC_STOP);
    simulator_run(&sim, 1.1);
    CHECK(atomic_load(&sim.play.asrc->command) == ASRC_OFF);
    CHECK(atomic_load(&sim.capture.asrc->command) == ASRC_OFF);
    atomic_store(&sim.play.asrc->command, ASRC_ON);
    atomic_store(&sim.capture.asrc->command, ASRC_ON);
    simulator_run(&sim, 2.0);
    CHECK(quiet_both());
    CHECK(peak(sim.heard, frames(1.06), frames(1.09)) == 0);
    CHECK(peak(sim.heard, frames(1.5), frames(1.8)) > 0.45f);
    simulator_finish(&sim);
}

/* Gains that jump are ramps. */
static void gains_do_not_click(void)
{
    if (!begin(1000, 4))
        return;
    simulator_run(&sim, 1.0);
    for (int i = 0; i < 6; i++) {
        put_gains(&sim.process, i % 2 ? 1 : 0.03, i % 2, 0, 0);
        simulator_run(&sim, sim.now + 0.013);
    }
    put_gains(&sim.process, 0.03, 0, 0, 0);
    simulator_run(&sim, 2);
    CHECK(quiet_both());
    CHECK(peak(sim.heard, frames(1.3), frames(1.8)) < 0.02f);
    simulator_finish(&sim);
}

/* Cycles as fast as they go; nothing is learned of them, and a bridge that stops meanwhile may. */
static void freewheeling(void)
{
    if (!begin(200, 8))
        return;
    simulator_run(&sim, 1.0);
    atomic_store(&sim.process.freewheeling, true);
    sim.hurry = 5;
    simulator_run(&sim, 1.5);
    sim.hurry = 0;
    CHECK_NEAR(clock_ppm(&sim.process.jack), 0, 50);
    CHECK(simulator_unplug(&sim, &sim.capture));
    CHECK(simulator_plug(&sim, &sim.capture) == 0);
    CHECK(peak(sim.returned, sim.jack_frame - 9600, sim.jack_frame) == 0);
    atomic_store(&sim.process.freewheeling, false);
    simulator_run(&sim, 2.5);
    CHECK(sim.play.asrc->phase == ASRC_LIVE && sim.capture.asrc->phase == ASRC_LIVE);
    CHECK_MAX(click_dbfs(sim.heard, frames(0.01), frames(2.4)), -80);
    simulator_finish(&sim);
}

/* A second microphone whose clock is not known yet neither takes nor adds anything. */
static void second_microphone(void)
{
    struct asrc_config config;

    if (!begin(200, 3))
        return;
    simulator_run(&sim, 1.0);
    config = sim.capture.asrc->config;
    CHECK(asrc_init(&sim.process.bridge[2], &config) == 0);
    atomic_store(&sim.process.bridge[2].command, ASRC_ON);
    simulator_run(&sim, 2.0);
    CHECK_MAX(click_dbfs(sim.returned, frames(0.01), frames(1.9)), -80);
    CHECK_NEAR(peak(sim.returned, frames(1.5), frames(1.9)), 0.5, 0.01);
    asrc_finish(&sim.process.bridge[2]);
    simulator_finish(&sim);
}

int main(int argc, char **argv)
{
    static const struct test tests[] = { { "unplugged", unplugged },
                                         { "analog_path_untouched", analog_path_untouched },
                                         { "a_thousand_replugs", a_thousand_replugs },
                                         { "frozen", frozen },
                                         { "one_xrun", one_xrun },
                                         { "xrun_storm", xrun_storm },
                                         { "suspended", suspended },
                                         { "jack_stalls", jack_stalls },
                                         { "card_pauses", card_pauses },
                                         { "jack_slips", jack_slips },
                                         { "late_once", late_once },
                                         { "margin_grows", margin_grows },
                                         { "short_writes", short_writes },
                                         { "jack_xrun", jack_xrun },
                                         { "jack_xrun_without_a_jump", jack_xrun_without_a_jump },
                                         { "stop_and_start", stop_and_start },
                                         { "gains_do_not_click", gains_do_not_click },
                                         { "second_microphone", second_microphone },
                                         { "freewheeling", freewheeling },
                                         { 0 } };

    return test_main(tests, argc, argv);
}
