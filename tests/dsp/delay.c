/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Delays: exact in whole frames, flat in fractions, and a change that nobody hears. */
#include "delay.h"

#include "click.h"
#include "stages.h"
#include "test.h"

enum { FRAMES = 20000, RATE = 48000 };

static double sound[2 * FRAMES], out[2 * FRAMES];
static float line[2][40000];
static struct delay delay;
static struct delay_coefs wanted;

static void begin(double left_ms, double right_ms, double rate_hz)
{
    CHECK(delay_length(rate_hz) <= 40000);
    delay_design(&wanted, (double[]){ left_ms, right_ms }, rate_hz);
    memset(line, 0, sizeof line);
    delay_init(&delay, line[0], line[1], rate_hz, &wanted);
}

static void change(double left_ms, double right_ms)
{
    delay_design(&wanted, (double[]){ left_ms, right_ms }, RATE);
    delay.changed = true;
}

static void run_all(delay_run *run, double *bus, uint32_t from, uint32_t to, uint32_t piece)
{
    double work[2 * STAGE_FRAMES];

    for (uint32_t n = from; n < to; n += piece)
        run(&delay, bus + 2 * n, work, to - n < piece ? to - n : piece);
}

static void whole_frames_are_exact(void)
{
    for (int i = 0; i < 2 * FRAMES; i++)
        sound[i] = (float)between(-1, 1);
    memcpy(out, sound, sizeof out);
    begin(170, 100.5, RATE);
    run_all(forms_best()->delay_run, out, 0, FRAMES, 61);
    for (uint32_t n = 0; n < FRAMES; n++) {
        CHECK(out[2 * n] == (n < 8160 ? 0 : sound[2 * (n - 8160)]));
        CHECK(out[2 * n + 1] == (n < 4824 ? 0 : sound[2 * (n - 4824) + 1]));
    }
}

/* No delay: the bus is not touched, not even rounded to float. */
static void none_is_none(void)
{
    noise(sound, FRAMES, 1);
    memcpy(out, sound, sizeof out);
    begin(0, 0, RATE);
    run_all(forms_best()->delay_run, out, 0, FRAMES, 64);
    CHECK(memcmp(out, sound, sizeof out) == 0);
}

/* The phase tells the delay, the magnitude that nothing else happened, up to 0.45 fs. */
static void fractions(void)
{
    static const double frames[] = { 16.25, 100.5, 1000.3, 8000.75 };

    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        begin(frames[i] / 48, frames[i] / 48, RATE);
        memset(out, 0, sizeof out);
        out[1000] = 1;
        run_all(forms_best()->delay_run, out, 0, FRAMES, 64);
        for (double place = 0.001; place < 0.4501; place += 0.0449) {
            double complex h = 0;

            for (uint32_t n = 500; n < FRAMES; n++)
                h += out[2 * n] * cexp(-2 * M_PI * I * place * (n - 500));
            CHECK_MAX(fabs(db(cabs(h))), 0.06);
            h *= cexp(2 * M_PI * I * place * frames[i]);
            CHECK_MAX(fabs(carg(h)) / (2 * M_PI * place), 0.01);
        }
    }
}

static void short_fractions_keep_the_bass(void)
{
    for (double frames = 0.1; frames < 16; frames += 0.7) {
        double complex h = 0;

        begin(frames / 48, 0, RATE);
        memset(out, 0, sizeof out);
        out[0] = 1;
        run_all(forms_best()->delay_run, out, 0, 200, 64);
        for (uint32_t n = 0; n < 200; n++)
            h += out[2 * n] * cexp(-2 * M_PI * I * 0.02 * n);
        CHECK_MAX(fabs(db(cabs(h))), 0.05);
        CHECK_NEAR(-carg(h) / (2 * M_PI * 0.02), frames, 0.02);
    }
}

static void any_split_is_equal(void)
{
    static const uint32_t pieces[] = { 1, 3, 16, 100 };
    static double first[2][2 * FRAMES];
    const struct forms *forms[2];

    bursts(sound, FRAMES, 1);
    for (int f = 0; f < forms_here(forms); f++)
        for (size_t p = 0; p < 2 * sizeof pieces / sizeof *pieces; p++) {
            uint32_t piece = pieces[p / 2];

            begin(p % 2 ? 3.3 : 0, 0, RATE); /* from none, the line has to fill first */
            memcpy(out, sound, sizeof out);
            run_all(forms[f]->delay_run, out, 0, 3000, piece);
            change(50.01, 7.77);
            run_all(forms[f]->delay_run, out, 3000, 6000, piece);
            change(0, 0); /* in the middle of the change: none, when that has ended */
            run_all(forms[f]->delay_run, out, 6000, 7345, piece);
            change(11, 12); /* just after: it ended at 7337 where the line had to fill */
            run_all(forms[f]->delay_run, out, 7345, FRAMES, piece);
            if (p < 2)
                memcpy(first[p], out, sizeof out);
            CHECK(memcmp(first[p % 2], out, sizeof out) == 0);
        }
}

static void a_change_is_no_click(void)
{
    static const double tones[] = { 60, 200, 1000 };
    static float heard[FRAMES];

    for (int t = 0; t < 3; t++) {
        tone(out, FRAMES, tones[t], RATE, 0.5);
        begin(0, 0, RATE);
        run_all(forms_best()->delay_run, out, 0, 10000, 64);
        change(33.333, 0);
        run_all(forms_best()->delay_run, out, 10000, FRAMES, 64);
        CHECK(!delay.changing);
        for (uint32_t n = 0; n < FRAMES; n++)
            heard[n] = (float)out[2 * n];
        CHECK_MAX(click_dbfs(heard, 8000, 14000), -80);
    }
}

int main(int argc, char **argv)
{
    static const struct test tests[] = { { "whole_frames_are_exact", whole_frames_are_exact },
                                         { "none_is_none", none_is_none },
                                         { "fractions", fractions },
                                         { "short_fractions_keep_the_bass",
                                           short_fractions_keep_the_bass },
                                         { "any_split_is_equal", any_split_is_equal },
                                         { "a_change_is_no_click", a_change_is_no_click },
                                         { 0 } };

    return test_main(tests, argc, argv);
}
