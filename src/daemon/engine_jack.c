/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "engine_jack.h"

#include "log.h"
#include "rt.h"

#include <errno.h>
#include <jack/thread.h>
#include <math.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

static const struct {
    const char *name;
    unsigned long flags;
} ports[PORTS] = {
    [PORT_IN_1] = { "in_1", JackPortIsInput },
    [PORT_IN_2] = { "in_2", JackPortIsInput },
    [PORT_OUT_1] = { "out_1", JackPortIsOutput },
    [PORT_OUT_2] = { "out_2", JackPortIsOutput },
    [PORT_SUB] = { "sub", JackPortIsOutput },
    [PORT_MIC] = { "mic", JackPortIsOutput },
    [PORT_MONITOR_1] = { "monitor_1", JackPortIsOutput },
    [PORT_MONITOR_2] = { "monitor_2", JackPortIsOutput },
};

/* --- realtime ------------------------------------------------------------------------------------
 */

RT static int64_t raw_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC_RAW, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

RT static void note_length(struct process *process, int64_t started_ns)
{
    uint32_t length = (uint32_t)(raw_ns() - started_ns);

    atomic_fetch_add_explicit(&process->busy_ns, length, memory_order_relaxed);
    if (length > atomic_load_explicit(&process->longest_ns, memory_order_relaxed))
        atomic_store_explicit(&process->longest_ns, length, memory_order_relaxed);
}

RT static int on_process(jack_nframes_t frames, void *context)
{
    struct engine *engine = context;
    int64_t now_ns = raw_ns();
    jack_nframes_t frame_time = jack_last_frame_time(engine->client);
    struct process_io io;
    float *buffer[PORTS];

    for (int i = 0; i < PORTS; i++)
        buffer[i] = jack_port_get_buffer(engine->port[i], frames);
    io = (struct process_io){ .in = { buffer[PORT_IN_1], buffer[PORT_IN_2] },
                              .out = { buffer[PORT_OUT_1], buffer[PORT_OUT_2] },
                              .sub = buffer[PORT_SUB],
                              .mic = buffer[PORT_MIC],
                              .monitor = { buffer[PORT_MONITOR_1], buffer[PORT_MONITOR_2] } };
    rt_enter();
    process_run(&engine->process, &io, frames, frame_time, now_ns);
    for (int i = 0; i < SETTINGS_BRIDGES; i++)
        if (atomic_load_explicit(&engine->process.bridge[i].command, memory_order_acquire) !=
                ASRC_OFF &&
            engine->process.bridge[i].config.direction == ASRC_PLAYBACK)
            bridge_kick(&engine->bridge[i]);
    note_length(&engine->process, now_ns);
    rt_leave();
    return 0;
}

/* --- JACK's other callbacks: flags only
 * ------------------------------------------------------------ */

static void on_shutdown(jack_status_t code, const char *reason, void *context)
{
    struct engine *engine = context;

    (void)code;
    (void)reason;
    atomic_store(&engine->gone, true);
    atomic_store(&engine->leave, true);
    engine_wake(engine);
}

static int on_xrun(void *context)
{
    struct engine *engine = context;

    atomic_fetch_add(&engine->xruns, 1);
    atomic_store(&engine->process.xrun, true);
    return 0;
}

/* Another rate or period: the client leaves and comes back, prepared for it. */
static int on_other_period(jack_nframes_t frames, void *context)
{
    struct engine *engine = context;

    if (frames != engine->client_period) {
        atomic_store(&engine->leave, true);
        engine_wake(engine);
    }
    return 0;
}

static int on_other_rate(jack_nframes_t rate, void *context)
{
    struct engine *engine = context;

    if (rate != engine->client_rate_hz) {
        atomic_store(&engine->leave, true);
        engine_wake(engine);
    }
    return 0;
}

static void on_freewheel(int starting, void *context)
{
    struct engine *engine = context;

    atomic_store(&engine->process.freewheeling, starting != 0);
}

/* The latency of the first running bridge of a direction, frames; 0 without one. */
static jack_nframes_t bridge_latency(struct engine *engine, enum bridge_direction direction)
{
    for (int i = 0; i < SETTINGS_BRIDGES; i++) {
        struct bridge_report report;

        if (!atomic_load(&engine->bridge_alive[i]))
            continue;
        bridge_report(&engine->bridge[i], &report);
        if (report.direction == direction && report.state == BRIDGE_RUNNING)
            return (jack_nframes_t)fmax(0, lround(report.latency_frames));
    }
    return 0;
}

static uint32_t strip_latency(struct engine *engine, enum chain_output output)
{
    return atomic_load(&engine->output_latency[output]);
}

/* From the microphone to an output; 0 without one. */
static jack_nframes_t talk_latency(struct engine *engine, enum chain_output output)
{
    jack_nframes_t bridge = bridge_latency(engine, BRIDGE_CAPTURE);

    return bridge ? bridge + atomic_load(&engine->talk_latency) + strip_latency(engine, output) : 0;
}

