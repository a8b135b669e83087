/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Crossfeed against libbs2b itself, against DSPi's formulas, and its own promises. */
#include "crossfeed.h"

#include "stages.h"
#include "test.h"

#include <bs2b/bs2b.h>

enum { FRAMES = 16384 };

static double sound[2 * FRAMES];

static void run_on(const struct stage *stage, const struct crossfeed_settings *s, double rate_hz,
                   double *bus)
{
    static struct crossfeed state;
    struct crossfeed_coefs coefs;

    crossfeed_design(&coefs, s, rate_hz);
    memset(&state, 0, sizeof state);
    run_stage(stage, &state, &coefs, bus, FRAMES, 64);
}

/* What an impulse on the left becomes on both sides. */
static void impulse(const struct stage *stage, const struct crossfeed_settings *s, double rate_hz)
{
    memset(sound, 0, sizeof sound);
    sound[0] = 1;
    run_on(stage, s, rate_hz, sound);
}

static double complex response(const double *bus, int lane, double hz, double rate_hz)
{
    double complex sum = 0;

    for (uint32_t n = 0; n < FRAMES; n++)
        sum += bus[2 * n + (uint32_t)lane] * cexp(-2 * M_PI * I * hz / rate_hz * n);
    return sum;
}

static double hz_of(int i)
{
    return 20 * pow(1000, i / 30.0);
}

/* The library, at its own presets and others, in what either ear hears. */
static void bs2b_as_libbs2b(void)
{
    static const double values[][2] = {
        { 700, 4.5 }, { 700, 6 }, { 650, 9.5 }, { 300, 1 }, { 2000, 15 }
    };
    const struct forms *forms[2];
    int count = forms_here(forms);

    for (size_t v = 0; v < sizeof values / sizeof *values; v++)
        for (int r = 0; r < 2; r++) {
            static double theirs[2 * FRAMES];
            struct crossfeed_settings s = { .on = true,
                                            .mode = CROSSFEED_BS2B,
                                            .frequency_hz = values[v][0],
                                            .feed_db = values[v][1] };
            uint32_t rate = r ? 96000 : 44100;
            t_bs2bdp library = bs2b_open();

            bs2b_set_srate(library, rate);
            bs2b_set_level_fcut(library, (int)values[v][0]);
            bs2b_set_level_feed(library, (int)(10 * values[v][1]));
            memset(theirs, 0, sizeof theirs);
            theirs[0] = 1;
            bs2b_cross_feed_d(library, theirs, FRAMES);
            bs2b_close(library);
            for (int f = 0; f < count; f++) {
                impulse(forms[f]->crossfeed, &s, rate);
                for (int i = 0; i <= 30; i++)
                    for (int lane = 0; lane < 2; lane++) {
                        double complex a = response(sound, lane, hz_of(i), rate);
                        double complex b = response(theirs, lane, hz_of(i), rate);

                        CHECK_MAX(fabs(db(cabs(a)) - db(cabs(b))), 0.05);
                        CHECK_MAX(cabs(a - b), 1e-9);
                    }
            }
        }
}

/* Left and right alike go through as if there were nothing, whatever the delay. */
static void mono_is_flat(void)
{
    for (int p = 0; p < CROSSFEED_PRESETS; p++)
        for (double delay = 0; delay <= 500; delay += 62.5) {
            struct crossfeed_settings s = { true, CROSSFEED_COMPLEMENTARY, p, 1200, 8, delay };

            memset(sound, 0, sizeof sound);
            sound[0] = sound[1] = 1;
            run_on(forms_best()->crossfeed, &s, 48000, sound);
            for (int i = 0; i <= 30; i++)
                CHECK_MAX(fabs(db(cabs(response(sound, 0, hz_of(i), 48000)))), 0.05);
        }
}

/* DSPi's one-poles and all-pass, written down from its formulas, and separations computed before.
 */
