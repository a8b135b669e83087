/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Compressor: feed-forward, in the log domain, detector after the gain computer, smooth branching
 * peak detector. Source: Giannoulis, Massberg, Reiss, "Digital Dynamic Range Compressor Design",
 * JAES 60(6), 2012. Downward it turns down what is above the threshold; upward (a leveller) it
 * turns up what is below.
 *
 * Times are those of a one-pole filter on the gain in dB: after `attack_ms` 63 % (1 - 1/e) of a
 * step is done. Others state 90 % (2.3 of ours) or 10 to 90 % (2.2 of ours).
 */
#ifndef COMPRESSOR_H
#define COMPRESSOR_H

#include "stage.h"

#include <stdbool.h>

enum compressor_mode { COMPRESSOR_DOWNWARD, COMPRESSOR_UPWARD };
enum compressor_detector { COMPRESSOR_PEAK, COMPRESSOR_RMS };

/* An infinite ratio is written so in settings; COMPRESSOR_RATIO_MAX is the largest finite one. */
#define COMPRESSOR_RATIO_MAX 20.0

struct compressor_settings {
    bool on;
    enum compressor_mode mode;
    double threshold_db; /* -60..0 dBFS */
    double ratio;        /* 1..20, or INFINITY; downward */
    double knee_db;      /* 0..24, its whole width */
    double attack_ms;    /* 0.1..200 */
    double release_ms;   /* 5..3000 */
    double makeup_db;    /* -24..24 */
    bool auto_makeup;    /* instead: half of what a signal of 0 dBFS is turned down by */
    double lookahead_ms; /* 0..10, a delay of the sound */
    enum compressor_detector detector;
    double rms_ms;         /* 5..400, averaging time (63 %) of the RMS detector */
    double sidechain_hz;   /* 20..500, high-pass of 12 dB/oct before the detector; 0: none */
    double link_percent;   /* 0..100; 100: both channels get the gain of the louder one */
    double mix_percent;    /* 0..100; 100: nothing of the uncompressed sound */
    double amount_percent; /* 0..100: ratio 1 + 19 amount/100; upward, as all below */
    double boost_max_db;   /* 0..35 */
    double ceiling_db;     /* -24..0 dBFS; no sample is raised beyond */
    double gate_db;        /* -96..0 dBFS; what is softer is not raised; -96: no gate */
};

/* Levels and gains are powers of two: 1 = 6.02 dB. */
struct compressor_coefs {
    uint32_t on, upward, rms, linked;
    double threshold, half_knee, knee_scale; /* 1 / (2 knee); hard: 0 */
    double slope;                            /* 1 - 1/ratio */
    double attack, release;                  /* of the one-pole, per frame */
    double makeup, mix;
    double link;
    double rms_pole;
    double boost_max, ceiling, gate; /* ceiling: linear */
    double sidechain[5];             /* c1 c2 a1 a2 and the gain of its high-pass; gain 0: none */
    uint32_t lookahead;              /* frames */
};

enum { COMPRESSOR_LOOKAHEAD = STAGE_RATE_MAX / 100 };

struct compressor {
    double s1[2], s2[2]; /* the side-chain filter's */
    double square[2];    /* the RMS detector's */
    double reduction[2]; /* of each lane */
    double greatest;     /* since it was last asked for */
    uint32_t at;         /* in `line` */
    double line[COMPRESSOR_LOOKAHEAD][2];
};

void compressor_design(struct compressor_coefs *coefs, const struct compressor_settings *settings,
                       double rate_hz);

/* The static curve: level out (dBFS) for level in, make-up included; for pictures. */
double compressor_curve(const struct compressor_settings *settings, double level_db);

/* The make-up gain in force, dB. */
double compressor_makeup(const struct compressor_settings *settings);

STAGE_FORMS(compressor);

#endif
