/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What prepares a pcm and may allocate; pcm.c and its like are realtime. */
#include "pcm.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const double jitter_ns = 20e3; /* of time stamps, until it is learned */

int pcm_init(struct pcm *pcm, const struct pcm_config *config, struct asrc *asrc,
             const struct pcm_card_ops *ops, void *card)
{
    uint32_t lanes = asrc->config.lanes;

    memset(pcm, 0, sizeof *pcm);
    if (config->channels < 1 || config->channels > 8 || config->format >= SAMPLE_FORMATS ||
        !config->seed || !config->grain_frames || !config->buffer_frames)
        return -EINVAL;
    pcm->ops = ops;
    pcm->card = card;
    pcm->config = *config;
    pcm->asrc = asrc;
    pcm->dither.state = config->seed;
    pcm->block_frames = 512;
    mbox_init(&pcm->status_box, sizeof(struct pcm_status));
    clock_init(&pcm->clock, config->rate_hz, jitter_ns, config->grain_frames, config->prior_ppm);
    fade_init(&pcm->fade, 0);
    extend_init(&pcm->extend, lanes);
    pcm->block = calloc((size_t)pcm->block_frames * lanes, sizeof *pcm->block);
    pcm->bytes = calloc((size_t)pcm->block_frames * config->channels, sample_bytes(config->format));
    if (!pcm->block || !pcm->bytes) {
        pcm_finish(pcm);
        return -ENOMEM;
    }
    return 0;
}

void pcm_finish(struct pcm *pcm)
{
    free(pcm->block);
    free(pcm->bytes);
    pcm->block = NULL;
    pcm->bytes = NULL;
}
