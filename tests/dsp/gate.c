/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gate, ducking and the de-esser: thresholds, times, ranges. */
#include "gate.h"

#include "click.h"
#include "stages.h"
#include "test.h"

enum { FRAMES = 96000, RATE = 48000 };

static const struct gate_settings plain = { .on = true,
                                            .open_db = -40,
                                            .close_db = -46,
                                            .hold_ms = 100,
                                            .attack_ms = 2,
                                            .release_ms = 50,
                                            .range_db = -60 };

static double sound[2 * FRAMES], out[2 * FRAMES];

static void run_gate(const struct gate_settings *s)
{
    static struct gate state;
    struct gate_coefs coefs;

    gate_design(&coefs, s, RATE);
    memset(&state, 0, sizeof state);
    memcpy(out, sound, sizeof out);
    run_stage(forms_best()->gate, &state, &coefs, out, FRAMES, 64);
}

/* A level that changes at a frame. */
static void level_step(double first_db, double second_db, uint32_t at)
{
    for (uint32_t n = 0; n < FRAMES; n++)
        sound[2 * n] = sound[2 * n + 1] = pow(10, (n < at ? first_db : second_db) / 20);
}

static double gain_db(uint32_t frame)
{
    return db(out[2 * frame]) - db(sound[2 * frame]);
}

/* Opens at one threshold, closes below the other: in between it stays as it was. */
static void hysteresis(void)
{
    level_step(-39, -43, RATE);
    run_gate(&plain);
    CHECK_NEAR(gain_db(RATE - 1), 0, 0.01);
    CHECK_NEAR(gain_db(FRAMES - 1), 0, 0.01);
    level_step(-80, -43, RATE);
    run_gate(&plain);
    CHECK_NEAR(gain_db(RATE - 1), -60, 0.01);
    CHECK_NEAR(gain_db(FRAMES - 1), -60, 0.01);
    level_step(-30, -47, RATE);
    run_gate(&plain);
    CHECK_NEAR(gain_db(FRAMES - 1), -60, 0.05);
}

/* A closing threshold above the opening one counts as that one: no chatter. */
static void crossed_thresholds(void)
{
    struct gate_settings s = plain;

    s.close_db = -10;
    level_step(-39, -39, 0);
    run_gate(&s);
    CHECK_NEAR(gain_db(FRAMES - 1), 0, 0.01);
}

static uint32_t first_frame(uint32_t from, double gain, bool above)
{
    for (uint32_t n = from; n < FRAMES; n++)
        if (above ? gain_db(n) > gain : gain_db(n) < gain)
            return n;
    return 0;
}

/* 63 % of the way, in dB, in the times; the hold before. The level itself decays over 10 ms. */
static void times(void)
{
    static const double attacks[] = { 0.5, 2, 10 }, holds[] = { 0, 100, 500 };

    for (int i = 0; i < 3; i++) {
        struct gate_settings s = plain;
        double fall_ms;

        s.attack_ms = attacks[i];
        s.hold_ms = holds[i];
        level_step(-80, -20, RATE / 2);
        run_gate(&s);
        CHECK_NEAR((first_frame(RATE / 2, -60 * exp(-1), true) - RATE / 2) / 48.0, attacks[i],
                   0.02 * attacks[i] + 0.03);
        level_step(-20, -80, RATE / 2);
        run_gate(&s);
        fall_ms = 10 * (46 - 20) / (20 / log(10)); /* of the level, to the closing threshold */
        CHECK_NEAR((first_frame(RATE / 2, -60 * (1 - exp(-1)), false) - RATE / 2) / 48.0,
                   fall_ms + s.hold_ms + s.release_ms, 0.02 * s.release_ms + 0.1);
    }
}

/* With look-ahead the gate is open before the word begins. */
static void lookahead_saves_the_start(void)
{
    struct gate_settings s = plain;

    s.lookahead_ms = 10;
    level_step(-80, -20, RATE / 2);
    run_gate(&s);
    CHECK_NEAR(db(out[2 * (RATE / 2 + 480)]), -20, 0.1);
    CHECK_NEAR(db(out[2 * (RATE / 2 + 479)]), -80, 1);
    s.lookahead_ms = 0;
    run_gate(&s);
    CHECK_MAX(db(out[2 * (RATE / 2)]), -70);
}

/* While somebody speaks the listen bus goes down by the depth, and comes up again; without a click.
 */
