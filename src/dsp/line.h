/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A circle of frames that delays a bus by its length. */
#ifndef LINE_H
#define LINE_H

#include "lanes.h"

INLINE void line_run(double (*line)[2], uint32_t length, uint32_t *at, double *bus, uint32_t frames)
{
    for (uint32_t n = 0; length && n < frames;) {
        uint32_t some = length - *at < frames - n ? length - *at : frames - n;

        for (uint32_t i = 0; i < some; i++) {
            pair now = pair_load(bus + 2 * (n + i));

            pair_store(bus + 2 * (n + i), pair_load(line[*at + i]));
            pair_store(line[*at + i], now);
        }
        n += some;
        *at = *at + some == length ? 0 : *at + some;
    }
}

#endif
