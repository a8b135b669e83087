/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "bridge_thread.h"

#include "log.h"
#include "rt.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

static const int64_t least_ns = 100000; /* between two wakes */

static int64_t raw_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC_RAW, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* For frames in the card, at most 100 ms. A card that is always ready, or in error, must not make a
 * busy loop above JACK: ten thousand wakes a second are enough for any. */
static void wait_for_card(struct bridge *bridge, int64_t last_ns)
{
    struct timespec pause = { .tv_nsec = least_ns };
    struct pollfd fds[CARD_POLL_FDS];
    unsigned short events = 0;

    if (raw_ns() - last_ns < least_ns)
        nanosleep(&pause, NULL);
    memcpy(fds, bridge->card.fds, sizeof fds);
    if (poll(fds, (nfds_t)bridge->card.fd_count, 100) <= 0)
        return;
    snd_pcm_poll_descriptors_revents(bridge->card.pcm, fds, (unsigned)bridge->card.fd_count,
                                     &events);
    if (events & (POLLERR | POLLNVAL | POLLHUP))
        poll(NULL, 0, 1);
}

/* For a post, or until the fill is nearly gone. */
static bool wait_for_post(struct bridge *bridge)
{
    struct pollfd fd = { .fd = bridge->kick_fd, .events = POLLIN };
    int64_t now = raw_ns();
    int64_t wait = pcm_playback_wake(&bridge->pcm, now) - now;
    struct timespec timeout = { .tv_sec = wait / 1000000000, .tv_nsec = wait % 1000000000 };
    uint64_t posts;

    return ppoll(&fd, 1, &timeout, NULL) > 0 &&
           read(bridge->kick_fd, &posts, sizeof posts) == sizeof posts;
}

static enum pcm_end step(struct bridge *bridge, bool playback, bool kicked)
{
    enum pcm_end end;

    rt_enter();
    end = playback ? pcm_playback_step(&bridge->pcm, raw_ns(), kicked)
                   : pcm_capture_step(&bridge->pcm, raw_ns());
    rt_leave();
    return end;
}

static void *run(void *context)
{
    struct bridge *bridge = context;
    bool playback = bridge->settings.direction == BRIDGE_PLAYBACK;
    int64_t last_ns = 0;
    bool kicked = false;
    enum pcm_end end;

    rt_enter();
    end = pcm_start(&bridge->pcm, raw_ns());
    rt_leave();
    while (end == PCM_GOES_ON && !atomic_load_explicit(&bridge->stop_pcm, memory_order_relaxed)) {
        if (playback)
            kicked = wait_for_post(bridge);
        else
            wait_for_card(bridge, last_ns);
        last_ns = raw_ns();
        end = step(bridge, playback, kicked);
    }
    atomic_store(&bridge->ended, end);
    eventfd_write(bridge->event_fd, 1);
    return NULL;
}

static int create(struct bridge *bridge, int priority)
{
    pthread_attr_t attributes;
    struct sched_param param = { .sched_priority = priority };
    int error;

    pthread_attr_init(&attributes);
    if (priority > 0) {
        pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED);
        pthread_attr_setschedpolicy(&attributes, SCHED_FIFO);
        pthread_attr_setschedparam(&attributes, &param);
    }
    error = pthread_create(&bridge->pcm_thread, &attributes, run, bridge);
    pthread_attr_destroy(&attributes);
    return error;
}

int bridge_thread_start(struct bridge *bridge, int priority)
{
    char name[16];
    int error;

    atomic_store(&bridge->stop_pcm, false);
    error = create(bridge, priority);
    if (error && priority > 0) {
        log_line(LOG_WARNING, bridge->settings.name,
                 "no realtime priority for its thread (%s); goes on without", strerror(error));
        error = create(bridge, 0);
    }
    if (error)
        return -error;
    bridge->pcm_started = true;
    snprintf(name, sizeof name, "pcm-%.10s", bridge->settings.name);
    pthread_setname_np(bridge->pcm_thread, name);
    return 0;
}
