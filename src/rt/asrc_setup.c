/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What prepares an asrc and may allocate; asrc.c and its like are realtime. */
#include "asrc.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

int asrc_init(struct asrc *asrc, const struct asrc_config *config)
{
    double ratio = (double)config->card_rate_hz / config->jack_rate_hz;
    uint32_t card_period = (uint32_t)ceil(config->jack_period * ratio);
    uint32_t half_max = 2 * resamp_half(config->quality, fmax(ratio, 1 / ratio));
    int error;

    memset(&asrc->config, 0, sizeof *asrc - offsetof(struct asrc, config));
    if (config->lanes < 1 || config->lanes > EXTEND_CHANNELS || config->jack_period < 1 ||
        config->jack_period > 8192 || !(ratio >= 0.1 && ratio <= 10))
        return -EINVAL;
    asrc->config = *config;
    mbox_init(&asrc->card_box, sizeof(struct asrc_card));
    mbox_init(&asrc->segment_box, sizeof(struct asrc_segment));
    mbox_init(&asrc->status_box, sizeof(struct asrc_status));
    fade_init(&asrc->fade, 0);
    extend_init(&asrc->extend, config->lanes);
    asrc->margin_s = config->margin_s;

    asrc->input_max = 2 * (config->jack_period + card_period + half_max) + 64;
    asrc->output_max = asrc->input_max;
    asrc->input = calloc((size_t)asrc->input_max * config->lanes, sizeof *asrc->input);
    asrc->output = calloc((size_t)asrc->output_max * config->lanes, sizeof *asrc->output);
    error = resamp_init(&asrc->resamp, config->quality, config->lanes);
    if (!error)
        error = ring_init(&asrc->ring, config->lanes, 8 * (card_period + config->card_step) + 8192);
    if (!error && (!asrc->input || !asrc->output))
        error = -ENOMEM;
    if (error)
        asrc_finish(asrc);
    return error;
}

void asrc_finish(struct asrc *asrc)
{
    resamp_finish(&asrc->resamp);
    ring_finish(&asrc->ring);
    free(asrc->input);
    free(asrc->output);
    asrc->input = NULL;
    asrc->output = NULL;
}
