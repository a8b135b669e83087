/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Noise gate for a voice: opens above one threshold, closes below another after a hold; closed, it
 * turns down by the range. The same key turns the listen path down while somebody speaks (ducking).
 *
 * The gain in dB moves by two equal one-pole filters in a row, so that it starts without a kink;
 * after the times given 63 % of a step is done.
 */
#ifndef GATE_H
#define GATE_H

#include "stage.h"

#include <stdbool.h>

struct gate_settings {
    bool on;
    double open_db;      /* -80..0 dBFS, peak */
    double close_db;     /* -80..0 dBFS; above open_db it counts as open_db */
    double hold_ms;      /* 0..1000 */
    double attack_ms;    /* 0.1..50 */
    double release_ms;   /* 5..1000 */
    double range_db;     /* -80..0: the gain of a closed gate */
    double lookahead_ms; /* 0..10, a delay of the sound; word starts survive */
};

struct ducking_settings {
    bool on;
    double threshold_db; /* -80..0 dBFS, peak of the talk bus */
    double depth_db;     /* -60..0: the gain of the listen bus while somebody speaks */
    double hold_ms;      /* 0..3000 */
    double attack_ms;    /* 5..500 */
    double release_ms;   /* 10..5000 */
};

struct gate_coefs {
    uint32_t on;
    double open, close;     /* linear */
    uint32_t hold;          /* frames */
    double attack, release; /* per frame, of the gain going to open and going to closed */
    double opened, closed;  /* gains the two states go to, as powers of two */
    double decay;           /* of the peak level, per frame: 10 ms */
    uint32_t lookahead;
};

enum { GATE_LOOKAHEAD = STAGE_RATE_MAX / 100 };

/* What follows a level: the state of a gate without its delay. */
struct key {
    double gain;   /* as a power of two */
    double chase;  /* what the gain follows */
    double least;  /* since it was last asked for */
    double level;  /* peak, linear */
    uint32_t open; /* 1: open */
    uint32_t held; /* frames left until it closes */
};

struct gate {
    struct key key;
    uint32_t at;
    double line[GATE_LOOKAHEAD][2];
};

void gate_design(struct gate_coefs *coefs, const struct gate_settings *settings, double rate_hz);

/* The key of the ducking: "open" is turned down. */
void ducking_design(struct gate_coefs *coefs, const struct ducking_settings *settings,
                    double rate_hz);

STAGE_FORMS(gate);

/* Ducking: the louder lane of a bus of talk turns down a bus of sound. */
typedef void ducking_run(struct key *key, const struct gate_coefs *coefs, const double *talk,
                         double *bus, uint32_t frames);
extern ducking_run ducking_run_base, ducking_run_avx2;

/* The greatest reduction since the last call, dB. */
double key_reduction_db(struct key *key);

#endif
