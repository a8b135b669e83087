/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The simulated headset's plug: who may open which stream, and the commands that play fate. One
 * thread, the main one.
 */
#ifndef HEADSET_SERVER_H
#define HEADSET_SERVER_H

#include "headset_bus.h"

#include <stddef.h>

struct session {
    int fd; /* of the application; -1: the stream is not open */
    struct stream_end end;
};

struct server {
    struct bus *bus;
    struct headset_offer offer[HEADSET_DIRECTIONS];  /* of the device as it is plugged */
    struct headset_offer wanted[HEADSET_DIRECTIONS]; /* from the next plug on */
    struct session session[HEADSET_DIRECTIONS];
    _Atomic uint64_t *dropped_frames; /* by the writer of the file; may be NULL */
    bool plugged;
    unsigned generation; /* number of the plug, from 1 */
    int epoll_fd;
    int device_fd;  /* listens */
    int control_fd; /* listens */
    const char *dir;
};

/* Listens on DIR/device.sock and DIR/control.sock. False, with a line on stderr, when it cannot or
 * when another simheadset is at work in DIR. `offer` is filled in by the caller. */
bool server_init(struct server *server, struct bus *bus, const char *dir);

/* Serves until one of the signals that `signal_fd` reports. */
void server_run(struct server *server, int signal_fd);
void server_finish(struct server *server);

void server_plug(struct server *server);
void server_unplug(struct server *server);

/* Sends one command to the simheadset of `dir`; its answer, cut to size. False when nobody is
 * there. */
bool control_ask(const char *dir, const char *command, char *answer, size_t size);

#endif
