/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An ALSA PCM: found, opened, negotiated, closed; and the functions a pcm thread drives it by.
 *
 * card_open() and card_close() belong to the opener (they may block for long); the functions in
 * card_ops are realtime and belong to the pcm thread between the two.
 */
#ifndef CARD_H
#define CARD_H

#include "config.h"
#include "pcm.h"

#include <alsa/asoundlib.h>

enum { CARD_POLL_FDS = 4, CARD_REASON = 160 };

struct card {
    snd_pcm_t *pcm;
    enum sample_format format;
    uint32_t rate_hz, channels;
    uint32_t period_frames, buffer_frames;
    uint32_t step_frames;  /* by which the pointer moves at once: a period, a USB packet at least */
    uint32_t grain_frames; /* 1: it stamps its pointer; else stamps are of the call (plug-ins) */
    struct pollfd fds[CARD_POLL_FDS];
    int fd_count;
};

extern const struct pcm_card_ops card_ops; /* context: struct card */

/*
 * Opens the bridge's device for JACK's rate and period. Returns 0, or a negative errno with the
 * reason in words.
 */
int card_open(struct card *card, const struct bridge_settings *settings, uint32_t jack_rate_hz,
              uint32_t jack_period, char reason[CARD_REASON]);
void card_close(struct card *card); /* fine on a zeroed one */

/* libasound's own messages go to the log, as debug lines. Once, at start. */
void card_library_log(void);

#endif
