/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "engine.h"

#include "engine_jack.h"
#include "log.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const double stopped_after_s = 1;
static const char graph_stopped[] = "graph stopped: the server runs no cycles";

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static float linear(double db)
{
    return db <= -60 ? 0 : (float)pow(10, db / 20);
}

/* --- what bridges ask --------------------------------------------------------------------------
 */

static bool host_enter(void *context, uint32_t *rate_hz, uint32_t *period, int *priority)
{
    struct engine *engine = context;
    bool ready;

    pthread_mutex_lock(&engine->mutex);
    ready = engine->prepared;
    engine->streams += ready;
    *rate_hz = engine->process.rate_hz;
    *period = engine->process.period;
    *priority = engine->priority;
    pthread_mutex_unlock(&engine->mutex);
    return ready;
}

static void host_leave(void *context)
{
    struct engine *engine = context;

    pthread_mutex_lock(&engine->mutex);
    engine->streams--;
    pthread_mutex_unlock(&engine->mutex);
}

static bool host_reclaim(void *context, struct asrc *asrc)
{
    struct engine *engine = context;
    bool ours;

    pthread_mutex_lock(&engine->mutex);
    ours = !engine->attached;
    if (ours)
        atomic_store(&asrc->command, ASRC_OFF);
    pthread_mutex_unlock(&engine->mutex);
    return ours;
}

static void host_latency_changed(void *context)
{
    struct engine *engine = context;

    atomic_store(&engine->latency_changed, true);
}

static const struct bridge_host host_template = { .enter = host_enter,
                                                  .leave = host_leave,
                                                  .reclaim = host_reclaim,
                                                  .latency_changed = host_latency_changed };

/* --- bridges ------------------------------------------------------------------------------------
 */

static void start_bridge(struct engine *engine, int index, const struct bridge_settings *settings)
{
    int error;

    if (!settings->enabled)
        return;
    error = bridge_start(&engine->bridge[index], settings, &engine->host,
                         &engine->process.bridge[index]);
    if (error)
        log_line(LOG_ERROR, settings->name, "cannot start: %s", strerror(-error));
    else
        atomic_store(&engine->bridge_alive[index], true);
}

static void stop_bridge(struct engine *engine, int index)
{
    if (!atomic_exchange(&engine->bridge_alive[index], false))
        return;
    if (!bridge_stop(&engine->bridge[index]))
        engine->hung = true;
}

static void configure_bridges(struct engine *engine, const struct settings *settings)
{
    for (int i = 0; i < SETTINGS_BRIDGES; i++) {
        const struct bridge_settings *before = &engine->settings.bridge[i];
        const struct bridge_settings *after = &settings->bridge[i];
        bool was = i < engine->settings.bridge_count, is = i < settings->bridge_count;

        if (was && is && settings_same_bridge(before, after))
            continue;
        stop_bridge(engine, i);
        if (is)
            start_bridge(engine, i, after);
    }
}

static bool streams_left(struct engine *engine)
{
    bool left;

    pthread_mutex_lock(&engine->mutex);
    left = engine->streams > 0;
    pthread_mutex_unlock(&engine->mutex);
    return left;
}

/* --- the engine's thread -------------------------------------------------------------------------
 */

static void set_state(struct engine *engine, enum engine_state state, const char *reason)
{
    bool changed;

    pthread_mutex_lock(&engine->mutex);
    changed = engine->state != state || strcmp(engine->reason, reason) != 0;
    engine->state = state;
    snprintf(engine->reason, sizeof engine->reason, "%s", reason);
    pthread_mutex_unlock(&engine->mutex);
    if (changed && *reason)
        log_event(LOG_NOTICE, "jack", "%s", reason);
}

static void put_gains(struct engine *engine)
{
    const struct settings *settings = &engine->settings;
    struct process_gains gains = {
        .listen = settings->listen.mute ? 0 : linear(settings->listen.gain_db),
        .talk = settings->talk.mute ? 0 : linear(settings->talk.gain_db),
        .analog = settings->analog.direct ? linear(settings->analog.gain_db) : 0,
        .sub = linear(settings->sub.gain_db),
    };

    if (engine->quiet)
        memset(&gains, 0, sizeof gains);
    mbox_put(&engine->process.gains_box, &gains);
}

