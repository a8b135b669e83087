/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "deesser.h"

#include "level.h"

/* The high part of a bus. */
static void split(struct deesser *state, const struct deesser_coefs *c, const double *bus,
                  double *high, uint32_t frames)
{
    pair in0 = pair_load(state->in[0]), in1 = pair_load(state->in[1]);
    pair out0 = pair_load(state->out[0]), out1 = pair_load(state->out[1]);

    for (uint32_t n = 0; n < frames; n++) {
        pair x = pair_load(bus + 2 * n);

        out0 = pair_fma(pair_of(c->pole), out0, c->gain * (x - in0));
        in0 = x;
        out1 = pair_fma(pair_of(c->pole), out1, c->gain * (out0 - in1));
        in1 = out0;
        pair_store(high + 2 * n, out1);
    }
    pair_store(state->in[0], in0);
    pair_store(state->in[1], in1);
    pair_store(state->out[0], out0);
    pair_store(state->out[1], out1);
}

/* Levels of the high part to its gains, in place. */
static void compress(struct deesser *state, const struct deesser_coefs *c, double *row,
                     uint32_t frames)
{
    double reduction = state->reduction;

    log2_row(row, frames);
    for (uint32_t n = 0; n < frames; n++) {
        double wanted = min_of(max_of(c->slope * (row[n] - c->threshold), 0), c->range);
        double up = c->attack * reduction + (1 - c->attack) * wanted;

        reduction = max_of(up, c->release * reduction + (1 - c->release) * wanted);
        state->greatest = max_of(state->greatest, reduction);
        row[n] = -reduction;
    }
    state->reduction = reduction;
    exp2_row(row, frames);
}

static void run(void *stage_state, const void *stage_coefs, double *bus, uint32_t frames)
{
    const struct deesser_coefs *c = stage_coefs;
    double high[2 * STAGE_FRAMES], row[ROW];

    if (!c->on)
        return;
    split(stage_state, c, bus, high, frames);
    peak_row(high, row, frames);
    compress(stage_state, c, row, frames);
    for (uint32_t n = 0; n < frames; n++)
        pair_store(bus + 2 * n,
                   pair_fma(pair_load(high + 2 * n), pair_of(row[n] - 1), pair_load(bus + 2 * n)));
}

static void adapt(void *state, const void *from_coefs, const void *to_coefs)
{
    const struct deesser_coefs *from = from_coefs;

    (void)to_coefs;
    if (!from->on)
        memset(state, 0, sizeof(struct deesser)); /* its past is old */
}

static double reduction_db(void *stage_state, const void *stage_coefs)
{
    struct deesser *state = stage_state;
    double db = DB_PER_OCTAVE * state->greatest;

    (void)stage_coefs;
    state->greatest = 0;
    return db;
}

const struct stage FORM(deesser) = { .state_bytes = sizeof(struct deesser),
                                     .coefs_bytes = sizeof(struct deesser_coefs),
                                     .run = run,
                                     .adapt = adapt,
                                     .reduction_db = reduction_db };
