/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the two directions of an asrc share. */
#ifndef ASRC_PRIVATE_H
#define ASRC_PRIVATE_H

#include "asrc.h"

enum { ASRC_FADE_MS = 5 };

/* Raised-cosine ramp of ASRC_FADE_MS on the resampler's output. */
RT void asrc_fade(struct asrc *asrc, float gain);

/* Both clocks can be trusted, and their ratio is one that clocks have. */
RT bool asrc_ready(const struct asrc *asrc, const struct asrc_cycle *cycle);

/* Fades out, then silent. */
RT void asrc_leave(struct asrc *asrc);

/* News from the pcm thread, orders from the opener, a jump of either clock. False: nothing to do
 * in this cycle but silence. */
RT bool asrc_awake(struct asrc *asrc, const struct asrc_cycle *cycle);

/* Card frames per JACK frame, as estimated. */
RT double asrc_ratio(const struct asrc *asrc, const struct asrc_cycle *cycle);

/* The card's count when the cycle's first frame passed JACK. */
RT double asrc_card_now(const struct asrc *asrc, const struct asrc_cycle *cycle);

/* Takes the present deviation, returns the factor for the step; restarts the account when it is
 * beyond mending. While the sound is held back the deviation goes at once, later in seconds. */
RT double asrc_correction(struct asrc *asrc, const struct asrc_cycle *cycle, double error);

/* The other end was late; too often, and the margin doubles. */
RT void asrc_was_late(struct asrc *asrc, const struct asrc_cycle *cycle);

/* The account begins; asrc->hold is what must be kept silent anyway. */
RT void asrc_begin(struct asrc *asrc, const struct asrc_cycle *cycle);

/* Silence for as long as is held, then the fade, over what the resampler has made. */
RT void asrc_apply_gain(struct asrc *asrc, uint32_t frames);

/* Ends a cycle: has the fade come down, tells the daemon. */
RT void asrc_settle(struct asrc *asrc, const struct asrc_cycle *cycle);

#endif
