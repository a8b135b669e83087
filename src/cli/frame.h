/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The meters as a screen: bars with peaks that are held, reductions, loudness. */
#ifndef FRAME_H
#define FRAME_H

#include "levels.h"

struct frame {
    int columns, rows; /* of the terminal; no more than these are used, nor more than 80 x 24 */
    bool colours;
    struct {
        double db;
        double until_s; /* then it falls */
    } held[LEVELS];
};

/* A reading at a time (any clock, in seconds) as the bytes that draw it over the last one. */
void frame_print(struct frame *frame, FILE *out, const json_t *reading, double now_s);

#endif
