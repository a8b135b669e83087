/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The "kernel driver" of the simulated headset: a libasound I/O plug-in (pcm type simheadset) that
 * knows nothing but the shared memory of headset_shm.h. The device itself is the process
 * simheadset.
 *
 * start, stop, prepare, resume, pointer, transfer, delay and poll_revents may run in realtime
 * threads: they touch the shared memory and read or write the eventfd, nothing else. (One
 * exception: when the device has given no sign of life for 200 ms, they ask the kernel whether it
 * has died.)
 *
 * The poll descriptor is an epoll one that holds the eventfd and the socket, so that the death of
 * the process wakes an application as an unplug does. It is level-triggered as a real one is: it
 * stays readable while avail >= avail_min, or while the stream is in an error.
 *
 * What libasound's ioplug leaves to us: stop_threshold (the device watches it), and states other
 * than XRUN; pointer() must not return an error for those, or ioplug would call it an XRUN.
 */
#define _GNU_SOURCE
#include "pcm_driver.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

/* ---- the event: readable means avail >= avail_min, or an error ---- */

static void event_raise(struct driver *driver)
{
    static const uint64_t one = 1;

    if (write(driver->event_fd, &one, sizeof one) < 0)
        return; /* EAGAIN: readable already */
}

static void event_clear(struct driver *driver)
{
    uint64_t count;

    if (read(driver->event_fd, &count, sizeof count) < 0)
        return; /* EAGAIN: clear already */
}

/* ---- the state, as the device sees it, told to libasound ---- */

static bool has_hung_up(struct driver *driver)
{
    struct epoll_event event[2];
    int n = epoll_wait(driver->poll_fd, event, 2, 0);

    for (int i = 0; i < n; i++)
        if (event[i].data.fd == driver->socket_fd)
            return true;
    return false;
}

/* The word; DISCONNECTED when the process has died. Only a silence of its own, or a wake-up without
 * another reason (`suspicious`), makes us ask the kernel. */
static uint64_t load_word(struct driver *driver, bool suspicious)
{
    struct headset_stream *stream = driver->stream;
    uint64_t word = stream_load(stream);
    uint64_t alive_ns = atomic_load_explicit(&stream->alive_ns, memory_order_relaxed);

    if (word_state(word) == STREAM_DISCONNECTED)
        return word;
    if (!suspicious && headset_now_ns() < alive_ns + HEADSET_GONE_AFTER_MS * UINT64_C(1000000))
        return word;
    if (!has_hung_up(driver))
        return word;
    stream_disconnect(stream);
    return stream_load(stream);
}

/* 0, or the error that a call on a stream in this state gives; libasound's state follows. `told`
 * when the application will see it. */
static int state_error(struct driver *driver, uint64_t word, bool told)
{
    switch (word_state(word)) {
    case STREAM_DISCONNECTED:
        driver->told_gone |= told;
        snd_pcm_ioplug_set_state(&driver->io, SND_PCM_STATE_DISCONNECTED);
        return -ENODEV;
    case STREAM_SUSPENDED:
        snd_pcm_ioplug_set_state(&driver->io, SND_PCM_STATE_SUSPENDED);
        return -ESTRPIPE;
    case STREAM_XRUN:
        return -EPIPE;
    default:
        return 0;
    }
}

/* The application's position of libasound wraps at its boundary and may go back (rewind); the one
 * in the shared memory is 64 bits and counts from prepare. */
static uint64_t publish_appl(struct driver *driver, snd_pcm_uframes_t transferred)
{
    struct headset_stream *stream = driver->stream;
    snd_pcm_uframes_t now = driver->io.appl_ptr + transferred, moved;
    uint64_t appl = atomic_load_explicit(&stream->appl, memory_order_relaxed);

    if (now >= driver->boundary)
        now -= driver->boundary;
    moved = now >= driver->appl_seen ? now - driver->appl_seen
                                     : driver->boundary - driver->appl_seen + now;
    if (moved > driver->boundary / 2)
        appl -= driver->boundary - moved;
    else
        appl += moved;
    driver->appl_seen = now;
    atomic_store_explicit(&stream->appl, appl, memory_order_release);
    return appl;
}

