/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the simulated headset offers, as words: `config key=value` and the options of the command
 * line both end here.
 */
#ifndef HEADSET_CONFIG_H
#define HEADSET_CONFIG_H

#include "headset_shm.h"

#include <stddef.h>

/* 48 kHz, S16_LE, stereo out, mono in, periods from 16 frames, buffers up to 65536. */
void headset_config_init(struct headset_offer offer[HEADSET_DIRECTIONS]);

/*
 * Keys: rate, format, channels, min_period, max_buffer (frames); each also with out_ or in_ in
 * front for one direction. The first three take a list "44100,48000"; channels 0 is a direction
 * that the device does not have. False, and a sentence in `why`, when the key or value is refused;
 * the offer is untouched then.
 */
bool headset_config_set(struct headset_offer offer[HEADSET_DIRECTIONS], const char *key,
                        const char *value, char *why, size_t why_size);

#endif
