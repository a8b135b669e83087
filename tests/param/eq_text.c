/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Equalizers as text: what becomes of each kind of line, the formulas beside others written out
 * here, curves, where all goes, and that what is written is read again as the same.
 */
#define _GNU_SOURCE
#include "eq_text.h"
#include "param.h"
#include "test.h"
#include "utf8.h"

#include <complex.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

static struct eq_text text;
static struct params params, defaults;
static char why[EQ_TEXT_WHY_BYTES];

#ifdef __SANITIZE_ADDRESS__
static const bool is_sanitized = true;
#else
static const bool is_sanitized = false;
#endif

static const char *const verdicts[] = { "used", "changed", "dropped" };

static bool import(const char *from)
{
    return eq_text_import(&text, from, strlen(from), NULL);
}

static bool import_as(const char *from, enum eq_text_shelf shelf)
{
    return eq_text_import(&text, from, strlen(from), &(struct eq_text_options){ .shelf = shelf });
}

/* "7 used: peaking ...", a line each. */
static const char *report(void)
{
    static char all[EQ_TEXT_LINES * (EQ_TEXT_MESSAGE_BYTES + 20)];
    char *to = all;

    *to = '\0';
    for (int i = 0; i < text.line_count; i++)
        to += sprintf(to, "%d %s: %s\n", text.line[i].line, verdicts[text.line[i].verdict],
                      text.line[i].message);
    return all;
}

/* The bands of a channel in the table's words: "peaking 340 0.8 10 1; " */
static const char *bands(int channel)
{
    static const char *const names[] = { "flat", "pk",  "ls",  "hs",  "lss", "hss",
                                         "lp",   "hp",  "bp",  "no",  "ap",  "ls1",
                                         "hs1",  "lp1", "hp1", "ap1", "lw" };
    static char all[PARAMS_BANDS * 80];
    char *to = all;

    *to = '\0';
    for (int i = 0; i < text.channel[channel].band_count; i++) {
        const struct band_settings *band = &text.channel[channel].band[i];

        to += sprintf(to, "%s%s %.6g %.4g %.6g %.4g", i ? "; " : "", names[band->type],
                      band->frequency_hz, band->gain_db, band->q, band->slope);
    }
    return all;
}

static double response_db(const struct band_settings *band, int count, double hz, double rate_hz)
{
    double db = 0;

    for (int i = 0; i < count; i++) {
        struct biquad filter = band_design(&band[i], rate_hz);

        db += 20 * log10(cabs(biquad_response(&filter, hz, rate_hz)));
    }
    return db;
}

/* --- lines --- */