/* For a server of this rate and period. With others than before, all bridges let go first. */
static bool prepare_process(struct engine *engine, uint32_t rate_hz, uint32_t period)
{
    int error = 0;

    if (engine->prepared && engine->process.rate_hz == rate_hz && engine->process.period == period)
        return true;
    pthread_mutex_lock(&engine->mutex);
    engine->prepared = false;
    pthread_mutex_unlock(&engine->mutex);
    for (int i = 0; i < SETTINGS_BRIDGES; i++)
        if (atomic_load(&engine->bridge_alive[i]))
            bridge_restart(&engine->bridge[i]);
    for (int i = 0; i < 400 && streams_left(engine); i++)
        engine_wait_ms(engine, 5);
    if (streams_left(engine))
        return false;

    pthread_mutex_lock(&engine->mutex);
    process_finish(&engine->process);
    error = process_init(&engine->process, rate_hz, period);
    engine->prepared = !error;
    put_gains(engine);
    pthread_mutex_unlock(&engine->mutex);
    return !error;
}

static bool attach(struct engine *engine)
{
    char reason[160] = "";
    uint32_t rate_hz, period;

    if (!engine_jack_open(engine, reason)) {
        set_state(engine, ENGINE_WAITING, reason);
        return false;
    }
    engine_jack_format(engine, &rate_hz, &period);
    if (!prepare_process(engine, rate_hz, period)) {
        set_state(engine, ENGINE_WAITING, "a bridge's device does not let go; trying again");
        engine_jack_close(engine);
        return false;
    }
    pthread_mutex_lock(&engine->mutex);
    engine->attached = true;
    engine->priority = engine_jack_priority(engine);
    engine->connects++;
    pthread_mutex_unlock(&engine->mutex);
    if (!engine_jack_activate(engine, reason)) {
        set_state(engine, ENGINE_WAITING, reason);
        return true; /* to be detached again */
    }
    snprintf(reason, sizeof reason, "connected to server \"%s\": %u Hz, period %u%s",
             engine->settings.jack.server, rate_hz, period,
             engine->priority > 0 ? "" : ", without realtime priority");
    set_state(engine, ENGINE_RUNNING, reason);
    return true;
}

static void detach(struct engine *engine)
{
    engine_jack_close(engine);
    pthread_mutex_lock(&engine->mutex);
    engine->attached = false;
    pthread_mutex_unlock(&engine->mutex);
}

static void *run(void *context)
{
    struct engine *engine = context;

    while (!atomic_load(&engine->stop)) {
        atomic_store(&engine->leave, false);
        if (!attach(engine)) {
            engine_wait_ms(engine, 500);
            continue;
        }
        while (!atomic_load(&engine->stop) && !atomic_load(&engine->leave)) {
            engine_wait_ms(engine, 100);
            engine_jack_connect(engine);
            if (atomic_exchange(&engine->latency_changed, false))
                engine_jack_tell_latency(engine);
        }
        detach(engine);
        if (!atomic_load(&engine->stop))
            set_state(engine, ENGINE_WAITING, "the server has gone; waiting for it");
    }
    return NULL;
}

/* --- the main thread's
 * ----------------------------------------------------------------------------- */

struct engine *engine_create(const struct settings *settings)
{
    struct engine *engine = calloc(1, sizeof *engine);
    int error;

    if (!engine)
        return NULL;
    engine->settings = *settings;
    engine->host = host_template;
    engine->host.engine = engine;
    mbox_init(&engine->process.gains_box, sizeof(struct process_gains));
    pthread_mutex_init(&engine->mutex, NULL);
    error = engine_jack_init(engine);
    if (!error)
        error = pthread_create(&engine->thread, NULL, run, engine);
    if (error) {
        free(engine);
        errno = error;
        return NULL;
    }
    pthread_setname_np(engine->thread, "jack-client");
    for (int i = 0; i < settings->bridge_count; i++)
        start_bridge(engine, i, &settings->bridge[i]);
    return engine;
}

