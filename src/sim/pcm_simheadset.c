/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pcm type simheadset: finds the simulated headset's process by its folder ("dir" in the ALSA
 * configuration), opens a stream of it and tells libasound what the device offers.
 *
 * snd_pcm_open() fails with -ENOENT where no process runs or the device has no such direction,
 * -ENODEV while it is unplugged, -EBUSY while the stream is open already.
 *
 * What an application sees, and where a kernel's device differs (libasound 1.2.8):
 *   unplug   poll 0x28 (POLLERR|POLLNVAL); the first of read, write, wait, delay, prepare gives
 *            -ENODEV, state DISCONNECTED; then avail_update 0, all else -ENODEV, for good. Not as a
 *            kernel: snd_pcm_state() alone learns nothing; a first avail_update says the whole
 *            buffer (and the transfer after it -ENODEV); a first drop or drain 0, a first start of
 *            a running stream -EBADFD; wait is 1, unasked, while libasound knows of room; resume 0.
 *   xrun     poll POLLERR|POLLIN or POLLOUT; avail_update, read, write, wait, delay, start -EPIPE.
 *   suspend  the same with -ESTRPIPE, but avail_update goes on as it was; resume succeeds and the
 *            stream runs on (USB devices refuse it; ioplug has no way to).
 *   freeze   no event, no error, avail stands still; read and write -EAGAIN or block.
 */
#define _GNU_SOURCE
#ifndef PIC
#define PIC /* or asoundlib.h makes it a static part of libasound, which dlopen then refuses */
#endif
#include "pcm_driver.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static const snd_pcm_format_t alsa_format[HEADSET_FORMATS] = {
    [HEADSET_S16] = SND_PCM_FORMAT_S16_LE,
    [HEADSET_S24_3] = SND_PCM_FORMAT_S24_3LE,
    [HEADSET_S24] = SND_PCM_FORMAT_S24_LE,
    [HEADSET_S32] = SND_PCM_FORMAT_S32_LE,
};

static void driver_free(struct driver *driver)
{
    if (driver->stream)
        munmap(driver->stream, sizeof *driver->stream);
    if (driver->poll_fd >= 0)
        close(driver->poll_fd);
    if (driver->event_fd >= 0)
        close(driver->event_fd);
    if (driver->socket_fd >= 0)
        close(driver->socket_fd);
    free(driver);
}

static int driver_hw_params(snd_pcm_ioplug_t *io, snd_pcm_hw_params_t *params)
{
    struct driver *driver = io->private_data;
    struct headset_stream *stream = driver->stream;
    uint32_t format = 0;
    int error = driver_stop(io);

    (void)params;
    if (error < 0)
        return error;
    while (format < HEADSET_FORMATS && alsa_format[format] != io->format)
        format++;
    if (format == HEADSET_FORMATS || io->period_size < stream->offer.period_min_frames)
        return -EINVAL;
    driver->frame_bytes = headset_sample_bytes(format) * io->channels;
    if (io->buffer_size > HEADSET_RING_BYTES / driver->frame_bytes)
        return -EINVAL;
    atomic_store_explicit(&stream->rate_hz, io->rate, memory_order_relaxed);
    atomic_store_explicit(&stream->format, format, memory_order_relaxed);
    atomic_store_explicit(&stream->channels, io->channels, memory_order_relaxed);
    atomic_store_explicit(&stream->buffer_frames, (uint32_t)io->buffer_size, memory_order_relaxed);
    memset(driver->ring, 0, HEADSET_RING_BYTES);
    return 0;
}

static int driver_sw_params(snd_pcm_ioplug_t *io, snd_pcm_sw_params_t *params)
{
    struct driver *driver = io->private_data;
    struct headset_stream *stream = driver->stream;
    snd_pcm_uframes_t stop, avail_min, silence;

    snd_pcm_sw_params_get_boundary(params, &driver->boundary);
    snd_pcm_sw_params_get_stop_threshold(params, &stop);
    snd_pcm_sw_params_get_avail_min(params, &avail_min);
    snd_pcm_sw_params_get_silence_size(params, &silence);
    atomic_store_explicit(&stream->stop_threshold_frames, stop, memory_order_relaxed);
    atomic_store_explicit(&stream->avail_min_frames, avail_min, memory_order_relaxed);
    atomic_store_explicit(&stream->silence_played, silence >= driver->boundary,
                          memory_order_relaxed);
    driver_level_event(driver);
    return 0;
}

