/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "bridge.h"

#include "bridge_thread.h"
#include "log.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

static const int backoff_first_ms = 50, backoff_last_ms = 2000;
static const char no_jack[] = "for the JACK server";
static const double worth_s = 1; /* of sound; less, and it is tried less often */
static const int64_t hang_ns = 1500000000;
static const double settled_s = 5; /* running so long, its deviation is worth remembering */

const char *bridge_state_name(enum bridge_state state)
{
    static const char *const names[] = {
        [BRIDGE_OFF] = "off",         [BRIDGE_WAITING] = "waiting", [BRIDGE_OPENING] = "opening",
        [BRIDGE_SYNCING] = "syncing", [BRIDGE_RUNNING] = "running", [BRIDGE_LOST] = "lost"
    };

    return names[state];
}

/* --- what the rest of the house sees --------------------------------------------------------- */

static void log_state(const struct bridge *bridge, enum bridge_state state, const char *reason)
{
    bool passing = state == BRIDGE_OFF || state == BRIDGE_OPENING || state == BRIDGE_SYNCING;

    log_event(passing ? LOG_DEBUG : LOG_NOTICE, bridge->settings.name, "%s%s%s",
              bridge_state_name(state), *reason ? ": " : "", reason);
}

static void set_state(struct bridge *bridge, enum bridge_state state, const char *reason)
{
    bool changed;
    bool heard = (bridge->report.state == BRIDGE_RUNNING) != (state == BRIDGE_RUNNING);

    pthread_mutex_lock(&bridge->mutex);
    changed = bridge->report.state != state || strcmp(bridge->report.reason, reason) != 0;
    bridge->report.state = state;
    snprintf(bridge->report.reason, sizeof bridge->report.reason, "%s", reason);
    pthread_mutex_unlock(&bridge->mutex);
    if (changed && strcmp(reason, no_jack) != 0) /* the engine says that, once for all */
        log_state(bridge, state, reason);
    if (heard)
        bridge->host->latency_changed(bridge->host->engine);
}

void bridge_report(struct bridge *bridge, struct bridge_report *report)
{
    pthread_mutex_lock(&bridge->mutex);
    *report = bridge->report;
    pthread_mutex_unlock(&bridge->mutex);
}

static void report_card(struct bridge *bridge)
{
    struct bridge_report *report = &bridge->report;

    pthread_mutex_lock(&bridge->mutex);
    report->rate_hz = bridge->card.rate_hz;
    report->channels = bridge->card.channels;
    report->period_frames = bridge->card.period_frames;
    report->buffer_frames = bridge->card.buffer_frames;
    report->format = bridge->card.format;
    report->opens++;
    pthread_mutex_unlock(&bridge->mutex);
}

/* Carries the counters of the present stream over those of the earlier ones. */
static void report_stream(struct bridge *bridge, const struct asrc_status *asrc,
                          const struct pcm_status *pcm, const struct bridge_report *before)
{
    struct bridge_report *report = &bridge->report;
    double in_flight =
        1e-6 * bridge->settings.latency_offset_us * bridge->asrc->config.jack_rate_hz;
    bool moved;

    pthread_mutex_lock(&bridge->mutex);
    moved = lround(report->latency_frames) != lround(asrc->latency_frames + in_flight);
    report->latency_frames = asrc->latency_frames + in_flight;
    report->fill_frames =
        ring_write_number(&bridge->asrc->ring) - ring_read_number(&bridge->asrc->ring);
    report->ppm = asrc->ppm;
    report->jitter_us = pcm->jitter_us;
    report->margin_ms = 1e3 * asrc->margin_s;
    report->degraded = asrc->margin_s > 1.5e-6 * bridge->settings.margin_us;
    report->xruns = before->xruns + pcm->xruns;
    report->padded = before->padded + pcm->padded;
    report->late = before->late + asrc->late;
    report->lost_frames = before->lost_frames + asrc->lost;
    report->restarts = before->restarts + asrc->restarts;
    report->beat_ns = pcm->beat_ns;
    pthread_mutex_unlock(&bridge->mutex);
    if (moved && asrc->phase == ASRC_LIVE)
        bridge->host->latency_changed(bridge->host->engine);
}

