/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nothing passes the ceiling: neither a sample nor, with true_peak, what lies between samples. */
#include "limiter.h"

#include "stages.h"
#include "test.h"

enum { FRAMES = 24000, OVER = 32, HALF = 64 };

static double sound[2 * FRAMES], measured[2 * FRAMES];
static struct limiter state;

static void run_on(const struct stage *stage, const struct limiter_settings *s, double rate_hz,
                   double *bus, uint32_t frames, uint32_t piece)
{
    struct limiter_coefs coefs;

    limiter_design(&coefs, s, rate_hz);
    memset(&state, 0, sizeof state);
    run_stage(stage, &state, &coefs, bus, frames, piece);
}

/* Something nasty: bursts, clipped sines, single samples, up to the most a bus may hold. */
static void fuzz(double *bus, uint32_t frames)
{
    for (uint32_t n = 0; n < frames;) {
        uint32_t some = 1 + (uint32_t)(uniform() * uniform() * 2000);
        double peak = pow(10, between(-3, 2.4)), step = between(0, M_PI);
        int kind = (int)(uniform() * 5);

        for (uint32_t end = n + some < frames ? n + some : frames; n < end; n++)
            for (int c = 0; c < 2; c++) {
                double x = sin(step * n + c);

                if (kind == 1)
                    x = x > 0 ? 1 : -1;
                else if (kind == 2)
                    x = between(-1, 1);
                else if (kind == 3)
                    x = n % 97 == 0;
                else if (kind == 4)
                    x = 0;
                bus[2 * n + (uint32_t)c] = peak * x;
            }
    }
}

/* As floats too: that is what goes out. */
static void no_sample_over_the_ceiling(void)
{
    const struct forms *forms[2];
    int count = forms_here(forms), bad = 0;

    for (int i = 0; i < 200 && !bad; i++) {
        struct limiter_settings s = { true, between(-30, 0), i % 3 ? between(0, 5) : 0,
                                      between(5, 1000), i % 7 == 0 };
        double rate = i % 2 ? 48000 : 192000, ceiling = pow(10, s.ceiling_db / 20);

        fuzz(sound, FRAMES);
        for (int f = 0; f < count; f++) {
            memcpy(measured, sound, sizeof sound);
            run_on(forms[f]->limiter, &s, rate, measured, FRAMES, 0);
            for (uint32_t n = 0; n < 2 * FRAMES && !bad; n++)
                bad = !((float)fabs(measured[n]) <= ceiling);
            if (bad)
                FAIL("case %d, %s: ceiling %g dB, look-ahead %g ms", i, forms[f]->name,
                     s.ceiling_db, s.lookahead_ms);
        }
    }
}

/* Without the clamp that takes what rounding leaves: the ramp itself is there in time. A slope that
 * reaches a peak gently is heard, clipping is too. */
static void the_ramp_is_in_time(void)
{
    struct limiter_settings s = { true, -6, 1.5, 100, false };
    struct limiter_coefs coefs;
    double most = 0;

    limiter_design(&coefs, &s, 48000);
    memset(sound, 0, sizeof sound);
    for (uint32_t n = 0; n < FRAMES; n++) /* in one lane a steady tone tells the gain */
        sound[2 * n] = 1e-3;
    for (uint32_t n = 1000; n < FRAMES; n += 3001)
        sound[2 * n + 1] = 2;
    memcpy(measured, sound, sizeof sound);
    memset(&state, 0, sizeof state);
    run_stage(forms_best()->limiter, &state, &coefs, measured, FRAMES, 64);
    for (uint32_t n = coefs.delay; n < FRAMES; n++) {
        double gain = measured[2 * n] / 1e-3,
               need = n % 3001 == (1000 + coefs.delay) % 3001 ? pow(10, -0.3) / 2 : 1;

        most = fmax(most, gain - need);
        if (n > coefs.delay + 1 &&
            fabs(gain - measured[2 * n - 2] / 1e-3) > 1.02 * 2 * 0.75 / coefs.lookahead) {
            FAIL("the gain jumps at %u", n);
            return;
        }
    }
    CHECK_MAX(most, 1e-9);
}

