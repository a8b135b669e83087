/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pcm_private.h"

/* Everything there is, whole blocks into the ring. Returns frames read or an error. */
RT static long drain(struct pcm *pcm, long available)
{
    uint32_t lanes = pcm->asrc->config.lanes;
    long total = 0;

    while (total < available) {
        long want = available - total;
        long got;

        if (want > (long)pcm->block_frames)
            want = pcm->block_frames;
        got = pcm->ops->read(pcm->card, pcm->bytes, (unsigned long)want);
        if (got < 0)
            return got;
        if (got == 0)
            break;
        sample_get(pcm->block, lanes, pcm->bytes, pcm->config.format, pcm->config.channels,
                   (uint32_t)got);
        ring_write(&pcm->asrc->ring, pcm->block, (uint32_t)got); /* lost ones are counted there */
        pcm->moved += got;
        total += got;
    }
    return total;
}

RT enum pcm_end pcm_capture_step(struct pcm *pcm, int64_t now_ns)
{
    struct asrc_card card = { 0 };
    int64_t time_ns = now_ns;
    long available = pcm->ops->look(pcm->card, &time_ns);
    long taken = available;
    enum pcm_end why = PCM_GOES_ON;

    if (available >= 0) {
        why = pcm_seen(pcm, pcm->base + pcm->moved + available, time_ns, now_ns);
        taken = drain(pcm, available);
    }
    if (taken < 0)
        why = pcm_mend(pcm, taken, now_ns);
    if (why != PCM_GOES_ON)
        return why;
    pcm->status.fill_frames = (int32_t)(taken > 0 ? taken : 0);
    card.ring_number = ring_write_number(&pcm->asrc->ring);
    card.position = pcm->base + pcm->moved;
    pcm_publish(pcm, &card, now_ns);
    return PCM_GOES_ON;
}
