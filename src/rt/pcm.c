/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pcm_private.h"

#include <errno.h>

static const int64_t ms = 1000000;
static const int64_t stall_ms = 500;
static const uint32_t storm_max = 20; /* xruns in ten seconds */

RT static enum pcm_end end(struct pcm *pcm, long error, enum pcm_end why)
{
    pcm->error = (int)-error;
    return why;
}

/* Prepared: its count is zero again. Position numbers go on, so nothing old fits by accident. */
RT enum pcm_end pcm_start(struct pcm *pcm, int64_t now_ns)
{
    long result = 0;

    pcm->base += pcm->moved;
    pcm->moved = 0;
    pcm->pending = 0;
    pcm->seen = pcm->base;
    pcm->epoch++;
    pcm->broken = pcm->segment.id;
    fade_init(&pcm->fade, 0);
    clock_reanchor(&pcm->clock);
    pcm->progress_ns = now_ns;
    if (pcm->asrc->config.direction == ASRC_PLAYBACK)
        result = pcm_prefill(pcm);
    if (result >= 0)
        result = pcm->ops->start(pcm->card);
    if (result < 0)
        return end(pcm, result, PCM_GONE);
    return PCM_GOES_ON;
}

RT static enum pcm_end restart(struct pcm *pcm, long error, int64_t now_ns)
{
    int result;

    pcm->status.xruns++;
    if (now_ns - pcm->storm_ns > 10000 * ms) {
        pcm->storm_ns = now_ns;
        pcm->storm_xruns = 0;
    }
    if (++pcm->storm_xruns > storm_max)
        return end(pcm, error, PCM_STORM);
    result = pcm->ops->prepare(pcm->card);
    if (result < 0)
        return end(pcm, result, PCM_GONE);
    return pcm_start(pcm, now_ns);
}

RT enum pcm_end pcm_mend(struct pcm *pcm, long error, int64_t now_ns)
{
    switch (-error) {
    case EAGAIN:
    case EINTR:
        return PCM_GOES_ON;
    case EPIPE:
        return restart(pcm, error, now_ns);
    case ESTRPIPE:
        return end(pcm, error, PCM_SUSPENDED);
    default:
        return end(pcm, error, PCM_GONE);
    }
}

RT enum pcm_end pcm_seen(struct pcm *pcm, int64_t position, int64_t time_ns, int64_t now_ns)
{
    if (position > pcm->seen) { /* a start-up delay is not drift: nothing counts before it moves */
        clock_observe(&pcm->clock, time_ns, position);
        pcm->progress_ns = now_ns;
        pcm->seen = position;
    } else if (now_ns - pcm->progress_ns > stall_ms * ms) {
        return end(pcm, -ETIME, PCM_STALLED);
    }
    return PCM_GOES_ON;
}

RT void pcm_publish(struct pcm *pcm, const struct asrc_card *card, int64_t now_ns)
{
    struct asrc_card news = *card;

    news.line = pcm->clock.line;
    news.ppm = clock_ppm(&pcm->clock);
    news.epoch = pcm->epoch;
    news.broken = pcm->broken;
    news.locked = clock_locked(&pcm->clock);
    mbox_put(&pcm->asrc->card_box, &news);

    pcm->status.frames = pcm->seen;
    pcm->status.ppm = news.ppm;
    pcm->status.jitter_us = 1e6 * pcm->clock.sigma / pcm->config.rate_hz;
    pcm->status.beat_ns = now_ns;
    pcm->status.locked = news.locked;
    mbox_put(&pcm->status_box, &pcm->status);
}
