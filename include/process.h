/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The JACK callback's work, without JACK: one cycle of sound through the whole house.
 *
 *     in_1,2 ---------------+             +-> headset -> monitor_1,2 and the playback bridges
 *                           |-> (chain) --+-> out_1,2 and sub
 *     the capture bridges --+             +-> talk bus -> mic
 *
 * This struct is all that the realtime thread may touch; the daemon prepares it, and reaches a
 * running one through the mailboxes and the bridges' commands only.
 */
#ifndef PROCESS_H
#define PROCESS_H

#include "asrc.h"
#include "chain.h"
#include "clock.h"
#include "fade.h"
#include "mbox.h"
#include "ring.h"
#include "rt.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { PROCESS_BRIDGES = 8, PROCESS_PERIOD_MAX = 8192 };

/* One cycle's buffers, each of the cycle's length. The outs do not overlap the ins. */
struct process_io {
    const float *in[2];
    float *out[2];
    float *sub;
    float *mic;
    float *monitor[2];
};

/* Linear, 1.0 = 0 dBFS. */
enum process_meter {
    METER_IN_1,
    METER_IN_2,
    METER_HEADSET_1,
    METER_HEADSET_2,
    METER_MIC, /* what the microphone gives, raw */
    METER_OUT_1,
    METER_OUT_2,
    METER_SUB,
    METER_TALK, /* the voice, behind its chain */
    METERS
};

struct process {
    /* Each is OFF or owned as asrc.h says, and outlives a server; one that was made for another
     * rate or period rests. */
    struct asrc bridge[PROCESS_BRIDGES];

    uint32_t rate_hz;
    uint32_t period;

    /* shared */
    struct mbox coefs_box;          /* struct chain_coefs: daemon -> callback */
    _Atomic bool quiet;             /* all outs fade down, and up again when it is taken back */
    struct ring monitor_ring;       /* what the headset hears, for meters that take their time */
    _Atomic uint32_t peak[METERS];  /* since the daemon last looked, and so on; float bits */
    _Atomic uint32_t power[METERS]; /* mean square of the last 10 ms or so */
    _Atomic uint32_t clips[METERS]; /* 10 ms with a peak of 0 dBFS or more, ever */
    _Atomic uint32_t reduction_db[REDUCERS];
    _Atomic uint32_t unfit;      /* values that came in as NaN, infinite or absurd, ever */
    _Atomic uint32_t cycles;     /* the callback's heartbeat */
    _Atomic uint32_t jumps;      /* times JACK's frame count jumped */
    _Atomic uint32_t longest_ns; /* of a cycle, since the daemon last set it to 0 */
    _Atomic uint32_t busy_ns;    /* of all cycles, modulo 2^32 */
    _Atomic bool freewheeling;   /* bridges are left alone */
    _Atomic bool xrun;           /* JACK had one: when its cycles run is to be learned anew */

    /* the callback's */
    struct clock jack;
    uint32_t jack_epoch;
    uint32_t next_frame_time; /* JACK's counter, expected at the next cycle */
    int64_t frame;            /* the same without its wrap */
    int64_t last_ns;          /* of the last cycle; 0: there was none */
    struct chain *chain;
    void *chain_lines;
    struct fade open[6]; /* of the outs, in the order of process.c */
    float *headset[2];   /* busses, one period each */
    float *voice;        /* sum of the capture bridges */
    float *lane;         /* work */
    float *monitor;      /* interleaved */
    uint32_t metered;    /* frames since meters were published */
    void *coefs_slots;
};

/* The callback's part, in a zeroed struct or a finished one: allocated, the chain silent until it
 * is told otherwise. Bridges and what is shared stay as they are: counts go on, quiet stays quiet.
 * Rates of 8000 to STAGE_RATE_MAX Hz. No callback runs. Returns 0, -EINVAL, -ENOMEM. Not realtime.
 */
int process_init(struct process *process, uint32_t rate_hz, uint32_t period);
void process_finish(struct process *process); /* leaves the bridges alone; fine on a zeroed one */

/*
 * One cycle. frame_time: JACK's frame counter at its first frame. now_ns: CLOCK_MONOTONIC_RAW at
 * the wake-up. More frames than the period it was prepared for: silence.
 */
RT void process_run(struct process *process, const struct process_io *io, uint32_t frames,
                    uint32_t frame_time, int64_t now_ns);

/* Daemon, one thread: other coefficients for the chain, from the next cycle on. */
void process_put(struct process *process, const struct chain_coefs *coefs);

/* Daemon: the peak since the last call, linear; the level of the last 10 ms (RMS, linear). */
float process_peak(struct process *process, enum process_meter meter);
float process_rms(struct process *process, enum process_meter meter);

/* Daemon: the greatest reduction since the last call, dB; < 0: the greatest boost. */
float process_reduction_db(struct process *process, enum chain_reducer reducer);

#endif
