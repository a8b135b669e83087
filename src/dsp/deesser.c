/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "deesser.h"

#include "level.h"
#include "power.h"

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

/* Up to four frames: the high part becomes what of it is to be added to the whole (< 0). */
INLINE double compress(const struct deesser_coefs *c, double reduction, double *high, uint32_t some)
{
    quad level = quad_log2(quad_max(frames_peak(high), quad_of(1e-30)));
    quad wanted = quad_max(c->slope * (level - c->threshold), quad_of(0));
    double now[4] = { 0 };

    wanted = quad_min(wanted, quad_of(c->range));
    for (uint32_t i = 0; i < some; i++) {
        double up = c->attack * reduction + (1 - c->attack) * wanted[i];

        now[i] = reduction = max_of(up, c->release * reduction + (1 - c->release) * wanted[i]);
    }
    frames_gain(high, quad_exp2(-quad_load(now)) - 1.0);
    return reduction;
}

static void run(void *stage_state, const void *stage_coefs, double *bus, uint32_t frames)
{
    struct deesser *state = stage_state;
    const struct deesser_coefs *c = stage_coefs;
    double high[2 * STAGE_FRAMES + 8];

    if (!c->on)
        return;
    split(state, c, bus, high, frames);
    memset(high + 2 * frames, 0, 6 * sizeof *high); /* the last four may be a part of four */
    for (uint32_t n = 0; n < frames; n += 4) {
        state->reduction =
            compress(c, state->reduction, high + 2 * n, frames - n < 4 ? frames - n : 4);
        state->greatest = max_of(state->greatest, state->reduction);
    }
    for (uint32_t n = 0; n < 2 * frames; n += 2)
        pair_store(bus + n, pair_load(bus + n) + pair_load(high + n));
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
                                     .reduction_db = reduction_db };