static int driver_close(snd_pcm_ioplug_t *io)
{
    struct driver *driver = io->private_data;

    driver_stop(io);
    driver_free(driver);
    return 0;
}

static const snd_pcm_ioplug_callback_t driver_callbacks = {
    .start = driver_start,
    .stop = driver_stop,
    .pointer = driver_pointer,
    .transfer = driver_transfer,
    .close = driver_close,
    .hw_params = driver_hw_params,
    .sw_params = driver_sw_params,
    .prepare = driver_prepare,
    .resume = driver_resume,
    .poll_revents = driver_poll_revents,
    .delay = driver_delay,
};

/* ---- opening ---- */

static int connect_to(const char *dir)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct timeval patience = { .tv_sec = 2 };
    int fd, length;

    length = snprintf(address.sun_path, sizeof address.sun_path, "%s/device.sock", dir);
    if (length < 0 || (size_t)length >= sizeof address.sun_path)
        return -ENAMETOOLONG;
    fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) {
        close(fd);
        return -ENOENT;
    }
    return fd;
}

/* Fills fds with the memfd and the eventfd; 0 or the device's error. */
static int receive_welcome(int socket_fd, int fds[2])
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(2 * sizeof(int))];
    } control;
    struct headset_welcome welcome;
    struct iovec iov = { &welcome, sizeof welcome };
    struct msghdr message = { .msg_iov = &iov,
                              .msg_iovlen = 1,
                              .msg_control = control.bytes,
                              .msg_controllen = sizeof control.bytes };
    struct cmsghdr *header;

    if (recvmsg(socket_fd, &message, MSG_CMSG_CLOEXEC) != (ssize_t)sizeof welcome)
        return -ENODEV; /* it died, or it has hung up */
    header = CMSG_FIRSTHDR(&message);
    if (welcome.error)
        return welcome.error;
    if (!header || header->cmsg_type != SCM_RIGHTS || header->cmsg_len != CMSG_LEN(2 * sizeof(int)))
        return -EPROTO;
    memcpy(fds, CMSG_DATA(header), 2 * sizeof(int));
    return 0;
}