/* --- the opener ------------------------------------------------------------------------------- */

/* Until somebody has something to say, or for so long. */
static void wait_ms(struct bridge *bridge, int ms)
{
    struct pollfd fd = { .fd = bridge->event_fd, .events = POLLIN };
    uint64_t count;

    if (poll(&fd, 1, ms) > 0 && read(bridge->event_fd, &count, sizeof count) < 0)
        return;
}

static bool unwanted(struct bridge *bridge)
{
    return atomic_load(&bridge->stop) || atomic_load(&bridge->restart);
}

/* The asrc comes back from the callback, faded out. */
static void take_asrc_back(struct bridge *bridge)
{
    int on = ASRC_ON;

    atomic_compare_exchange_strong(&bridge->asrc->command, &on, ASRC_STOP);
    while (atomic_load(&bridge->asrc->command) != ASRC_OFF &&
           !bridge->host->reclaim(bridge->host->engine, bridge->asrc))
        wait_ms(bridge, 5);
}

/* The end of the fade is still in the device. */
static void play_out(struct bridge *bridge)
{
    struct pcm_status pcm = { 0 };

    mbox_take(&bridge->pcm.status_box, &pcm);
    if (bridge->settings.direction == BRIDGE_PLAYBACK)
        poll(NULL, 0, (int)(1000LL * pcm.fill_frames / bridge->card.rate_hz) + 2);
}

static void close_stream(struct bridge *bridge)
{
    int on = ASRC_ON;

    /* First the callback: it fades, and posts no more into what may hang. */
    atomic_compare_exchange_strong(&bridge->asrc->command, &on, ASRC_STOP);
    if (!atomic_load(&bridge->ended)) {
        for (int i = 0; i < 20 && atomic_load(&bridge->asrc->command) != ASRC_OFF; i++)
            wait_ms(bridge, 5);
        play_out(bridge);
    }
    if (bridge->pcm_started) {
        atomic_store(&bridge->stop_pcm, true);
        bridge_kick(bridge);
        pthread_join(bridge->pcm_thread, NULL);
        bridge->pcm_started = false;
    }
    card_close(&bridge->card);
    take_asrc_back(bridge);
    pcm_finish(&bridge->pcm);
    asrc_finish(bridge->asrc);
}

static int prepare_asrc(struct bridge *bridge, uint32_t rate_hz, uint32_t period)
{
    const struct bridge_settings *settings = &bridge->settings;
    bool play = settings->direction == BRIDGE_PLAYBACK;
    static const enum resamp_quality quality[] = { [BRIDGE_QUALITY_FASTEST] = RESAMP_FASTEST,
                                                   [BRIDGE_QUALITY_MEDIUM] = RESAMP_MEDIUM,
                                                   [BRIDGE_QUALITY_BEST] = RESAMP_BEST };
    struct asrc_config config = { .direction = play ? ASRC_PLAYBACK : ASRC_CAPTURE,
                                  .jack_rate_hz = rate_hz,
                                  .jack_period = period,
                                  .card_rate_hz = bridge->card.rate_hz,
                                  .card_step = bridge->card.step_frames,
                                  .lanes = play ? 2 : 1,
                                  .quality = play ? RESAMP_MEDIUM : RESAMP_FASTEST,
                                  .margin_s = bridge->margin_s };

    if (settings->quality != BRIDGE_QUALITY_AUTO)
        config.quality = quality[settings->quality];
    return asrc_init(bridge->asrc, &config);
}