/* From an input to one side of the headset; 0 without one. */
static jack_nframes_t listen_latency(struct engine *engine, enum chain_output output)
{
    jack_nframes_t bridge = bridge_latency(engine, BRIDGE_PLAYBACK);

    return bridge ? bridge + atomic_load(&engine->listen_latency) + strip_latency(engine, output)
                  : 0;
}

static void set_capture_latency(struct engine *engine, int port, jack_nframes_t min,
                                jack_nframes_t max)
{
    jack_latency_range_t range = { min, max };

    jack_port_set_latency_range(engine->port[port], JackCaptureLatency, &range);
}

/* How old sound is that leaves a port: out and mic carry the microphone's (mic before any strip),
 * sub and monitor what comes in. */
static void tell_capture_latency(struct engine *engine)
{
    static const int port[] = { PORT_MONITOR_1, PORT_MONITOR_2, PORT_OUT_1, PORT_OUT_2, PORT_SUB };
    jack_nframes_t bridge = bridge_latency(engine, BRIDGE_CAPTURE);
    jack_latency_range_t in = { 0, 0 };

    jack_port_get_latency_range(engine->port[PORT_IN_1], JackCaptureLatency, &in);
    for (int o = 0; o < OUTPUTS; o++) {
        uint32_t ours = atomic_load(&engine->listen_latency) + strip_latency(engine, o);
        jack_nframes_t talk = talk_latency(engine, o);

        if (o == OUTPUT_OUT_1 || o == OUTPUT_OUT_2)
            set_capture_latency(engine, port[o], talk, talk);
        else
            set_capture_latency(engine, port[o], in.min + ours, in.max + ours);
    }
    if (bridge)
        bridge += atomic_load(&engine->talk_latency);
    set_capture_latency(engine, PORT_MIC, bridge, bridge);
}

/* How long from a port to the ear: the inputs end at the headset, whose sides may differ. */
static void tell_playback_latency(struct engine *engine)
{
    jack_nframes_t left = listen_latency(engine, OUTPUT_HEADSET_1);
    jack_nframes_t right = listen_latency(engine, OUTPUT_HEADSET_2);
    jack_latency_range_t range = { left < right ? left : right, left < right ? right : left };

    jack_port_set_latency_range(engine->port[PORT_IN_1], JackPlaybackLatency, &range);
    jack_port_set_latency_range(engine->port[PORT_IN_2], JackPlaybackLatency, &range);
}

static void on_latency(jack_latency_callback_mode_t mode, void *context)
{
    if (mode == JackCaptureLatency)
        tell_capture_latency(context);
    else
        tell_playback_latency(context);
}

/* --- the engine's thread
 * --------------------------------------------------------------------------- */

void engine_wait_ms(struct engine *engine, int ms)
{
    struct pollfd fd = { .fd = engine->wake_fd, .events = POLLIN };
    uint64_t count;

    if (poll(&fd, 1, ms) > 0 && read(engine->wake_fd, &count, sizeof count) < 0)
        return;
}

void engine_wake(struct engine *engine)
{
    eventfd_write(engine->wake_fd, 1);
}

static void jack_says(const char *text)
{
    log_line(LOG_DEBUG, "jack", "%s", text);
}

int engine_jack_init(struct engine *engine)
{
    jack_set_error_function(jack_says);
    jack_set_info_function(jack_says);
    engine->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return engine->wake_fd < 0 ? errno : 0;
}

bool engine_jack_finish(struct engine *engine)
{
    int left = 200; /* of 5 ms; counted, since the wall's clock may jump */

    while (pthread_tryjoin_np(engine->thread, NULL))
        if (!left--)
            return false;
        else
            poll(NULL, 0, 5);
    close(engine->wake_fd);
    return true;
}

static bool register_ports(struct engine *engine)
{
    for (int i = 0; i < PORTS; i++) {
        engine->port[i] = jack_port_register(engine->client, ports[i].name, JACK_DEFAULT_AUDIO_TYPE,
                                             ports[i].flags, 0);
        if (!engine->port[i])
            return false;
    }
    return true;
}

bool engine_jack_open(struct engine *engine, char reason[160])
{
    char *server = engine->client_server;
    jack_status_t status = 0;

    pthread_mutex_lock(&engine->mutex);
    memcpy(server, engine->settings.jack.server, sizeof engine->client_server);
    pthread_mutex_unlock(&engine->mutex);
    engine->client = jack_client_open(
        "audioserver", JackNoStartServer | JackUseExactName | JackServerName, &status, server);
    if (!engine->client) {
        if (status & JackNameNotUnique)
            snprintf(reason, 160,
                     "server \"%s\" has a client audioserver already; waiting for it "
                     "to leave",
                     server);
        else
            snprintf(reason, 160, "no JACK server \"%s\"; waiting for it", server);
        return false;
    }
    if (!register_ports(engine)) {
        snprintf(reason, 160, "server \"%s\" gives no ports", server);
        engine_jack_close(engine);
        return false;
    }
    engine->client_rate_hz = jack_get_sample_rate(engine->client);
    engine->client_period = jack_get_buffer_size(engine->client);
    jack_set_process_callback(engine->client, on_process, engine);
    jack_on_info_shutdown(engine->client, on_shutdown, engine);
    jack_set_xrun_callback(engine->client, on_xrun, engine);
    jack_set_buffer_size_callback(engine->client, on_other_period, engine);
    jack_set_sample_rate_callback(engine->client, on_other_rate, engine);
    jack_set_freewheel_callback(engine->client, on_freewheel, engine);
    jack_set_latency_callback(engine->client, on_latency, engine);
    return true;
}

