/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A circle of frames that delays a bus by its length. */
#ifndef LINE_H
#define LINE_H

#include "lanes.h"

INLINE void line_run(double (*line)[2], uint32_t length, uint32_t *at, double *bus, uint32_t frames)
{
    for (uint32_t n = 0; length && n < frames;) {
        uint32_t some = length - *at < frames - n ? length - *at : frames - n;

        double *from = bus + 2 * n, *to = line[*at];

        uint32_t i = 0;

        for (; i + 4 <= 2 * some; i += 4) {
            quad now = quad_load(from + i);

            quad_store(from + i, quad_load(to + i));
            quad_store(to + i, now);
        }
        if (i < 2 * some) {
            pair now = pair_load(from + i);

            pair_store(from + i, pair_load(to + i));
            pair_store(to + i, now);
        }
        n += some;
        *at = *at + some == length ? 0 : *at + some;
    }
}

#endif
