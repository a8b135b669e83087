/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A ring of audio frames between two threads: one writes, one reads, nobody waits.
 *
 * A block goes in whole or not at all, so channels never slip; what did not fit is counted. Frames
 * are float, interleaved, 1.0 = 0 dBFS.
 *
 * Memory order: each side owns one counter and stores it with release after touching the frames;
 * the other side loads it with acquire before touching them. Counters are free-running 32-bit
 * frame numbers, so their difference is right across the wrap.
 */
#ifndef RING_H
#define RING_H

#include "rt.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct ring {
    float *frames;            /* capacity * channels samples */
    uint32_t capacity;        /* frames, a power of two */
    uint32_t channels;        /* 1..8 */
    _Atomic uint32_t written; /* frames ever written, modulo 2^32; the writer's */
    _Atomic uint32_t read;    /* frames ever read; the reader's */
    _Atomic uint32_t lost;    /* frames refused because the ring was full; the writer's */
};

/* Room for at least `frames`. Returns 0 or -ENOMEM/-EINVAL. Not realtime; no other thread yet. */
int ring_init(struct ring *ring, uint32_t channels, uint32_t frames);
void ring_finish(struct ring *ring); /* fine on a zeroed ring */

/* Writer: all `count` frames are taken, or none (false; they are counted as lost). */
RT bool ring_write(struct ring *ring, const float *frames, uint32_t count);

/* Reader: how many frames can be read now. */
RT uint32_t ring_readable(const struct ring *ring);

/* Reader: takes up to `count` frames, returns how many. `frames` NULL: they are thrown away. */
RT uint32_t ring_read(struct ring *ring, float *frames, uint32_t count);

/* Either side: the number of the next frame to be written or read, modulo 2^32. */
RT static inline uint32_t ring_write_number(const struct ring *ring)
{
    return atomic_load_explicit(&ring->written, memory_order_acquire);
}

RT static inline uint32_t ring_read_number(const struct ring *ring)
{
    return atomic_load_explicit(&ring->read, memory_order_acquire);
}

#endif