int engine_jack_priority(const struct engine *engine)
{
    int priority = jack_client_real_time_priority(engine->client);

    return priority > 0 ? (priority < 98 ? priority + 1 : 99) : 0;
}

bool engine_jack_activate(struct engine *engine, char reason[160])
{
    if (jack_activate(engine->client)) {
        snprintf(reason, 160, "the server does not let us in; trying again");
        atomic_store(&engine->leave, true);
        return false;
    }
    engine->connected[0] = engine->connected[1] = false;
    engine_jack_connect(engine);
    return true;
}

void engine_jack_close(struct engine *engine)
{
    if (engine->client)
        jack_client_close(engine->client);
    engine->client = NULL;
    memset(engine->port, 0, sizeof engine->port);
}

/* True when both are connected; what the user has parted later stays parted. */
static bool connect_pair(struct engine *engine, int first, unsigned long hardware,
                         const struct port_pair *wanted)
{
    const char **found = NULL;
    const char *name[2] = { wanted->name[0], wanted->name[1] };
    int done = 0;

    if (!*name[0]) {
        found = jack_get_ports(engine->client, NULL, JACK_DEFAULT_AUDIO_TYPE,
                               hardware | JackPortIsPhysical);
        name[0] = found ? found[0] : NULL;
        name[1] = found && found[0] ? found[1] : NULL;
    }
    for (int i = 0; i < 2; i++) {
        const char *ours = jack_port_name(engine->port[first + i]);
        int error;

        if (!name[i] || !jack_port_by_name(engine->client, name[i]))
            continue;
        error = hardware == JackPortIsOutput ? jack_connect(engine->client, name[i], ours)
                                             : jack_connect(engine->client, ours, name[i]);
        if (error && error != EEXIST)
            log_line(LOG_WARNING, "jack", "cannot connect %s and %s", name[i], ours);
        else
            done++;
    }
    if (found)
        jack_free(found);
    return done == 2;
}

/* Of the hardware port that ours is connected to; other clients' ports say other things. */
static jack_nframes_t hardware_latency(struct engine *engine, int port,
                                       jack_latency_callback_mode_t mode)
{
    const char **found = jack_port_get_all_connections(engine->client, engine->port[port]);
    jack_nframes_t most = 0;

    for (int i = 0; found && found[i]; i++) {
        jack_port_t *other = jack_port_by_name(engine->client, found[i]);
        jack_latency_range_t range = { 0, 0 };

        if (!other || !(jack_port_flags(other) & JackPortIsPhysical))
            continue;
        jack_port_get_latency_range(other, mode, &range);
        most = range.max > most ? range.max : most;
    }
    if (found)
        jack_free(found);
    return most;
}

static void note_latency(struct engine *engine)
{
    double ms = 1e3 / engine->client_rate_hz;
    double before = hardware_latency(engine, PORT_IN_1, JackCaptureLatency);
    double after = hardware_latency(engine, PORT_OUT_1, JackPlaybackLatency);
    double listen =
        fmax(listen_latency(engine, OUTPUT_HEADSET_1), listen_latency(engine, OUTPUT_HEADSET_2));
    double talk = fmax(talk_latency(engine, OUTPUT_OUT_1), talk_latency(engine, OUTPUT_OUT_2));
    double load = jack_cpu_load(engine->client);

    pthread_mutex_lock(&engine->mutex);
    engine->load = load;
    engine->listen_ms = listen > 0 ? ms * (before + listen) : 0;
    engine->talk_ms = talk > 0 ? ms * (talk + after) : 0;
    pthread_mutex_unlock(&engine->mutex);
}

void engine_jack_connect(struct engine *engine)
{
    struct port_pair capture, playback;
    bool wanted;

    pthread_mutex_lock(&engine->mutex);
    wanted = engine->settings.jack.connect;
    capture = engine->settings.jack.capture_ports;
    playback = engine->settings.jack.playback_ports;
    pthread_mutex_unlock(&engine->mutex);
    if (atomic_exchange(&engine->connect_again, false))
        engine->connected[0] = engine->connected[1] = false;
    if (wanted && !engine->connected[0])
        engine->connected[0] = connect_pair(engine, PORT_IN_1, JackPortIsOutput, &capture);
    if (wanted && !engine->connected[1])
        engine->connected[1] = connect_pair(engine, PORT_OUT_1, JackPortIsInput, &playback);
    note_latency(engine);
}

void engine_jack_tell_latency(struct engine *engine)
{
    jack_recompute_total_latencies(engine->client);
}
