/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clock.h"

#include "test.h"

#include <stdlib.h>

/* A card counted in whole frames each millisecond, stamped late by 20 us on the mean. */
struct ticker {
    struct clock clock;
    double time, count, rate;
};

static double late(double mean)
{
    return -mean * log((rand() + 1.0) / (RAND_MAX + 2.0));
}

static void begin(struct ticker *t, double ppm, double prior)
{
    srand(5);
    clock_init(&t->clock, 48000, 20e3, 1, prior);
    t->time = 1000;
    t->count = 0.3;
    t->rate = 48000 * (1 + 1e-6 * ppm);
}

static void run(struct ticker *t, double seconds, double jitter)
{
    for (int i = 0; i < seconds * 1000; i++) {
        t->time += 1e-3;
        t->count += t->rate * 1e-3;
        clock_observe(&t->clock, (int64_t)((t->time + late(jitter)) * 1e9),
                      (int64_t)floor(t->count));
    }
}

static double count_error(const struct ticker *t)
{
    return clock_count_at(&t->clock.line, (int64_t)(t->time * 1e9)) - t->count;
}

static void finds_the_rate(void)
{
    static const double drifts[] = { -5000, -200, -20, 0, 20, 200, 1000, 5000 };

    for (size_t i = 0; i < sizeof drifts / sizeof *drifts; i++) {
        struct ticker t;

        begin(&t, drifts[i], NAN);
        run(&t, 0.2, 20e-6);
        CHECK(!clock_locked(&t.clock));
        run(&t, fabs(drifts[i]) >= 1000 ? 1.2 : 0.06, 20e-6); /* such crystals are not sold */
        CHECK(clock_locked(&t.clock));
        /* one step of the whole-frame count amid 0.25 s looks like 1.5 / 0.25 frames/s: 125 ppm */
        CHECK_NEAR(clock_ppm(&t.clock), drifts[i], 130);
        run(&t, 5, 20e-6);
        CHECK_NEAR(clock_ppm(&t.clock), drifts[i], 2);
        run(&t, 30, 20e-6);
        CHECK_NEAR(clock_ppm(&t.clock), drifts[i], 0.3);
        /* the least late are in time; whole counts are up to one below */
        CHECK_NEAR(count_error(&t), -0.5, 0.5);
    }
}

static void a_known_device_is_known_at_once(void)
{
    struct ticker t;

    begin(&t, 123, 122);
    run(&t, 0.01, 20e-6);
    CHECK(clock_locked(&t.clock));
    CHECK_NEAR(clock_ppm(&t.clock), 123, 5);
}

/* What no crystal does is not believed of this one. */
static void a_wild_prior_is_none(void)
{
    static const double wild[] = { 20000, -20000, INFINITY, -INFINITY, NAN };

    for (size_t i = 0; i < sizeof wild / sizeof *wild; i++) {
        struct ticker t;

        begin(&t, 20, wild[i]);
        CHECK_NEAR(clock_ppm(&t.clock), 0, 0);
        run(&t, 0.1, 20e-6);
        CHECK(!clock_locked(&t.clock));
    }
}

/* A known rate: four observations, and four milliseconds of them, for the count. */
static void four_observations_for_a_count(void)
{
    struct ticker t;

    begin(&t, 0, 0);
    run(&t, 0.003, 20e-6);
    CHECK(t.clock.observed == 3 && !clock_locked(&t.clock));
    run(&t, 0.003, 20e-6);
    CHECK(clock_locked(&t.clock));
    begin(&t, 0, 0);
    for (int i = 0; i < 10; i++)
        clock_observe(&t.clock, (int64_t)(1e12 + 1e5 * i), 4800000 + 48 * i / 10);
    CHECK(!clock_locked(&t.clock));
}

/* However bad the stamps are, after two seconds there shall be sound. */
static void two_seconds_are_enough(void)
{
    struct ticker t;

    begin(&t, 0, NAN);
    run(&t, 1.5, 4e-3);
    CHECK(!clock_locked(&t.clock));
    run(&t, 1, 4e-3);
    CHECK(clock_locked(&t.clock));
}

/* The very first stamp may be the late one: the next ones are believed. */
static void a_late_first_stamp(void)
{
    struct ticker t;

    begin(&t, 0, 0);
    clock_observe(&t.clock, (int64_t)((t.time + 0.003) * 1e9), (int64_t)t.count);
    t.time += 0.003;
    t.count += t.rate * 0.003;
    run(&t, 0.006, 20e-6);
    CHECK_NEAR(count_error(&t), -1.5, 1.5);
}

static void follows_a_step(void)
{
    struct ticker t;
    double before, worst = 0;

    begin(&t, 20, NAN);
    run(&t, 30, 20e-6);
    before = count_error(&t);
    t.rate *= 1 + 50e-6;
    for (int i = 0; i < 100; i++) {
        run(&t, 0.03, 20e-6);
        worst = fmax(worst, fabs(count_error(&t) - before));
    }
    CHECK_MAX(worst, 3);
    CHECK_NEAR(clock_ppm(&t.clock), 70, 3);
}

/* One stamp that is very late is clipped: it hardly moves even a young estimate. */
static void one_bad_stamp(void)
{
    for (double age = 0.5; age < 3; age *= 2) {
        struct ticker t;
        double ppm, sd_ppm;

        begin(&t, 80, NAN);
        run(&t, age, 20e-6);
        ppm = clock_ppm(&t.clock);
        sd_ppm = 1e6 * t.clock.line.rate_sd / 48000;
        clock_observe(&t.clock, (int64_t)((t.time + 0.05) * 1e9), (int64_t)t.count);
        CHECK_NEAR(clock_ppm(&t.clock), ppm, 0.35 * sd_ppm);
    }
}

