/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Peers one after the other: the listen path, then the strips of the headset and of the sub. */
#include "peer.h"

#include <stdlib.h>

struct line {
    float sound[2][PEER_FRAMES_MAX];
};

struct chain {
    struct peer_running part[PARTS];
    struct line line[2], headset[2], sub[2];
};

static void *open_chain(const struct peer *peer, const char **why)
{
    const struct chain_parts *parts = peer->what;
    struct chain *self = calloc(1, sizeof *self);

    *why = "no memory";
    for (int i = 0; self && i < PARTS; i++) {
        const struct peer *part = &parts->part[i];

        if (!part->host)
            continue;
        self->part[i].peer = part;
        self->part[i].self = part->host->open(part, why);
        if (!self->part[i].self)
            return NULL;
    }
    return self;
}

/* Through the parts from..to - 1 in two buffers, in turns. Where the sound is then. */
static int through(struct chain *self, int from, int to, const float *const in[2],
                   struct line line[2], uint32_t frames)
{
    const float *at[2] = { in[0], in[1] };
    int turn = 1;

    for (int i = from; i < to; i++) {
        if (!self->part[i].self)
            continue;
        turn = !turn;
        peer_run(&self->part[i], at, (float *[]){ line[turn].sound[0], line[turn].sound[1] },
                 frames);
        at[0] = line[turn].sound[0];
        at[1] = line[turn].sound[1];
    }
    return turn;
}

static void run(void *instance, const float *const in[2], float *const out[2], uint32_t frames)
{
    struct chain *self = instance;
    int turn = through(self, PART_COMPRESSOR, PART_STRIP_EQ, in, self->line, frames);
    const float *left = self->line[turn].sound[0], *right = self->line[turn].sound[1];
    const struct peer_running *limiter = &self->part[PART_STRIP_LIMITER];
    float *sub = self->sub[1].sound[0];

    for (uint32_t n = 0; n < frames; n++)
        sub[n] = 0.5f * (left[n] + right[n]);
    through(self, PART_SUB_EQ, PARTS, (const float *[]){ sub, sub }, self->sub, frames);
    turn = through(self, PART_STRIP_EQ, PART_STRIP_LIMITER, (const float *[]){ left, right },
                   self->headset, frames);
    peer_run(limiter,
             (const float *[]){ self->headset[turn].sound[0], self->headset[turn].sound[1] }, out,
             frames);
}

const struct peer_host peer_chain = { .open = open_chain, .run = run };
