/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A stage that changes without a click. It runs with the coefficients it has; when others are
 * wanted, a copy of its state runs with those beside it, first unheard for as long as its latency
 * is (its delay line has to fill), then it fades over by a raised cosine of 20 ms. What is wanted
 * meanwhile waits, the latest wins.
 */
#ifndef BLEND_H
#define BLEND_H

#include "bus.h"
#include "stage.h"

#include <stdbool.h>

#define BLEND_MS 20

struct blend {
    const struct stage *stage;
    const struct bus_ops *ops;
    void *state, *next_state; /* swapped when a change is done */
    void *coefs, *next_coefs;
    const void *wanted;  /* the owner's; looked at when `changed` is set */
    double reduction_db; /* of those that went since it was last asked for */
    bool changed, changing;
    uint32_t prime;      /* frames the new one still runs unheard */
    uint32_t at, length; /* of the fade, frames */
};

/* All memory is the caller's: two states and two coefs, of the stage's sizes. Starts with `coefs`
 * as they are, at rest, and without a fade. */
void blend_init(struct blend *blend, const struct stage *stage, const struct bus_ops *ops,
                void *states[2], void *coefs[2], const void *wanted, double rate_hz);

/* At most STAGE_FRAMES frames. `work`: as large as the bus. */
void blend_run(struct blend *blend, double *bus, double *work, uint32_t frames);

/* The greatest since the last call; the stage has one. While it changes, that of the old one. */
double blend_reduction_db(struct blend *blend);

#endif
