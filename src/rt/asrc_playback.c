/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JACK -> resampler -> ring -> card */
#include "asrc_private.h"

#include <math.h>
#include <string.h>

/* Silence ahead of the first block, so that even a block shorter than the filter yields sound. */
RT static uint32_t lead_in(const struct asrc *asrc, const struct asrc_cycle *cycle)
{
    return resamp_half(asrc->config.quality, 1 / asrc_ratio(asrc, cycle)) + 2;
}

RT static void begin(struct asrc *asrc, const struct asrc_cycle *cycle)
{
    double ratio = asrc_ratio(asrc, cycle), now = asrc_card_now(asrc, cycle);
    uint32_t lead = lead_in(asrc, cycle);
    double ahead = (asrc_target(&asrc->config, asrc->margin_s) - lead) * ratio;
    int64_t padded;

    resamp_reset(&asrc->resamp);
    asrc->origin = cycle->frame - lead;
    asrc->position = (int64_t)ceil(now + ahead);
    asrc->segment.id++;
    asrc->segment.position = asrc->position;
    asrc->segment.ring_number = ring_write_number(&asrc->ring);
    mbox_put(&asrc->segment_box, &asrc->segment);

    /* The thread has padded the card with silence up to card.position, perhaps a millisecond more
     * by now: nothing of that can be taken back, so the fade begins behind it. */
    padded = asrc->card.position - asrc->position + asrc->config.card_rate_hz / 1000;
    asrc->hold = padded > 0 ? (uint32_t)padded : 0;
    asrc_begin(asrc, cycle);
}

/* Interleaves the cycle behind what already stands in the input buffer. */
RT static void interleave(struct asrc *asrc, const float *const lane[], uint32_t at,
                          uint32_t frames)
{
    uint32_t lanes = asrc->config.lanes;
    float *to = asrc->input + (size_t)at * lanes;

    for (uint32_t i = 0; i < frames; i++)
        for (uint32_t c = 0; c < lanes; c++)
            *to++ = lane[c][i];
}

RT static void make(struct asrc *asrc, const struct asrc_cycle *cycle, const float *const lane[],
                    uint32_t lead)
{
    double ratio = asrc_ratio(asrc, cycle);
    double waiting = ((double)asrc->position - asrc_card_now(asrc, cycle)) / ratio;
    double spent = (double)(cycle->frame - asrc->origin) - asrc->resamp.position;
    double step = asrc_correction(asrc, cycle, waiting + spent - asrc->target) / ratio;
    uint32_t input = lead + cycle->frames;
    uint32_t output = resamp_yield(&asrc->resamp, step, input);

    if (output > asrc->output_max)
        output = asrc->output_max; /* cannot be */
    if (!output)
        return;
    interleave(asrc, lane, lead, cycle->frames);
    resamp_run(&asrc->resamp, step, asrc->input, input, asrc->output, output);
    asrc->origin += resamp_rebase(&asrc->resamp);
    asrc_apply_gain(asrc, output);
    asrc->position += output;
    asrc->lived += output;
    if (!ring_write(&asrc->ring, asrc->output, output))
        asrc->phase = ASRC_SILENT; /* nobody reads; the card stands still */
}

RT void asrc_play(struct asrc *asrc, const struct asrc_cycle *cycle, const float *const lane[])
{
    uint32_t lead = 0;

    if (!asrc_awake(asrc, cycle))
        return;
    if (!asrc_ready(asrc, cycle))
        asrc->phase = ASRC_SILENT; /* no more is posted; the thread fades it out */
    if (asrc->phase != ASRC_SILENT && asrc->card.broken == asrc->segment.id) {
        if (asrc->phase == ASRC_LIVE && asrc->lived > asrc->config.card_rate_hz / 50)
            asrc_was_late(asrc, cycle); /* once for each cause */
        asrc->broken_ns = asrc->card.line.time_ns;
        asrc->phase = ASRC_SILENT; /* the thread has faded it out */
    }
    if (asrc->phase == ASRC_SILENT && asrc_ready(asrc, cycle) &&
        asrc->card.line.time_ns > asrc->broken_ns && /* it moves again */
        atomic_load_explicit(&asrc->command, memory_order_relaxed) == ASRC_ON) {
        begin(asrc, cycle);
        lead = lead_in(asrc, cycle);
        memset(asrc->input, 0, (size_t)lead * asrc->config.lanes * sizeof *asrc->input);
    }
    if (asrc->phase != ASRC_SILENT)
        make(asrc, cycle, lane, lead);
    asrc_settle(asrc, cycle);
}
