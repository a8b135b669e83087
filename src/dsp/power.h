/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Logarithm and power to the base 2 of a row of values. Gains are computed on this scale, where 1
 * is 6.02 dB. Errors below 1e-9 (log2, absolute) and 5e-9 (exp2, relative): 3e-8 dB and less.
 *
 * Sixteen values at a time, each step for all of them before the next one: a processor finds work
 * while a step's results are on their way. Rows end in room for fifteen values more (ROW), which
 * are computed as well; they may be anything.
 */
#ifndef POWER_H
#define POWER_H

#include "lanes.h"
#include "stage.h"

enum { ROW_GROUP = 16, ROW = STAGE_FRAMES + ROW_GROUP, FOURS = ROW_GROUP / 4 };

#define FOR_FOURS for (int i = 0; i < FOURS; i++)

/* A step of Horner's scheme, for all: to = to * by + plus. */
#define STEP(to, by, plus) FOR_FOURS to[i] = quad_fma(to[i], by[i], quad_of(plus))

/* log2(x) of sixteen; what is below 1e-30 is taken as that. */
INLINE void log2_group(double *x)
{
    const int64_t one = 0x3ff0000000000000, root_half = 0x3fe6a09e667f3bcd;
    quad m[FOURS], e[FOURS], t[FOURS], t2[FOURS], sum[FOURS];

    FOR_FOURS m[i] = quad_max(quad_load(x + 4 * i), quad_of(1e-30));
    FOR_FOURS
    {
        quad_bits bits = (quad_bits)m[i];
        quad_bits raised = bits + (uint64_t)(one - root_half); /* a mantissa of 0.707..1.414 */

        m[i] = (quad)(bits - (raised & 0x7ff0000000000000) + (uint64_t)one);
        e[i] = (quad)(raised >> 52 | 0x4330000000000000) - (4503599627370496.0 + 1023.0);
    }
    FOR_FOURS t[i] = (m[i] - 1.0) / (m[i] + 1.0); /* ln m = 2 artanh t, |t| < 0.172 */
    FOR_FOURS t2[i] = t[i] * t[i];
    FOR_FOURS sum[i] =
        quad_fma(t2[i], quad_of(0.262308189252538785), quad_of(0.320598897975325182));
    STEP(sum, t2, 0.412198583111132377);
    STEP(sum, t2, 0.577078016355585328);
    STEP(sum, t2, 0.961796693925975547);
    STEP(sum, t2, 2.885390081777926815);
    FOR_FOURS quad_store(x + 4 * i, quad_fma(t[i], sum[i], e[i]));
}

/* 2^x of sixteen; x is held within -1000..1000. */
INLINE void exp2_group(double *x)
{
    const double magic = 6755399441055744.0; /* 1.5 * 2^52: adding it rounds to a whole number */
    quad whole[FOURS], part[FOURS], sum[FOURS];

    FOR_FOURS part[i] = quad_max(quad_min(quad_load(x + 4 * i), quad_of(1000)), quad_of(-1000));
    FOR_FOURS whole[i] = part[i] + magic;
    FOR_FOURS part[i] = part[i] - (whole[i] - magic);
    FOR_FOURS sum[i] =
        quad_fma(part[i], quad_of(1.5252733804059840e-5), quad_of(1.5403530393381608e-4));
    STEP(sum, part, 1.3333558146428443e-3);
    STEP(sum, part, 9.6181291076284772e-3);
    STEP(sum, part, 5.5504108664821580e-2);
    STEP(sum, part, 2.4022650695910072e-1);
    STEP(sum, part, 6.9314718055994531e-1);
    STEP(sum, part, 1);
    FOR_FOURS quad_store(x + 4 * i, (quad)((quad_bits)sum[i] + ((quad_bits)whole[i] << 52)));
}

INLINE void log2_row(double *x, uint32_t count)
{
    for (uint32_t n = 0; n < count; n += ROW_GROUP)
        log2_group(x + n);
}

INLINE void exp2_row(double *x, uint32_t count)
{
    for (uint32_t n = 0; n < count; n += ROW_GROUP)
        exp2_group(x + n);
}

#undef STEP
#undef FOR_FOURS

#endif
