/* SPDX-License-Identifier: GPL-3.0-or-later */
/* card -> ring -> resampler -> JACK */
#include "asrc_private.h"

#include <math.h>
#include <string.h>

/* Card position of the oldest frame in the ring. */
RT static int64_t ring_head(const struct asrc *asrc)
{
    uint32_t ahead = ring_read_number(&asrc->ring) - asrc->card.ring_number;

    return asrc->card.position + (int32_t)ahead;
}

/* Throws away what is older than `position`. */
RT static void drop_until(struct asrc *asrc, int64_t position)
{
    int64_t old = position - ring_head(asrc);

    if (old > 0)
        ring_read(&asrc->ring, NULL, old > UINT32_MAX / 2 ? UINT32_MAX / 2 : (uint32_t)old);
}

/* Real frames for the resampler, from card position `position` on; returns how many there were. */
RT static uint32_t fetch(struct asrc *asrc, int64_t position, uint32_t frames)
{
    uint32_t got;

    drop_until(asrc, position);
    if (ring_head(asrc) > position)
        return 0; /* lost on the way here, or not yet to be had */
    got = ring_read(&asrc->ring, asrc->input, frames);
    extend_remember(&asrc->extend, asrc->input, got);
    return got;
}

/* Frames that never came: the sound goes on by itself while the fade is up, then silence. */
RT static void invent(struct asrc *asrc, uint32_t from, uint32_t frames)
{
    float *to = asrc->input + (size_t)from * asrc->config.lanes;

    if (asrc->fade.now > 0 || fade_moving(&asrc->fade))
        extend_run(&asrc->extend, to, frames - from);
    else
        memset(to, 0, (size_t)(frames - from) * asrc->config.lanes * sizeof *to);
}

/* Real sound again, once the fade is down and the ring holds all that is needed. */
RT static void recover(struct asrc *asrc, int64_t position, uint32_t frames)
{
    if (asrc->fade.now > 0 || fade_moving(&asrc->fade) || asrc->phase != ASRC_LIVE)
        return;
    drop_until(asrc, position);
    if (ring_head(asrc) > position || ring_readable(&asrc->ring) < frames)
        return;
    asrc->inventing = false;
    asrc->hold = 2 * resamp_half(asrc->config.quality, 1); /* until the filter is full of it */
    asrc_fade(asrc, 1);
}

RT static void feed(struct asrc *asrc, const struct asrc_cycle *cycle, uint32_t frames)
{
    int64_t position = asrc->origin + asrc->resamp.fed;
    uint32_t got = 0;

    if (asrc->inventing)
        recover(asrc, position, frames);
    if (!asrc->inventing) {
        if (asrc->phase == ASRC_LIVE) { /* when leaving, what comes may not belong together */
            got = fetch(asrc, position, frames);
            if (got == frames)
                return;
            asrc_was_late(asrc, cycle);
        }
        extend_start(&asrc->extend);
        asrc->inventing = true;
        asrc_fade(asrc, 0);
    }
    invent(asrc, got, frames);
}

/* The ring was full: what is left in it is older than the card's numbers make it. */
RT static bool lost_some(const struct asrc *asrc)
{
    return atomic_load_explicit(&asrc->ring.lost, memory_order_relaxed) != asrc->lost_seen;
}

RT static void begin(struct asrc *asrc, const struct asrc_cycle *cycle)
{
    double ratio, now;
    int64_t first;

    if (lost_some(asrc) || asrc->stale || !asrc_ready(asrc, cycle)) {
        asrc->lost_seen = atomic_load_explicit(&asrc->ring.lost, memory_order_relaxed);
        asrc->stale |= ring_read(&asrc->ring, NULL, ring_readable(&asrc->ring)) > 0;
        return;
    }
    ratio = asrc_ratio(asrc, cycle);
    now = asrc_card_now(asrc, cycle);
    first = (int64_t)floor(now - asrc_target(&asrc->config, asrc->margin_s) * ratio);
    drop_until(asrc, first);
    if (ring_head(asrc) > first)
        return; /* the ring does not reach back that far yet */
    resamp_reset(&asrc->resamp);
    asrc->origin = first;
    asrc->hold = 0;
    asrc_begin(asrc, cycle);
}

RT static void make(struct asrc *asrc, const struct asrc_cycle *cycle)
{
    double ratio = asrc_ratio(asrc, cycle);
    double position = (double)asrc->origin + asrc->resamp.position;
    double latency = (asrc_card_now(asrc, cycle) - position) / ratio;
    double step = ratio * asrc_correction(asrc, cycle, latency - asrc->target);
    uint32_t need = resamp_need(&asrc->resamp, step, cycle->frames);

    if (need > asrc->input_max)
        need = asrc->input_max; /* a ratio that is none, while leaving */
    feed(asrc, cycle, need);
    resamp_run(&asrc->resamp, step, asrc->input, need, asrc->output, cycle->frames);
    asrc->origin += resamp_rebase(&asrc->resamp);
    asrc_apply_gain(asrc, cycle->frames);
}

RT void asrc_capture(struct asrc *asrc, const struct asrc_cycle *cycle, float *const lane[])
{
    uint32_t lanes = asrc->config.lanes;

    for (uint32_t c = 0; c < lanes; c++)
        memset(lane[c], 0, cycle->frames * sizeof **lane);
    if (!asrc_awake(asrc, cycle))
        return;
    if (lost_some(asrc) || !asrc_ready(asrc, cycle))
        asrc_leave(asrc);
    if (asrc->phase == ASRC_SILENT)
        begin(asrc, cycle);
    if (asrc->phase != ASRC_SILENT) {
        make(asrc, cycle);
        for (uint32_t i = 0; i < cycle->frames; i++)
            for (uint32_t c = 0; c < lanes; c++)
                lane[c][i] = asrc->output[i * lanes + c];
    }
    asrc_settle(asrc, cycle);
}
