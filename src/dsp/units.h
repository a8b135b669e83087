/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Units that stages of dynamics work in. */
#ifndef UNITS_H
#define UNITS_H

#include <math.h>

#define DB_PER_OCTAVE 6.02059991327962390 /* 20 log10(2): of gains as powers of two */

/* A one-pole filter, per frame, that has done 63 % of a step after `ms`. */
static inline double pole(double ms, double rate_hz)
{
    return exp(-1e3 / (ms * rate_hz));
}

#endif
