/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "headset_stream.h"

#include <string.h>

/* A copy of what the application set, checked: the memory is shared with a program under test. */
struct setup {
    uint32_t format;
    uint32_t channels;
    uint32_t buffer_frames;
    unsigned sample_bytes;
};

static bool read_setup(struct headset_stream *stream, struct setup *setup)
{
    setup->format = atomic_load_explicit(&stream->format, memory_order_relaxed);
    setup->channels = atomic_load_explicit(&stream->channels, memory_order_relaxed);
    setup->buffer_frames = atomic_load_explicit(&stream->buffer_frames, memory_order_relaxed);
    setup->sample_bytes = headset_sample_bytes(setup->format);
    return setup->format < HEADSET_FORMATS && setup->channels >= 1 &&
           setup->channels <= HEADSET_CHANNELS_MAX && setup->buffer_frames > 0 &&
           setup->buffer_frames <= HEADSET_RING_BYTES / (setup->sample_bytes * setup->channels);
}

static unsigned char *ring_frame(struct headset_stream *stream, const struct setup *setup,
                                 uint64_t position)
{
    return stream->ring +
           (size_t)(position % setup->buffer_frames) * setup->sample_bytes * setup->channels;
}

/* The 3 or 4 (2) bytes of a sample are the highest ones of an int32; S24 has an idle byte on top.
 */
static int32_t decode(const unsigned char *bytes, uint32_t format)
{
    uint32_t value = 0;

    switch (format) {
    case HEADSET_S16:
        value = (uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 24;
        break;
    case HEADSET_S24_3:
    case HEADSET_S24:
        value = (uint32_t)bytes[0] << 8 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 24;
        break;
    default:
        value = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
                (uint32_t)bytes[3] << 24;
    }
    return (int32_t)value;
}

static void encode(unsigned char *bytes, uint32_t format, int32_t sample)
{
    uint32_t value = (uint32_t)sample;
    unsigned size = headset_sample_bytes(format);

    if (format == HEADSET_S24)
        value = value >> 8 | (value >> 31 ? 0xff000000u : 0); /* sign-extended, as hardware does */
    else
        value >>= 32 - 8 * size;
    for (unsigned i = 0; i < size; i++)
        bytes[i] = (unsigned char)(value >> 8 * i);
}

/* Moves the position and finds what that means; the outcome did not happen when we lost the race.
 */
static struct packet_outcome advance(struct headset_stream *stream, uint64_t word, uint64_t appl,
                                     const struct setup *setup, uint32_t frames)
{
    uint64_t position = word_position(word) + frames;
    int64_t avail = stream_avail(stream->direction, position, appl, setup->buffer_frames);
    uint64_t stop = atomic_load_explicit(&stream->stop_threshold_frames, memory_order_relaxed);
    uint64_t wake = atomic_load_explicit(&stream->avail_min_frames, memory_order_relaxed);
    struct packet_outcome outcome = { .happened = true };

    outcome.xrun = avail > 0 && (uint64_t)avail >= stop;
    outcome.wake = outcome.xrun || (avail > 0 && (uint64_t)avail >= wake);
    if (!stream_swap(
            stream, &word,
            stream_word(outcome.xrun ? STREAM_XRUN : STREAM_RUNNING, word_epoch(word), position)))
        return (struct packet_outcome){ .happened = false };
    return outcome;
}

static uint32_t frames_in_time(int64_t ready, uint32_t frames)
{
    return ready <= 0 ? 0 : ready < frames ? (uint32_t)ready : frames;
}

struct packet_outcome stream_play(struct headset_stream *stream, const struct packet *packet,
                                  int32_t *played, unsigned channels)
{
    uint64_t word = stream_load(stream), position = word_position(word);
    uint64_t appl = atomic_load_explicit(&stream->appl, memory_order_acquire);
    bool stale = !atomic_load_explicit(&stream->silence_played, memory_order_relaxed) &&
                 atomic_load_explicit(&stream->stop_threshold_frames, memory_order_relaxed) >
                     atomic_load_explicit(&stream->buffer_frames, memory_order_relaxed);
    struct packet_outcome outcome;
    uint32_t in_time;
    struct setup setup;

    if (word_state(word) != STREAM_RUNNING || !read_setup(stream, &setup))
        return (struct packet_outcome){ .happened = false };
    in_time = frames_in_time((int64_t)(appl - position), packet->stream_frames);
    memset(played, 0, sizeof *played * packet->device_frames * channels);
    for (uint32_t i = 0; i < packet->device_frames; i++) {
        uint32_t at = (uint32_t)((uint64_t)i * packet->stream_frames / packet->device_frames);
        const unsigned char *frame = ring_frame(stream, &setup, position + at);

        if (at >= in_time && !stale)
            break; /* the rest is silence; hardware told not to stop plays its old buffer again */
        for (unsigned c = 0; c < channels && c < setup.channels; c++)
            played[i * channels + c] = decode(frame + c * setup.sample_bytes, setup.format);
    }
    outcome = advance(stream, word, appl, &setup, packet->stream_frames);
    outcome.real_frames = outcome.happened ? in_time : 0;
    return outcome;
}

struct packet_outcome stream_capture(struct headset_stream *stream, const struct packet *packet,
                                     const struct mic *mic)
{
    uint64_t word = stream_load(stream), position = word_position(word);
    uint64_t appl = atomic_load_explicit(&stream->appl, memory_order_acquire);
    struct packet_outcome outcome;
    struct setup setup;

    if (word_state(word) != STREAM_RUNNING || !read_setup(stream, &setup))
        return (struct packet_outcome){ .happened = false };
    for (uint32_t i = 0; i < packet->stream_frames; i++) {
        uint64_t heard =
            packet->device_frame + (uint64_t)i * packet->device_frames / packet->stream_frames;
        const int32_t *samples =
            mic->frames ? mic->samples + heard % mic->frames * mic->channels : NULL;
        unsigned char *frame = ring_frame(stream, &setup, position + i);

        for (unsigned c = 0; c < setup.channels; c++)
            encode(frame + c * setup.sample_bytes, setup.format,
                   samples ? samples[c % mic->channels] : 0);
    }
    outcome = advance(stream, word, appl, &setup, packet->stream_frames);
    outcome.real_frames = outcome.happened ? packet->stream_frames : 0;
    return outcome;
}

bool stream_stop(struct headset_stream *stream, enum stream_state state)
{
    uint64_t word = stream_load(stream);

    do {
        if (word_state(word) != STREAM_RUNNING)
            return false;
    } while (
        !stream_swap(stream, &word, stream_word(state, word_epoch(word), word_position(word))));
    return true;
}