static int watch(int epoll_fd, int fd, uint32_t events)
{
    struct epoll_event event = { .events = events, .data.fd = fd };

    return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

static int driver_connect(struct driver *driver, const char *dir, enum headset_direction direction)
{
    struct headset_hello hello = { HEADSET_MAGIC, direction };
    int fds[2] = { -1, -1 }, error;
    void *memory;

    driver->socket_fd = connect_to(dir);
    if (driver->socket_fd < 0)
        return driver->socket_fd;
    if (send(driver->socket_fd, &hello, sizeof hello, MSG_NOSIGNAL) != (ssize_t)sizeof hello)
        return -ENODEV;
    error = receive_welcome(driver->socket_fd, fds);
    if (error < 0)
        return error;
    driver->event_fd = fds[1];
    memory = mmap(NULL, sizeof *driver->stream, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
                  fds[0], 0);
    close(fds[0]);
    if (memory == MAP_FAILED)
        return -errno;
    driver->stream = memory;
    driver->ring = driver->stream->ring;
    driver->poll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (driver->poll_fd < 0)
        return -errno;
    error = watch(driver->poll_fd, driver->event_fd, EPOLLIN);
    return error < 0 ? error : watch(driver->poll_fd, driver->socket_fd, 0); /* hang-up only */
}

/* Bytes of the smallest and of the largest frame on offer. */
static void frame_range(const struct headset_offer *offer, unsigned *least, unsigned *most)
{
    *least = ~0u;
    *most = 0;
    for (uint32_t f = 0; f < offer->format.count; f++)
        for (uint32_t c = 0; c < offer->channels.count; c++) {
            unsigned bytes =
                headset_sample_bytes(offer->format.value[f]) * offer->channels.value[c];

            *least = bytes < *least ? bytes : *least;
            *most = bytes > *most ? bytes : *most;
        }
}

static int set_list(snd_pcm_ioplug_t *io, int what, const struct headset_list *list)
{
    return snd_pcm_ioplug_set_param_list(io, what, list->count, list->value);
}

static int set_constraints(snd_pcm_ioplug_t *io, const struct headset_offer *offer)
{
    static const struct headset_list access = {
        2, { SND_PCM_ACCESS_RW_INTERLEAVED, SND_PCM_ACCESS_MMAP_INTERLEAVED }
    };
    struct headset_list format = { .count = offer->format.count };
    unsigned least, most, bytes_max, error = 0;

    for (uint32_t i = 0; i < format.count; i++)
        format.value[i] = (uint32_t)alsa_format[offer->format.value[i]];
    frame_range(offer, &least, &most);
    bytes_max = offer->buffer_max_frames * most;
    if (bytes_max > HEADSET_RING_BYTES)
        bytes_max = HEADSET_RING_BYTES;

    error |= set_list(io, SND_PCM_IOPLUG_HW_ACCESS, &access) < 0;
    error |= set_list(io, SND_PCM_IOPLUG_HW_FORMAT, &format) < 0;
    error |= set_list(io, SND_PCM_IOPLUG_HW_CHANNELS, &offer->channels) < 0;
    error |= set_list(io, SND_PCM_IOPLUG_HW_RATE, &offer->rate_hz) < 0;
    error |= snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_PERIODS, 2, 1024) < 0;
    error |= snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_PERIOD_BYTES,
                                             offer->period_min_frames * least, bytes_max / 2) < 0;
    error |= snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_BUFFER_BYTES,
                                             2 * offer->period_min_frames * least, bytes_max) < 0;
    return error ? -EINVAL : 0;
}

static int driver_open(snd_pcm_t **pcm, const char *name, const char *dir, snd_pcm_stream_t stream,
                       int mode)
{
    struct driver *driver = calloc(1, sizeof *driver);
    int error;

    if (!driver)
        return -ENOMEM;
    driver->socket_fd = driver->event_fd = driver->poll_fd = -1;
    driver->boundary = LONG_MAX; /* until sw_params tells */
    error =
        driver_connect(driver, dir, stream == SND_PCM_STREAM_PLAYBACK ? HEADSET_OUT : HEADSET_IN);
    if (error < 0) {
        driver_free(driver);
        return error;
    }
    driver->io.version = SND_PCM_IOPLUG_VERSION;
    driver->io.name = "simulated headset";
    driver->io.flags = SND_PCM_IOPLUG_FLAG_BOUNDARY_WA | SND_PCM_IOPLUG_FLAG_MONOTONIC;
    driver->io.poll_fd = driver->poll_fd;
    driver->io.poll_events = POLLIN;
    driver->io.callback = &driver_callbacks;
    driver->io.private_data = driver;
    error = snd_pcm_ioplug_create(&driver->io, name, stream, mode);
    if (error < 0) {
        driver_free(driver);
        return error;
    }
    error = set_constraints(&driver->io, &driver->stream->offer);
    if (error < 0) {
        snd_pcm_ioplug_delete(&driver->io); /* calls driver_close() */
        return error;
    }
    *pcm = driver->io.pcm;
    return 0;
}

SND_PCM_PLUGIN_DEFINE_FUNC(simheadset);
SND_PCM_PLUGIN_DEFINE_FUNC(simheadset)
{
    snd_config_iterator_t i, next;
    const char *dir = NULL;

    (void)root;
    snd_config_for_each(i, next, conf)
    {
        snd_config_t *entry = snd_config_iterator_entry(i);
        const char *id;

        if (snd_config_get_id(entry, &id) < 0)
            continue;
        if (!strcmp(id, "dir") && snd_config_get_string(entry, &dir) < 0)
            return -EINVAL;
    }
    if (!dir) {
        SNDERR("simheadset: dir is missing");
        return -EINVAL;
    }
    return driver_open(pcmp, name, dir, stream, mode);
}

SND_PCM_PLUGIN_SYMBOL(simheadset);
