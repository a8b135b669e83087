/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pcm_private.h"

#include <errno.h>
#include <string.h>

static const int64_t ms = 1000000;
static const double guard = 0.02;      /* of the margin: so little left, and nobody posts: act */
static const int64_t kick_timeout = 3; /* JACK periods without a post: JACK stands still */
static const uint32_t deep_ms = 10;    /* of silence ahead while JACK stands still */

RT static uint32_t frames_of(const struct pcm *pcm, double seconds)
{
    return (uint32_t)(pcm->config.rate_hz * seconds);
}

RT static uint32_t guard_frames(const struct pcm *pcm)
{
    return frames_of(pcm, guard * pcm->asrc->config.margin_s);
}

RT static int64_t written(const struct pcm *pcm)
{
    return pcm->base + pcm->moved;
}

/* What the card must hold: until the next post, or for some milliseconds when none is expected. */
RT static uint32_t pad_level(const struct pcm *pcm, int64_t now_ns)
{
    const struct asrc_config *config = &pcm->asrc->config;
    uint32_t level = asrc_card_fill(config, config->margin_s) + frames_of(pcm, 0.5e-3);
    int64_t period_ns = 1000 * ms * config->jack_period / config->jack_rate_hz;

    if (!clock_locked(&pcm->clock)) /* then its count is all we know, and that may be a step old */
        level += config->card_step;
    if (now_ns - pcm->kicked_ns > kick_timeout * period_ns)
        level += frames_of(pcm, 1e-3 * deep_ms);
    return level < pcm->config.buffer_frames ? level : pcm->config.buffer_frames;
}

/* Offers the card what it has not taken yet. 1: it has taken all; 0: not all; or an error. */
RT static long offer(struct pcm *pcm)
{
    size_t frame = (size_t)pcm->config.channels * sample_bytes(pcm->config.format);

    while (pcm->pending) {
        long done = pcm->ops->write(pcm->card, pcm->bytes + pcm->pending_at * frame, pcm->pending);

        if (done <= 0)
            return done == -EAGAIN ? 0 : done;
        pcm->moved += done;
        pcm->pending -= (uint32_t)done;
        pcm->pending_at += (uint32_t)done;
    }
    return 1;
}

RT static long put(struct pcm *pcm, uint32_t frames)
{
    sample_put(pcm->bytes, pcm->config.format, pcm->config.channels, pcm->block,
               pcm->asrc->config.lanes, frames, &pcm->dither);
    pcm->pending = frames;
    pcm->pending_at = 0;
    return offer(pcm);
}

RT static uint32_t smaller(int64_t a, uint32_t b)
{
    return a < (int64_t)b ? (uint32_t)a : b;
}

/* Frames that nobody posted: what was playing goes on under a fade, then silence. As offer(). */
RT static long pad(struct pcm *pcm, int64_t frames)
{
    long result = 1;

    while (frames > 0 && result > 0) {
        uint32_t count = smaller(frames, pcm->block_frames);

        if (pcm->fade.now > 0 || fade_moving(&pcm->fade)) {
            extend_run(&pcm->extend, pcm->block, count);
            fade_run(&pcm->fade, pcm->block, pcm->block, count, pcm->asrc->config.lanes);
        } else {
            memset(pcm->block, 0, (size_t)count * pcm->asrc->config.lanes * sizeof *pcm->block);
        }
        result = put(pcm, count);
        frames -= count;
    }
    return result;
}

/* The segment runs dry: it ends here, and the callback will begin another. */
RT static void break_off(struct pcm *pcm)
{
    if (pcm->broken == pcm->segment.id)
        return;
    pcm->broken = pcm->segment.id;
    pcm->status.padded++;
    extend_start(&pcm->extend);
    fade_init(&pcm->fade, 1);
    fade_to(&pcm->fade, 0, frames_of(pcm, 5e-3));
}

/* A new segment: what is left of the old one in the ring is not for the card. */
RT static void take_segment(struct pcm *pcm)
{
    uint32_t old;

    if (!mbox_take(&pcm->asrc->segment_box, &pcm->segment))
        return;
    old = pcm->segment.ring_number - ring_read_number(&pcm->asrc->ring);
    if ((int32_t)old > 0)
        ring_read(&pcm->asrc->ring, NULL, old);
}