/* A line, and what the band of it is; or, dropped, why. */
static void reads_filters(void)
{
    static const char *const examples[][3] = {
        { "Filter 1: ON PK Fc 148 Hz Gain -5.5 dB Q 0.55", "used", "pk 148 -5.5 0.55 1" },
        { "filter  12 :on pk fc 148hz gain -5.5db q0.55", "used", "pk 148 -5.5 0.55 1" },
        { "Filter: ON PEQ Fc 148 Hz Gain -5.5 dB Q 0.55", "used", "pk 148 -5.5 0.55 1" },
        { "Filter1: ON PK Q .55 Gain +5. dB Fc 1.48e2 Hz", "used", "pk 148 5 0.55 1" },
        { "Filter of mine: ON PK Fc 148 Hz Gain 1 dB Q 1", "used", "pk 148 1 1 1" },
        { "\tFilter  1:\tON  PK       Fc     340 Hz  Gain   0.8 dB  Q 10.000 \t", "used",
          "pk 340 0.8 10 1" },
        { "Filter 1: ON Modal Fc 50 Hz Gain -4,7 dB Q 5,25 T60 target 100 ms", "used",
          "pk 50 -4.7 5.25 1" },
        { "Filter 1: ON PK T60 target Fc 50 Hz Gain 1 dB Q 5", "used", "pk 50 1 5 1" },
        { "Filter 1: ON PK Fc 50 Hz Gain \xe2\x88\x92"
          "3 dB Q 5",
          "used", "pk 50 -3 5 1" },
        { "Filter 1: ON\xc2\xa0PK\xa0"
          "Fc\xe2\x80\xaf"
          "50\xc2\xa0Hz Gain 3 dB Q 5",
          "used", "pk 50 3 5 1" },
        { "Filter 1: ON PK Fc 5 kHz Gain 3 dB Q 5", "used", "pk 5000 3 5 1" },
        { "Filter 1: ON PK Fc 5.125 kHz Gain 3 dB Q 5", "used", "pk 5125 3 5 1" },
        { "Filter 1: ON PK Fc 50 Gain 3 Q 5", "used", "pk 50 3 5 1" },
        { "Filter 1: ON PK Fc 50 Hz Fc 60 Hz Gain 3 dB Gain 4 dB Q 5 Q 6", "used", "pk 50 3 5 1" },
        { "Filter 1: ON PK Fc 50 Hz Gain -0.0 dB Q 5", "used", "pk 50 0 5 1" },
        { "Filter 1: ON PK Fc 50 Hz Gain 2.39999999999999991 dB Q 5", "used", "pk 50 2.4 5 1" },
        /* thousands */
        { "Filter 1: ON PK Fc 1,234 Hz Gain 3 dB Q 5", "changed", "pk 1234 3 5 1" },
        { "Filter 1: ON PK Fc 10.000 Hz Gain 3 dB Q 5", "changed", "pk 10000 3 5 1" },
        { "Filter 1: ON PK Fc 1,234.5 Hz Gain 3 dB Q 5", "changed", "pk 1234.5 3 5 1" },
        { "Filter 1: ON PK Fc 1.234,5 Hz Gain 3 dB Q 5", "changed", "pk 1234.5 3 5 1" },
        { "Filter 1: ON PK Fc 1\xc2\xa0"
          "234 Hz Gain 3 dB Q 5",
          "used", "pk 1234 3 5 1" },
        { "Filter 1: ON PK Fc 1\xe2\x80\xaf"
          "234,5 Hz Gain 3 dB Q 5",
          "used", "pk 1234.5 3 5 1" },
        { "Filter 1: ON PK Fc 1\xa0"
          "234 Hz Gain 3 dB Q 5",
          "used", "pk 1234 3 5 1" },
        { "Filter 1: ON PK Fc 50.125 Hz Gain 3 dB Q 5", "used", "pk 50.125 3 5 1" },
        { "Filter 1: ON PK Fc 31,5 Hz Gain 3 dB Q 5", "used", "pk 31.5 3 5 1" },
        { "Filter 1: ON PK Fc 123.456 Hz Gain 3 dB Q 5", "used", "pk 123.456 3 5 1" },
        { "Filter 1: ON PK Fc 12.3456 Hz Gain 3 dB Q 5", "used", "pk 12.3456 3 5 1" },
        { "Filter 1: ON PK Fc 12.125e1 Hz Gain 3 dB Q 5", "used", "pk 121.25 3 5 1" },
        { "Filter 1: ON PK Fc 100 Hz Gain 1.250 dB Q 1.250", "used", "pk 100 1.25 1.25 1" },
        /* widths */
        { "Filter 1: ON LP Fc 90 Hz", "used", "lp 90 0 0.707107 1" },
        { "Filter 1: ON LPQ Fc 90 Hz Q 1.5", "used", "lp 90 0 1.5 1" },
        { "Filter 1: ON LP Q Fc 90 Hz Q 1.5", "used", "lp 90 0 1.5 1" },
        { "Filter 1: ON LP Q 1.5 Fc 90 Hz", "used", "lp 90 0 1.5 1" },
        { "Filter 1: ON HP Fc 90 Hz Gain 0 dB", "used", "hp 90 0 0.707107 1" },
        { "Filter 1: ON HP Fc 90 Hz Gain 3 dB", "changed", "hp 90 0 0.707107 1" },
        { "Filter 1: ON HPQ Fc 90 Hz BW Oct 3", "changed", "hp 90 0 0.707107 1" },
        { "Filter 1: ON LP1 Fc 90 Hz", "used", "lp1 90 0 0.707 1" },
        { "Filter 1: ON HP1 Fc 90 Hz Q 3", "changed", "hp1 90 0 0.707 1" },
        { "Filter 1: ON BP Fc 90 Hz", "used", "bp 90 0 0.707107 1" },
        { "Filter 1: ON BP Fc 90 Hz BW Oct 1", "changed", "bp 90 0 1.41418 1" },
        { "Filter 1: ON NO Fc 90 Hz Q 4", "used", "no 90 0 4 1" },
        { "Filter 1: ON NO Fc 90 Hz", "changed", "no 90 0 20 1" },
        { "Filter 1: ON Notch Fc 90 Hz Q 4", "used", "no 90 0 4 1" },
        { "Filter 1: ON AP Fc 90 Hz Q 4", "used", "ap 90 0 4 1" },
        { "Filter 1: ON All pass Fc 90 Hz Q 4", "used", "ap 90 0 4 1" },
        { "Filter 1: ON PK Fc 90 Hz Gain 3 dB BW Oct 1", "changed", "pk 90 3 1.41418 1" },
        { "Filter 1: ON PK Fc 90 Hz Gain 3 dB Q 2 BW Oct 1", "changed", "pk 90 3 2 1" },
        /* shelves */
        { "Filter 1: ON LSC Fc 105 Hz Gain 4.4 dB Q 0.70", "used", "ls 105 4.4 0.7 1" },
        { "Filter 1: ON HSC Fc 10000 Hz Gain 2.4 dB Q 0.70", "used", "hs 10000 2.4 0.7 1" },
        { "Filter 1: ON LSQ Fc 105 Hz Gain 4.4 dB Q 0.70", "used", "ls 105 4.4 0.7 1" },
        { "Filter 1: ON LS Q Fc 105 Hz Gain 4.4 dB Q 0.70", "used", "ls 105 4.4 0.7 1" },
        { "Filter 1: ON HS Q Fc 105 Hz Gain 4.4 dB Q 0.70", "used", "hs 105 4.4 0.7 1" },
        { "Filter 1: ON LS Fc 105 Hz Gain 14.0 dB Q 0.70", "changed", "ls 158.07 14 0.7 1" },
        { "Filter 1: ON LS Q 0.70 Fc 105 Hz Gain 14.0 dB", "changed", "ls 158.07 14 0.7 1" },
        { "Filter 1: ON HS Fc 105 Hz Gain -14.0 dB Q 0.70", "changed", "hs 69.7476 -14 0.7 1" },
        { "Filter 1: ON LS Fc 105 Hz Gain 4.4 dB", "used", "lss 105 4.4 0.707 0.9" },
        { "Filter 1: ON HSC Fc 105 Hz Gain 4.4 dB", "used", "hss 105 4.4 0.707 0.9" },
        { "Filter 1: ON HS Fc 13000 Hz Gain 1.5 dB", "used", "hss 13000 1.5 0.707 0.9" },
        { "Filter 1: ON LSC 10,5 dB Fc 105 Hz Gain 4.4 dB", "used", "lss 105 4.4 0.707 0.875" },
        { "Filter 1: ON HSC 6 dB/oct Fc 105 Hz Gain 4 dB", "used", "hss 105 4 0.707 0.5" },
        { "Filter 1: ON LS 6dB Fc 100 Hz Gain 8 dB", "changed", "lss 158.489 8 0.707 0.5" },
        { "Filter 1: ON LS 12dB Fc 100 Hz Gain -8 dB", "changed", "lss 125.893 -8 0.707 1" },
        { "Filter 1: ON HS 12dB Fc 100 Hz Gain 8 dB", "changed", "hss 79.4328 8 0.707 1" },
        { "Filter 1: ON LSC 6 dB Fc 100 Hz Gain 8 dB Q 3", "changed", "lss 100 8 0.707 0.5" },
        { "Filter 1: ON LSC Fc 100 Hz Gain 8 dB BW Oct 1", "changed", "lss 100 8 0.707 0.9" },
        /* at fault */
        { "Filter 1: ON LSC 13 dB Fc 100 Hz Gain 8 dB", "dropped",
          "the slope S 1.0833 is out of range; allowed: 0.1 to 1" },
        { "Filter 1: ON LSC 6 Fc 100 Hz Gain 8 dB", "dropped",
          "the number behind LSC is no slope in dB" },
        { "Filter 1: ON LS Fc 100 Hz Gain 30 dB Q 0.1", "dropped",
          "the centre of this corner frequency: 512685750 Hz is out of range; allowed: 10 to "
          "20000 Hz" },
        { "Filter 1: ON PK Fc 0 Hz Gain 3 dB Q 5", "dropped",
          "Fc 0 Hz is out of range; allowed: 10 to 20000 Hz" },
        { "Filter 1: ON PK Fc 20001 Hz Gain 3 dB Q 5", "dropped",
          "Fc 20001 Hz is out of range; allowed: 10 to 20000 Hz" },
        { "Filter 1: ON PK Fc 0.500 Hz Gain 3 dB Q 5", "dropped",
          "Fc 0.5 Hz is out of range; allowed: 10 to 20000 Hz" },
        { "Filter 1: ON PK Fc 100 Hz Gain +60 dB Q 5", "dropped",
          "Gain 60 dB is out of range; allowed: -30 to 30 dB" },
        { "Filter 1: ON PK Fc 100 Hz Gain 6 dB Q 0.09", "dropped",
          "Q 0.09 is out of range; allowed: 0.1 to 20" },
        { "Filter 1: ON PK Fc 100 Hz Gain 6 dB BW Oct 0.01", "dropped",
          "the Q made of this BW Oct: 144.26 is out of range; allowed: 0.1 to 20" },
        { "Filter 1: ON PK Fc 100 Hz Gain 6 dB BW Oct 0", "dropped", "BW Oct must be above 0" },
        { "Filter 1: ON PK Fc 100 Hz Gain 6 dB BW Oct 1/3", "dropped",
          "Oct has no number that can be read" },
        { "Filter 1: ON AP Fc 100 Hz", "dropped", "AP must have a Q or BW Oct" },
        { "Filter 1: ON PK Fc 100 Hz Gain 1 dB", "dropped", "PK must have a Q or BW Oct" },
        { "Filter 1: ON PK Fc 100 Hz Q 1", "dropped", "PK must have a Gain" },
        { "Filter 1: ON LSC Fc 100 Hz Q 1", "dropped", "LSC must have a Gain" },
        { "Filter 1: ON PK Gain 1 dB Q 1", "dropped", "PK must have an Fc" },
        { "Filter 1: ON PK Fc 1 234 Hz Gain 3 dB Q 5", "dropped",
          "Fc has no number that can be read" },
        { "Filter 1: ON PK Fc 1,234,567 Hz Gain 3 dB Q 5", "dropped",
          "Fc has no number that can be read" },
        { "Filter 1: ON PK Fc 1e400 Hz Gain 3 dB Q 5", "dropped",
          "Fc has no number that can be read" },
        { "Filter 1: ON PK Fc 0x10 Hz Gain 3 dB Q 5", "dropped",
          "Fc has no number that can be read" },
        { "Filter 1: ON PK Fc nan Hz Gain inf dB Q 5", "dropped",
          "Fc has no number that can be read" },
        { "Filter 1: ON PK Fc 100 Hz Gain `x` dB Q 5", "dropped",
          "Gain has no number that can be read" },
        { "Filter 1: ON PK Fc 100 Hz Gain 3 dB Q", "dropped", "Q has no number that can be read" },
        { "Filter 1: ON XYZ Fc 100 Hz", "dropped", "unknown filter type \"XYZ\"" },
        { "Filter 1: ON \x1b[31m", "dropped", "unknown filter type \"?[31m\"" },
        { "Filter 1: ON", "dropped", "the filter has no type" },
        { "Filter 1: ON IIR Order 2 Coefficients 1 0 0 1 0 0", "dropped",
          "filters given by their coefficients (IIR) are not supported" },
        { "Filter 1: OFF PK Fc 100 Hz Gain 3 dB Q 5", "dropped", "the filter is OFF" },
        { "Filter 1: PK Fc 100 Hz Gain 3 dB Q 5", "dropped", "the filter is neither ON nor OFF" },
        { "Filter 1 ON PK Fc 100 Hz Gain 3 dB Q 5", "dropped", "there is no colon" },
        { "Fliter 1: ON PK Fc 100 Hz Gain 3 dB Q 5", "dropped",
          "what stands before the colon is not known; did you mean \"Filter\"?" },
        { "Include: other.txt", "dropped", "Include is not supported" },
        { "Copy: L=R", "dropped", "Copy is not supported" },
        { "Convolution: x.wav", "dropped", "Convolution is not supported" },
        { "GraphicEQ:", "dropped", "the curve has no points" },
        { "GraphicEQ: 20 1; 30", "dropped",
          "point 2 of the curve is no frequency in Hz and gain in dB" },
        { "GraphicEQ: 20 1 30 2", "dropped",
          "point 1 of the curve is no frequency in Hz and gain in dB" },
        { "GraphicEQ: 0 1", "dropped",
          "point 1 of the curve is no frequency in Hz and gain in dB" },
    };

    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        const char *line = examples[i][0], *verdict = examples[i][1];
        bool dropped = strcmp(verdict, "dropped") == 0;

        if (import_as(line, EQ_TEXT_SHELF_CORNER) == dropped || text.line_count != 1 ||
            strcmp(verdicts[text.line[0].verdict], verdict) != 0 ||
            strcmp(dropped ? text.line[0].message : bands(0), examples[i][2]) != 0 ||
            text.channel[0].band_count != !dropped || !text.alike)
            FAIL("\"%s\": %s(%s), expected %s (%s)", line, report(), bands(0), verdict,
                 examples[i][2]);
    }
}

