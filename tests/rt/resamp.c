/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "resamp.h"

#include "test.h"

#include <stdlib.h>

static float input[65536], output[65536];

static const double nominal[] = { 1, 1.001, 0.995, 1.005, 48 / 44.1, 44.1 / 48, 2, 0.5, 96 / 44.1 };

/*
 * Blocks of wandering ratio in either mode of feeding: never a miscounted frame, and each output is
 * the tone at exactly the position accounted for.
 */
static void account(enum resamp_quality quality, double base, int by_output, uint32_t block,
                    double floor_db)
{
    const double w = 2 * M_PI * 997 / 48000;
    struct resamp resamp;
    double error = 0, power = 0;
    uint32_t lead = by_output ? 0 : resamp_half(quality, base * 1.001) + 2;

    CHECK(resamp_init(&resamp, quality, 1) == 0);
    for (long total = 0; total < 64000;) {
        double step = base * (1 + 1e-6 * (rand() % 2000 - 1000));
        uint32_t inputs = by_output ? resamp_need(&resamp, step, block) : block + lead;
        uint32_t outputs = by_output ? block : resamp_yield(&resamp, step, inputs);
        double position = resamp.position;

        for (uint32_t i = 0; i < inputs; i++)
            input[i] = (float)sin(w * (double)(resamp.fed + i));
        resamp_run(&resamp, step, input, inputs, output, outputs);
        for (uint32_t i = 0; i < outputs; i++) {
            double at = position + i * step;

            if (at < 700)
                continue; /* the filter begins with silence */
            error += pow(output[i] - sin(w * at), 2);
            power += 0.5;
        }
        total += outputs;
        lead = 0;
    }
    CHECK(resamp.miscounted == 0);
    CHECK_MAX(10 * log10(error / power), floor_db);
    resamp_finish(&resamp);
}

static void never_miscounts(void)
{
    static const double floor_db[] = { -100, -118, -118 };

    srand(3);
    for (int q = RESAMP_FASTEST; q <= RESAMP_MEDIUM; q++)
        for (size_t r = 0; r < sizeof nominal / sizeof *nominal; r++)
            for (uint32_t block = 16; block <= 1024; block *= 8)
                for (int mode = 0; mode < 2; mode++)
                    account(q, nominal[r], mode, block, floor_db[q]);
}

static void best_too(void)
{
    account(RESAMP_BEST, 1.0001, 1, 64, -118);
    account(RESAMP_BEST, 48 / 44.1, 0, 128, -118);
}

/* Hours long: the position is kept small, and the account stays what it was. */
static void rebase_keeps_the_account(void)
{
    const double w = 2 * M_PI * 997 / 48000, step = 1.0002;
    struct resamp resamp;
    double worst = 0;
    int64_t base = 0;

    CHECK(resamp_init(&resamp, RESAMP_FASTEST, 1) == 0);
    for (long total = 0; total < 400000; total += 64) {
        uint32_t inputs = resamp_need(&resamp, step, 64);
        double position = (double)base + resamp.position;

        for (uint32_t i = 0; i < inputs; i++)
            input[i] = (float)sin(w * (double)(base + resamp.fed + i));
        resamp_run(&resamp, step, input, inputs, output, 64);
        for (uint32_t i = 0; i < 64 && position > 700; i++)
            worst = fmax(worst, fabs(output[i] - sin(w * (position + i * step))));
        base += resamp_rebase(&resamp);
    }
    CHECK(base > 65536 && resamp.position < 2 * 65536);
    CHECK(resamp.miscounted == 0);
    CHECK_MAX(worst, 1e-4);
    resamp_finish(&resamp);
}

/* The table of reference/bridge.md: what libsamplerate itself holds back. */
static void half_lengths(void)
{
    static const uint32_t expected[3][3] = { { 20, 22, 39 }, { 47, 51, 92 }, { 144, 157, 287 } };

    for (int q = 0; q < 3; q++) {
        CHECK(resamp_half(q, 1) == expected[q][0]);
        CHECK(resamp_half(q, 1.001) == expected[q][0] || q == RESAMP_BEST);
        CHECK(resamp_half(q, 48 / 44.1) == expected[q][1]);
        CHECK(resamp_half(q, 2) == expected[q][2]);
    }
}

/* After a reset it asks, answers and sounds as one that was never used. */
static void reset_is_as_new(void)
{
    struct resamp used, fresh;
    static float other[1024];
    uint32_t need;

    CHECK(resamp_init(&used, RESAMP_FASTEST, 1) == 0);
    CHECK(resamp_init(&fresh, RESAMP_FASTEST, 1) == 0);
    for (int i = 0; i < 4096; i++)
        input[i] = (float)cos(0.1 * i);
    need = resamp_need(&used, 2, 512);
    resamp_run(&used, 2, input, need, output, 512);
    resamp_reset(&used);
    need = resamp_need(&fresh, 1.1, 512);
    CHECK(resamp_need(&used, 1.1, 512) == need);
    CHECK(resamp_yield(&used, 1.1, 512) == resamp_yield(&fresh, 1.1, 512));
    resamp_run(&used, 1.1, input, need, output, 512);
    resamp_run(&fresh, 1.1, input, need, other, 512);
    CHECK(memcmp(output, other, 512 * sizeof *output) == 0);
    resamp_finish(&used);
    resamp_finish(&fresh);
}

/* Fed against the rules, it says so, and what did not come is silence. */
static void tells_a_miscount(void)
{
    struct resamp resamp;
    uint32_t need;

    CHECK(resamp_init(&resamp, RESAMP_FASTEST, 1) == 0);
    for (int i = 0; i < 65536; i++)
        input[i] = output[i] = 1;
    need = resamp_need(&resamp, 1, 100);
    resamp_run(&resamp, 1, input, need - 10, output, 100);
    CHECK(resamp.miscounted == 10);
    for (int i = 90; i < 100; i++)
        CHECK(output[i] == 0);
    resamp_reset(&resamp);
    resamp.miscounted = 0;
    resamp_run(&resamp, 1, input, 60000, output, 1); /* more than it can keep */
    CHECK(resamp.miscounted > 0);
    resamp_finish(&resamp);
}

static void refuses_nonsense(void)
{
    struct resamp resamp;

    CHECK(resamp_init(&resamp, 7, 1) < 0);
    CHECK(resamp_init(&resamp, RESAMP_FASTEST, 0) < 0);
    CHECK(resamp_init(&resamp, RESAMP_FASTEST, 9) < 0);
    resamp_finish(&resamp);
}

int main(int argc, char **argv)
{
    static const struct test tests[] = { { "never_miscounts", never_miscounts },
                                         { "best_too", best_too },
                                         { "rebase_keeps_the_account", rebase_keeps_the_account },
                                         { "half_lengths", half_lengths },
                                         { "reset_is_as_new", reset_is_as_new },
                                         { "tells_a_miscount", tells_a_miscount },
                                         { "refuses_nonsense", refuses_nonsense },
                                         { 0 } };

    return test_main(tests, argc, argv);
}
