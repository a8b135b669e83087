/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The callback's work by hand, a cycle at a time: which bus goes where, ramps, meters. */
#include "process.h"

#include "gains.h"
#include "test.h"

#include <errno.h>

enum { PERIOD = 64, LONG = 2 * PERIOD };

static struct process process;
static float in[2][LONG], out[2][LONG], sub[LONG], mic[LONG], monitor[2][LONG];
static const struct process_io io = { .in = { in[0], in[1] },
                                      .out = { out[0], out[1] },
                                      .sub = sub,
                                      .mic = mic,
                                      .monitor = { monitor[0], monitor[1] } };
static uint32_t frame_time;

static void begin(float left, float right)
{
    memset(&process, 0, sizeof process);
    CHECK(process_init(&process, 48000, PERIOD) == 0);
    frame_time = 0;
    for (int i = 0; i < LONG; i++) {
        in[0][i] = left;
        in[1][i] = right;
    }
}

static void cycles(int count)
{
    for (int i = 0; i < count; i++, frame_time += PERIOD)
        process_run(&process, &io, PERIOD, frame_time, (int64_t)(frame_time * (1e9 / 48000)));
}

/* Left stays left, right stays right; the sub gets the mean. */
static void busses(void)
{
    begin(0.5f, -0.25f);
    put_gains(&process, 0.8, 1, 0.1, 0.5);
    cycles(30);
    for (int i = 0; i < PERIOD; i++) {
        CHECK_NEAR(monitor[0][i], 0.4, 1e-6);
        CHECK_NEAR(monitor[1][i], -0.2, 1e-6);
        CHECK_NEAR(sub[i], 0.05, 1e-6);
        CHECK_NEAR(out[0][i], 0.05, 1e-6);
        CHECK_NEAR(out[1][i], -0.025, 1e-6);
        CHECK(mic[i] == 0);
    }
    process_finish(&process);
}

/* 960 frames from 0 to 1: half way up after 480. */
static void gains_take_20_ms(void)
{
    begin(1, 1);
    put_gains(&process, 0, 0, 0, 1);
    cycles(30);
    put_gains(&process, 1, 0, 1, 1);
    cycles(8);
    CHECK_NEAR(monitor[0][31], 0.5, 1e-5);
    CHECK_NEAR(monitor[1][31], 0.5, 1e-5);
    CHECK_NEAR(out[0][31], 0.5, 1e-5);
    CHECK_NEAR(sub[31], 0.5, 1e-5);
    cycles(7);
    CHECK(monitor[0][PERIOD - 2] < 1 && monitor[0][PERIOD - 1] == 1);
    process_finish(&process);
}

/* Before an end all outs come down within 20 ms, and up again when it was none. */
static void quiet(void)
{
    float *outs[] = { out[0], out[1], sub, monitor[0], monitor[1] };

    begin(0.5f, 0.5f);
    put_gains(&process, 1, 0, 1, 1);
    cycles(40);
    atomic_store(&process.quiet, true);
    cycles(8);
    for (int o = 0; o < 5; o++)
        CHECK_NEAR(outs[o][31], 0.25, 1e-5);
    cycles(8);
    for (int o = 0; o < 5; o++)
        CHECK(outs[o][0] == 0 && outs[o][PERIOD - 1] == 0);
    atomic_store(&process.quiet, false);
    cycles(16);
    for (int o = 0; o < 5; o++)
        CHECK(outs[o][PERIOD - 1] == 0.5f);
    process_finish(&process);
}

/* Peaks of either sign, of all cycles since the last look, then afresh. */
static void meters(void)
{
    static const double loud[METERS] = { 0.5, 0.25, 0.5, 0.25, 0, 0.05, 0.025, 0.125, 0 };
    begin(0.5f, -0.25f);
    put_gains(&process, 1, 0, 0.1, 1);
    cycles(30);
    memset(in, 0, sizeof in);
    cycles(8); /* they are published every 10 ms */
    for (int m = 0; m < METERS; m++)
        CHECK_NEAR(process_peak(&process, m), loud[m], 1e-6);
    cycles(8);
    for (int m = 0; m < METERS; m++)
        CHECK(process_peak(&process, m) == 0);
    process_finish(&process);
}

/* A cycle longer than was prepared for: nothing but silence, and the count goes on. */
static void too_long_a_cycle(void)
{
    float *outs[] = { out[0], out[1], sub, mic, monitor[0], monitor[1] };
    begin(0.5f, 0.5f);
    put_gains(&process, 1, 0, 1, 1);
    cycles(30);
    for (int o = 0; o < 6; o++)
        for (int i = 0; i < LONG; i++)
            outs[o][i] = 9;
    process_run(&process, &io, LONG, frame_time, (int64_t)(frame_time * (1e9 / 48000)));
    frame_time += LONG;
    for (int o = 0; o < 6; o++)
        for (int i = 0; i < LONG; i++)
            CHECK(outs[o][i] == 0);
    cycles(1);
    CHECK(monitor[0][0] == 0.5f);
    CHECK(atomic_load(&process.jumps) == 0);
    CHECK(atomic_load(&process.cycles) == 32);
    process_finish(&process);
}

/* Other coefficients are heard from the very next cycle on: its first sample is another one. */
static void changes_come_with_the_next_cycle(void)
{
    begin(0.5f, 0.5f);
    put_gains(&process, 1, 0, 1, 1);
    cycles(30);
    CHECK(monitor[0][0] == 0.5f && monitor[0][PERIOD - 1] == 0.5f);
    put_gains(&process, 0.5, 0, 1, 1);
    cycles(1);
    CHECK(monitor[0][0] < 0.5f && monitor[0][0] > 0.499f);
    process_finish(&process);
}

/* Another server: what counts ever goes on counting, and what was to be quiet stays so. */
static void another_server(void)
{
    begin(1, 1);
    put_gains(&process, 1, 0, 1, 1);
    in[0][3] = NAN;
    cycles(30);
    atomic_store(&process.quiet, true);
    atomic_store(&process.freewheeling, true);
    process_finish(&process);
    CHECK(process_init(&process, 7999, PERIOD) == -EINVAL);
    CHECK(process_init(&process, 96000, 2 * PERIOD) == 0);
    CHECK(atomic_load(&process.clips[METER_IN_1]) > 0 && atomic_load(&process.unfit) > 0);
    CHECK(atomic_load(&process.cycles) == 30 && atomic_load(&process.quiet));
    CHECK(!atomic_load(&process.freewheeling));
    process_finish(&process);
}

int main(int argc, char **argv)
{
    static const struct test tests[] = { { "busses", busses },
                                         { "gains_take_20_ms", gains_take_20_ms },
                                         { "quiet", quiet },
                                         { "meters", meters },
                                         { "too_long_a_cycle", too_long_a_cycle },
                                         { "changes_come_with_the_next_cycle",
                                           changes_come_with_the_next_cycle },
                                         { "another_server", another_server },
                                         { 0 } };

    return test_main(tests, argc, argv);
}
