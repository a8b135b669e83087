/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ring.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int ring_init(struct ring *ring, uint32_t channels, uint32_t frames)
{
    uint32_t capacity = 64;

    memset(ring, 0, sizeof *ring);
    if (channels < 1 || channels > 8 || frames > 1u << 24)
        return -EINVAL;
    while (capacity < frames)
        capacity *= 2;
    ring->frames = calloc((size_t)capacity * channels, sizeof *ring->frames);
    if (!ring->frames)
        return -ENOMEM;
    ring->capacity = capacity;
    ring->channels = channels;
    return 0;
}

void ring_finish(struct ring *ring)
{
    free(ring->frames);
    ring->frames = NULL;
}

RT bool ring_write(struct ring *ring, const float *frames, uint32_t count)
{
    uint32_t written = atomic_load_explicit(&ring->written, memory_order_relaxed);
    uint32_t read = atomic_load_explicit(&ring->read, memory_order_acquire);
    uint32_t at = written & (ring->capacity - 1);
    uint32_t first = ring->capacity - at < count ? ring->capacity - at : count;
    size_t frame = ring->channels * sizeof *frames;

    if (count > ring->capacity - (written - read)) {
        atomic_fetch_add_explicit(&ring->lost, count, memory_order_relaxed);
        return false;
    }
    memcpy(ring->frames + (size_t)at * ring->channels, frames, first * frame);
    memcpy(ring->frames, frames + (size_t)first * ring->channels, (count - first) * frame);
    atomic_store_explicit(&ring->written, written + count, memory_order_release);
    return true;
}

RT uint32_t ring_readable(const struct ring *ring)
{
    return atomic_load_explicit(&ring->written, memory_order_acquire) -
           atomic_load_explicit(&ring->read, memory_order_relaxed);
}

RT uint32_t ring_read(struct ring *ring, float *frames, uint32_t count)
{
    uint32_t read = atomic_load_explicit(&ring->read, memory_order_relaxed);
    uint32_t readable = ring_readable(ring);
    uint32_t at = read & (ring->capacity - 1);
    uint32_t first;
    size_t frame = ring->channels * sizeof *frames;

    if (count > readable)
        count = readable;
    if (frames) {
        first = ring->capacity - at < count ? ring->capacity - at : count;
        memcpy(frames, ring->frames + (size_t)at * ring->channels, first * frame);
        memcpy(frames + (size_t)first * ring->channels, ring->frames, (count - first) * frame);
    }
    atomic_store_explicit(&ring->read, read + count, memory_order_release);
    return count;
}
