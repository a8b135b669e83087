/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Crossfeed: each ear hears a low-passed part of the other channel, as from loudspeakers.
 *
 * complementary  The part that crosses is taken from its own side: with l = the low-passed channel
 *                delayed by the interaural delay, left = L - lL + lR. Mono passes untouched,
 *                whatever the delay.
 * bs2b           Bauer's original, as in libbs2b 3.1: a treble boost of its own for the direct
 *                path. Mono is a little darker. The delay, if any, is of the crossing part alone.
 * classic        DSPi's: complementary, with a first-order all-pass in the crossing part that fills
 *                the low-pass's own delay up to 220 us (at 650 Hz there is nothing to fill).
 */
#ifndef CROSSFEED_H
#define CROSSFEED_H

#include "stage.h"

#include <complex.h>
#include <stdbool.h>

enum crossfeed_mode { CROSSFEED_COMPLEMENTARY, CROSSFEED_BS2B, CROSSFEED_CLASSIC };

enum crossfeed_preset {
    CROSSFEED_CUSTOM,
    CROSSFEED_DEFAULT,   /* 700 Hz, 4.5 dB */
    CROSSFEED_CHU_MOY,   /* 700 Hz, 6 dB */
    CROSSFEED_JAN_MEIER, /* 650 Hz, 9.5 dB */
    CROSSFEED_LINKWITZ,  /* 700 Hz, 3 dB */
    CROSSFEED_PRESETS
};

struct crossfeed_settings {
    bool on;
    enum crossfeed_mode mode;
    enum crossfeed_preset preset; /* not custom: its frequency and level count, not those below */
    double frequency_hz;          /* 300..2000 */
    double feed_db;               /* 0..15: how much softer the low notes are on the other side */
    double delay_us;              /* 0..500, interaural; not classic's */
};

/* Per mode: direct = d0 in + d1 in' + dp direct' ; cross = c0 in + cp cross'. */
struct crossfeed_coefs {
    uint32_t on, mode;
    double d0, d1, dp;
    double c0, cp;
    double allpass;   /* classic */
    uint32_t delay;   /* whole frames before the first of four taps */
    uint32_t delayed; /* 0: there is no delay */
    double tap[4];    /* third-order Lagrange */
};

enum { CROSSFEED_LINE = 256 }; /* a power of two; 500 us at 192 kHz are 96 frames */

struct crossfeed {
    double in[2], direct[2], cross[2]; /* the last frame's */
    double allpass[2];
    uint32_t at;
    double line[CROSSFEED_LINE][2];
};

void crossfeed_design(struct crossfeed_coefs *coefs, const struct crossfeed_settings *settings,
                      double rate_hz);

/* Frequency and level in force: the preset's, or the settings' own. */
void crossfeed_values(const struct crossfeed_settings *settings, double *frequency_hz,
                      double *feed_db);

/* What an ear hears of its own side and of the other one, from the coefficients that run. */
void crossfeed_response(const struct crossfeed_coefs *coefs, double frequency_hz, double rate_hz,
                        double complex *direct, double complex *cross);

STAGE_FORMS(crossfeed);

#endif
