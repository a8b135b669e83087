/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the capture and the playback step share. */
#ifndef PCM_PRIVATE_H
#define PCM_PRIVATE_H

#include "pcm.h"

/* Sorts a card's error: PCM_GOES_ON when the stream has been put right again. */
RT enum pcm_end pcm_mend(struct pcm *pcm, long error, int64_t now_ns);

/* Notes where the card stands; ends the stream when it has not moved for too long. */
RT enum pcm_end pcm_seen(struct pcm *pcm, int64_t position, int64_t time_ns, int64_t now_ns);

/* Tells the callback and the daemon. */
RT void pcm_publish(struct pcm *pcm, const struct asrc_card *card, int64_t now_ns);

/* Playback: silence into a card that was prepared, so that it can start. */
RT long pcm_prefill(struct pcm *pcm);

#endif
