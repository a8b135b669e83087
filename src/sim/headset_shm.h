/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the simulated headset (process simheadset) and its "kernel driver" (the libasound plug-in in
 * the application) share: one memfd and one eventfd for each open stream, handed over
 * DIR/device.sock.
 *
 * The whole life of a stream is one 64-bit word: state, epoch, hardware position. Everybody changes
 * it by compare-and-swap, so nobody locks:
 *   - the application's side prepares (a new epoch, position 0), starts and stops;
 *   - the device moves the position, packet by packet, while the state is RUNNING, and is the only
 *     one to say XRUN or SUSPENDED; a packet whose swap fails never happened;
 *   - DISCONNECTED is for good. A replugged device needs a new open, which gets a new memfd.
 * All else is written by the application's side before the swap that makes it valid (release) and
 * read by the device after it has loaded the word (acquire); within an epoch only `appl` moves.
 */
#ifndef HEADSET_SHM_H
#define HEADSET_SHM_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

enum {
    HEADSET_MAGIC = 0x53484454, /* first word of the greeting, so that a stray client is refused */
    HEADSET_LIST_MAX = 8,       /* entries of a list the device offers */
    HEADSET_CHANNELS_MAX = 8,
    HEADSET_RING_BYTES = 1 << 20, /* the largest buffer of a stream */
    HEADSET_GONE_AFTER_MS = 200,  /* without a sign of life the driver looks at the socket */
};

enum headset_direction { HEADSET_OUT, HEADSET_IN, HEADSET_DIRECTIONS };

/* All little-endian; S24_LE has 24 bits in the low bytes of 32. */
enum headset_format { HEADSET_S16, HEADSET_S24_3, HEADSET_S24, HEADSET_S32, HEADSET_FORMATS };

enum stream_state {
    STREAM_SETUP,
    STREAM_PREPARED,
    STREAM_RUNNING,
    STREAM_XRUN,
    STREAM_SUSPENDED,
    STREAM_DISCONNECTED,
};

struct headset_list {
    uint32_t count;
    uint32_t value[HEADSET_LIST_MAX];
};

/* What one direction of the device can do; constant once the stream is open. */
struct headset_offer {
    struct headset_list rate_hz;
    struct headset_list format; /* enum headset_format */
    struct headset_list channels;
    uint32_t period_min_frames;
    uint32_t buffer_max_frames;
};

struct headset_stream {
    struct headset_offer offer;
    uint32_t generation; /* counts the plugs of the device */
    uint32_t direction;

    _Alignas(64) _Atomic uint64_t word; /* see stream_word() */
    _Atomic uint64_t alive_ns;          /* CLOCK_MONOTONIC_RAW of the device's last packet */

    _Alignas(64) _Atomic uint64_t appl; /* frames written or read by the application, this epoch */
    _Atomic uint64_t stop_threshold_frames;
    _Atomic uint64_t avail_min_frames;
    _Atomic uint32_t draining;       /* running dry is meant: not an underrun */
    _Atomic uint32_t silence_played; /* what is played is silenced, as with silence_size=boundary */
    _Atomic uint32_t rate_hz;
    _Atomic uint32_t format;
    _Atomic uint32_t channels;
    _Atomic uint32_t buffer_frames;

    _Alignas(
        64) unsigned char ring[HEADSET_RING_BYTES]; /* interleaved frames, buffer_frames long */
};

/* The greeting on device.sock and its answer, which carries memfd and eventfd when error is 0. */
struct headset_hello {
    uint32_t magic;
    uint32_t direction;
};

struct headset_welcome {
    int32_t error; /* 0, -ENODEV unplugged, -EBUSY open already, -ENOENT no such direction */
};

/* Bits 63..60 state, 59..44 epoch, 43..0 position in frames (11 years at 48 kHz). */
enum { WORD_POSITION_BITS = 44, WORD_STATE_SHIFT = 60 };

static inline uint64_t stream_word(enum stream_state state, unsigned epoch, uint64_t position)
{
    return (uint64_t)state << WORD_STATE_SHIFT | (uint64_t)(epoch & 0xffff) << WORD_POSITION_BITS |
           (position & ((UINT64_C(1) << WORD_POSITION_BITS) - 1));
}

static inline enum stream_state word_state(uint64_t word)
{
    return (enum stream_state)(word >> WORD_STATE_SHIFT);
}

static inline unsigned word_epoch(uint64_t word)
{
    return word >> WORD_POSITION_BITS & 0xffff;
}

static inline uint64_t word_position(uint64_t word)
{
    return word & ((UINT64_C(1) << WORD_POSITION_BITS) - 1);
}

static inline uint64_t stream_load(struct headset_stream *stream)
{
    return atomic_load_explicit(&stream->word, memory_order_acquire);
}

/* False when somebody else was first; *seen then holds what is there now. */
static inline bool stream_swap(struct headset_stream *stream, uint64_t *seen, uint64_t wanted)
{
    return atomic_compare_exchange_strong_explicit(&stream->word, seen, wanted,
                                                   memory_order_acq_rel, memory_order_acquire);
}

/* For good, from either side: the application's, when the process has died. */
static inline void stream_disconnect(struct headset_stream *stream)
{
    uint64_t word = stream_load(stream);

    while (!stream_swap(stream, &word,
                        stream_word(STREAM_DISCONNECTED, word_epoch(word), word_position(word))))
        ;
}

/* As snd_pcm_avail() counts: room for playback, frames to be read for capture. Beyond the buffer,
 * or below nothing, when the hardware has run past the application. */
static inline int64_t stream_avail(uint32_t direction, uint64_t position, uint64_t appl,
                                   uint32_t buffer_frames)
{
    return (int64_t)(position - appl) + (direction == HEADSET_OUT ? buffer_frames : 0);
}

static inline unsigned headset_sample_bytes(uint32_t format)
{
    return format == HEADSET_S16 ? 2 : format == HEADSET_S24_3 ? 3 : 4;
}

static inline uint64_t headset_now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC_RAW, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

#endif
