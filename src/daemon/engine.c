/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "engine.h"

#include "engine_jack.h"
#include "log.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const double stopped_after_s = 1;
static const int stop_tries = 160; /* of 5 ms: how long a bridge may take to stop */
static const char graph_stopped[] = "graph stopped: the server runs no cycles";

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* --- what bridges ask --------------------------------------------------------------------------
 */

static bool host_jack(void *context, uint32_t *rate_hz, uint32_t *period, int *priority)
{
    struct engine *engine = context;
    bool ready;

    pthread_mutex_lock(&engine->mutex);
    ready = engine->prepared;
    *rate_hz = engine->process.rate_hz;
    *period = engine->process.period;
    *priority = engine->priority;
    pthread_mutex_unlock(&engine->mutex);
    return ready;
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

static const struct bridge_host host_template = { .jack = host_jack,
                                                  .reclaim = host_reclaim,
                                                  .latency_changed = host_latency_changed };

/* --- bridges ------------------------------------------------------------------------------------
 */

static void start_bridge(struct engine *engine, int index)
{
    const struct bridge_settings *settings = &engine->settings.bridge[index];
    int error;

    if (index >= engine->settings.bridge_count || !settings->enabled)
        return;
    error = bridge_start(&engine->bridge[index], settings, &engine->host,
                         &engine->process.bridge[index]);
    if (error)
        log_line(LOG_ERROR, settings->name, "cannot start: %s", strerror(-error));
    else
        atomic_store(&engine->bridge_alive[index], true);
}

static void ask_to_stop(struct engine *engine, int index)
{
    if (atomic_load(&engine->bridge_alive[index]))
        bridge_ask_to_stop(&engine->bridge[index]);
    engine->bridge_ending[index] = true;
}

/* Bridges that were asked to stop: where they have, what the settings say now takes their place.
 * Nobody waits for one that hangs. */
static bool tend_bridges(struct engine *engine, bool start)
{
    bool all = true;

    for (int i = 0; i < SETTINGS_BRIDGES; i++) {
        if (!engine->bridge_ending[i])
            continue;
        if (atomic_load(&engine->bridge_alive[i]) && !bridge_stopped(&engine->bridge[i])) {
            all = false;
            continue;
        }
        atomic_store(&engine->bridge_alive[i], false);
        engine->bridge_ending[i] = false;
        if (start)
            start_bridge(engine, i);
    }
    return all;
}

static void configure_bridges(struct engine *engine, const struct settings *settings)
{
    for (int i = 0; i < SETTINGS_BRIDGES; i++) {
        bool was = i < engine->settings.bridge_count, is = i < settings->bridge_count;

        if (was && is && settings_same_bridge(&engine->settings.bridge[i], &settings->bridge[i]))
            continue;
        if (was || is)
            ask_to_stop(engine, i);
    }
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

/* The parameters as coefficients, to the callback. Under the mutex. */
static void put_sound(struct engine *engine)
{
    struct chain_coefs *coefs = &engine->coefs;
    struct chain_latency latency;
    bool changed;

    if (!engine->prepared)
        return;
    design_chain(&engine->design, &engine->params, engine->process.rate_hz, coefs);
    for (int c = 0; c < 2; c++)
        coefs->volume.gain.gain[c] *= engine->trim;
    process_put(&engine->process, coefs);
    latency = chain_latency(coefs);
    changed = atomic_exchange(&engine->listen_latency, latency.listen) != latency.listen;
    changed |= atomic_exchange(&engine->talk_latency, latency.talk) != latency.talk;
    for (int o = 0; o < OUTPUTS; o++)
        changed |=
            atomic_exchange(&engine->output_latency[o], latency.output[o]) != latency.output[o];
    if (changed) /* after the values: whoever sees it sees them */
        atomic_store(&engine->latency_changed, true);
}

/* For a server of this rate and period. Bridges made for others rest and are opened anew. 0, or
 * -errno. */
static int prepare_process(struct engine *engine, uint32_t rate_hz, uint32_t period)
{
    int error;

    if (engine->prepared && engine->process.rate_hz == rate_hz && engine->process.period == period)
        return 0;
    pthread_mutex_lock(&engine->mutex);
    process_finish(&engine->process);
    error = process_init(&engine->process, rate_hz, period);
    engine->prepared = !error;
    put_sound(engine);
    if (!error) {
        lufs_init(&engine->lufs, rate_hz);
        spectrum_init(&engine->spectrum, rate_hz);
    }
    pthread_mutex_unlock(&engine->mutex);
    for (int i = 0; i < SETTINGS_BRIDGES; i++)
        if (atomic_load(&engine->bridge_alive[i]))
            bridge_restart(&engine->bridge[i]);
    return error;
}

static bool attach(struct engine *engine)
{
    char reason[160] = "";
    uint32_t rate_hz, period;
    int error;

    if (!engine_jack_open(engine, reason)) {
        set_state(engine, ENGINE_WAITING, reason);
        return false;
    }
    rate_hz = engine->client_rate_hz;
    period = engine->client_period;
    error = prepare_process(engine, rate_hz, period);
    if (error) {
        if (error == -EINVAL)
            snprintf(reason, sizeof reason,
                     "the server's %u Hz, period %u, cannot be used: 8000 to %d Hz, 1 to %d can",
                     rate_hz, period, STAGE_RATE_MAX, PROCESS_PERIOD_MAX);
        else
            snprintf(reason, sizeof reason, "no memory for the server's period; trying again");
        set_state(engine, ENGINE_WAITING, reason);
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
             engine->client_server, rate_hz, period,
             engine->priority > 0 ? "" : ", without realtime priority");
    set_state(engine, ENGINE_RUNNING, reason);
    return true;
}

/* Longer than the outs take to fade down: the ramp, and two cycles to notice. */
static void wait_for_ramp(struct engine *engine)
{
    uint32_t cycle_ms = 1000 * engine->process.period / engine->process.rate_hz;
    int ms = (int)(25 + 2 * cycle_ms);

    poll(NULL, 0, ms);
}

static void set_quiet(struct engine *engine, bool quiet)
{
    atomic_store(&engine->process.quiet, quiet);
}

/* A server that lives is left with a fade. */
static void detach(struct engine *engine)
{
    bool alive = !atomic_load(&engine->gone) && !atomic_load(&engine->stop);

    if (alive) {
        set_quiet(engine, true);
        wait_for_ramp(engine);
    }
    engine_jack_close(engine);
    pthread_mutex_lock(&engine->mutex);
    engine->attached = false;
    pthread_mutex_unlock(&engine->mutex);
    if (alive)
        set_quiet(engine, false);
}

static void *run(void *context)
{
    struct engine *engine = context;

    while (!atomic_load(&engine->stop)) {
        atomic_store(&engine->leave, false);
        atomic_store(&engine->gone, false);
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

struct engine *engine_create(const struct settings *settings, const struct params *params)
{
    struct engine *engine = calloc(1, sizeof *engine);
    int error;

    if (!engine)
        return NULL;
    engine->settings = *settings;
    engine->params = *params;
    engine->trim = 1;
    engine->host = host_template;
    engine->host.engine = engine;
    pthread_mutex_init(&engine->mutex, NULL);
    for (int i = 0; i < SETTINGS_BRIDGES; i++)
        bridge_init(&engine->bridge[i]);
    error = engine_jack_init(engine);
    if (!error)
        error = pthread_create(&engine->thread, NULL, run, engine);
    if (error) {
        free(engine);
        errno = error;
        return NULL;
    }
    pthread_setname_np(engine->thread, "jack-client");
    for (int i = 0; i < SETTINGS_BRIDGES; i++)
        start_bridge(engine, i);
    return engine;
}

static bool same_ports(const struct settings *a, const struct settings *b)
{
    bool same = a->jack.connect == b->jack.connect;

    for (int i = 0; i < 2; i++)
        same = same && strcmp(a->jack.capture_ports.name[i], b->jack.capture_ports.name[i]) == 0 &&
               strcmp(a->jack.playback_ports.name[i], b->jack.playback_ports.name[i]) == 0;
    return same;
}

void engine_play(struct engine *engine, const struct params *params, double trim_db)
{
    pthread_mutex_lock(&engine->mutex);
    engine->params = *params;
    engine->trim = pow(10, trim_db / 20);
    put_sound(engine);
    pthread_mutex_unlock(&engine->mutex);
}

bool engine_coefs(struct engine *engine, struct chain_coefs *coefs, double *rate_hz)
{
    bool prepared;

    pthread_mutex_lock(&engine->mutex);
    prepared = engine->prepared;
    *coefs = engine->coefs;
    *rate_hz = engine->process.rate_hz;
    pthread_mutex_unlock(&engine->mutex);
    return prepared;
}

void engine_configure(struct engine *engine, const struct settings *settings)
{
    bool other_ports = !same_ports(&engine->settings, settings);
    bool other_server = strcmp(engine->settings.jack.server, settings->jack.server) != 0;

    configure_bridges(engine, settings);
    pthread_mutex_lock(&engine->mutex);
    engine->settings = *settings;
    pthread_mutex_unlock(&engine->mutex);
    if (other_ports)
        atomic_store(&engine->connect_again, true);
    tend_bridges(engine, true);
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

static void report_disabled(const struct bridge_settings *settings, struct bridge_report *report)
{
    memcpy(report->name, settings->name, sizeof report->name);
    report->direction = settings->direction;
}

/* What the headset has heard since the last report, to the meters that take their time. */
static void measure_monitor(struct engine *engine)
{
    struct ring *ring = &engine->process.monitor_ring;
    float frames[2 * 512], mean[512];
    uint32_t count;

    while ((count = ring_read(ring, frames, 512)) > 0) {
        lufs_run(&engine->lufs, frames, count);
        for (uint32_t i = 0; i < count; i++)
            mean[i] = 0.5f * (frames[2 * i] + frames[2 * i + 1]);
        spectrum_feed(&engine->spectrum, mean, count, 1);
    }
}

void engine_spectrum(struct engine *engine, double band_db[SPECTRUM_BANDS])
{
    pthread_mutex_lock(&engine->mutex);
    for (int i = 0; i < SPECTRUM_BANDS; i++)
        band_db[i] = -200;
    if (engine->prepared)
        spectrum_compute(&engine->spectrum, band_db);
    pthread_mutex_unlock(&engine->mutex);
}

/* The process may be made anew by the engine's thread: under the mutex. */
void engine_meters(struct engine *engine, struct engine_meters *meters)
{
    struct process *process = &engine->process;

    pthread_mutex_lock(&engine->mutex);
    for (int i = 0; i < METERS; i++) {
        meters->peak[i] = process_peak(process, i);
        meters->rms[i] = process_rms(process, i);
        meters->clips[i] = atomic_load(&process->clips[i]);
    }
    for (int i = 0; i < REDUCERS; i++)
        meters->reduction_db[i] = process_reduction_db(process, i);
    meters->load = engine->load;
    meters->xruns = atomic_load(&engine->xruns);
    meters->momentary_lufs = meters->short_term_lufs = meters->integrated_lufs = -INFINITY;
    if (engine->prepared) {
        measure_monitor(engine);
        meters->momentary_lufs = lufs_momentary(&engine->lufs);
        meters->short_term_lufs = lufs_short_term(&engine->lufs);
        meters->integrated_lufs = lufs_integrated(&engine->lufs);
    }
    pthread_mutex_unlock(&engine->mutex);
}

void engine_clear(struct engine *engine)
{
    pthread_mutex_lock(&engine->mutex);
    for (int i = 0; i < METERS; i++)
        atomic_store(&engine->process.clips[i], 0);
    lufs_restart(&engine->lufs);
    pthread_mutex_unlock(&engine->mutex);
    atomic_store(&engine->process.longest_ns, 0);
    engine->worst_us = 0;
}

/* How long cycles take; both counters wrap, and are read more often than they do. */
static void report_times(struct engine *engine, struct engine_report *report)
{
    uint32_t busy_ns = atomic_load(&engine->process.busy_ns);
    uint32_t cycles = atomic_load(&engine->process.cycles);
    uint32_t count = cycles - engine->timed_cycles;

    report->longest_us = 1e-3 * atomic_exchange(&engine->process.longest_ns, 0);
    engine->worst_us = fmax(engine->worst_us, report->longest_us);
    if (count > 0)
        engine->mean_us = 1e-3 * (busy_ns - engine->timed_ns) / count;
    engine->timed_ns = busy_ns;
    engine->timed_cycles = cycles;
    report->worst_us = engine->worst_us;
    report->mean_us = engine->mean_us;
    report->cycles = cycles;
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
    tend_bridges(engine, true);
    report->xruns = atomic_load(&engine->xruns);
    report->jumps = atomic_load(&engine->process.jumps);
    report->unfit = atomic_load(&engine->process.unfit);
    report_times(engine, report);
    report->bridge_count = engine->settings.bridge_count;
    for (int i = 0; i < report->bridge_count; i++) {
        if (atomic_load(&engine->bridge_alive[i]))
            bridge_report(&engine->bridge[i], &report->bridge[i]);
        else
            report_disabled(&engine->settings.bridge[i], &report->bridge[i]);
    }
}

/* The gains go down first, so that neither headset nor analog out hears an end. */
bool engine_destroy(struct engine *engine)
{
    bool running, stopped = false, clean;

    if (!engine)
        return true;
    set_quiet(engine, true);
    pthread_mutex_lock(&engine->mutex);
    running = engine->attached && !engine->stopped;
    pthread_mutex_unlock(&engine->mutex);
    if (running)
        wait_for_ramp(engine);
    for (int i = 0; i < SETTINGS_BRIDGES; i++)
        if (atomic_load(&engine->bridge_alive[i]))
            ask_to_stop(engine, i);
    for (int i = 0; i < stop_tries && !stopped; i++) {
        stopped = tend_bridges(engine, false);
        if (!stopped)
            poll(NULL, 0, 5);
    }
    atomic_store(&engine->stop, true);
    engine_wake(engine);
    clean = engine_jack_finish(engine) && stopped;
    if (clean) {
        process_finish(&engine->process);
        free(engine);
    }
    return clean;
}
