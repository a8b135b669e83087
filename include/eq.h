/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A cascade of biquads for the two lanes of a bus, apart: equalizers, crossovers, loudness.
 *
 * Transposed direct form II in double, with b0 factored out: the product of all b0 is applied once,
 * and with c1 = b1/b0 - a1, c2 = b2/b0 - a2 a section is
 *
 *     y = x + s1;  s1' = (c1 x + s2) - a1 s1;  s2' = c2 x - a2 s1
 *
 * so that one multiply-add, not two, lies in the loop from one frame to the next. Sections that are
 * flat in both lanes are left out and cost nothing; an empty cascade touches no bit.
 */
#ifndef EQ_H
#define EQ_H

#include "biquad.h"
#include "stage.h"

enum { EQ_SECTIONS = 20, EQ_LANES = 2 };

/* One section; an array has a value for each lane. */
struct eq_section {
    double c1[EQ_LANES], c2[EQ_LANES], a1[EQ_LANES], a2[EQ_LANES];
    double tail[EQ_LANES]; /* product of the b0 of the sections behind it: the scale of its state */
};

struct eq_coefs {
    uint32_t count;
    uint32_t slot[EQ_SECTIONS]; /* index of the section in what eq_design() was given */
    double gain[EQ_LANES];      /* product of all b0 */
    struct eq_section section[EQ_SECTIONS];
};

struct eq {
    double s1[EQ_SECTIONS][EQ_LANES], s2[EQ_SECTIONS][EQ_LANES];
};

/* A cascade of the filters of both lanes, `count` each, at most EQ_SECTIONS. */
void eq_design(struct eq_coefs *coefs, const struct biquad *left, const struct biquad *right,
               uint32_t count);

/* For both forms: the states of a slot go on, scaled, if its filter was there before and is not
 * quite another one now; else they begin at rest. */
void eq_adapt(void *state, const void *from, const void *to);

/* The response of a lane, as it runs. */
double complex eq_response(const struct eq_coefs *coefs, int lane, double frequency_hz,
                           double rate_hz);

STAGE_FORMS(eq);

#endif