/* What stays below is only delayed, to the bit, also after something was limited. */
static void touches_nothing_below(void)
{
    static const struct limiter_settings kinds[] = { { true, -1, 0, 5, false },
                                                     { true, -1, 2, 5, false },
                                                     { true, -1, 2, 5, true } };

    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        struct limiter_coefs coefs;
        uint32_t delay, from;

        limiter_design(&coefs, &kinds[k], 48000);
        delay = coefs.delay;
        noise(sound, FRAMES, 0.4);
        sound[4000] = 5;
        memcpy(measured, sound, sizeof sound);
        run_on(forms_best()->limiter, &kinds[k], 48000, measured, FRAMES, 50);
        CHECK(memcmp(measured + 2 * delay, sound, 2 * 1900 * sizeof *sound) == 0);
        CHECK(memcmp(measured + 2 * (delay + 2100), sound + 2 * 2100, 2000) != 0);
        from = 23000 - delay;
        CHECK(memcmp(measured + 2 * (from + delay), sound + 2 * from, 2 * 900 * sizeof *sound) ==
              0);
    }
}

/* Another look-ahead: when its windows have filled and what was cut has come up, it is as if it had
 * begun so; also after a long time at work, since its sums do not drift. */
static void other_windows_are_as_new(void)
{
    static struct limiter fresh;
    const struct stage *stage = forms_best()->limiter;

    for (int i = 0; i < 12; i++) {
        struct limiter_settings s = { true, -20, between(0.1, 5), 5, i % 3 == 0 };
        struct limiter_coefs from, to;

        limiter_design(&from, &s, 48000);
        s.lookahead_ms = i % 4 ? between(0.1, 5) : 0;
        limiter_design(&to, &s, 48000);
        memset(&state, 0, sizeof state);
        for (int round = 0; round < 20; round++) {
            noise(sound, FRAMES, 8);
            run_stage(stage, &state, &from, sound, FRAMES, 64);
        }
        stage->adapt(&state, &from, &to);
        noise(sound, FRAMES, 0.05);
        run_stage(stage, &state, &to, sound, FRAMES, 64);
        fuzz(sound, FRAMES);
        memset(sound, 0, 2 * 1000 * sizeof *sound);
        memcpy(measured, sound, sizeof sound);
        memset(&fresh, 0, sizeof fresh);
        run_stage(stage, &state, &to, measured, FRAMES, 64);
        run_stage(stage, &fresh, &to, sound, FRAMES, 64);
        CHECK(memcmp(sound + 2 * 1000, measured + 2 * 1000, 2 * (FRAMES - 1000) * sizeof *sound) ==
              0);
    }
}

/* The release: 63 % of the cut is gone after its time. */
static void release_time(void)
{
    struct limiter_settings s = { true, -20, 0, 50, false };

    for (uint32_t n = 0; n < 2 * FRAMES; n++)
        sound[n] = n < 2 * 1000 ? 1 : 1e-3;
    run_on(forms_best()->limiter, &s, 48000, sound, FRAMES, 64);
    CHECK_NEAR(1 - sound[2 * (999 + 2400)] / 1e-3, 0.9 * exp(-1), 0.001);
}

static void latency_is_told(void)
{
    struct limiter_settings s = { true, -1, 2, 50, true };
    struct limiter_coefs coefs;
    const struct stage *stage = forms_best()->limiter;

    limiter_design(&coefs, &s, 48000);
    CHECK(stage->latency(&coefs) == 96 + 16);
    memset(sound, 0, sizeof sound);
    sound[20] = 0.25;
    run_on(stage, &s, 48000, sound, FRAMES, 64);
    CHECK(sound[20 + 2 * stage->latency(&coefs)] == 0.25);
    s.on = false;
    limiter_design(&coefs, &s, 48000);
    CHECK(stage->latency(&coefs) == 0);
}

static void meter_reads_the_cut(void)
{
    struct limiter_settings s = { true, -12, 1, 50, false };
    struct limiter_coefs coefs;
    const struct stage *stage = forms_best()->limiter;

    limiter_design(&coefs, &s, 48000);
    memset(&state, 0, sizeof state);
    tone(sound, FRAMES, 1000, 48000, 1);
    run_stage(stage, &state, &coefs, sound, FRAMES, 64);
    CHECK_NEAR(stage->reduction_db(&state, &coefs), 12, 0.01);
    memset(sound, 0, sizeof sound);
    run_stage(stage, &state, &coefs, sound, FRAMES, 64);
    run_stage(stage, &state, &coefs, sound, FRAMES, 64);
    stage->reduction_db(&state, &coefs);
    run_stage(stage, &state, &coefs, sound, FRAMES, 64);
    CHECK(stage->reduction_db(&state, &coefs) == 0);
}

