/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analog.h"
#include "analog_queue.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

/* ---- the process callback: no allocation, no locks ---- */

/* The frame time of this cycle, counted on beyond 32 bits. */
static uint64_t cycle_time(struct analog *analog, jack_nframes_t frames)
{
    jack_nframes_t now = jack_last_frame_time(analog->client);
    jack_nframes_t passed = now - analog->cycle.frame;

    if (!analog->cycle.started) {
        analog->cycle.started = true;
        analog->cycle.time = now;
    } else {
        if (passed > analog->cycle.length)
            atomic_fetch_add(&analog->skipped_frames, passed - analog->cycle.length);
        analog->cycle.time += passed;
    }
    analog->cycle.frame = now;
    analog->cycle.length = frames;
    return analog->cycle.time;
}

/* JACK's own estimate; its clock is CLOCK_MONOTONIC_RAW in microseconds. */
static void begin(struct analog *analog, struct side *side, uint64_t time)
{
    side->first_frame = time;
    side->first_ns = jack_frames_to_time(analog->client, (jack_nframes_t)time) * 1000;
    atomic_store_explicit(&side->begun, true, memory_order_release);
}

static void play(struct analog *analog, uint64_t time, jack_nframes_t frames)
{
    struct side *side = &analog->play;
    const struct wav_in *wav = &analog->source;
    const unsigned ports = side->ports;
    float *out[ANALOG_PORTS_MAX] = { NULL };
    uint64_t at;

    for (unsigned p = 0; p < ports; p++) {
        out[p] = jack_port_get_buffer(side->port[p], frames);
        memset(out[p], 0, frames * sizeof *out[p]);
    }
    if (!atomic_load_explicit(&side->begun, memory_order_relaxed)) {
        if (!atomic_load(&analog->play_may_begin))
            return;
        begin(analog, side, time);
    }
    at = time - side->first_frame;
    for (jack_nframes_t i = 0; i < frames && (wav->loop || at + i < wav->frames); i++)
        for (unsigned p = 0; p < ports; p++)
            out[p][i] = wav->samples[(at + i) % wav->frames * wav->channels + p % wav->channels];
    atomic_store(&side->frames_done, at + frames);
}

static void record(struct analog *analog, uint64_t time, jack_nframes_t frames)
{
    struct side *side = &analog->record;
    struct recorded head = { .frames = frames };
    size_t bytes = sizeof(float) * frames * side->ports;

    if (!atomic_load_explicit(&side->begun, memory_order_relaxed))
        begin(analog, side, time);
    head.frame = time - side->first_frame;
    for (unsigned p = 0; p < side->ports; p++) {
        const float *in = jack_port_get_buffer(side->port[p], frames);

        for (jack_nframes_t i = 0; i < frames; i++)
            analog->cycle.block[i * side->ports + p] = in[i];
    }
    atomic_store(&side->frames_done, head.frame + frames);
    if (spsc_room(&analog->queue) < sizeof head + bytes) {
        atomic_fetch_add(&analog->lost_frames, frames);
        return;
    }
    spsc_put(&analog->queue, 0, &head, sizeof head);
    spsc_put(&analog->queue, sizeof head, analog->cycle.block, bytes);
    spsc_commit(&analog->queue, sizeof head + bytes);
}

static int on_process(jack_nframes_t frames, void *argument)
{
    struct analog *analog = argument;
    uint64_t time = cycle_time(analog, frames);

    if (frames > ANALOG_PERIOD_MAX)
        return 1;
    if (analog->play.ports)
        play(analog, time, frames);
    if (analog->record.ports)
        record(analog, time, frames);
    return 0;
}

/* ---- the other callbacks only tell the main thread ---- */

static int on_xrun(void *argument)
{
    atomic_fetch_add(&((struct analog *)argument)->xruns, 1);
    return 0;
}

static void on_port(jack_port_id_t port, int registered, void *argument)
{
    (void)port;
    (void)registered;
    atomic_store(&((struct analog *)argument)->ports_changed, true);
}

static void on_shutdown(void *argument)
{
    atomic_store(&((struct analog *)argument)->server_gone, true);
}

/* ---- setting up ---- */

static bool open_ports(struct analog *analog, struct side *side, const char *word,
                       unsigned long flags)
{
    for (unsigned p = 0; p < side->ports; p++) {
        char name[32];

        snprintf(name, sizeof name, "%s_%u", word, p + 1);
        side->port[p] = jack_port_register(analog->client, name, JACK_DEFAULT_AUDIO_TYPE, flags, 0);
        if (!side->port[p]) {
            fprintf(stderr, "simanalog: JACK refuses the port %s\n", name);
            return false;
        }
    }
    return true;
}

static void jack_says(const char *text)
{
    (void)text; /* while a server is waited for, libjack complains at each try */
}

/* A server that is just starting is waited for: 50 tries, five seconds. */
static jack_client_t *open_client(const char *server, const char *name, jack_status_t *status)
{
    jack_client_t *client = NULL;

    jack_set_error_function(jack_says);
    for (int i = 0; i < 50 && !client; i++) {
        if (i)
            poll(NULL, 0, 100);
        client = server ? jack_client_open(name, JackNoStartServer | JackServerName, status, server)
                        : jack_client_open(name, JackNoStartServer, status);
    }
    jack_set_error_function(NULL);
    return client;
}

bool analog_open(struct analog *analog, const char *server, const char *name)
{
    jack_status_t status = 0;

    analog->client = open_client(server, name, &status);
    if (!analog->client) {
        fprintf(stderr, "simanalog: no JACK server %s (status 0x%x)\n", server ? server : "",
                (unsigned)status);
        return false;
    }
    analog->rate_hz = jack_get_sample_rate(analog->client);
    jack_set_process_callback(analog->client, on_process, analog);
    jack_set_xrun_callback(analog->client, on_xrun, analog);
    jack_set_port_registration_callback(analog->client, on_port, analog);
    jack_on_shutdown(analog->client, on_shutdown, analog);
    return true;
}

bool analog_activate(struct analog *analog)
{
    return open_ports(analog, &analog->play, "play", JackPortIsOutput) &&
           open_ports(analog, &analog->record, "record", JackPortIsInput) &&
           jack_activate(analog->client) == 0;
}

void analog_close(struct analog *analog)
{
    jack_client_close(analog->client);
}

static bool connect_side(struct analog *analog, struct side *side, bool to_peer)
{
    unsigned connected = 0;

    for (unsigned p = 0; p < side->ports; p++) {
        const char *ours = jack_port_name(side->port[p]);
        int error;

        if (!jack_port_by_name(analog->client, side->peer[p]))
            continue; /* not there yet: jack_connect() would complain on stderr */
        if (jack_port_connected_to(side->port[p], side->peer[p])) {
            connected++;
            continue;
        }
        error = to_peer ? jack_connect(analog->client, ours, side->peer[p])
                        : jack_connect(analog->client, side->peer[p], ours);
        connected += error == 0 || error == EEXIST;
    }
    return connected == side->ports;
}

bool analog_connect(struct analog *analog)
{
    bool playing = connect_side(analog, &analog->play, true);
    bool recording = connect_side(analog, &analog->record, false);

    if (playing)
        atomic_store(&analog->play_may_begin, true);
    return playing && recording;
}
