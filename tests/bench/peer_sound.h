/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sound that is run through all: pink noise, other on each side, and a sine. */
#ifndef PEER_SOUND_H
#define PEER_SOUND_H

#include "peer.h"

/* Makes it, and turns denormals off for this thread, as JACK does. */
void peer_sound_init(void);

/* `frames`, a multiple of the block, of the sound. */
void peer_sound_run(const struct peer_running *running, uint32_t block, uint32_t frames);

/* Opens the one of that name and runs it, in blocks of 64. 0, or 1 if there is none. */
int peer_sound_alone(const struct peer *table, int count, const char *name, int frames);

#endif
