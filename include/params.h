/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parameters of the sound: what a preset says, as plain data. One writer (the daemon's main
 * loop, or audioctl render). Each field is described by a row of the table in src/param/param.c
 * (param.h); units and ranges stand there and at the settings of each stage.
 */
#ifndef PARAMS_H
#define PARAMS_H

#include "biquad.h"
#include "chain.h"
#include "compressor.h"
#include "crossfeed.h"
#include "deesser.h"
#include "gate.h"
#include "iso226.h"
#include "limiter.h"

#include <stdbool.h>

enum { PARAMS_BANDS = 10 };

/* The matrix's sources, one by one. */
enum params_source {
    SOURCE_LISTEN_1,
    SOURCE_LISTEN_2,
    SOURCE_TALK,
    SOURCE_ANALOG_1,
    SOURCE_ANALOG_2,
    SOURCES
};

struct params_cell {
    bool on;
    double gain_db; /* -60..+12 */
    bool invert;
};

struct params_strip {
    struct band_settings band[PARAMS_BANDS];
    struct crossover_settings highpass, lowpass; /* the sides of a crossover */
    double gain_db;                              /* -60..+12; -60 is silence */
    bool mute, invert;
    double delay_ms; /* 0..170 */
};

struct params {
    struct {
        double gain_db[2]; /* -60..+12, L and R */
    } preamp;
    struct compressor_settings compressor;
    struct loudness_settings loudness;
    struct {
        bool on;
        bool linked; /* the bands of the left channel count for both */
        struct band_settings band[2][PARAMS_BANDS];
    } eq;
    struct crossfeed_settings crossfeed;
    struct {
        double level_db; /* -91..0; -91 is silence */
        bool mute;
    } volume;
    struct {
        struct {
            bool on;
            double frequency_hz; /* 20..500, 12 dB/oct */
        } highpass;
        struct gate_settings gate;
        struct compressor_settings compressor;
        struct deesser_settings deesser;
        struct {
            bool on;
            struct band_settings band[PARAMS_BANDS];
        } eq;
        struct limiter_settings limiter;
    } mic;
    struct {
        bool on;
        double gain_db; /* -60..0: the talk bus into both sides of the headset */
    } sidetone;
    struct ducking_settings ducking;
    struct params_cell matrix[OUTPUTS][SOURCES];
    struct params_strip strip[OUTPUTS];
    struct limiter_settings
        limiter[PAIRS]; /* the last of the strips, one for both sides of a pair */
};

#endif