/* A machine that stalls for milliseconds makes it slow, not wrong. */
static void survives_bad_stamps(void)
{
    struct ticker t;

    begin(&t, 80, NAN);
    for (int i = 0; i < 30; i++) {
        run(&t, 1, 20e-6);
        run(&t, 0.02, 4e-3);
    }
    CHECK_NEAR(clock_ppm(&t.clock), 80, 5);
    run(&t, 20, 300e-6);
    CHECK_NEAR(clock_ppm(&t.clock), 80, 5);
    CHECK(clock_locked(&t.clock));
}

/* As seen on an emulated machine: every other interrupt is held up by another device's, and by how
 * much wanders with the two clocks. The ones in time tell the truth. */
static void late_stamps_that_wander(void)
{
    struct ticker t;
    double worst = 0;

    begin(&t, 100, NAN);
    for (int i = 0; i < 20000; i++) {
        double held_up = i % 2 ? 200e-6 + 450e-6 * fmod(i / 6000.0, 1) : 0;

        t.time += 1e-3;
        t.count += t.rate * 1e-3;
        clock_observe(&t.clock, (int64_t)((t.time + held_up + late(2e-6)) * 1e9),
                      (int64_t)floor(t.count));
        if (i > 2000)
            worst = fmax(worst, fabs(clock_ppm(&t.clock) - 100));
    }
    CHECK_MAX(worst, 5);
}

/* The count stands still for a while and goes on: no drift. */
static void a_slip_is_no_drift(void)
{
    static const double pauses[] = { 0.003, 0.05, 0.3 };

    for (int i = 0; i < 3; i++) {
        struct ticker t;
        double worst = 0;

        begin(&t, 200, NAN);
        run(&t, 20, 20e-6);
        t.time += pauses[i];
        for (int k = 0; k < 500; k++) {
            run(&t, 0.01, 20e-6);
            worst = fmax(worst, fabs(clock_ppm(&t.clock) - 200));
        }
        CHECK_MAX(worst, 3);
        CHECK_NEAR(count_error(&t), -0.5, 0.6);
    }
}

/* Whatever it is fed, no rate that no crystal has comes out. */
static void rate_stays_a_rate(void)
{
    struct ticker t;

    begin(&t, 0, NAN);
    for (int i = 0; i < 20000; i++) {
        t.time += 1e-3;
        t.count += rand() % 200;
        clock_observe(&t.clock, (int64_t)(t.time * 1e9), (int64_t)t.count);
        if (!(fabs(clock_ppm(&t.clock)) <= 5501)) {
            FAIL("%g ppm", clock_ppm(&t.clock));
            return;
        }
    }
}

static void reanchor_keeps_the_rate(void)
{
    struct ticker t;

    begin(&t, -300, NAN);
    run(&t, 20, 20e-6);
    clock_reanchor(&t.clock);
    CHECK(!clock_locked(&t.clock));
    t.count += 12345;
    t.time += 3;
    run(&t, 0.01, 20e-6);
    CHECK(clock_locked(&t.clock));
    CHECK_NEAR(clock_ppm(&t.clock), -300, 3);
    CHECK_NEAR(count_error(&t), -0.5, 1);
}

static void an_unknown_rate_is_not_kept(void)
{
    struct ticker t;

    begin(&t, -300, NAN);
    run(&t, 0.05, 20e-6);
    clock_reanchor(&t.clock);
    run(&t, 0.1, 20e-6);
    CHECK(!clock_locked(&t.clock));
}

static void time_does_not_go_back(void)
{
    struct ticker t;
    struct clock_line line;

    begin(&t, 0, NAN);
    run(&t, 1, 20e-6);
    line = t.clock.line;
    clock_observe(&t.clock, line.time_ns - 5, 99999999);
    CHECK(memcmp(&line, &t.clock.line, sizeof line) == 0);
}

static void there_and_back(void)
{
    struct clock_line line = { .time_ns = 5000000000, .count = 1e9, .rate_hz = 48001 };

    CHECK_NEAR(clock_count_at(&line, clock_time_of(&line, 1e9 + 777)), 1e9 + 777, 1e-4);
}

int main(int argc, char **argv)
{
    static const struct test tests[] = {
        { "finds_the_rate", finds_the_rate },
        { "a_known_device_is_known_at_once", a_known_device_is_known_at_once },
        { "a_wild_prior_is_none", a_wild_prior_is_none },
        { "four_observations_for_a_count", four_observations_for_a_count },
        { "two_seconds_are_enough", two_seconds_are_enough },
        { "a_late_first_stamp", a_late_first_stamp },
        { "follows_a_step", follows_a_step },
        { "one_bad_stamp", one_bad_stamp },
        { "survives_bad_stamps", survives_bad_stamps },
        { "late_stamps_that_wander", late_stamps_that_wander },
        { "a_slip_is_no_drift", a_slip_is_no_drift },
        { "rate_stays_a_rate", rate_stays_a_rate },
        { "reanchor_keeps_the_rate", reanchor_keeps_the_rate },
        { "an_unknown_rate_is_not_kept", an_unknown_rate_is_not_kept },
        { "time_does_not_go_back", time_does_not_go_back },
        { "there_and_back", there_and_back },
        { 0 }
    };

    return test_main(tests, argc, argv);
}