/* Device open, asrc ours: from here to sound. */
static int open_stream(struct bridge *bridge, uint32_t rate_hz, uint32_t period, int priority)
{
    struct pcm_config config = { .format = bridge->card.format,
                                 .channels = bridge->card.channels,
                                 .rate_hz = bridge->card.rate_hz,
                                 .buffer_frames = bridge->card.buffer_frames,
                                 .grain_frames = bridge->card.grain_frames,
                                 .prior_ppm = bridge->prior_ppm,
                                 .seed = 0x2545F491 };
    int error = prepare_asrc(bridge, rate_hz, period);

    if (!error)
        error = pcm_init(&bridge->pcm, &config, bridge->asrc, &card_ops, &bridge->card);
    if (error) {
        asrc_finish(bridge->asrc);
        return error;
    }
    error = bridge_thread_start(bridge, priority);
    if (error) {
        pcm_finish(&bridge->pcm);
        asrc_finish(bridge->asrc);
        return error;
    }
    atomic_store(&bridge->asrc->command, ASRC_ON);
    return 0;
}

static void say_why(struct bridge *bridge, char reason[BRIDGE_REASON])
{
    int error = bridge->pcm.error;

    switch ((enum pcm_end)atomic_load(&bridge->ended)) {
    case PCM_GONE:
        snprintf(reason, BRIDGE_REASON, "%s",
                 error == ENODEV || error == EBADFD || error == EIO ? "unplugged"
                                                                    : strerror(error));
        break;
    case PCM_STALLED:
        snprintf(reason, BRIDGE_REASON, "it does not move any more");
        break;
    case PCM_SUSPENDED:
        snprintf(reason, BRIDGE_REASON, "suspended");
        break;
    case PCM_STORM:
        snprintf(reason, BRIDGE_REASON, "too many xruns; once more with twice the margin");
        bridge->margin_s = fmax(bridge->margin_s, fmin(0.04, 2 * fmax(bridge->margin_s, 250e-6)));
        break;
    default:
        snprintf(reason, BRIDGE_REASON, "closed");
        break;
    }
}

/* A thread that hangs in a driver says nothing any more. */
static bool hangs(const struct pcm_status *pcm)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC_RAW, &now);
    return pcm->beat_ns && now.tv_sec * 1000000000LL + now.tv_nsec - pcm->beat_ns > hang_ns;
}

/* While the stream lives: look ten times a second, or when called. Returns the seconds of sound. */
static double watch_stream(struct bridge *bridge)
{
    struct bridge_report before = bridge->report;
    struct asrc_status asrc = { 0 };
    struct pcm_status pcm = { 0 };
    double live_s = 0, heard_s = 0;

    while (!unwanted(bridge) && !atomic_load(&bridge->ended)) {
        bool live = asrc.phase == ASRC_LIVE && asrc.gain > 0;

        wait_ms(bridge, live ? 100 : 20);
        mbox_take(&bridge->pcm.status_box, &pcm);
        if (mbox_take(&bridge->asrc->status_box, &asrc))
            report_stream(bridge, &asrc, &pcm, &before);
        if (hangs(&pcm)) {
            set_state(bridge, BRIDGE_LOST, "its thread hangs in the driver");
            break;
        }
        if (asrc.phase == ASRC_LIVE && asrc.gain > 0) {
            set_state(bridge, BRIDGE_RUNNING,
                      bridge->report.degraded ? "late wake-ups; the margin has grown" : "");
            live_s += 0.1;
            heard_s += 0.1;
            if (live_s > settled_s)
                bridge->prior_ppm = pcm.ppm;
        } else {
            set_state(bridge, BRIDGE_SYNCING, "learning its clock");
            live_s = 0;
        }
    }
    return heard_s;
}

/* One life of the device; false: it could not be had, or gave hardly a sound. */
static bool one_stream(struct bridge *bridge, uint32_t rate_hz, uint32_t period, int priority)
{
    char reason[BRIDGE_REASON] = "";
    double heard_s;
    int error;

    error = card_open(&bridge->card, &bridge->settings, rate_hz, period, reason);
    if (!error) {
        atomic_store(&bridge->ended, 0);
        error = open_stream(bridge, rate_hz, period, priority);
        if (error) {
            card_close(&bridge->card);
            snprintf(reason, sizeof reason, "%s", strerror(-error));
        }
    }
    if (error) {
        char text[2 * BRIDGE_REASON];

        snprintf(text, sizeof text, "%s: %s", bridge->settings.device, reason);
        set_state(bridge, BRIDGE_WAITING, text);
        return false;
    }
    report_card(bridge);
    heard_s = watch_stream(bridge);
    if (atomic_load(&bridge->ended)) {
        say_why(bridge, reason);
        set_state(bridge, BRIDGE_LOST, reason);
    }
    close_stream(bridge);
    return heard_s > worth_s;
}

