/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every parameter of the table, from its value to others and back, while a tone plays: no click.
 *
 * The bound is design.md's: above 4 kHz nothing passes -80 dBFS while a -6 dBFS tone plays. Where a
 * setting distorts a steady tone by its nature (a limiter at work, a gate that chops), what the
 * change leaves may not exceed what the sound before or after it leaves by itself.
 */
#include "sound.h"

#include "click.h"

#include <math.h>

enum { RATE = 48000, BEFORE = 9600, AFTER = 24000, FRAMES = BEFORE + AFTER };

static float lines[LINES][FRAMES];

/* Left and right apart, so that what crosses is heard, too; begun anywhere in the tone's period. */
static void play(double hz, double phase)
{
    for (int n = 0; n < FRAMES; n++) {
        double at = 2 * M_PI * hz * n / RATE + phase;

        lines[IN_1][n] = lines[MIC][n] = 0.5f * (float)sin(at);
        lines[IN_2][n] = 0.5f * (float)sin(at + 1.5);
    }
}

static void run(uint32_t from, uint32_t to)
{
    float *line[LINES];

    for (int l = 0; l < LINES; l++)
        line[l] = lines[l];
    sound_run(line, from, to, 64);
}

static float peak(const float *line)
{
    float peak = 0;

    for (int n = 0; n < FRAMES; n++)
        peak = fmaxf(peak, fabsf(line[n]));
    return peak;
}

/* The change at BEFORE, and how loud a click it is, with what the steady sound allows. */
static void listen(const char *base, const struct param_ref *ref, const char *value, double hz,
                   double phase)
{
    static const int heard[] = { HEADSET_1, HEADSET_2, OUT_1, SUB, TALK };
    static struct params params;
    char name[PARAM_NAME_BYTES], why[PARAM_WHY_BYTES];

    sound_begin(base, RATE);
    params = rig.params;
    param_name(ref, name);
    if (!param_set(&params, ref, value, why)) {
        FAIL("%s: %s", name, why);
        return;
    }
    play(hz, phase);
    run(0, BEFORE);
    sound_change(&params);
    run(BEFORE, FRAMES);
    for (size_t i = 0; i < sizeof heard / sizeof *heard; i++) {
        const float *line = lines[heard[i]];
        double before = click_dbfs(line, BEFORE - 2000, BEFORE - 200);
        double after = click_dbfs(line, FRAMES - 2400, FRAMES - 200);
        double change = click_dbfs(line, BEFORE - 200, BEFORE + 6000);
        double loud =
            20 * log10(fmaxf(0.5f, peak(line)) / 0.5); /* the bound is relative to a tone */
        double allowed = fmax(-80 + loud, fmax(before, after) + 1);

        if (!(change <= allowed))
            FAIL("%s = %s at %.0f Hz: line %d: %.1f dBFS (before %.1f, after %.1f)", name, value,
                 hz, heard[i], change, before, after);
    }
}

/* Bands 2..9 are as 1 and 10 are. */
static bool is_repetition(const struct param_ref *ref)
{
    return ref->group->count > 2 && ref->member > 0 && ref->member < ref->group->count - 1;
}

/* The values worth going to: the ends of a range, both of two, all of a choice. */
static int values_of(const struct param *row, char values[24][PARAM_TEXT_BYTES])
{
    int count = 0;

    if (row->type == PARAM_BOOL) {
        snprintf(values[0], PARAM_TEXT_BYTES, "no");
        snprintf(values[1], PARAM_TEXT_BYTES, "yes");
        return 2;
    }
    if (row->type == PARAM_CHOICE) {
        for (; row->choice[count].name; count++)
            snprintf(values[count], PARAM_TEXT_BYTES, "%s", row->choice[count].name);
        return count;
    }
    snprintf(values[0], PARAM_TEXT_BYTES, "%.10g", row->min);
    snprintf(values[1], PARAM_TEXT_BYTES, "%.10g", row->max);
    return 2;
}

static void sweep(const char *base)
{
    static const double tones[] = { 60, 200, 1000 };
    int turn = 0;

    for (struct param_ref ref = { 0 }; param_next(&ref);) {
        char values[24][PARAM_TEXT_BYTES];
        int count = values_of(ref.row, values);

        if (is_repetition(&ref))
            continue;
        for (int v = 0; v < count; v++, turn++)
            listen(base, &ref, values[v], tones[turn % 3], 0.7 * turn);
    }
}

static void from_the_defaults(void)
{
    sweep("");
}

static void from_everything(void)
{
    sweep(everything);
}

/* Presets: everything at once, there and back, faster than the fades. */
static void whole_presets(void)
{
    static const double tones[] = { 60, 200, 1000 };

    for (int t = 0; t < 3; t++) {
        struct params all, none;

        sound_begin(everything, RATE);
        all = rig.params;
        sound_begin("", RATE);
        none = rig.params;
        play(tones[t], 0);
        run(0, BEFORE);
        for (uint32_t n = BEFORE; n < BEFORE + 4096; n += 512) {
            sound_change(n / 512 % 2 ? &all : &none);
            run(n, n + 512);
        }
        sound_change(&none);
        run(BEFORE + 4096, FRAMES);
        for (int l = HEADSET_1; l < LINES; l++)
            CHECK_MAX(click_dbfs(lines[l], BEFORE - 200, FRAMES - 200), -80);
        for (int n = FRAMES - 100; n < FRAMES; n++)
            CHECK_NEAR(lines[HEADSET_1][n], lines[IN_1][n],
                       1e-3); /* next to nothing of it is left */
    }
}

int main(int argc, char **argv)
{
    static const struct test tests[] = { { "from_the_defaults", from_the_defaults },
                                         { "from_everything", from_everything },
                                         { "whole_presets", whole_presets },
                                         { 0 } };

    return test_main(tests, argc, argv);
}
