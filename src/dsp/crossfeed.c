/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crossfeed.h"

#include "lanes.h"

/* The crossing part, as it was a while ago: third-order Lagrange between four frames. */
INLINE pair delayed(struct crossfeed *state, const struct crossfeed_coefs *c, uint32_t at, pair now)
{
    enum { MASK = CROSSFEED_LINE - 1 };
    uint32_t from = at - c->delay;

    pair_store(state->line[at & MASK], now);
    return c->tap[0] * pair_load(state->line[from & MASK]) +
           c->tap[1] * pair_load(state->line[(from - 1) & MASK]) +
           c->tap[2] * pair_load(state->line[(from - 2) & MASK]) +
           c->tap[3] * pair_load(state->line[(from - 3) & MASK]);
}

/* One loop for all modes; mode and delay are constants where it is called. */
INLINE void run_mode(struct crossfeed *state, const struct crossfeed_coefs *c, double *bus,
                     uint32_t frames, uint32_t mode, int with_delay)
{
    pair in = pair_load(state->in), direct = pair_load(state->direct);
    pair cross = pair_load(state->cross), allpass = pair_load(state->allpass);
    const double d0 = c->d0, d1 = c->d1, dp = c->dp, c0 = c->c0, cp = c->cp, a = c->allpass;
    uint32_t at = state->at;

    for (uint32_t n = 0; n < frames; n++) {
        pair now = pair_load(bus + 2 * n), own = now, other;

        cross = cp * cross + c0 * now;
        other = cross;
        if (with_delay)
            other = delayed(state, c, at++, cross);
        if (mode == CROSSFEED_BS2B) {
            own = direct = dp * direct + (d1 * in + d0 * now);
            in = now;
        } else if (mode == CROSSFEED_CLASSIC) {
            own = now - cross;
            other = a * cross + allpass;
            allpass = (1 - a * a) * cross - a * allpass;
        } else {
            own = now - other;
        }
        pair_store(bus + 2 * n, own + pair_swap(other));
    }
    pair_store(state->in, in);
    pair_store(state->direct, direct);
    pair_store(state->cross, cross);
    pair_store(state->allpass, allpass);
    state->at = at;
}

static void run(void *stage_state, const void *stage_coefs, double *bus, uint32_t frames)
{
    struct crossfeed *state = stage_state;
    const struct crossfeed_coefs *c = stage_coefs;

    if (!c->on)
        return;
    if (c->mode == CROSSFEED_CLASSIC)
        run_mode(state, c, bus, frames, CROSSFEED_CLASSIC, 0);
    else if (c->mode == CROSSFEED_BS2B && c->delayed)
        run_mode(state, c, bus, frames, CROSSFEED_BS2B, 1);
    else if (c->mode == CROSSFEED_BS2B)
        run_mode(state, c, bus, frames, CROSSFEED_BS2B, 0);
    else if (c->delayed)
        run_mode(state, c, bus, frames, CROSSFEED_COMPLEMENTARY, 1);
    else
        run_mode(state, c, bus, frames, CROSSFEED_COMPLEMENTARY, 0);
}

const struct stage FORM(crossfeed) = { .state_bytes = sizeof(struct crossfeed),
                                       .coefs_bytes = sizeof(struct crossfeed_coefs),
                                       .run = run };