/* Nothing is said of what is no line of an equalizer. */
static void passes_over(void)
{
    static const char *const examples[] = {
        "",
        "\n\n",
        "# Filter 1: ON PK",
        "  # Preamp: -6 dB",
        "; Filter: x",
        "Filter Settings file",
        "Room EQ V5.19",
        "Dated: Jan 5, 2021 12:30:22",
        "Notes:Left 20-20,000 Hz",
        "Equaliser: Generic",
        "Filter 20: ON  None",
        "Filter used here: the good one",
        "Aug 3 12:00",
        "\xff\x01\x02",
        "::::",
        ":",
        "Q 1",
        "<html>",
    };

    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        CHECK(!import(examples[i]));
        CHECK_STR(report(), "");
        CHECK(text.usable == 0 && text.used + text.changed + text.dropped == 0);
    }
    CHECK(!eq_text_import(&text, NULL, 0, NULL));
}

static void says_in_sentences(void)
{
    CHECK(import_as("Filter Settings file\r\n\r\nRoom EQ V5.19\r\n"
                    "Filter  1: ON  LS       Fc     105 Hz  Gain   14.0 dB  Q 0.70\r\n"
                    "Filter  2: ON  PK  Fc  1,234 Hz  Gain 0.8 dB  BW Oct 1\r\n"
                    "Filter  3: ON  None\r\nFilter 4: ON LSC Fc 20 Hz Gain 3 dB\r\n",
                    EQ_TEXT_SHELF_CORNER));
    CHECK_STR(report(),
              "4 changed: low shelf 158.07 Hz, 14 dB, Q 0.7; the corner frequency, 105 Hz, is "
              "taken to the centre\n"
              "5 changed: peaking 1234 Hz, 0.8 dB, Q 1.4078; the separator in Fc is one of "
              "thousands; Q is that of 1 octaves\n"
              "7 used: low shelf 20 Hz, 3 dB, slope S 0.9; no Q is given\n");
    CHECK(text.used == 1 && text.changed == 2 && text.dropped == 0 && text.usable == 3);
}

/* The lines end however they do. */
static void reads_any_line_end(void)
{
    static const char *const examples[] = {
        "Preamp: -6 dB\nFilter 1: ON PK Fc 50 Hz Gain 3 dB Q 5\n",
        "Preamp: -6 dB\nFilter 1: ON PK Fc 50 Hz Gain 3 dB Q 5",
        "Preamp:\t-6 db\r\nFilter 1: ON PK Fc 50 Hz Gain 3 dB Q 5\r\n",
        "Preamp: -6\rFilter 1: ON PK Fc 50 Hz Gain 3 dB Q 5\r",
        "\xef\xbb\xbfPreamp: -6dB\nFilter 1: ON PK Fc 50 Hz Gain 3 dB Q 5",
        "PREAMP : -6,0 DB\nFILTER 1: ON PK FC 50 HZ GAIN 3 DB Q 5",
    };

    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        CHECK(import(examples[i]));
        CHECK_STR(report(), "1 used: preamp -6 dB\n2 used: peaking 50 Hz, 3 dB, Q 5\n");
        CHECK(text.has_preamp && !text.has_delay && text.channel[1].preamp_db == -6);
        CHECK_STR(bands(1), "pk 50 3 5 1");
    }
}

static void reads_channels(void)
{
    CHECK(import("Preamp: -3 dB\nDelay: 1 ms\nChannel: L\nPreamp: -2,5 dB\n"
                 "Filter 1: ON PK Fc 50 Hz Gain 3 dB Q 5\nChannel: 2\nDelay: 96 samples\n"
                 "Filter 1: ON PK Fc 60 Hz Gain 3 dB Q 5\nChannel: r C\n"
                 "Filter 1: ON PK Fc 70 Hz Gain 3 dB Q 5\nChannel: LFE\n"
                 "Filter 1: ON PK Fc 80 Hz Gain 3 dB Q 5\nChannel: L R\n"
                 "Filter 1: ON PK Fc 90 Hz Gain 3 dB Q 5\nchannel:ALL\n"
                 "Filter 1: ON PK Fc 95 Hz Gain 3 dB Q 5\n"));
    CHECK_STR(bands(0), "pk 50 3 5 1; pk 90 3 5 1; pk 95 3 5 1");
    CHECK_STR(bands(1), "pk 60 3 5 1; pk 70 3 5 1; pk 90 3 5 1; pk 95 3 5 1");
    CHECK(!text.alike && text.has_preamp && text.has_delay);
    CHECK_NEAR(text.channel[0].preamp_db, -5.5, 1e-12);
    CHECK_NEAR(text.channel[1].preamp_db, -3, 1e-12);
    CHECK_NEAR(text.channel[0].delay_ms, 1, 1e-12);
    CHECK_NEAR(text.channel[1].delay_ms, 3, 1e-12);
    CHECK(strstr(report(), "9 changed: what follows is for the channel R; there are no others"));
    CHECK(strstr(report(), "11 dropped: there are only the channels L and R"));
    CHECK(strstr(report(), "12 dropped: it is for a channel other than L and R"));
    CHECK(!import("Channel:\nPreamp: -3 dB\n"));
    CHECK(text.dropped == 2);
    CHECK(import("Channel: L\nFilter: ON PK Fc 50 Hz Gain 3 dB Q 5\nChannel: R\n"
                 "Filter: ON PK Fc 50 Hz Gain 3 dB Q 5\n"));
    CHECK(text.alike);
}

