/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a render tells about its sound: peaks, loudness, reductions of gain, and all of that over
 * time in a fixed number of columns. When the columns are full, each two become one.
 */
#ifndef METER_H
#define METER_H

#include "chain.h"
#include "lufs.h"

enum { METER_COLUMNS = 2000 };

enum meter_side { METER_IN, METER_OUT, METER_SIDES };

struct meter_column {
    double peak[METER_SIDES]; /* of both lanes */
    double sum[METER_SIDES];  /* of squares, both lanes */
    double reduction_db[REDUCERS];
};

struct meter {
    double rate_hz;
    uint64_t width;               /* frames a column */
    uint64_t frames[METER_SIDES]; /* measured */
    double peak[METER_SIDES][2];
    double reduction_db[REDUCERS]; /* of the greatest amount; < 0: a boost */
    uint64_t unfit;
    struct lufs lufs[METER_SIDES];
    struct meter_column column[METER_COLUMNS];
};

void meter_init(struct meter *meter, double rate_hz);

/* The next frames of a side; one line for both lanes counts as two. */
void meter_sound(struct meter *meter, enum meter_side side, const float *left, const float *right,
                 uint32_t frames);

/* What the chain measured in the frames before `frame` (of the out side). */
void meter_chain(struct meter *meter, const struct chain_meters *chain, uint64_t frame);

uint64_t meter_length(const struct meter *meter); /* frames of the longer side */

#endif
