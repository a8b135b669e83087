/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate.h"

#include "level.h"
#include "line.h"

/* The gain after one more frame of this peak. */
INLINE double follow(struct key *key, const struct gate_coefs *c, double peak)
{
    double target, speed;

    key->level = max_of(peak, c->decay * key->level);
    if (key->level >= c->open || (key->open && key->level >= c->close)) {
        key->open = 1;
        key->held = c->hold;
    } else if (key->held) {
        key->held--;
    } else {
        key->open = 0;
    }
    target = key->open ? c->opened : c->closed;
    speed = key->open ? c->attack : c->release;
    key->chase = target + speed * (key->chase - target);
    key->gain = key->chase + speed * (key->gain - key->chase);
    return key->gain;
}

/* The gains that a bus of `sound` asks for, on another bus or on its own. */
INLINE void run_key(struct key *key, const struct gate_coefs *c, const double *sound, double *bus,
                    uint32_t frames)
{
    struct key mine = *key;
    double row[ROW];

    peak_row(sound, row, frames);
    for (uint32_t n = 0; n < frames; n++) {
        row[n] = follow(&mine, c, row[n]);
        mine.least = min_of(mine.least, row[n]);
    }
    exp2_row(row, frames);
    gain_row(bus, row, frames);
    *key = mine;
}

static void run(void *stage_state, const void *stage_coefs, double *bus, uint32_t frames)
{
    struct gate *state = stage_state;
    const struct gate_coefs *c = stage_coefs;
    double sound[2 * STAGE_FRAMES];

    if (!c->on)
        return;
    memcpy(sound, bus, 2 * frames * sizeof *bus);
    line_run(state->line, c->lookahead, &state->at, bus, frames);
    run_key(&state->key, c, sound, bus, frames);
}

static void adapt(void *stage_state, const void *from_coefs, const void *to_coefs)
{
    const struct gate_coefs *from = from_coefs, *to = to_coefs;
    struct gate *state = stage_state;

    if (!from->on)
        memset(state, 0, sizeof *state); /* its past is old */
    if (from->lookahead != to->lookahead)
        state->at = 0;
}

static uint32_t latency(const void *stage_coefs)
{
    const struct gate_coefs *c = stage_coefs;

    return c->on ? c->lookahead : 0;
}

static double reduction_db(void *stage_state, const void *stage_coefs)
{
    struct gate *state = stage_state;

    (void)stage_coefs;
    return key_reduction_db(&state->key);
}

const struct stage FORM(gate) = { .state_bytes = sizeof(struct gate),
                                  .coefs_bytes = sizeof(struct gate_coefs),
                                  .run = run,
                                  .adapt = adapt,
                                  .latency = latency,
                                  .reduction_db = reduction_db };

void FORM(ducking_run)(struct key *key, const struct gate_coefs *c, const double *talk, double *bus,
                       uint32_t frames)
{
    run_key(key, c, talk, bus, frames);
}