static void refuses_delays(void)
{
    static const char *const examples[] = { "Delay: 5",        "Delay: -1 ms",   "Delay: 5 feet",
                                            "Delay: ms",       "Delay: 1e8 ms",  "Preamp: loud",
                                            "Preamp: 1001 dB", "Preamp: -6 dB/x" };

    for (size_t i = 0; i + 1 < sizeof examples / sizeof examples[0]; i++) {
        CHECK(!import(examples[i]));
        CHECK(text.dropped == 1 && text.channel[0].delay_ms == 0);
    }
    CHECK(eq_text_import(&text, "Delay: 441 SAMPLES", 18,
                         &(struct eq_text_options){ .rate_hz = 44100 }));
    CHECK_NEAR(text.channel[0].delay_ms, 10, 1e-12);
}

/* If blocks would be read in all their branches. */
static void drops_conditional_lines(void)
{
    CHECK(import("If: x\nPreamp: -3 dB\nIf: y\nElse:\nEndIf:\nPreamp: -4 dB\nEndIf:\n"
                 "Preamp: -5 dB\nEndIf:\nPreamp: -1 dB\n"));
    CHECK(text.channel[0].preamp_db == -6 && text.usable == 2 && text.dropped == 8);
    CHECK(strstr(report(), "6 dropped: it stands in an If, which is not supported\n"));
}

static void keeps_ten_bands(void)
{
    char many[2000] = "", *to = many;

    for (int i = 0; i < 12; i++)
        to += sprintf(to, "Filter %d: ON PK Fc %d Hz Gain 1 dB Q 1\n", i + 1, 100 + i);
    CHECK(import(many));
    CHECK(text.used == 10 && text.dropped == 2 && text.channel[1].band_count == 10);
    CHECK(text.channel[0].band[0].frequency_hz == 100 &&
          text.channel[0].band[9].frequency_hz == 109);
    CHECK(strstr(report(),
                 "\n12 dropped: beyond the 10 bands that there are: peaking 111 Hz, 1 dB, "
                 "Q 1\n"));
    /* one channel is full */
    memmove(many + 11, many, strlen(many) + 1);
    memcpy(many, "Channel: R\n", 11);
    strcat(many, "Channel: all\nFilter: ON PK Fc 30 Hz Gain 1 dB Q 1\nGraphicEQ: 20 0; 30 2\n");
    CHECK(import(many));
    CHECK_STR(bands(0), "pk 30 1 1 1");
    CHECK(strstr(report(), "15 changed: peaking 30 Hz, 1 dB, Q 1; for L alone, the other channel "
                           "has its 10 bands\n"));
    CHECK(strstr(report(), "16 dropped: the filters leave no band for the curve\n"));
}

/* --- formulas --- */

/* Bristow-Johnson's shelves and peak, with alpha given. */
static double cookbook_db(enum band_type type, double f0, double gain_db, double alpha, double hz,
                          double rate_hz)
{
    double a = pow(10, gain_db / 40), w = 2 * M_PI * f0 / rate_hz, c = cos(w);
    double r = 2 * sqrt(a) * alpha, sign = type == BAND_HIGH_SHELF ? -1 : 1;
    double complex z = cexp(-I * 2 * M_PI * hz / rate_hz);
    double complex high, low;

    if (type == BAND_PEAKING) {
        high = (1 + alpha * a) - 2 * c * z + (1 - alpha * a) * z * z;
        low = (1 + alpha / a) - 2 * c * z + (1 - alpha / a) * z * z;
        return 20 * log10(cabs(high / low));
    }
    high = a * ((a + 1 - sign * (a - 1) * c + r) + sign * 2 * (a - 1 - sign * (a + 1) * c) * z +
                (a + 1 - sign * (a - 1) * c - r) * z * z);
    low = (a + 1 + sign * (a - 1) * c + r) - sign * 2 * (a - 1 + sign * (a + 1) * c) * z +
          (a + 1 + sign * (a - 1) * c - r) * z * z;
    return 20 * log10(cabs(high / low));
}

static double greatest_difference(enum band_type type, double f0, double gain_db, double alpha,
                                  double rate_hz)
{
    double most = 0;

    for (double hz = 15; hz < 20000; hz *= 1.1) {
        double is = response_db(text.channel[0].band, 1, hz, rate_hz);

        most = fmax(most, fabs(is - cookbook_db(type, f0, gain_db, alpha, hz, rate_hz)));
    }
    return most;
}

static void converts_octaves(void)
{
    static const double frequencies[] = { 20, 333, 3000, 15000 }, octaves[] = { 0.1, 1, 2.5 },
                        rates[] = { 44100, 48000, 192000 };

    for (int i = 0; i < 4 * 3 * 3; i++) {
        double f0 = frequencies[i / 9], bw = octaves[i / 3 % 3], rate_hz = rates[i % 3];
        double w = 2 * M_PI * f0 / rate_hz, alpha = sin(w) * sinh(M_LN2 / 2 * bw * w / sin(w));
        char line[100];

        snprintf(line, sizeof line, "Filter: ON PK Fc %g Hz Gain -9 dB BW Oct %g", f0, bw);
        if (!eq_text_import(&text, line, strlen(line),
                            &(struct eq_text_options){ .rate_hz = rate_hz }))
            FAIL("%s: %s", line, report());
        CHECK_MAX(greatest_difference(BAND_PEAKING, f0, -9, alpha, rate_hz), 2e-4);
    }
}

/* The shelves as Equalizer APO computes them: S of Q, and the centre by S. */
static void converts_corners(void)
{
    static const double gains[] = { -20, -6, 1, 14 }, qs[] = { 0.4, 0.7, 1.4 };

    for (int i = 0; i < 2 * 4 * 3; i++) {
        bool low = i % 2;
        double gain = gains[i / 2 % 4], q = qs[i / 8], a = pow(10, gain / 40), f0 = 1000;
        double s = 1 / ((1 / (q * q) - 2) / (a + 1 / a) + 1), octave, w;
        char line[100];

        octave = fabs(gain) / (80 * s) * log2(10);
        f0 = low ? f0 * exp2(octave) : f0 / exp2(octave);
        w = 2 * M_PI * f0 / 48000;
        snprintf(line, sizeof line, "Filter: ON %s Fc 1000 Hz Gain %g dB Q %g", low ? "LS" : "HS",
                 gain, q);
        CHECK(import_as(line, EQ_TEXT_SHELF_CORNER));
        CHECK_MAX(greatest_difference(low ? BAND_LOW_SHELF : BAND_HIGH_SHELF, f0, gain,
                                      sin(w) / 2 * sqrt((a + 1 / a) * (1 / s - 1) + 2), 48000),
                  2e-4);
    }
}

