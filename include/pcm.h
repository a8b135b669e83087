/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A pcm thread's step: what it does each time it wakes, between an open card and the ring of an
 * asrc. The thread around it only waits; time comes in as an argument and the card through a small
 * table of functions, so a simulator runs the same code.
 *
 * Capture takes everything the card has at each wake. Playback is driven by data: the JACK callback
 * posts, the thread writes at once, so the latency is the fill and not a number of periods. Frames
 * are put at their card positions: early ones wait behind silence, late ones are dropped.
 *
 * Without sound from the callback (JACK stalled or gone) the playback thread lets the sound go on
 * by itself, fades it out in 5 ms and then keeps the card fed with silence, so the card stays open.
 */
#ifndef PCM_H
#define PCM_H

#include "asrc.h"
#include "clock.h"
#include "extend.h"
#include "fade.h"
#include "rt.h"
#include "sample.h"

/* A card's functions; all return 0 or frames, or a negative errno as libasound does. */
struct pcm_card_ops {
    /* Frames that can be read or written now, and the CLOCK_MONOTONIC_RAW time of that count. */
    RT long (*look)(void *card, int64_t *time_ns);
    RT long (*read)(void *card, void *frames, unsigned long count);
    RT long (*write)(void *card, const void *frames, unsigned long count);
    RT int (*start)(void *card);   /* after prepare, and for playback some frames written */
    RT int (*prepare)(void *card); /* after an xrun */
};

struct pcm_config {
    enum sample_format format;
    uint32_t channels; /* of the card, 1..8 */
    uint32_t rate_hz;
    uint32_t buffer_frames; /* of the card */
    uint32_t
        grain_frames; /* 1: stamps are of the pointer; else its step, and they are of the call */
    double prior_ppm; /* the card's deviation when last seen, or NAN */
    uint32_t seed;    /* of the dither; not 0 */
};

/* Why a step ends the stream. */
enum pcm_end {
    PCM_GOES_ON,
    PCM_GONE,      /* unplugged: ENODEV, EBADFD, EIO, ... */
    PCM_STALLED,   /* no progress for half a second */
    PCM_SUSPENDED, /* ESTRPIPE: reopen */
    PCM_STORM      /* more than 20 xruns in ten seconds: reopen with more room */
};

/* thread -> daemon, each step; latest wins. */
struct pcm_status {
    uint32_t xruns;      /* since init */
    uint32_t padded;     /* playback: times silence had to be put in */
    int64_t frames;      /* card's count */
    double ppm;          /* against its nominal rate and CLOCK_MONOTONIC_RAW */
    double jitter_us;    /* of the time stamps, rms */
    int64_t beat_ns;     /* time of the last step: the thread's heartbeat */
    int32_t fill_frames; /* playback: in the card; capture: taken at the last wake */
    bool locked;
};

struct pcm {
    const struct pcm_card_ops *ops;
    void *card;
    struct pcm_config config;
    struct asrc *asrc;
    struct clock clock;
    struct mbox status_box; /* struct pcm_status */

    /* the thread's own */
    int64_t base;        /* card position at which the card's own count was last zero */
    int64_t moved;       /* frames read or written since then */
    int64_t seen;        /* the newest card position looked at */
    int64_t progress_ns; /* time of the last progress */
    int64_t storm_ns;
    uint32_t storm_xruns;
    uint32_t epoch;
    int error;                   /* why the step ended: errno, positive */
    struct asrc_segment segment; /* playback: where the ring's frames belong */
    uint32_t broken;             /* the last segment that ran dry */
    uint32_t pending;            /* frames at the end of `bytes` that the card has not taken yet */
    uint32_t pending_at;
    int64_t kicked_ns; /* the last post of the callback */
    int64_t wake_ns;   /* when the fill will be nearly gone */
    bool full;         /* the card took all it could */
    struct fade fade;
    struct extend extend;
    struct dither dither;
    struct pcm_status status;
    float *block;         /* work: frames of `lanes` floats */
    unsigned char *bytes; /* work: the same as the card wants them */
    uint32_t block_frames;
};

/* The card is open and prepared, not started. Returns 0, -EINVAL, -ENOMEM. Not realtime. */
int pcm_init(struct pcm *pcm, const struct pcm_config *config, struct asrc *asrc,
             const struct pcm_card_ops *ops, void *card);
void pcm_finish(struct pcm *pcm); /* fine on a zeroed one */

/* Starts the card (playback: behind a fill of silence). */
RT enum pcm_end pcm_start(struct pcm *pcm, int64_t now_ns);

/* Capture: call when the card says it has frames, and each 100 ms at least. */
RT enum pcm_end pcm_capture_step(struct pcm *pcm, int64_t now_ns);

/* Playback: call when the callback has posted (`kicked`), and at pcm_playback_wake(). */
RT enum pcm_end pcm_playback_step(struct pcm *pcm, int64_t now_ns, bool kicked);

/* Playback: the time at which the thread must wake by itself, if no post comes before. */
RT int64_t pcm_playback_wake(const struct pcm *pcm, int64_t now_ns);

#endif
