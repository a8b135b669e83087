/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames of a bus in fours and twos, for stages that compute gains. */
#ifndef LEVEL_H
#define LEVEL_H

#include "lanes.h"

#define DB_PER_OCTAVE 6.02059991327962390 /* 20 log10(2): the unit of gains as powers of two */

INLINE quad quad_swap(quad q)
{
    return __builtin_shufflevector(q, q, 1, 0, 3, 2);
}

INLINE double quad_greatest(quad q)
{
    return max_of(max_of(q[0], q[1]), max_of(q[2], q[3]));
}

/* One frame or two; what is missing is silence. */
INLINE quad frames_load(const double *from, uint32_t some)
{
    return some == 2 ? quad_load(from) : quad_join(pair_load(from), (pair){ 0, 0 });
}

INLINE void frames_store(double *to, quad q, uint32_t some)
{
    if (some == 2)
        quad_store(to, q);
    else
        pair_store(to, quad_low(q));
}

/* Fewer than four frames to four: the last one goes on. */
INLINE void frames_pad(double to[8], const double *from, uint32_t some)
{
    for (uint32_t i = 0; i < 4; i++)
        pair_store(to + 2 * i, pair_load(from + 2 * (i < some ? i : some - 1)));
}

/* The louder lane of each of four frames. */
INLINE quad frames_peak(const double *from)
{
    quad a = quad_abs(quad_load(from)), b = quad_abs(quad_load(from + 4));
    quad peak = quad_max(__builtin_shufflevector(a, b, 0, 4, 2, 6),
                         __builtin_shufflevector(a, b, 1, 5, 3, 7));

    return __builtin_shufflevector(peak, peak, 0, 2, 1, 3);
}

/* Both lanes of four frames, each frame by its gain. */
INLINE void frames_gain(double *bus, quad gain)
{
    quad_store(bus, quad_load(bus) * __builtin_shufflevector(gain, gain, 0, 0, 1, 1));
    quad_store(bus + 4, quad_load(bus + 4) * __builtin_shufflevector(gain, gain, 2, 2, 3, 3));
}

#endif