static void tells_corners_from_centres(void)
{
    static const char autoeq[] = "Preamp: -6.5 dB\nFilter 1: ON LS Fc 105 Hz Gain 4.4 dB Q 0.70\n"
                                 "Filter 2: ON HS Fc 10000 Hz Gain 2 dB Q 0.7\n",
                      rew[] = "Filter 1: ON LS Fc 105 Hz Gain 4.4 dB Q 0.70\n",
                      mixed[] = "Filter 1: ON LS Fc 105 Hz Gain 4.4 dB Q 0.70\nPreamp: -6.5 dB\n"
                                "Filter 2: ON HS Fc 10000 Hz Gain 2 dB\n",
                      off[] = "Preamp: -6.5 dB\nFilter 1: ON LS Fc 105 Hz Gain 4.4 dB Q 0.70\n"
                              "Filter 2: OFF HS Fc 10000 Hz Gain 2 dB\n",
                      slope[] = "Preamp: -1 dB\nFilter 1: ON LS 6dB Fc 100 Hz Gain 8 dB\n";
    static const struct {
        const char *text;
        enum eq_text_shelf shelf, used;
        double hz;
    } examples[] = {
        { autoeq, EQ_TEXT_SHELF_AUTO, EQ_TEXT_SHELF_CENTRE, 105 },
        { autoeq, EQ_TEXT_SHELF_CORNER, EQ_TEXT_SHELF_CORNER, 119.475 },
        { rew, EQ_TEXT_SHELF_AUTO, EQ_TEXT_SHELF_CORNER, 119.475 },
        { rew, EQ_TEXT_SHELF_CENTRE, EQ_TEXT_SHELF_CENTRE, 105 },
        { mixed, EQ_TEXT_SHELF_AUTO, EQ_TEXT_SHELF_CORNER, 119.475 },
        { off, EQ_TEXT_SHELF_AUTO, EQ_TEXT_SHELF_CENTRE, 105 },
        { slope, EQ_TEXT_SHELF_CENTRE, EQ_TEXT_SHELF_CENTRE, 158.489 },
    };

    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        CHECK(import_as(examples[i].text, examples[i].shelf));
        CHECK(text.shelf == examples[i].used);
        CHECK_NEAR(text.channel[0].band[0].frequency_hz, examples[i].hz, 0.001);
    }
    CHECK(import(autoeq));
    CHECK(strstr(report(),
                 "2 used: low shelf 105 Hz, 4.4 dB, Q 0.7; Fc is taken as the centre, not "
                 "as the corner\n"));
}

/* --- curves --- */

/* The error that a report tells, measured here. */
static void check_curve(const double (*point)[2], int count, double rms_most, double most)
{
    double sum = 0, worst = 0, log_hz = log(20), started, spent_ms;
    int at = 0, n = 0;
    char line[4000] = "GraphicEQ:", told[100];

    for (int i = 0; i < count; i++)
        sprintf(line + strlen(line), "%s %g %.1f", i ? ";" : "", point[i][0], point[i][1]);
    started = (double)clock();
    CHECK(import(line));
    spent_ms = ((double)clock() - started) * 1000 / CLOCKS_PER_SEC;
    for (; log_hz < log(20000); log_hz += log(10) / 60, n++) {
        double hz = exp(log_hz), target, off;

        while (at < count - 2 && point[at + 1][0] < hz)
            at++;
        target = point[at][1] + (point[at + 1][1] - point[at][1]) * (log_hz - log(point[at][0])) /
                                    log(point[at + 1][0] / point[at][0]);
        if (hz <= point[0][0] || hz >= point[count - 1][0])
            target = point[hz <= point[0][0] ? 0 : count - 1][1];
        off = response_db(text.channel[0].band, PARAMS_BANDS, hz, 48000) +
              text.channel[0].preamp_db - target;
        sum += off * off;
        worst = fmax(worst, fabs(off));
    }
    CHECK_MAX(sqrt(sum / n), rms_most);
    CHECK_MAX(worst, most);
    CHECK(text.changed == 1 && text.alike);
    snprintf(told, sizeof told, "off by ");
    CHECK(strstr(report(), told));
    if (strstr(report(), told)) {
        double rms = atof(strstr(report(), told) + strlen(told));

        CHECK_NEAR(rms, sqrt(sum / n), 0.1 * rms + 0.01);
    }
    CHECK_MAX(spent_ms, is_sanitized ? 2000 : 200);
}

/* Of the shape that headphones' corrections have, preamp included. */
static void fits_a_real_curve(void)
{
    static const double headphone[][2] = {
        { 20, -0.4 },    { 27, -0.3 },   { 36, -0.6 },     { 48, -1.6 },    { 63, -2.8 },
        { 83, -4.3 },    { 109, -6.1 },  { 136, -7.4 },    { 178, -8.2 },   { 235, -8.1 },
        { 309, -7.4 },   { 406, -6.9 },  { 534, -6.5 },    { 703, -6.3 },   { 924, -6.7 },
        { 1216, -7.4 },  { 1433, -7 },   { 1784, -5.7 },   { 2103, -5.2 },  { 2479, -6.2 },
        { 2921, -7.2 },  { 3260, -7.5 }, { 3637, -6.5 },   { 4058, -5.3 },  { 4528, -5.1 },
        { 5052, -6 },    { 5337, -6.4 }, { 5955, -4.6 },   { 6644, -2.9 },  { 7414, -2.4 },
        { 8272, -1.9 },  { 9230, -1.3 }, { 10298, -1.8 },  { 11490, -2.6 }, { 12821, -4.4 },
        { 14305, -6.2 }, { 15961, -9 },  { 17809, -12.1 }, { 19871, -15.4 }
    };
    static const double steep[][2] = { { 31, 6 },    { 63, -6 },  { 125, 4 },   { 250, -3 },
                                       { 500, 0 },   { 1000, 2 }, { 2000, -5 }, { 4000, 6 },
                                       { 8000, -6 }, { 16000, 3 } };
    static const double shelf[][2] = { { 20, -12 }, { 100, 0 }, { 20000, 0 } };

    check_curve(headphone, sizeof headphone / sizeof headphone[0], 0.065, 0.27);
    check_curve(steep, sizeof steep / sizeof steep[0], 0.18, 0.7);
    check_curve(shelf, sizeof shelf / sizeof shelf[0], 0.03, 0.2);
}

/* A curve that bands made is that of bands again, points out of order, with decimal commas. */
static void fits_its_own_kind(void)
{
    static const struct band_settings made[] = {
        { true, BAND_LOW_SHELF, 105, 6, 0.7, 1, 40, 0.7 },
        { true, BAND_PEAKING, 250, -4, 1.2, 1, 40, 0.7 },
        { true, BAND_PEAKING, 3000, 5, 2, 1, 40, 0.7 },
        { true, BAND_HIGH_SHELF, 9000, -5, 0.7, 1, 40, 0.7 },
    };
    char line[8000] = "GraphicEQ:";

    for (int i = 126; i >= 0; i--) {
        double hz = round(20 * pow(1000, i / 126.0));

        sprintf(line + strlen(line), " %g %.3f;", hz, response_db(made, 4, hz, 48000) - 3);
    }
    for (char *point = line; (point = strchr(point, '.'));)
        *point = ',';
    CHECK(import(line));
    for (double hz = 20; hz < 20000; hz *= 1.05)
        CHECK_NEAR(response_db(text.channel[0].band, PARAMS_BANDS, hz, 48000) +
                       text.channel[0].preamp_db,
                   response_db(made, 4, hz, 48000) - 3, 0.1);
}

#define STEEP                                                                                      \
    "GraphicEQ: 31 6; 63 -6; 125 4; 250 -3; 500 0; 1000 2; 2000 -5; 4000 6; 8000 -6; 16000 3\n"

