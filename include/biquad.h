/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Second-order filters as numbers: H(z) = (b0 + b1 z^-1 + b2 z^-2) / (1 + a1 z^-1 + a2 z^-2).
 *
 * Sources: R. Bristow-Johnson's "Cookbook formulae for audio EQ biquad filter coefficients" for the
 * second-order types; the bilinear transform, warped to be exact at the frequency named, for the
 * rest. All is computed in long double: at 20 Hz and 192 kHz a coefficient's last digit is heard in
 * the response. Pure; any thread but a realtime one.
 */
#ifndef BIQUAD_H
#define BIQUAD_H

#include <complex.h>
#include <stdbool.h>

/*
 * c1 and c2 are b1/b0 - a1 and b2/b0 - a2, from the formulas and not from the rounded b and a: they
 * are small differences of large numbers, and the cascade (eq.h) runs on them. b0 is never 0.
 */
struct biquad {
    double b0, b1, b2, a1, a2;
    double c1, c2;
};

static const struct biquad biquad_flat = { .b0 = 1 };

enum band_type {
    BAND_FLAT,
    BAND_PEAKING,
    BAND_LOW_SHELF, /* by Q */
    BAND_HIGH_SHELF,
    BAND_LOW_SHELF_SLOPE, /* by the slope S */
    BAND_HIGH_SHELF_SLOPE,
    BAND_LOW_PASS,
    BAND_HIGH_PASS,
    BAND_BAND_PASS, /* 0 dB at its frequency */
    BAND_NOTCH,
    BAND_ALL_PASS,
    BAND_LOW_SHELF_1, /* first order: half the gain (in dB) at the frequency */
    BAND_HIGH_SHELF_1,
    BAND_LOW_PASS_1,
    BAND_HIGH_PASS_1,
    BAND_ALL_PASS_1,
    BAND_LINKWITZ, /* from the box that is (frequency_hz, q) to the one wished for (target_*) */
    BAND_TYPES
};

/* One band of an equalizer. What a type does not use is ignored. */
struct band_settings {
    bool on;
    enum band_type type;
    double frequency_hz; /* 10..0.45 fs; beyond, it is held at 0.45 fs */
    double gain_db;      /* -30..+30; of shelves and peaks */
    double q;            /* 0.1..20 */
    double slope;        /* 0.1..1; S of the shelves by slope, 1 is the steepest without a bump */
    double target_hz;    /* 10..500; of the Linkwitz transform */
    double target_q;     /* 0.1..2 */
};

/* The filter of a band; flat (b0 = 1 and else 0) where the band is off, of type flat, or has a gain
 * below 0.01 dB. Always stable. */
struct biquad band_design(const struct band_settings *band, double rate_hz);

enum crossover_kind {
    CROSSOVER_OFF,
    CROSSOVER_BUTTERWORTH,    /* -3 dB at the frequency */
    CROSSOVER_LINKWITZ_RILEY, /* -6 dB; even orders: an odd one is taken as the next even one */
    CROSSOVER_BESSEL,         /* -3 dB; the analog filter's delay is flat */
    CROSSOVER_KINDS
};

enum crossover_side { CROSSOVER_LOW_PASS, CROSSOVER_HIGH_PASS };

enum { CROSSOVER_SECTIONS = 4 };

struct crossover_settings {
    enum crossover_kind kind;
    int order;           /* 1..8 */
    double frequency_hz; /* 10..20000, held at 0.45 fs */
};

/* The filters of one side of a crossover, CROSSOVER_SECTIONS of them; the rest are flat. */
void crossover_design(struct biquad sections[CROSSOVER_SECTIONS],
                      const struct crossover_settings *crossover, enum crossover_side side,
                      double rate_hz);

/* H at a frequency, from the coefficients that run (c1 and c2, not b1 and b2). */
double complex biquad_response(const struct biquad *biquad, double frequency_hz, double rate_hz);

#endif