/* --- between samples ----------------------------------------------------------------------------
 */

/* The greatest value of a lane at 32 places between frames: a sinc of 128 taps, Kaiser beta 10. */
static double peak_between(const double *bus, int lane, uint32_t from, uint32_t to)
{
    static double kernel[OVER][2 * HALF];
    double most = 0;

    for (int p = OVER; p-- > 0 && kernel[0][HALF - 1] == 0;) {
        for (int k = 0; k < 2 * HALF; k++) {
            double x = k - (HALF - 1) - (double)p / OVER, r = x / HALF, sum = 0, term = 1;
            double z = r * r < 1 ? 10 * sqrt(1 - r * r) : 0;

            for (int i = 1; i < 40; i++) {
                sum += term;
                term *= z / (2 * i) * z / (2 * i);
            }
            kernel[p][k] = (x == 0 ? 1 : sin(M_PI * x) / (M_PI * x)) * sum / 2815.7166284662544;
        }
    }
    for (uint32_t n = from; n < to; n++)
        for (int p = 0; p < OVER; p++) {
            double sum = 0;

            for (uint32_t k = 0; k < 2 * HALF; k++)
                sum += kernel[p][k] * bus[2 * (n + k) + (uint32_t)lane];
            most = fmax(most, fabs(sum));
        }
    return most;
}

/* Tones up to 0.45 fs at all phases, and sums of them, louder than the ceiling. */
static void true_peak_on_tones(void)
{
    static const double places[] = { 0.02, 0.1, 0.1667, 0.25, 0.3333, 0.4, 0.43, 0.45 };
    struct limiter_settings s = { true, -1, 1.5, 20, true };

    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        for (int phase = 0; phase < 4; phase++) {
            for (uint32_t n = 0; n < FRAMES; n++)
                for (int c = 0; c < 2; c++)
                    sound[2 * n + (uint32_t)c] =
                        2 * sin(2 * M_PI * places[i] * n + phase * 0.3 + c);
            run_on(forms_best()->limiter, &s, 48000, sound, 12000, 64);
            CHECK_MAX(db(peak_between(sound, 0, 200, 11000)) + 1, 0.1);
            CHECK_MAX(db(peak_between(sound, 1, 200, 11000)) + 1, 0.1);
            CHECK_NEAR(db(peak_between(sound, 0, 10000, 11000)), -1, 0.15);
        }
}

/* Loud noise up to 0.44 fs, in bursts, also with a short look-ahead. */
static void true_peak_on_noise(void)
{
    static const double lookaheads[] = { 0, 1.5, 5 };

    for (int l = 0; l < 3; l++) {
        struct limiter_settings s = { true, -3, lookaheads[l], 20, true };

        for (uint32_t n = 0; n < FRAMES; n++) {
            double envelope = pow(sin(M_PI * n / 2400.0), 2);

            sound[2 * n] = sound[2 * n + 1] = 0;
            for (int k = 1; k < 40; k++) {
                sound[2 * n] += 0.15 * envelope * sin(2 * M_PI * 0.011 * k * n + k * k);
                sound[2 * n + 1] += 0.3 * envelope * cos(2 * M_PI * 0.0109 * k * n + 7 * k * k);
            }
        }
        run_on(forms_best()->limiter, &s, 48000, sound, FRAMES, 64);
        CHECK_MAX(db(peak_between(sound, 0, 100, 6000)) + 3, 0.1);
        CHECK_MAX(db(peak_between(sound, 1, 100, 6000)) + 3, 0.1);
    }
}

int main(int argc, char **argv)
{
    static const struct test tests[] = { { "no_sample_over_the_ceiling",
                                           no_sample_over_the_ceiling },
                                         { "the_ramp_is_in_time", the_ramp_is_in_time },
                                         { "touches_nothing_below", touches_nothing_below },
                                         { "other_windows_are_as_new", other_windows_are_as_new },
                                         { "release_time", release_time },
                                         { "latency_is_told", latency_is_told },
                                         { "meter_reads_the_cut", meter_reads_the_cut },
                                         { "true_peak_on_tones", true_peak_on_tones },
                                         { "true_peak_on_noise", true_peak_on_noise },
                                         { 0 } };

    return test_main(tests, argc, argv);
}
