/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "volume.h"

static void run(void *stage_state, const void *stage_coefs, double *bus, uint32_t frames)
{
    const struct volume_coefs *c = stage_coefs;
    struct volume *state = stage_state;

    FORM(eq).run(&state->loudness, &c->loudness, bus, frames);
    FORM(gain).run(NULL, &c->gain, bus, frames);
}

static void adapt(void *stage_state, const void *from_coefs, const void *to_coefs)
{
    const struct volume_coefs *from = from_coefs, *to = to_coefs;
    struct volume *state = stage_state;

    eq_adapt(&state->loudness, &from->loudness, &to->loudness);
}

const struct stage FORM(volume) = { .state_bytes = sizeof(struct volume),
                                    .coefs_bytes = sizeof(struct volume_coefs),
                                    .run = run,
                                    .adapt = adapt };
