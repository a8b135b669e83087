/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The device's end of an open stream: what one USB packet does to it. Pure computation on the
 * shared memory; the timing thread calls it, and it neither waits nor allocates.
 */
#ifndef HEADSET_STREAM_H
#define HEADSET_STREAM_H

#include "headset_shm.h"

enum { PACKET_FRAMES_MAX = 4096 }; /* 10 ms at 192 kHz, with room for any ppm we accept */

/* What the microphone hears: left-justified samples, looped; frames 0 is silence. */
struct mic {
    int32_t *samples;
    uint64_t frames;
    unsigned channels;
};

/* The device's own time that a packet covers. */
struct packet {
    uint64_t device_frame;  /* first frame since t0 */
    uint32_t device_frames; /* as many as passed */
    uint32_t stream_frames; /* the same time at the stream's rate */
};

struct packet_outcome {
    bool happened;        /* false: the stream does not run, or was stopped under our hands */
    bool xrun;            /* ... and it is stopped now */
    bool wake;            /* avail has reached avail_min, or the state has changed */
    uint32_t real_frames; /* played from, or recorded for, the application in time */
};

/* Fills `played` with device_frames frames of `channels` left-justified samples when it happened.
 */
struct packet_outcome stream_play(struct headset_stream *stream, const struct packet *packet,
                                  int32_t *played, unsigned channels);
struct packet_outcome stream_capture(struct headset_stream *stream, const struct packet *packet,
                                     const struct mic *mic);

/* For commands: a RUNNING stream gets the state; false when it does not run. Any thread. */
bool stream_stop(struct headset_stream *stream, enum stream_state state);

#endif