/* Beside filters, which keep their bands; each channel its own; one each. */
static void fits_with_what_is_left(void)
{
    CHECK(import(STEEP
                 "Preamp: -4 dB\n"
                 "Filter 1: ON PK Fc 50 Hz Gain 3 dB Q 5\nFilter 2: ON PK Fc 60 Hz Gain 3 dB Q 5\n"
                 "Channel: L\n" STEEP));
    CHECK(text.channel[0].band_count == 10 && text.channel[0].band[1].frequency_hz == 60);
    CHECK(strstr(report(), "1 changed: the curve is fitted by 8 bands and a level of "));
    CHECK(strstr(report(), "6 dropped: a channel has one GraphicEQ, the first\n"));
    /* one fit for both, of as many bands as both have left */
    CHECK(import("Channel: L\nFilter: ON PK Fc 50 Hz Gain 3 dB Q 5\nChannel: all\n" STEEP));
    CHECK(text.channel[0].band_count == 10 && text.channel[1].band_count == 9);
    CHECK(import("Channel: L\n" STEEP "Channel: R\nGraphicEQ: 20 -2; 20000 -2\n"));
    CHECK(text.channel[0].band_count == 10 && text.channel[1].band_count == 0);
    CHECK_NEAR(text.channel[1].preamp_db, -2, 1e-9);
    CHECK(!text.alike && text.usable == 2);
}

/* --- where it goes --- */

/* What differs from the defaults, as "name=value" words. */
static const char *differences(void)
{
    static char all[8192];
    size_t at = 0;

    *all = '\0';
    for (struct param_ref ref = { 0 }; param_next(&ref) && at < sizeof all;) {
        char name[PARAM_NAME_BYTES], is[PARAM_TEXT_BYTES], was[PARAM_TEXT_BYTES];

        param_get(&params, &ref, is);
        param_get(&defaults, &ref, was);
        param_name(&ref, name);
        if (strcmp(is, was) != 0)
            at += (size_t)snprintf(all + at, sizeof all - at, "%s%s=%s", at ? " " : "", name, is);
    }
    return all;
}

/* Equal parameters are equal bytes. */
static void check_bytes(void)
{
    static struct params copy;
    char value[PARAM_TEXT_BYTES], fault[PARAM_WHY_BYTES];

    params_defaults(&copy);
    for (struct param_ref ref = { 0 }; param_next(&ref);) {
        param_get(&params, &ref, value);
        CHECK(param_set(&copy, &ref, value, fault));
    }
    CHECK(memcmp(&copy, &params, sizeof copy) == 0);
}

#define BAND_IS(b, hz) b ".type=peaking " b ".frequency_hz=" hz " " b ".gain_db=3 " b ".q=5"

static void applies_to_targets(void)
{
    static const char both[] = "Preamp: -6 dB\nDelay: 2 ms\nFilter: ON PK Fc 50 Hz Gain 3 dB Q 5\n",
                      split[] = "Channel: L\nPreamp: -6 dB\nFilter: ON PK Fc 50 Hz Gain 3 dB Q 5\n"
                                "Channel: R\nDelay: 2 ms\nFilter: ON PK Fc 60 Hz Gain 3 dB Q 5\n";
    /* clang-format off */
    static const struct {
        const char *text, *target, *differences, *notes;
    } examples[] = {
        { both, "eq",
          "preamp.gain_1_db=-6 preamp.gain_2_db=-6 "
          BAND_IS("eq.left.1", "50") " " BAND_IS("eq.right.1", "50"),
          "0 dropped: eq has no place for a delay\n" },
        { split, "eq",
          "preamp.gain_1_db=-6 eq.linked=no "
          BAND_IS("eq.left.1", "50") " " BAND_IS("eq.right.1", "60"),
          "0 dropped: eq has no place for a delay\n" },
        { both, "mic.eq", BAND_IS("mic.eq.1", "50"),
          "0 dropped: mic.eq has no place for a preamp\n"
          "0 dropped: mic.eq has no place for a delay\n" },
        { split, "mic.eq", BAND_IS("mic.eq.1", "50"),
          "0 dropped: mic.eq has no place for a preamp\n"
          "0 dropped: mic.eq has no place for a delay\n"
          "0 changed: mic.eq has one channel: it gets that of L\n" },
        { split, "strip.headset",
          "strip.headset_1.gain_db=-6 " BAND_IS("strip.headset_1.eq.1", "50")
          " strip.headset_2.delay_ms=2 " BAND_IS("strip.headset_2.eq.1", "60"),
          "" },
        { both, "strip.out",
          "strip.out_1.gain_db=-6 strip.out_1.delay_ms=2 " BAND_IS("strip.out_1.eq.1", "50")
          " strip.out_2.gain_db=-6 strip.out_2.delay_ms=2 " BAND_IS("strip.out_2.eq.1", "50"),
          "" },
        { both, "strip.sub",
          "strip.sub.gain_db=-6 strip.sub.delay_ms=2 " BAND_IS("strip.sub.eq.1", "50"), "" },
        { split, "strip.headset_1",
          "strip.headset_1.gain_db=-6 " BAND_IS("strip.headset_1.eq.1", "50"),
          "0 changed: strip.headset_1 has one channel: it gets that of L\n" },
        { split, "strip.out_2", "strip.out_2.delay_ms=2 " BAND_IS("strip.out_2.eq.1", "60"),
          "0 changed: strip.out_2 has one channel: it gets that of R\n" },
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        const char *notes;

        params = defaults;
        CHECK(import(examples[i].text));
        notes = report() + strlen(report());
        CHECK(eq_text_apply(&params, &text, examples[i].target, why));
        report();
        check_bytes();
        CHECK_STR(differences(), examples[i].differences);
        CHECK_STR(notes, examples[i].notes);
    }
}

static void applies_all_bands(void)
{
    params = defaults;
    params.preamp.gain_db[0] = -7;
    params.eq.on = false;
    for (int i = 0; i < PARAMS_BANDS; i++)
        params.eq.band[1][i].gain_db = 9;
    CHECK(import("Filter: ON PK Fc 50 Hz Gain 3 dB Q 5\n"));
    CHECK(eq_text_apply(&params, &text, "eq", why));
    CHECK_STR(differences(), "preamp.gain_1_db=-7 eq.on=no " BAND_IS("eq.left.1", "50") " " BAND_IS(
                                 "eq.right.1", "50"));
    CHECK(strstr(report(), "\n0 used: eq is off and stays so\n"));
}

static void applies_what_presets_can_say(void)
{
    params = defaults;
    CHECK(import("GraphicEQ: 20 -0,2; 100 5; 1000 -1; 20000 -7\nDelay: 7 samples\nPreamp: 0.1 dB\n"
                 "Preamp: 0.2 dB\nFilter: ON LS Fc 50 Hz Gain 3 dB Q 0.7\n"
                 "Filter: ON PK Fc 50 Hz Gain 3 dB BW Oct 0,333\n"));
    CHECK(eq_text_apply(&params, &text, "strip.out", why));
    check_bytes();
}

static void applies_all_or_nothing(void)
{
    static const char *const examples[][3] = {
        { "Preamp: 13 dB\nFilter: ON PK Fc 50 Hz Gain 3 dB Q 5\n", "eq",
          "the preamp of 13 dB is out of range; allowed: -60 to 12 dB" },
        { "Channel: R\nPreamp: -61 dB\nFilter: ON PK Fc 50 Hz Gain 3 dB Q 5\n", "strip.out",
          "the preamp of -61 dB is out of range; allowed: -60 to 12 dB" },
        { "Delay: 171 ms\nFilter: ON PK Fc 50 Hz Gain 3 dB Q 5\n", "strip.sub",
          "the delay of 171 ms is out of range; allowed: 0 to 170 ms" },
        { "Filter: ON PK Fc 0 Hz Gain 3 dB Q 5\n", "eq", "nothing in the text can be used" },
        { "Filter: ON PK Fc 50 Hz Gain 3 dB Q 5\n", "eq.left",
          "there is no such equalizer; there are eq, mic.eq, strip.headset, strip.headset_1, "
          "strip.headset_2, strip.out, strip.out_1, strip.out_2, strip.sub" },
    };
    static struct params before;

    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        params_defaults(&params);
        params.strip[OUTPUT_OUT_1].band[3].type = BAND_NOTCH;
        before = params;
        import(examples[i][0]);
        CHECK(!eq_text_apply(&params, &text, examples[i][1], why));
        CHECK_STR(why, examples[i][2]);
        CHECK(memcmp(&before, &params, sizeof params) == 0);
    }
}

