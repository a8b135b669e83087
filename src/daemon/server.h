/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The control sockets: connections, lines in and out, subscriptions. No peer can hold up another
 * one, or the daemon: what a peer does not read is kept up to a limit, then it is dropped; readings
 * of meters are left out before that. Main thread.
 */
#ifndef SERVER_H
#define SERVER_H

#include "control.h"

#include <systemd/sd-event.h>

enum { SERVER_CLIENTS = 16, SERVER_BACKLOG_BYTES = 4 * 1024 * 1024 };

struct server;

/* NULL and errno on failure. */
struct server *server_create(sd_event *event, struct control *control);
void server_destroy(struct server *server); /* NULL is fine; removes its own socket */

/* A listening socket that somebody else made (systemd); the server's from now on. -errno. */
int server_adopt(struct server *server, int fd, enum control_access access);

/* A socket of its own at a path, 0660; one that nobody listens at is replaced. -errno. */
int server_listen(struct server *server, const char *path, enum control_access access);

/* To all that have subscribed to changes; takes the reference. NULL is fine. */
void server_tell(struct server *server, json_t *event);

/* A state is another one: those who have subscribed hear of it at once. */
void server_tell_status(struct server *server);

int server_clients(const struct server *server);

#endif
