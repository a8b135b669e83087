/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Parameters to coefficients, and the curves that the coefficients mean. Pure but for the cache;
 * any normal thread, one at a time. Takes some 50 us, and some ms more where the loudness has to be
 * fitted anew (other reference, intensity, edition or rate).
 */
#ifndef DESIGN_H
#define DESIGN_H

#include "chain.h"
#include "iso226.h"
#include "params.h"

/* What is worth keeping from one design to the next. Zeroed bytes are an empty one. */
struct design {
    bool fitted;
    double rate_hz;
    struct loudness_settings loudness;
    struct loudness_table table;
};

void design_chain(struct design *design, const struct params *params, double rate_hz,
                  struct chain_coefs *coefs);

/* The cascades of which there are pictures. */
enum design_curve {
    CURVE_EQ, /* master, lane 0 left, 1 right */
    CURVE_LOUDNESS,
    CURVE_CROSSFEED, /* lane 0: the own side, lane 1: the other one's */
    CURVE_MIC_HIGHPASS,
    CURVE_MIC_EQ,
    CURVE_STRIP_HEADSET,
    CURVE_STRIP_OUT,
    CURVE_STRIP_SUB,
    CURVE_LISTEN, /* loudness, EQ and the headset's strip together, crossfeed and dynamics apart */
    CURVES
};

/* Complex gain at a frequency, from the coefficients that run. */
double complex design_response(const struct chain_coefs *coefs, enum design_curve curve, int lane,
                               double frequency_hz, double rate_hz);

#endif