static void *opener(void *context)
{
    struct bridge *bridge = context;
    int backoff = backoff_first_ms;
    uint32_t rate_hz, period;
    int priority;

    while (!atomic_load(&bridge->stop)) {
        atomic_store(&bridge->restart, false);
        if (!bridge->host->jack(bridge->host->engine, &rate_hz, &period, &priority)) {
            set_state(bridge, BRIDGE_WAITING, no_jack);
            wait_ms(bridge, 100);
            continue;
        }
        if (bridge->report.state != BRIDGE_WAITING)
            set_state(bridge, BRIDGE_OPENING, bridge->settings.device);
        if (one_stream(bridge, rate_hz, period, priority))
            backoff = backoff_first_ms;
        if (!unwanted(bridge))
            wait_ms(bridge, backoff);
        backoff = backoff * 2 > backoff_last_ms ? backoff_last_ms : backoff * 2;
    }
    set_state(bridge, BRIDGE_OFF, "");
    atomic_store(&bridge->opener_done, true);
    return NULL;
}

/* --- the main thread's --------------------------------------------------------------------------
 */

void bridge_init(struct bridge *bridge)
{
    pthread_mutex_init(&bridge->mutex, NULL);
}

/* Others may ask for the report at any time: it changes under the mutex. */
static void begin_report(struct bridge *bridge)
{
    const struct bridge_settings *settings = &bridge->settings;

    pthread_mutex_lock(&bridge->mutex);
    memset(&bridge->report, 0, sizeof bridge->report);
    memcpy(bridge->report.name, settings->name, sizeof bridge->report.name);
    memcpy(bridge->report.device, settings->device, sizeof bridge->report.device);
    bridge->report.direction = settings->direction;
    pthread_mutex_unlock(&bridge->mutex);
}

int bridge_start(struct bridge *bridge, const struct bridge_settings *settings,
                 const struct bridge_host *host, struct asrc *asrc)
{
    char name[16];
    int error;

    bridge->settings = *settings;
    bridge->host = host;
    bridge->asrc = asrc;
    bridge->prior_ppm = NAN;
    bridge->margin_s = 1e-6 * settings->margin_us;
    atomic_store(&bridge->stop, false);
    atomic_store(&bridge->restart, false);
    atomic_store(&bridge->opener_done, false);
    begin_report(bridge);
    bridge->kick_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    bridge->event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    error = bridge->kick_fd < 0 || bridge->event_fd < 0 ? errno : 0;
    if (!error)
        error = pthread_create(&bridge->opener, NULL, opener, bridge);
    if (error) {
        close(bridge->kick_fd);
        close(bridge->event_fd);
        return -error;
    }
    snprintf(name, sizeof name, "open-%.9s", settings->name);
    pthread_setname_np(bridge->opener, name);
    return 0;
}

static void call_opener(struct bridge *bridge)
{
    eventfd_write(bridge->event_fd, 1);
}

void bridge_restart(struct bridge *bridge)
{
    atomic_store(&bridge->restart, true);
    call_opener(bridge);
}

void bridge_ask_to_stop(struct bridge *bridge)
{
    atomic_store(&bridge->stop, true);
    call_opener(bridge);
}

bool bridge_stopped(struct bridge *bridge)
{
    if (!atomic_load(&bridge->opener_done))
        return false;
    pthread_join(bridge->opener, NULL);
    close(bridge->kick_fd);
    close(bridge->event_fd);
    return true;
}

RT void bridge_kick(const struct bridge *bridge)
{
    uint64_t one = 1;

    if (write(bridge->kick_fd, &one, sizeof one) < 0)
        return; /* full: the thread has not looked for 2^64 posts */
}
