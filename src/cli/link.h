/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A connection with the daemon: requests and their answers, and the events that come between
 * (src/daemon/protocol.md). Whatever the daemon sends is made safe to show as it is read.
 */
#ifndef LINK_H
#define LINK_H

#include <jansson.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

enum { LINK_REQUEST_BYTES = 16384, LINK_WHY_BYTES = 2048 };

struct link {
    int fd; /* -1: none */
    double timeout_s;
    char *bytes;                 /* received and not yet read */
    size_t length, room, looked; /* of these, `looked` are known to have no end of line */
    json_t *events;              /* that came before an answer */
    json_int_t id;               /* of the last request */
    char why[LINK_WHY_BYTES];    /* after anything but DONE: a sentence */
};

/* The path to use: `path`, or $AUDIOSERVER_SOCKET, or the usual one. */
const char *link_path(const char *path);

/* DONE, NOT_RUNNING, DENIED, TIMED_OUT, FAILED. `link` can be closed after any of them. */
int link_open(struct link *link, const char *path, double timeout_s);
void link_close(struct link *link);

/*
 * Sends a request (its reference is stolen) and waits for the answer: with DONE a reference to it
 * is in *answer. A refusal is an exit status (DENIED, INVALID, FAILED); *answer then holds it too,
 * if it came at all, and is NULL otherwise.
 */
int link_ask(struct link *link, json_t *request, json_t **answer);

/* The next event. timeout_s < 0: for ever. With a mask, the signals it leaves open end the wait:
 * INTERRUPTED. */
int link_event(struct link *link, double timeout_s, const sigset_t *mask, json_t **event);

#endif
