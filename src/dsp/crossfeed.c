/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crossfeed.h"

#include "lanes.h"

/* The crossing part, as it was a while ago: third-order Lagrange between four frames. */
INLINE pair delayed(struct crossfeed *state, const struct crossfeed_coefs *c, uint32_t at, pair now)
{
    enum { MASK = CROSSFEED_LINE - 1 };
    uint32_t from = at - c->delay;
    pair sum = pair_of(0);

    pair_store(state->line[at & MASK], now);
    for (uint32_t k = 0; k < 4; k++)
        sum = pair_fma(pair_of(c->tap[k]), pair_load(state->line[(from - k) & MASK]), sum);
    return sum;
}

/* One loop for all modes; mode and delay are constants where it is called. */
INLINE void run_mode(struct crossfeed *state, const struct crossfeed_coefs *c, double *bus,
                     uint32_t frames, uint32_t mode, int with_delay)
{
    pair in = pair_load(state->in), direct = pair_load(state->direct);
    pair cross = pair_load(state->cross), allpass = pair_load(state->allpass);
    const pair dp = pair_of(c->dp), d1 = pair_of(c->d1), cp = pair_of(c->cp);
    const pair a = pair_of(c->allpass), rest = 1 - a * a;
    const double d0 = c->d0, c0 = c->c0;
    uint32_t at = state->at;

    for (uint32_t n = 0; n < frames; n++) {
        pair now = pair_load(bus + 2 * n), own, other;

        cross = pair_fma(cp, cross, c0 * now);
        other = cross;
        if (with_delay)
            other = delayed(state, c, at++, cross);
        if (mode == CROSSFEED_BS2B) {
            own = direct = pair_fma(dp, direct, pair_fma(d1, in, d0 * now));
            in = now;
        } else if (mode == CROSSFEED_CLASSIC) {
            own = now - cross;
            other = pair_fma(a, cross, allpass);
            allpass = pair_fma(-a, allpass, rest * cross);
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

static void adapt(void *state, const void *from_coefs, const void *to_coefs)
{
    const struct crossfeed_coefs *from = from_coefs;

    (void)to_coefs;
    if (!from->on)
        memset(state, 0, sizeof(struct crossfeed)); /* its past is old */
}

/* The sound is not late, but what crosses is until its line has filled. */
static uint32_t latency(const void *stage_coefs)
{
    const struct crossfeed_coefs *c = stage_coefs;

    return c->delayed ? c->delay + 3 : 0;
}

const struct stage FORM(crossfeed) = { .state_bytes = sizeof(struct crossfeed),
                                       .coefs_bytes = sizeof(struct crossfeed_coefs),
                                       .run = run,
                                       .adapt = adapt,
                                       .latency = latency };
