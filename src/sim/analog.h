/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inside simanalog: the JACK client. The process callback owns `cycle` and what is marked so; the
 * rest is set before it runs, or atomic. WAV positions are JACK frame times, so a skipped cycle is
 * silence in the recording and a gap in what is played, never a shift.
 */
#ifndef ANALOG_H
#define ANALOG_H

#include "spsc.h"
#include "wavout.h"

#include <jack/jack.h>
#include <pthread.h>
#include <stdatomic.h>

enum { ANALOG_PORTS_MAX = 8, ANALOG_PERIOD_MAX = 8192 };

/* Ports of ours and, one by one, the ports of others that they belong to. */
struct side {
    unsigned ports; /* 0: this side is not used */
    char *peer[ANALOG_PORTS_MAX];
    jack_port_t *port[ANALOG_PORTS_MAX];

    _Atomic bool begun;           /* the two below are set */
    uint64_t first_frame;         /* JACK frame time of WAV frame 0 */
    uint64_t first_ns;            /* ... in CLOCK_MONOTONIC_RAW */
    _Atomic uint64_t frames_done; /* WAV frames since then, gaps included */
};

struct wav_in {
    float *samples;
    uint64_t frames;
    unsigned channels;
    bool loop;
};

struct analog {
    jack_client_t *client;
    unsigned rate_hz;
    struct side play, record;
    struct wav_in source;

    struct spsc queue; /* of struct recorded and samples, to the writer thread */
    struct wavout wav;
    pthread_t writer;
    _Atomic bool writer_quit;

    _Atomic bool play_may_begin; /* the ports it plays to were all there once */
    _Atomic bool ports_changed;
    _Atomic bool server_gone;
    _Atomic uint64_t xruns;
    _Atomic uint64_t lost_frames;    /* recorded, but the queue was full */
    _Atomic uint64_t skipped_frames; /* JACK's time went on without a cycle */

    struct {
        bool started;
        jack_nframes_t frame; /* of the last cycle */
        uint64_t time;        /* the same, without the wrap at 2^32 */
        jack_nframes_t length;
        float block[ANALOG_PERIOD_MAX * ANALOG_PORTS_MAX];
    } cycle;
};

/* Opens the client and its ports; says on stderr why it fails. */
bool analog_open(struct analog *analog, const char *server, const char *name);

/* From here on the callback runs. */
bool analog_activate(struct analog *analog);
void analog_close(struct analog *analog);

/* Connects what can be; true when the side's ports are all connected. Main thread. */
bool analog_connect(struct analog *analog);

/* Loads the WAV to be played, which must be at JACK's rate. */
bool analog_load(struct analog *analog, const char *path);

/* The recording's thread; the file is whole after the stop. */
bool analog_record_start(struct analog *analog, const char *path);
void analog_record_stop(struct analog *analog);

/* PATH.json for a side. */
void analog_sidecar(struct analog *analog, struct side *side, const char *path, uint64_t dropped);

#endif
