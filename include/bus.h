/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Busses: in from floats and out to them, mixed, turned up and down, measured.
 *
 * What comes in is made fit: NaN, infinities and what is beyond 48 dBFS (BUS_LIMIT) become silence.
 * So every value on a bus is finite, and every filter stays so. (Denormals: see flush.h.)
 */
#ifndef BUS_H
#define BUS_H

#include "stage.h"

#define BUS_LIMIT 256.0f

/* Sources of the matrix: pairs {listen L, R}, {talk, talk}, {analog in L, R}. */
enum bus_source { BUS_LISTEN, BUS_TALK, BUS_ANALOG, BUS_SOURCES };

/* One pair of outputs of the matrix: out = sum of straight * source + crossed * swapped source. */
struct mix_coefs {
    double straight[BUS_SOURCES][2], crossed[BUS_SOURCES][2];
};

struct gain_coefs {
    double gain[2]; /* linear; of either sign */
};

/* Running measure of a pair. */
struct bus_meter {
    double peak[2]; /* greatest |x| */
    double sum[2];  /* of squares */
};

struct bus_ops {
    /* Two lines of floats (they may be the same) to pairs, measured if there is a meter. Returns
     * how many values were unfit. */
    uint32_t (*in)(const float *left, const float *right, double *bus, uint32_t frames,
                   struct bus_meter *meter);

    /* Pairs to two lines, measured if there is a meter; right may be NULL. */
    void (*out)(const double *bus, float *left, float *right, uint32_t frames,
                struct bus_meter *meter);

    /* The matrix; the out is none of the sources. */
    void (*mix)(const struct mix_coefs *coefs, const double *const source[BUS_SOURCES], double *out,
                uint32_t frames);

    /* bus += w (other - bus); w a raised cosine, frame `at` + 1 of `length` first. */
    void (*blend)(double *bus, const double *other, uint32_t at, uint32_t length, uint32_t frames);
};

extern const struct bus_ops bus_base, bus_avx2;

/* A stage without a state: a gain for each lane. */
STAGE_FORMS(gain);

#endif