static void classic_as_dspi(void)
{
    static const double expected[][3] = { { 700, 4.5, 12.3 },
                                          { 700, 6, 13.4 },
                                          { 650, 9.5, 16.6 } };

    for (int p = 0; p < 3; p++) {
        struct crossfeed_settings s = { true, CROSSFEED_CLASSIC, CROSSFEED_DEFAULT + p, 0, 0, 0 };
        double x = exp(-2 * M_PI * expected[p][0] / 48000), low = 0, state = 0, most = 0;
        double level = 1 / (1 + pow(10, expected[p][1] / 20));
        double missing = 220e-6 * 48000 - x / (1 - x);
        double a = missing > 0 ? (1 - missing) / (1 + missing) : 1;

        impulse(forms_best()->crossfeed, &s, 48000);
        for (uint32_t n = 0; n < FRAMES; n++) {
            double in = n == 0, across;

            low = level * (1 - x) * in + x * low;
            across = a * low + state;
            state = low - a * across;
            most = fmax(most, fabs(sound[2 * n] - (in - low)));
            most = fmax(most, fabs(sound[2 * n + 1] - across));
        }
        CHECK_MAX(most, 1e-12);
        CHECK_NEAR(
            db(cabs(response(sound, 0, 1000, 48000)) / cabs(response(sound, 1, 1000, 48000))),
            expected[p][2], 0.06);
    }
}

/* The crossing part comes later by what was asked for, at frequencies that it carries. */
static void delay_is_real(void)
{
    static const double rates[] = { 44100, 48000, 192000 };

    for (int r = 0; r < 3; r++)
        for (double delay = 0; delay <= 500; delay += 50) {
            struct crossfeed_settings s = { true, CROSSFEED_BS2B, 0, 700, 4.5, delay };
            double complex with, without;

            s.delay_us = 0;
            impulse(forms_best()->crossfeed, &s, rates[r]);
            without = response(sound, 1, 500, rates[r]);
            s.delay_us = delay;
            impulse(forms_best()->crossfeed, &s, rates[r]);
            with = response(sound, 1, 500, rates[r]);
            CHECK_NEAR(-carg(with / without) / (2 * M_PI * 500) * 1e6, delay, 0.5);
            CHECK_NEAR(db(cabs(with / without)), 0, 0.01);
        }
}

/* Presets stand for their values; the curve that pictures show is what runs. */
static void pictures_tell_the_truth(void)
{
    for (int mode = 0; mode < 3; mode++)
        for (double delay = 0; delay <= 300; delay += 100) {
            struct crossfeed_settings s = { true, mode, CROSSFEED_CUSTOM, 700, 6, delay },
                                      preset = s;
            struct crossfeed_coefs coefs, same;

            preset.preset = CROSSFEED_CHU_MOY;
            preset.frequency_hz = 1999;
            crossfeed_design(&coefs, &s, 48000);
            crossfeed_design(&same, &preset, 48000);
            CHECK(memcmp(&coefs, &same, sizeof coefs) == 0);
            impulse(forms_best()->crossfeed, &s, 48000);
            for (int i = 0; i <= 30; i++) {
                double complex direct, cross;

                crossfeed_response(&coefs, hz_of(i), 48000, &direct, &cross);
                CHECK_MAX(cabs(direct - response(sound, 0, hz_of(i), 48000)), 1e-6);
                CHECK_MAX(cabs(cross - response(sound, 1, hz_of(i), 48000)), 1e-6);
            }
        }
}

int main(int argc, char **argv)
{
    static const struct test tests[] = { { "bs2b_as_libbs2b", bs2b_as_libbs2b },
                                         { "mono_is_flat", mono_is_flat },
                                         { "classic_as_dspi", classic_as_dspi },
                                         { "delay_is_real", delay_is_real },
                                         { "pictures_tell_the_truth", pictures_tell_the_truth },
                                         { 0 } };

    return test_main(tests, argc, argv);
}
