/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A chain of nothing but gains, for tests of what is around it. */
#ifndef GAINS_H
#define GAINS_H

#include "process.h"

#include <string.h>

/* listen -> headset, talk -> outs, analog in -> outs, (L + R) / 2 -> sub; linear. */
static inline void put_gains(struct process *process, double listen, double talk, double analog,
                             double sub)
{
    static struct chain_coefs coefs; /* large */

    memset(&coefs, 0, sizeof coefs);
    for (int c = 0; c < 2; c++) {
        coefs.preamp.gain[c] = coefs.volume.gain.gain[c] = 1;
        for (int p = 0; p < PAIRS; p++)
            coefs.strip[p].gain.gain[c] = 1;
        coefs.strip[PAIR_HEADSET].mix.straight[BUS_LISTEN][c] = listen;
        coefs.strip[PAIR_OUT].mix.straight[BUS_TALK][c] = talk;
        coefs.strip[PAIR_OUT].mix.straight[BUS_ANALOG][c] = analog;
        coefs.strip[PAIR_SUB].mix.straight[BUS_LISTEN][c] = 0.5 * listen * sub;
        coefs.strip[PAIR_SUB].mix.crossed[BUS_LISTEN][c] = 0.5 * listen * sub;
    }
    process_put(process, &coefs);
}

#endif
