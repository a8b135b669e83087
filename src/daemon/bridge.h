/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A bridge to a device with a clock of its own: who opens it, who drives it, how it is.
 *
 *     waiting -> opening -> syncing -> running
 *        ^                     |          |
 *        +------- lost <-------+----------+
 *
 * Each bridge has an opener, a normal thread that opens, negotiates and closes the device and never
 * touches samples, and while a device is open a pcm thread (SCHED_FIFO just above JACK) that does
 * nothing else than move samples between the device and the ring of the bridge's asrc. A device
 * that is not there is tried again after 50 ms, 100 ms, ... 2 s.
 *
 * The asrc belongs to the JACK callback while its command is not OFF. The opener asks for it back
 * (STOP) and waits; where there is no callback any more, bridge_host.reclaim() takes it.
 */
#ifndef BRIDGE_H
#define BRIDGE_H

#include "card.h"
#include "config.h"
#include "pcm.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

enum bridge_state {
    BRIDGE_OFF,     /* disabled, or no such bridge */
    BRIDGE_WAITING, /* for the device, or for JACK */
    BRIDGE_OPENING,
    BRIDGE_SYNCING, /* open; learning its clock */
    BRIDGE_RUNNING, /* sound */
    BRIDGE_LOST     /* gone, stalled or worn out; being closed */
};

const char *bridge_state_name(enum bridge_state state);

enum { BRIDGE_REASON = 200 };

/* How a bridge is; copied out whole. */
struct bridge_report {
    char name[SETTINGS_NAME_BYTES];
    enum bridge_direction direction;
    char device[SETTINGS_DEVICE_BYTES];
    enum bridge_state state;
    char reason[BRIDGE_REASON]; /* in words; "" while running well */
    bool degraded;              /* running, with a margin grown by late wake-ups */
    uint32_t fill_frames;       /* in the ring between the device's thread and JACK's */
    double latency_frames;      /* JACK frames, what is in flight behind the device included */
    double ppm;                 /* the device against JACK */
    double jitter_us;           /* of its time stamps */
    double margin_ms;
    uint32_t xruns, late, lost_frames, restarts, padded;
    uint32_t opens; /* times the device was opened */
    uint32_t rate_hz, channels, period_frames, buffer_frames;
    enum sample_format format;
    int64_t beat_ns; /* the pcm thread's heartbeat, CLOCK_MONOTONIC_RAW */
};

/* What a bridge needs of its engine. Called by openers; they may wait for a lock, not for JACK. */
struct bridge_host {
    void *engine;
    /* JACK's rate, period and a thread's priority. When they change, the bridge is restarted.
     * False: there is no JACK to bridge to. */
    bool (*jack)(void *engine, uint32_t *rate_hz, uint32_t *period, int *priority);
    /* No callback is running: the asrc is the opener's again. False: there is one, wait for it. */
    bool (*reclaim)(void *engine, struct asrc *asrc);
    /* The latency has changed: JACK's clients should hear of it. */
    void (*latency_changed)(void *engine);
};

struct bridge {
    struct bridge_settings settings; /* the opener's copy */
    const struct bridge_host *host;
    struct asrc *asrc; /* in the process struct */
    struct card card;
    struct pcm pcm;
    pthread_t opener, pcm_thread;
    bool pcm_started;
    int kick_fd;              /* eventfd: callback -> pcm thread, "posted" */
    int event_fd;             /* eventfd: pcm thread, engine -> opener, "look" */
    _Atomic bool stop_pcm;    /* the pcm thread shall end */
    _Atomic bool stop;        /* the opener shall end */
    _Atomic bool restart;     /* close and open again */
    _Atomic bool opener_done; /* the opener has ended */
    _Atomic int ended;        /* enum pcm_end, of the pcm thread */
    double prior_ppm;         /* the device's deviation when last heard; NAN */
    double margin_s;          /* grown by storms of xruns */
    pthread_mutex_t mutex;    /* guards `report` and `settings` */
    struct bridge_report report;
};

/* Once, before all else; `bridge` is zeroed. */
void bridge_init(struct bridge *bridge);

/* Starts the opener. Returns 0 or a negative errno. Main thread. */
int bridge_start(struct bridge *bridge, const struct bridge_settings *settings,
                 const struct bridge_host *host, struct asrc *asrc);

/* Asks for the end and returns at once: the sound fades, the device is closed, the opener ends. */
void bridge_ask_to_stop(struct bridge *bridge);

/* True once the opener has ended; the struct is then free for another bridge_start(). A device or a
 * server that hangs holds it up; nobody waits. Main thread. */
bool bridge_stopped(struct bridge *bridge);

/* Has the opener close the device and begin again (other rate or period of JACK). */
void bridge_restart(struct bridge *bridge);

/* The callback has posted. Realtime. */
RT void bridge_kick(const struct bridge *bridge);

void bridge_report(struct bridge *bridge, struct bridge_report *report);

#endif