/* --- back to text --- */

/* Good until the next call. */
static const char *export(const char *target)
{
    static char all[16384];
    FILE *out = fmemopen(all, sizeof all, "w");

    CHECK(eq_text_export(out, &params, target, why));
    fclose(out);
    return all;
}

static void writes_text(void)
{
    params = defaults;
    CHECK(import("Preamp: -6.5 dB\nFilter 1: ON LSC Fc 105 Hz Gain 4.4 dB Q 0.70\n"
                 "Filter 2: ON PK Fc 50.1250 Hz Gain -1 dB Q 2\nFilter 3: ON LP1 Fc 90 Hz\n"
                 "Filter 4: ON HSC 6 dB Fc 9000 Hz Gain 2 dB\nFilter 5: ON HP Fc 20 Hz\n"));
    CHECK(eq_text_apply(&params, &text, "eq", why));
    params.eq.band[0][1].on = false;
    params.eq.band[0][7].type = BAND_LINKWITZ;
    CHECK_STR(export("eq"), "# eq of audioserver\n"
                            "Preamp: -6.5 dB\n"
                            "Filter 1: ON LSC Fc 105 Hz Gain 4.4 dB Q 0.7\n"
                            "Filter 2: OFF PK Fc 50.1250 Hz Gain -1 dB Q 2\n"
                            "# Filter 3: Equalizer APO has no low pass of first order. Fc 90 Hz\n"
                            "Filter 4: ON HSC 6 dB Fc 9000 Hz Gain 2 dB\n"
                            "Filter 5: ON HPQ Fc 20 Hz Q 0.707107\n"
                            "# Filter 6: Equalizer APO has no Linkwitz transform. Fc 1000 Hz Q "
                            "0.707, to Fc 40 Hz Q 0.707\n");
    params.eq.linked = params.eq.on = false;
    CHECK(strstr(export("eq"), "# It is off there.\nChannel: L\nPreamp: -6.5 dB\nFilter 1: "));
    CHECK(strstr(export("eq"), "\nChannel: R\nPreamp: -6.5 dB\nFilter 7: ON LSC Fc 105 Hz"));
    CHECK(strstr(export("eq"), "\nChannel: all\n"));
    params = defaults;
    CHECK_STR(export("strip.sub"), "# strip.sub of audioserver\nPreamp: 0 dB\nDelay: 0 ms\n");
    params.strip[OUTPUT_OUT_2].delay_ms = 1.5;
    CHECK_STR(export("strip.out"), "# strip.out of audioserver\n"
                                   "Channel: L\nPreamp: 0 dB\nDelay: 0 ms\n"
                                   "Channel: R\nPreamp: 0 dB\nDelay: 1.5 ms\nChannel: all\n");
    CHECK_STR(export("mic.eq"), "# mic.eq of audioserver\n");
    CHECK(!eq_text_export(NULL, &params, "eq.left", why));
    CHECK(strstr(why, "there is no such equalizer"));
}

static uint32_t chance_state;

static double chance(double low, double high)
{
    chance_state = chance_state * 1664525 + 1013904223;
    return low + (high - low) * (chance_state >> 8) / 16777216.0;
}

/* With few decimals, many, or all. */
static double any(double low, double high)
{
    double power = pow(10, floor(chance(0, 6))), value = chance(low, high);

    return chance(0, 1) < 0.3 ? value : fmin(fmax(round(value * power) / power, low), high);
}

static void choose_bands(struct band_settings band[PARAMS_BANDS])
{
    static const enum band_type types[] = {
        BAND_PEAKING,  BAND_LOW_SHELF, BAND_LOW_SHELF_SLOPE, BAND_HIGH_SHELF, BAND_HIGH_SHELF_SLOPE,
        BAND_LOW_PASS, BAND_HIGH_PASS, BAND_BAND_PASS,       BAND_NOTCH,      BAND_ALL_PASS
    };
    int count = (int)chance(1, PARAMS_BANDS + 0.99);

    for (int i = 0; i < count; i++) {
        band[i].type = types[(int)chance(0, 9.99)];
        band[i].frequency_hz = chance(0, 1) < 0.5 ? any(10, 30) : any(10, 20000);
        band[i].gain_db = any(-30, 30);
        band[i].q = any(0.1, 20);
        band[i].slope = any(0.1, 1);
    }
}

static void check_same_bands(const struct band_settings *a, const struct band_settings *b)
{
    for (int i = 0; i < PARAMS_BANDS; i++) {
        bool slope = a[i].type == BAND_LOW_SHELF_SLOPE || a[i].type == BAND_HIGH_SHELF_SLOPE;
        bool shelf = slope || a[i].type == BAND_LOW_SHELF || a[i].type == BAND_HIGH_SHELF;

        CHECK(a[i].type == b[i].type && a[i].on == b[i].on);
        CHECK_NEAR(b[i].frequency_hz, a[i].frequency_hz, 1e-13 * a[i].frequency_hz);
        if (shelf || a[i].type == BAND_PEAKING)
            CHECK_NEAR(b[i].gain_db, a[i].gain_db, 1e-12);
        if (slope)
            CHECK_NEAR(b[i].slope, a[i].slope, 1e-13);
        else
            CHECK_NEAR(b[i].q, a[i].type == BAND_FLAT ? b[i].q : a[i].q, 1e-12);
    }
}

static void reads_what_it_writes(void)
{
    static const char *const targets[] = { "eq", "strip.headset", "strip.sub" };
    static struct params from;

    for (int round = 0; round < 300; round++) {
        const char *target = targets[round % 3];
        bool has_delay = round % 3 > 0, linked = round % 2;

        params = defaults;
        params.eq.linked = linked;
        for (int i = 0; i < 2; i++) {
            params.preamp.gain_db[i] = any(-60, 12);
            choose_bands(params.eq.band[linked ? 0 : i]);
            for (int side = 0; side < OUTPUTS; side++) {
                params.strip[side].gain_db = any(-60, 12);
                params.strip[side].delay_ms = any(0, 170);
                choose_bands(params.strip[side].band);
            }
        }
        from = params;
        CHECK(import(export(target)));
        CHECK(text.dropped == 0 && text.changed == 0);
        params = defaults;
        CHECK(eq_text_apply(&params, &text, target, why));
        if (!has_delay) {
            check_same_bands(from.eq.band[0], params.eq.band[0]);
            check_same_bands(from.eq.band[!linked], params.eq.band[1]);
            CHECK_NEAR(params.preamp.gain_db[1], from.preamp.gain_db[1], 1e-10);
            CHECK(params.eq.linked == linked);
            continue;
        }
        for (int i = 0; i < OUTPUTS; i++)
            if (target[6] == 's' ? i == OUTPUT_SUB
                                 : i == OUTPUT_HEADSET_1 || i == OUTPUT_HEADSET_2) {
                check_same_bands(from.strip[i].band, params.strip[i].band);
                CHECK_NEAR(params.strip[i].gain_db, from.strip[i].gain_db, 1e-10);
                CHECK_NEAR(params.strip[i].delay_ms, from.strip[i].delay_ms, 1e-9);
            }
    }
}