static int64_t avail_at(struct driver *driver, uint64_t word)
{
    struct headset_stream *stream = driver->stream;

    return stream_avail(stream->direction, word_position(word),
                        atomic_load_explicit(&stream->appl, memory_order_relaxed),
                        (uint32_t)driver->io.buffer_size);
}

/* A draining stream is waited for until it is empty, or libasound's drain would spin. */
static bool is_ready(struct driver *driver, uint64_t word)
{
    uint64_t wanted =
        driver->io.state == SND_PCM_STATE_DRAINING
            ? driver->io.buffer_size
            : atomic_load_explicit(&driver->stream->avail_min_frames, memory_order_relaxed);
    int64_t avail = avail_at(driver, word);

    return word_state(word) != STREAM_SETUP && avail > 0 && (uint64_t)avail >= wanted;
}

/* Clears the event when there is nothing to wake for. The device writes the event after it has
 * moved the position, so looking again after the clearing cannot lose a packet. */
static void event_settle(struct driver *driver)
{
    uint64_t word = stream_load(driver->stream);

    if (word_state(word) > STREAM_RUNNING || is_ready(driver, word))
        return;
    event_clear(driver);
    word = stream_load(driver->stream);
    if (word_state(word) > STREAM_RUNNING || is_ready(driver, word))
        event_raise(driver);
}

void driver_level_event(struct driver *driver)
{
    uint64_t word = stream_load(driver->stream);

    if (word_state(word) > STREAM_RUNNING || is_ready(driver, word))
        event_raise(driver);
    else
        event_settle(driver);
}

/* ---- callbacks of realtime threads ---- */

/* Where the hardware seems to be once the device is gone. Until the application has been told, all
 * of the buffer is available, so that a read or write gets as far as transfer() and its -ENODEV;
 * from then on nothing is, as the kernel has it. */
static snd_pcm_uframes_t position_when_gone(const struct driver *driver)
{
    const snd_pcm_ioplug_t *io = &driver->io;
    snd_pcm_uframes_t none = io->stream == SND_PCM_STREAM_PLAYBACK
                                 ? io->appl_ptr + driver->boundary - io->buffer_size
                                 : io->appl_ptr;

    return (driver->told_gone ? none : none + io->buffer_size) % driver->boundary;
}

snd_pcm_sframes_t driver_pointer(snd_pcm_ioplug_t *io)
{
    struct driver *driver = io->private_data;
    uint64_t word = load_word(driver, false);

    publish_appl(driver, 0);
    if (io->state == SND_PCM_STATE_DRAINING)
        atomic_store_explicit(&driver->stream->draining, 1, memory_order_relaxed);
    switch (state_error(driver, word, false)) {
    case -EPIPE:
        return -EPIPE;
    case -ENODEV:
        return (snd_pcm_sframes_t)position_when_gone(driver);
    default:
        return (snd_pcm_sframes_t)(word_position(word) % driver->boundary);
    }
}

static void copy_frames(struct driver *driver, unsigned char *application, snd_pcm_uframes_t at,
                        snd_pcm_uframes_t frames)
{
    unsigned char *ring = driver->ring + at * driver->frame_bytes;
    size_t bytes = frames * driver->frame_bytes;

    if (driver->io.stream == SND_PCM_STREAM_PLAYBACK)
        memcpy(ring, application, bytes);
    else
        memcpy(application, ring, bytes);
}

snd_pcm_sframes_t driver_transfer(snd_pcm_ioplug_t *io, const snd_pcm_channel_area_t *areas,
                                  snd_pcm_uframes_t offset, snd_pcm_uframes_t size)
{
    struct driver *driver = io->private_data;
    int error = state_error(driver, stream_load(driver->stream), true);
    unsigned char *application =
        (unsigned char *)areas->addr + (areas->first + areas->step * offset) / 8;
    snd_pcm_uframes_t at = io->appl_ptr % io->buffer_size;
    snd_pcm_uframes_t first = size < io->buffer_size - at ? size : io->buffer_size - at;

    if (error < 0)
        return error;
    copy_frames(driver, application, at, first);
    copy_frames(driver, application + first * driver->frame_bytes, 0, size - first);
    publish_appl(driver, size);
    event_settle(driver);
    return (snd_pcm_sframes_t)size;
}

