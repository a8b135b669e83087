/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The timing thread: the device's clock and its USB packets. The clock counts frames of the base
 * rate since t0, in CLOCK_MONOTONIC_RAW; packet k covers what has passed since packet k-1, whenever
 * the thread really wakes, so the counts are exact in the device's time.
 */
#ifndef HEADSET_BUS_H
#define HEADSET_BUS_H

#include "headset_stream.h"
#include "spsc.h"

#include <pthread.h>

struct device_clock {
    unsigned rate_hz;  /* nominal; what WAV positions count in */
    double ppm;        /* how much faster it runs */
    uint64_t since_ns; /* of the last change of ppm */
    double base;       /* frames by then */
};

/* Frames since t0 at the given time, with their fraction. */
double clock_frames(const struct device_clock *clock, uint64_t now_ns);
void clock_set_ppm(struct device_clock *clock, double ppm, uint64_t now_ns);

/* An open stream, as the server hands it to the timing thread. */
struct stream_end {
    struct headset_stream *stream;
    int event_fd;
};

/* In the queue of played packets: this, then frames * channels int32_t. */
struct played_packet {
    uint64_t device_frame;
    uint64_t frames;
};

struct bus {
    /* set before bus_start() */
    struct device_clock clock;
    uint64_t t0_ns;
    uint64_t packet_ns;
    struct mic mic;
    struct spsc *played; /* NULL: nobody wants to know */
    unsigned played_channels;

    /* orders from the server, at any time */
    struct stream_end *_Atomic end[HEADSET_DIRECTIONS];
    _Atomic double wanted_ppm;
    _Atomic uint64_t jitter_ns; /* packets are handled up to this much late, at random */
    _Atomic bool frozen;
    _Atomic bool quit;

    /* read by anybody */
    _Atomic uint64_t frames; /* of the device clock; all played packets before it are queued */
    _Atomic uint64_t rounds; /* of the thread: see bus_detach() */
    _Atomic uint64_t played_frames, captured_frames, underruns, overruns;
    _Atomic uint64_t lost_frames; /* played, but the queue to the file was full */
    _Atomic uint64_t late_max_ns;
    bool realtime; /* SCHED_FIFO was permitted */

    /* the thread's own */
    pthread_t thread;
    uint64_t packet;
    uint64_t due_ns;
    uint64_t random;
    double now_frames;
    int32_t block[PACKET_FRAMES_MAX * HEADSET_CHANNELS_MAX];
};

bool bus_start(struct bus *bus, uint64_t seed);
void bus_stop(struct bus *bus);

void bus_attach(struct bus *bus, enum headset_direction direction, struct stream_end *end);
/* When it returns the thread does not touch the end any more. */
void bus_detach(struct bus *bus, enum headset_direction direction);

#endif
