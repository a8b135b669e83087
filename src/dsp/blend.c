/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "blend.h"

#include <math.h>
#include <string.h>

void blend_init(struct blend *blend, const struct stage *stage, const struct bus_ops *ops,
                void *states[2], void *coefs[2], const void *wanted, double rate_hz)
{
    *blend = (struct blend){ .stage = stage,
                             .ops = ops,
                             .state = states[0],
                             .next_state = states[1],
                             .coefs = coefs[0],
                             .next_coefs = coefs[1],
                             .wanted = wanted,
                             .length = (uint32_t)(BLEND_MS * rate_hz / 1e3) };
    memset(states[0], 0, stage->state_bytes);
    memcpy(coefs[0], wanted, stage->coefs_bytes);
}

static uint32_t latency(const struct stage *stage, const void *coefs)
{
    return stage->latency ? stage->latency(coefs) : 0;
}

static double larger(double a, double b)
{
    return fabs(a) > fabs(b) ? a : b;
}

double blend_reduction_db(struct blend *blend)
{
    double db = larger(blend->reduction_db, blend->stage->reduction_db(blend->state, blend->coefs));

    blend->reduction_db = 0;
    return db;
}

static void begin(struct blend *blend)
{
    const struct stage *stage = blend->stage;

    blend->changed = false;
    if (memcmp(blend->coefs, blend->wanted, stage->coefs_bytes) == 0)
        return;
    memcpy(blend->next_coefs, blend->wanted, stage->coefs_bytes);
    memcpy(blend->next_state, blend->state, stage->state_bytes);
    if (stage->adapt)
        stage->adapt(blend->next_state, blend->coefs, blend->next_coefs);
    if (stage->reduction_db) /* the copy has measured nothing yet */
        stage->reduction_db(blend->next_state, blend->next_coefs);
    blend->prime = latency(stage, blend->next_coefs);
    blend->at = 0;
    blend->changing = true;
}

static void end(struct blend *blend)
{
    void *state = blend->state, *coefs = blend->coefs;

    if (blend->stage->reduction_db)
        blend->reduction_db = blend_reduction_db(blend);
    blend->state = blend->next_state;
    blend->next_state = state;
    blend->coefs = blend->next_coefs;
    blend->next_coefs = coefs;
    blend->changing = false;
}

/* Some of the frames, within one phase of a change. Returns how many. */
static uint32_t run_some(struct blend *blend, double *bus, double *work, uint32_t frames)
{
    const struct stage *stage = blend->stage;
    uint32_t left = blend->prime ? blend->prime : blend->length - blend->at;

    if (!blend->changing) {
        stage->run(blend->state, blend->coefs, bus, frames);
        return frames;
    }
    frames = frames < left ? frames : left;
    memcpy(work, bus, 2 * frames * sizeof *bus);
    stage->run(blend->state, blend->coefs, bus, frames);
    stage->run(blend->next_state, blend->next_coefs, work, frames);
    if (blend->prime) {
        blend->prime -= frames;
        return frames;
    }
    blend->ops->blend(bus, work, blend->at, blend->length, frames);
    blend->at += frames;
    if (blend->at == blend->length)
        end(blend);
    return frames;
}

void blend_run(struct blend *blend, double *bus, double *work, uint32_t frames)
{
    for (uint32_t n = 0; n < frames;) {
        if (blend->changed && !blend->changing)
            begin(blend);
        n += run_some(blend, bus + 2 * n, work, frames - n);
    }
}
