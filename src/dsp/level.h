/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a bus to a row of levels, and from a row of gains to the bus: for stages that compute gains.
 * A row is as long as power.h has it. */
#ifndef LEVEL_H
#define LEVEL_H

#include "power.h"
#include "units.h"

INLINE double quad_greatest(quad q)
{
    return max_of(max_of(q[0], q[1]), max_of(q[2], q[3]));
}

/* The louder lane of each frame. */
INLINE void peak_row(const double *bus, double *row, uint32_t frames)
{
    uint32_t n = 0;

    for (; n + 4 <= frames; n += 4) {
        quad a = quad_abs(quad_load(bus + 2 * n)), b = quad_abs(quad_load(bus + 2 * n + 4));
        quad peak = quad_max(__builtin_shufflevector(a, b, 0, 4, 2, 6),
                             __builtin_shufflevector(a, b, 1, 5, 3, 7));

        quad_store(row + n, __builtin_shufflevector(peak, peak, 0, 2, 1, 3));
    }
    for (uint32_t rest = frames - n; rest > 0; rest--, n++) {
        pair both = pair_abs(pair_load(bus + 2 * n));

        row[n] = max_of(both[0], both[1]);
    }
}

/* Both lanes of each frame by its gain. */
INLINE void gain_row(double *bus, const double *row, uint32_t frames)
{
    uint32_t n = 0;

    for (; n + 4 <= frames; n += 4) {
        quad gain = quad_load(row + n);
        double *four = bus + 2 * n;

        quad_store(four, quad_load(four) * __builtin_shufflevector(gain, gain, 0, 0, 1, 1));
        quad_store(four + 4, quad_load(four + 4) * __builtin_shufflevector(gain, gain, 2, 2, 3, 3));
    }
    for (uint32_t rest = frames - n; rest > 0; rest--, n++)
        pair_store(bus + 2 * n, pair_load(bus + 2 * n) * pair_of(row[n]));
}

#endif