/* Ring frames to their places: silence up to the first, nothing of what is late. As offer(). */
RT static long write_segment(struct pcm *pcm, int64_t room)
{
    struct ring *ring = &pcm->asrc->ring;
    uint32_t from_start = ring_read_number(ring) - pcm->segment.ring_number;
    int64_t gap;
    long result = 1;

    pcm->segment.position += from_start; /* kept beside the reader: 32 bits wrap in a day */
    pcm->segment.ring_number += from_start;
    gap = pcm->segment.position - written(pcm);
    if (pcm->broken == pcm->segment.id || !ring_readable(ring))
        return 1;
    if (gap < 0)
        ring_read(ring, NULL, smaller(-gap, ring_readable(ring)));
    if (gap > 0) {
        result = pad(pcm, gap < room ? gap : room);
        room -= gap;
    }
    while (result > 0 && room > 0 && ring_readable(ring)) {
        uint32_t count = ring_read(ring, pcm->block, smaller(room, pcm->block_frames));

        extend_remember(&pcm->extend, pcm->block, count);
        result = put(pcm, count);
        room -= count;
    }
    return result;
}

RT long pcm_prefill(struct pcm *pcm)
{
    pcm->kicked_ns = pcm->progress_ns; /* as if JACK had just posted: no deeper than need be */
    return pad(pcm, pad_level(pcm, pcm->progress_ns));
}

/* What the card holds. Its own count may stand still for a millisecond; the line does not. */
RT static int64_t fill_level(const struct pcm *pcm, long room, int64_t now_ns)
{
    int64_t counted = (int64_t)pcm->config.buffer_frames - room;
    int64_t estimated = written(pcm) - (int64_t)clock_count_at(&pcm->clock.line, now_ns);

    return clock_locked(&pcm->clock) && estimated < counted ? estimated : counted;
}

/* Sound first; then, where the sound has ended or ends now, silence. */
RT static long fill(struct pcm *pcm, long room, int64_t now_ns)
{
    int64_t before = pcm->moved, missing;
    long result = offer(pcm);

    take_segment(pcm);
    if (result > 0)
        result = write_segment(pcm, room - (pcm->moved - before));
    room -= pcm->moved - before;
    missing = pad_level(pcm, now_ns) - fill_level(pcm, room, now_ns);
    if (pcm->broken != pcm->segment.id && fill_level(pcm, room, now_ns) <= guard_frames(pcm))
        break_off(pcm);
    if (result > 0 && pcm->broken == pcm->segment.id && missing > 0)
        result = pad(pcm, missing < room ? missing : room);
    return result;
}

RT enum pcm_end pcm_playback_step(struct pcm *pcm, int64_t now_ns, bool kicked)
{
    struct asrc_card card = { 0 };
    int64_t time_ns = now_ns, before = pcm->moved, level = 0;
    long room = pcm->ops->look(pcm->card, &time_ns);
    long result = room;
    enum pcm_end why = PCM_GOES_ON;

    if (kicked)
        pcm->kicked_ns = now_ns;
    if (room >= 0) {
        why = pcm_seen(pcm, written(pcm) - (pcm->config.buffer_frames - room), time_ns, now_ns);
        result = fill(pcm, room, now_ns);
        level = fill_level(pcm, room - (pcm->moved - before), now_ns);
        pcm->full = room <= pcm->moved - before;
    }
    if (result < 0)
        why = pcm_mend(pcm, result, now_ns);
    if (why != PCM_GOES_ON)
        return why;
    pcm->status.fill_frames = (int32_t)level;
    pcm->wake_ns = now_ns + (level - guard_frames(pcm)) * 1000 * ms / pcm->config.rate_hz;
    card.position = written(pcm);
    pcm_publish(pcm, &card, now_ns);
    return PCM_GOES_ON;
}

RT int64_t pcm_playback_wake(const struct pcm *pcm, int64_t now_ns)
{
    int64_t latest = now_ns + 5 * ms;    /* the card is looked at often enough */
    int64_t earliest = now_ns + ms / 20; /* never a busy loop, whatever the card says */
    int64_t wake_ns = pcm->wake_ns < latest ? pcm->wake_ns : latest;

    if (pcm->full) /* nothing could be done about its fill; it may be frozen */
        return latest;
    return wake_ns > earliest ? wake_ns : earliest;
}