/* --- whatever comes --- */

/* In range, whole, and fit to be shown. */
static void check_sound(void)
{
    CHECK(text.line_count + text.more == text.used + text.changed + text.dropped);
    for (int i = 0; i < text.line_count; i++) {
        const char *at = text.line[i].message;

        CHECK(*at && (i == 0 || text.line[i].line >= text.line[i - 1].line));
        while (*at) {
            size_t length = utf8_length(at, strlen(at));

            if (length == 0 || utf8_is_control(at)) {
                FAIL("unfit to be shown: %s", text.line[i].message);
                break;
            }
            at += length;
        }
    }
    for (int i = 0; i < 2 * PARAMS_BANDS; i++) {
        const struct band_settings *band = &text.channel[i / 10].band[i % 10];

        CHECK((band->type != BAND_FLAT) == (i % 10 < text.channel[i / 10].band_count));
        CHECK(band->frequency_hz >= 10 && band->frequency_hz <= 20000);
        CHECK(fabs(band->gain_db) <= 30 && band->q >= 0.1 && band->q <= 20);
        CHECK(band->slope >= 0.1 && band->slope <= 1);
    }
    CHECK(isfinite(text.channel[0].preamp_db) && isfinite(text.channel[1].delay_ms));
}

static void survives_chance(void)
{
    static const char *const pieces[] = {
        "Filter 1: ON ",
        "PK",
        "LS ",
        "HSC ",
        "Q",
        "Fc 100 Hz ",
        "Gain 3 dB ",
        "Q 1 ",
        "BW Oct 1 ",
        "\n",
        "\r\n",
        "Preamp: ",
        "-6 dB",
        "Delay: 1 ms\n",
        "Channel: ",
        "L",
        "R",
        "GraphicEQ: ",
        "20 3; ",
        "900 -3;",
        "6dB ",
        "1,234",
        ".",
        "e9",
        "-",
        " ",
        "\t",
        "\xc2\xa0",
        "\xa0",
        "\xff",
        "If: x\n",
        "EndIf:\n",
        "None",
        "9",
        ":",
        "Filter: ON PK Fc 50 Hz Gain 3 dB Q 5\n",
        "\0x",
    };
    int usable = 0;

    chance_state = 5;
    for (int round = 0; round < 4000; round++) {
        char bytes[2000];
        size_t length = 0;

        for (int left = (int)chance(1, 40); left > 0; left--) {
            const char *piece = pieces[(size_t)chance(0, sizeof pieces / sizeof pieces[0] - 0.01)];
            size_t size = *piece ? strlen(piece) : 1;

            memcpy(bytes + length, piece, size);
            length += size;
        }
        usable += eq_text_import(&text, bytes, length, NULL);
        check_sound();
    }
    CHECK(usable > 400);
    for (int round = 0; round < 2000; round++) {
        char bytes[300];

        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (char)chance(0, 255.99);
        eq_text_import(&text, bytes, sizeof bytes, NULL);
        check_sound();
    }
}

/* Cut anywhere, in a block of its own, so that a sanitizer sees a byte too many. */
static void survives_truncation(void)
{
    static const char whole[] =
        "\xef\xbb\xbfPreamp: -6.5 dB\r\nFilter 1: ON LS 6dB Fc 1,234.5 Hz Gain 4.4 dB Q 0.70\r\n"
        "Channel: L R\nFilter 2: ON PK Fc 1\xc2\xa0"
        "234 Hz Gain \xe2\x88\x92"
        "5 dB BW Oct 1e0\n"
        "Delay: 5 samples\nGraphicEQ: 20 1; 30 2\n";

    for (size_t length = 0; length < sizeof whole; length++) {
        char *copy = malloc(length ? length : 1);

        memcpy(copy, whole, length);
        eq_text_import(&text, copy, length, NULL);
        check_sound();
        free(copy);
    }
    CHECK(text.usable == 5 && text.line_count == 6);
}

static void survives_size(void)
{
    static char bytes[EQ_TEXT_BYTES + 1];
    int lines = 0;

    memset(bytes, '1', sizeof bytes);
    for (const char *const *start =
             (const char *const[]){ "", "Preamp: ", "Filter: ON PK Fc ", "Filter: ON ",
                                    "GraphicEQ: ", "Channel: ", NULL };
         *start; start++) {
        memcpy(bytes, *start, strlen(*start));
        CHECK(!eq_text_import(&text, bytes, EQ_TEXT_BYTES, NULL));
        check_sound();
    }
    for (size_t i = 0; i + 2 <= EQ_TEXT_BYTES && lines < 100000; i += 2, lines++)
        memcpy(bytes + i, ":\n", 2);
    eq_text_import(&text, bytes, 200000, NULL);
    CHECK(lines == 100000 && text.line_count == 0 && text.more == 0);
    for (size_t i = 0; i < EQ_TEXT_BYTES; i += 4)
        memcpy(bytes + i, "If:\n", 4);
    CHECK(!eq_text_import(&text, bytes, EQ_TEXT_BYTES, NULL));
    CHECK(text.line_count == EQ_TEXT_LINES - EQ_TEXT_NOTES);
    CHECK(text.dropped == EQ_TEXT_BYTES / 4 && text.more == text.dropped - text.line_count);
    CHECK(!eq_text_import(&text, bytes, EQ_TEXT_BYTES + 1, NULL));
    CHECK_STR(report(), "0 dropped: the text is longer than 256 KiB\n");
    CHECK(!eq_text_import(&text,
                          "\xff\xfe"
                          "F\0",
                          4, NULL));
    CHECK_STR(report(), "0 dropped: the text is in UTF-16; save it as UTF-8\n");
    memcpy(bytes, "Filter: ON PK\0 Fc 100 Hz Gain 3 dB Q 1\nPreamp: -3 dB\n", 53);
    CHECK(eq_text_import(&text, bytes, 53, NULL));
    CHECK(text.usable == 2 && text.line_count == 2);
    check_sound();
}

int main(int argc, char **argv)
{
    static const struct test tests[] = {
        { "eq_text reads filters", reads_filters },
        { "eq_text passes over", passes_over },
        { "eq_text says in sentences", says_in_sentences },
        { "eq_text reads any line end", reads_any_line_end },
        { "eq_text reads channels", reads_channels },
        { "eq_text refuses delays", refuses_delays },
        { "eq_text drops conditional lines", drops_conditional_lines },
        { "eq_text keeps ten bands", keeps_ten_bands },
        { "eq_text converts octaves", converts_octaves },
        { "eq_text converts corners", converts_corners },
        { "eq_text tells corners from centres", tells_corners_from_centres },
        { "eq_text fits a real curve", fits_a_real_curve },
        { "eq_text fits its own kind", fits_its_own_kind },
        { "eq_text fits with what is left", fits_with_what_is_left },
        { "eq_text applies to targets", applies_to_targets },
        { "eq_text applies all bands", applies_all_bands },
        { "eq_text applies what presets can say", applies_what_presets_can_say },
        { "eq_text applies all or nothing", applies_all_or_nothing },
        { "eq_text writes text", writes_text },
        { "eq_text reads what it writes", reads_what_it_writes },
        { "eq_text survives chance", survives_chance },
        { "eq_text survives truncation", survives_truncation },
        { "eq_text survives size", survives_size },
        { 0 },
    };

    params_defaults(&defaults);
    return test_main(tests, argc, argv);
}