static void ducking(void)
{
    static const double tones[] = { 60, 200, 1000 };
    struct ducking_settings s = { true, -40, -12, 200, 50, 300 };
    struct gate_coefs coefs;
    static float heard[FRAMES];

    ducking_design(&coefs, &s, RATE);
    for (int t = 0; t < 3; t++) {
        struct key key = { 0 };

        for (uint32_t n = 0; n < FRAMES; n++)
            sound[2 * n] = sound[2 * n + 1] = n > 10000 && n < 30000 ? 0.1 : 0;
        tone(out, FRAMES, tones[t], RATE, 0.5);
        for (uint32_t n = 0; n < FRAMES; n += 64)
            forms_best()->ducking_run(&key, &coefs, sound + 2 * n, out + 2 * n, 64);
        CHECK_NEAR(db(peak_of(out, 8000, 10000)), -6.02, 0.01);
        CHECK_NEAR(db(peak_of(out, 28000, 30000)), -18.02, 0.05);
        CHECK_NEAR(db(peak_of(out, 94000, FRAMES)), -6.02, 0.05);
        CHECK_NEAR(key_reduction_db(&key), 12, 0.01);
        for (uint32_t n = 0; n < FRAMES; n++)
            heard[n] = (float)out[2 * n];
        CHECK_MAX(click_dbfs(heard, 1000, FRAMES - 1000), -80);
    }
}

/* --- de-esser ------------------------------------------------------------------------------------
 */

static void run_deesser(const struct deesser_settings *s, double *bus, double rate_hz)
{
    static struct deesser state;
    struct deesser_coefs coefs;

    deesser_design(&coefs, s, rate_hz);
    memset(&state, 0, sizeof state);
    run_stage(forms_best()->deesser, &state, &coefs, bus, FRAMES, 64);
}

/* Below the threshold it is not there, to rounding. */
static void soft_esses_pass(void)
{
    struct deesser_settings s = { true, 6000, -20, 3, 12 };

    noise(sound, FRAMES, 0.02);
    memcpy(out, sound, sizeof out);
    run_deesser(&s, out, RATE);
    CHECK(memcmp(out, sound, sizeof out) == 0);
}

static double rms_db(const double *bus)
{
    double sum = 0;

    for (uint32_t n = FRAMES / 2; n < FRAMES; n++)
        sum += bus[2 * n] * bus[2 * n];
    return db(sqrt(sum / (FRAMES - FRAMES / 2)));
}

/* A loud 9 kHz is turned down by slope times what it is over, at most by the range; 300 Hz is not.
 */
static void loud_esses_are_turned_down(void)
{
    struct deesser_settings s = { true, 4000, -24, 3, 24 };
    double w = tan(M_PI * 9000.0 / RATE) / tan(M_PI * 4000.0 / RATE);
    double high = w * w / (1 + w * w), over, most;

    tone(sound, FRAMES, 9000, RATE, 0.5);
    memcpy(out, sound, sizeof out);
    run_deesser(&s, out, RATE);
    over = db(0.5 * high) + 24;
    /* what is left: the rest of the split and the high part at its gain; the vector sum, by phases
     */
    most = db(cabs(1 + (pow(10, -over * (1 - 1 / 3.0) / 20) - 1) * cpow(I * w / (1 + I * w), 2)));
    CHECK_NEAR(rms_db(out) - rms_db(sound), most, 0.5);
    s.range_db = 3;
    memcpy(out, sound, sizeof out);
    run_deesser(&s, out, RATE);
    CHECK_NEAR(rms_db(out) - rms_db(sound),
               db(cabs(1 + (pow(10, -3 / 20.0) - 1) * cpow(I * w / (1 + I * w), 2))), 0.1);
    tone(sound, FRAMES, 300, RATE, 0.5);
    s.range_db = 24;
    memcpy(out, sound, sizeof out);
    run_deesser(&s, out, RATE);
    CHECK_NEAR(db(peak_of(out, FRAMES / 2, FRAMES)), db(0.5), 0.01);
}

int main(int argc, char **argv)
{
    static const struct test tests[] = { { "hysteresis", hysteresis },
                                         { "crossed_thresholds", crossed_thresholds },
                                         { "times", times },
                                         { "lookahead_saves_the_start", lookahead_saves_the_start },
                                         { "ducking", ducking },
                                         { "soft_esses_pass", soft_esses_pass },
                                         { "loud_esses_are_turned_down",
                                           loud_esses_are_turned_down },
                                         { 0 } };

    return test_main(tests, argc, argv);
}