int driver_delay(snd_pcm_ioplug_t *io, snd_pcm_sframes_t *delay)
{
    struct driver *driver = io->private_data;
    uint64_t word = load_word(driver, false);
    int error = state_error(driver, word, true);
    int64_t ahead;

    if (error < 0)
        return error;
    ahead = (int64_t)(publish_appl(driver, 0) - word_position(word));
    *delay = (snd_pcm_sframes_t)(io->stream == SND_PCM_STREAM_PLAYBACK ? ahead : -ahead);
    return 0;
}

int driver_poll_revents(snd_pcm_ioplug_t *io, struct pollfd *pfd, unsigned int nfds,
                        unsigned short *revents)
{
    struct driver *driver = io->private_data;
    unsigned short data = io->stream == SND_PCM_STREAM_PLAYBACK ? POLLOUT : POLLIN;
    uint64_t word = stream_load(driver->stream);

    if (nfds != 1)
        return -EINVAL;
    if (word_state(word) <= STREAM_RUNNING && !is_ready(driver, word))
        word = load_word(driver, pfd->revents & POLLIN);
    *revents = 0;
    switch (state_error(driver, word, true)) {
    case -ENODEV:
        *revents = POLLERR | POLLNVAL;
        return 0;
    case -EPIPE:
        if (io->state == SND_PCM_STATE_RUNNING)
            snd_pcm_ioplug_set_state(io, SND_PCM_STATE_XRUN);
        *revents = POLLERR | data;
        return 0;
    case -ESTRPIPE:
        *revents = POLLERR | data;
        return 0;
    }
    if (is_ready(driver, word))
        *revents = data;
    else
        event_settle(driver);
    return 0;
}

/* To `state` from any other, in the given epoch or a new one. */
static int change_state(struct driver *driver, enum stream_state state, bool reset)
{
    struct headset_stream *stream = driver->stream;
    uint64_t word = load_word(driver, false), wanted;

    do {
        if (word_state(word) == STREAM_DISCONNECTED)
            return state_error(driver, word, true);
        wanted = stream_word(state, word_epoch(word) + 1, reset ? 0 : word_position(word));
    } while (!stream_swap(stream, &word, wanted));
    return 0;
}

int driver_prepare(snd_pcm_ioplug_t *io)
{
    struct driver *driver = io->private_data;
    int error = change_state(driver, STREAM_SETUP, true); /* the device now keeps its hands off */

    if (error < 0)
        return error;
    atomic_store_explicit(&driver->stream->appl, 0, memory_order_relaxed);
    atomic_store_explicit(&driver->stream->draining, 0, memory_order_relaxed);
    driver->appl_seen = 0;
    error = change_state(driver, STREAM_PREPARED, true);
    driver_level_event(driver); /* a playback stream has room already */
    return error;
}

int driver_start(snd_pcm_ioplug_t *io)
{
    struct driver *driver = io->private_data;
    uint64_t word = load_word(driver, false);

    do {
        if (word_state(word) != STREAM_PREPARED) {
            int error = state_error(driver, word, true);

            return error < 0 ? error : -EBADFD;
        }
    } while (!stream_swap(driver->stream, &word,
                          stream_word(STREAM_RUNNING, word_epoch(word), word_position(word))));
    return 0;
}

int driver_stop(snd_pcm_ioplug_t *io)
{
    return change_state(io->private_data, STREAM_SETUP, false);
}

/* ioplug takes no error from here, so a suspended stream must really go on. */
int driver_resume(snd_pcm_ioplug_t *io)
{
    struct driver *driver = io->private_data;
    uint64_t word = load_word(driver, false);

    do {
        if (word_state(word) != STREAM_SUSPENDED)
            return -EBADFD;
    } while (!stream_swap(driver->stream, &word,
                          stream_word(STREAM_RUNNING, word_epoch(word), word_position(word))));
    return snd_pcm_ioplug_set_state(io, SND_PCM_STATE_RUNNING);
}