void engine_configure(struct engine *engine, const struct settings *settings)
{
    bool other_server = strcmp(engine->settings.jack.server, settings->jack.server) != 0;

    configure_bridges(engine, settings);
    pthread_mutex_lock(&engine->mutex);
    engine->settings = *settings;
    put_gains(engine);
    pthread_mutex_unlock(&engine->mutex);
    if (other_server) {
        atomic_store(&engine->leave, true);
        engine_wake(engine);
    }
}

/* Cycles must advance; a server whose driver has died, or that is frozen, keeps its clients without
 * a word, and the engine's thread may hang in a request to it. So the main thread looks. */
static void watch_cycles(struct engine *engine, struct engine_report *report)
{
    uint32_t cycles = atomic_load(&engine->process.cycles);
    double now = seconds();
    bool stopped;

    if (report->state != ENGINE_RUNNING || cycles != engine->cycles_seen) {
        engine->cycles_seen = cycles;
        engine->cycles_time = now;
    }
    stopped = now - engine->cycles_time > stopped_after_s;
    if (stopped != engine->stopped)
        log_event(LOG_WARNING, "jack", "%s", stopped ? graph_stopped : "the graph runs again");
    engine->stopped = stopped;
    if (stopped) {
        report->state = ENGINE_STOPPED;
        snprintf(report->reason, sizeof report->reason, "%s", graph_stopped);
    }
}

void engine_report(struct engine *engine, struct engine_report *report)
{
    memset(report, 0, sizeof *report);
    pthread_mutex_lock(&engine->mutex);
    report->state = engine->state;
    if (engine->state != ENGINE_RUNNING)
        memcpy(report->reason, engine->reason, sizeof report->reason);
    report->rate_hz = engine->process.rate_hz;
    report->period = engine->process.period;
    report->realtime = engine->priority > 0;
    report->connects = engine->connects;
    report->load = engine->load;
    report->listen_ms = engine->listen_ms;
    report->talk_ms = engine->talk_ms;
    pthread_mutex_unlock(&engine->mutex);
    watch_cycles(engine, report);
    report->xruns = atomic_load(&engine->xruns);
    report->jumps = atomic_load(&engine->process.jumps);
    report->longest_us = 1e-3 * atomic_exchange(&engine->process.longest_ns, 0);
    for (int i = 0; i < METERS; i++)
        report->peak[i] = process_peak(&engine->process, i);
    report->bridge_count = engine->settings.bridge_count;
    for (int i = 0; i < report->bridge_count; i++) {
        if (atomic_load(&engine->bridge_alive[i]))
            bridge_report(&engine->bridge[i], &report->bridge[i]);
        else
            memcpy(report->bridge[i].name, engine->settings.bridge[i].name,
                   sizeof report->bridge[i].name);
    }
}

/* The gains go down first, so that neither headset nor analog out hears an end. */
void engine_destroy(struct engine *engine)
{
    struct timespec ramp = { .tv_nsec = 25000000 };

    if (!engine)
        return;
    pthread_mutex_lock(&engine->mutex);
    engine->quiet = true;
    put_gains(engine);
    pthread_mutex_unlock(&engine->mutex);
    if (engine->state == ENGINE_RUNNING)
        nanosleep(&ramp, NULL);
    for (int i = 0; i < SETTINGS_BRIDGES; i++) /* all at once, so that none waits for another */
        if (atomic_load(&engine->bridge_alive[i]))
            bridge_ask_to_stop(&engine->bridge[i]);
    for (int i = 0; i < SETTINGS_BRIDGES; i++)
        stop_bridge(engine, i);
    atomic_store(&engine->stop, true);
    engine_wake(engine);
    if (engine_jack_finish(engine) && !engine->hung) {
        process_finish(&engine->process);
        pthread_mutex_destroy(&engine->mutex);
        free(engine);
    } /* else something hangs in a library: the process ends, and the kernel cleans up */
}
