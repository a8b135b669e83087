/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "server.h"

#include "log.h"
#include "utf8.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum {
    SOCKETS = 2,
    MEASURE_HZ = 60,         /* while somebody wants meters */
    SKIP_BYTES = 64 * 1024,  /* of backlog, from which on meters are left out */
    WAIT_BYTES = 256 * 1024, /* and no more requests are taken */
    READ_BYTES = 64 * 1024,
};

static const uint64_t first_line_usec = 5000000, second_usec = 1000000;
static const uint64_t turn_usec = 2000;                            /* of the loop, for one client */
static const int64_t after_others = SD_EVENT_PRIORITY_NORMAL + 10; /* what waits goes first */
static const uint64_t patience_usec = 10000000;                    /* with one that does not read */

struct client {
    struct server *server;
    int fd;
    sd_event_source *io, *more; /* more: there is still something in `chunk` */
    sd_event_source *patience;  /* NULL once it has said something */
    struct control_peer peer;
    char *chunk, *in, *out; /* as it came; a line's beginning; answers */
    size_t chunk_at, chunk_length;
    size_t in_length, out_length, out_room, out_sent;
    uint64_t read_usec; /* when it last took something, or had nothing to take */
    bool too_long;      /* the line that comes is; it is skipped to its end */
    bool ended;         /* it sends nothing more, but may read what is left */
    bool gone;
    uint64_t meters_due_usec, status_due_usec;
};

struct server {
    sd_event *event;
    sd_event_source *timer;
    struct control *control;
    struct client *client[SERVER_CLIENTS];
    struct {
        int fd;
        sd_event_source *io;
        enum control_access access;
        char path[sizeof((struct sockaddr_un *)0)->sun_path]; /* "" if it is not ours */
    } socket[SOCKETS];
    int sockets;
};

/* --- clients ------------------------------------------------------------------------------------
 */

static void drop(struct client *client)
{
    struct server *server = client->server;

    for (int i = 0; i < SERVER_CLIENTS; i++)
        if (server->client[i] == client)
            server->client[i] = NULL;
    control_detach(server->control, &client->peer);
    sd_event_source_unref(client->patience);
    sd_event_source_disable_unref(client->io);
    sd_event_source_disable_unref(client->more);
    close(client->fd);
    free(client->chunk);
    free(client->in);
    free(client->out);
    free(client);
}

static size_t backlog(const struct client *client)
{
    return client->out_length - client->out_sent;
}

static bool has_chunk(const struct client *client)
{
    return client->chunk_at < client->chunk_length;
}

/* What the loop shall look for: a client is heard when all that it said is answered, and as long as
 * it reads the answers. */
static void watch_io(struct client *client)
{
    bool may_ask = backlog(client) < WAIT_BYTES;
    uint32_t events = backlog(client) > 0 ? EPOLLOUT : 0;

    if (!client->ended && may_ask && !has_chunk(client))
        events |= EPOLLIN;
    sd_event_source_set_io_events(client->io, events);
    sd_event_source_set_enabled(client->more,
                                has_chunk(client) && may_ask ? SD_EVENT_ONESHOT : SD_EVENT_OFF);
}

static uint64_t now_usec(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* What the socket takes. */
static void flush(struct client *client)
{
    while (client->out_sent < client->out_length) {
        ssize_t sent = send(client->fd, client->out + client->out_sent,
                            client->out_length - client->out_sent, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0 && errno != EAGAIN)
            client->gone = true;
        if (sent <= 0)
            break;
        client->out_sent += (size_t)sent;
        client->read_usec = now_usec();
    }
    if (client->out_sent == client->out_length)
        client->out_sent = client->out_length = 0;
}

static bool make_room(struct client *client, size_t bytes)
{
    size_t wanted, room = client->out_room ? client->out_room : 4096;
    char *larger;

    if (client->out_sent) {
        memmove(client->out, client->out + client->out_sent, client->out_length - client->out_sent);
        client->out_length -= client->out_sent;
        client->out_sent = 0;
    }
    wanted = client->out_length + bytes;
    if (wanted <= client->out_room)
        return true;
    if (wanted > SERVER_BACKLOG_BYTES)
        return false;
    while (room < wanted)
        room *= 2;
    larger = realloc(client->out, room);
    if (!larger)
        return false;
    client->out = larger;
    client->out_room = room;
    return true;
}

/* A line, which goes out when the loop has time. */
static void say(struct client *client, const json_t *json)
{
    enum { FLAGS = JSON_COMPACT | JSON_REAL_PRECISION(15) };
    char *text = json_dumps(json, FLAGS);
    size_t length = text ? strlen(text) : 0;

    if (client->gone || !text || !make_room(client, length + 1)) {
        client->gone = true;             /* it does not read, or there is no memory for it */
        shutdown(client->fd, SHUT_RDWR); /* wakes the loop, which drops it */
        free(text);
        return;
    }
    memcpy(client->out + client->out_length, text, length);
    client->out[client->out_length + length] = '\n';
    if (client->out_length == client->out_sent)
        client->read_usec = now_usec();
    client->out_length += length + 1;
    free(text);
    if (backlog(client) > SKIP_BYTES)
        flush(client);
}

static void send_out(struct client *client)
{
    flush(client);
    if (client->gone || (client->ended && backlog(client) == 0 && !has_chunk(client)))
        drop(client);
    else
        watch_io(client);
}

/* --- lines in -----------------------------------------------------------------------------------
 */

static void answer(struct client *client, const char *line, size_t length)
{
    json_t *json = control_answer(client->server->control, &client->peer, line, length);

    say(client, json);
    json_decref(json);
    client->patience = sd_event_source_disable_unref(client->patience);
}

/* The part of a line that is here, and no end of it: kept, as long as lines may be. */
static void keep(struct client *client, const char *bytes, size_t length)
{
    if (client->too_long)
        return;
    if (client->in_length + length > CONTROL_LINE_BYTES) {
        client->too_long = true;
        client->in_length = 0;
        return;
    }
    memcpy(client->in + client->in_length, bytes, length);
    client->in_length += length;
}

/* The end of a line. */
static void finish_line(struct client *client, const char *bytes, size_t length)
{
    static const char too_long[CONTROL_LINE_BYTES + 1] = " ";

    if (client->in_length == 0 && !client->too_long && length <= CONTROL_LINE_BYTES) {
        answer(client, bytes, length);
        return;
    }
    keep(client, bytes, length);
    if (client->too_long)
        answer(client, too_long, sizeof too_long);
    else
        answer(client, client->in, client->in_length);
    client->in_length = 0;
    client->too_long = false;
}

/* Lines of the chunk, until it is empty or the client's turn is over. */
static void take_lines(struct client *client)
{
    uint64_t until = now_usec() + turn_usec;

    while (has_chunk(client) && !client->gone && backlog(client) < WAIT_BYTES &&
           now_usec() < until) {
        const char *bytes = client->chunk + client->chunk_at;
        size_t length = client->chunk_length - client->chunk_at;
        const char *end = memchr(bytes, '\n', length);
        size_t some = end ? (size_t)(end - bytes) : length;

        client->chunk_at += some + (end ? 1 : 0);
        if (end)
            finish_line(client, bytes, some);
        else
            keep(client, bytes, some);
    }
}

/* Descriptors sent along are not received: there is no buffer for them, and the kernel closes them.
 */
static void receive(struct client *client)
{
    ssize_t count = recv(client->fd, client->chunk, READ_BYTES, MSG_DONTWAIT);

    client->chunk_at = 0;
    client->chunk_length = count > 0 ? (size_t)count : 0;
    if (count == 0)
        client->ended = true;
    else if (count < 0 && errno != EAGAIN && errno != EINTR)
        client->gone = true;
}

static int on_client(sd_event_source *source, int fd, uint32_t events, void *context)
{
    struct client *client = context;

    (void)source;
    (void)fd;
    if ((events & (EPOLLIN | EPOLLERR)) && !has_chunk(client))
        receive(client);
    if ((events & EPOLLHUP) && !has_chunk(client))
        client->gone = true; /* both ways */
    take_lines(client);
    send_out(client);
    return 0;
}

static int on_more(sd_event_source *source, void *context)
{
    struct client *client = context;

    (void)source;
    take_lines(client);
    send_out(client);
    return 0;
}

static int on_no_word(sd_event_source *source, uint64_t usec, void *context)
{
    (void)source;
    (void)usec;
    drop(context);
    return 0;
}

/* --- who comes ----------------------------------------------------------------------------------
 */

/* "audioctl 4711" */
static void name_peer(int fd, char source[48])
{
    struct ucred who = { 0 };
    socklen_t length = sizeof who;
    char path[64], program[20] = "";
    FILE *file;

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &length) != 0)
        who.pid = 0;
    snprintf(path, sizeof path, "/proc/%ld/comm", (long)who.pid);
    file = fopen(path, "re");
    if (file) {
        if (!fgets(program, sizeof program, file))
            program[0] = '\0';
        fclose(file);
        program[strcspn(program, "\n")] = '\0';
        utf8_sanitise(program);
    }
    snprintf(source, 48, "%s %ld", *program ? program : "process", (long)who.pid);
    log_line(LOG_INFO, "control", "%s of user %ld has connected", source, (long)who.uid);
}

static bool open_client(struct server *server, int slot, int fd, enum control_access access)
{
    struct client *client = calloc(1, sizeof *client);

    if (!client)
        return false;
    *client = (struct client){ .server = server, .fd = fd, .peer.access = access };
    client->in = malloc(CONTROL_LINE_BYTES);
    client->chunk = malloc(READ_BYTES);
    if (!client->in || !client->chunk ||
        sd_event_add_defer(server->event, &client->more, on_more, client) < 0 ||
        sd_event_source_set_enabled(client->more, SD_EVENT_OFF) < 0 ||
        sd_event_source_set_priority(client->more, after_others) < 0 ||
        sd_event_add_io(server->event, &client->io, fd, EPOLLIN, on_client, client) < 0 ||
        sd_event_add_time_relative(server->event, &client->patience, CLOCK_MONOTONIC,
                                   first_line_usec, 100000, on_no_word, client) < 0) {
        sd_event_source_disable_unref(client->io);
        sd_event_source_disable_unref(client->more);
        free(client->in);
        free(client->chunk);
        free(client);
        return false;
    }
    name_peer(fd, client->peer.source);
    server->client[slot] = client;
    control_attach(server->control, &client->peer);
    return true;
}

static void refuse(int fd)
{
    static const char busy[] = "{\"ok\":false,\"error\":{\"code\":\"busy\",\"message\":\"there are "
                               "16 connections already\"}}\n";

    send(fd, busy, sizeof busy - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    close(fd);
}

static int on_connect(sd_event_source *source, int fd, uint32_t events, void *context)
{
    struct server *server = context;
    enum control_access access = CONTROL_WEB;
    int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK), slot = 0;

    (void)events;
    if (client < 0 && (errno == EMFILE || errno == ENFILE)) /* until the timer's next turn */
        sd_event_source_set_enabled(source, SD_EVENT_OFF);
    if (client < 0)
        return 0;
    for (int i = 0; i < server->sockets; i++)
        if (server->socket[i].fd == fd)
            access = server->socket[i].access;
    while (slot < SERVER_CLIENTS && server->client[slot])
        slot++;
    if (slot == SERVER_CLIENTS || !open_client(server, slot, client, access))
        refuse(client);
    return 0;
}

int server_adopt(struct server *server, int fd, enum control_access access)
{
    int at = server->sockets, error;

    if (at == SOCKETS)
        return -ENOSPC;
    error = sd_event_add_io(server->event, &server->socket[at].io, fd, EPOLLIN, on_connect, server);
    if (error < 0)
        return error;
    server->socket[at].fd = fd;
    server->socket[at].access = access;
    server->sockets++;
    return 0;
}

/* A socket file that a dead daemon left, and nothing else, is taken away. */
static bool is_left_over(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct stat status;
    bool dead;

    if (fd < 0)
        return false;
    dead = lstat(address->sun_path, &status) == 0 && S_ISSOCK(status.st_mode) &&
           connect(fd, (const struct sockaddr *)address, sizeof *address) != 0 &&
           errno == ECONNREFUSED;
    close(fd);
    return dead;
}

static int bind_socket(int fd, const struct sockaddr_un *address)
{
    mode_t mask = umask(0117); /* 0660 from the first moment */
    int error = 0;

    if (bind(fd, (const struct sockaddr *)address, sizeof *address) != 0)
        error = -errno;
    umask(mask);
    return error;
}

int server_listen(struct server *server, const char *path, enum control_access access)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd, error;

    if (strlen(path) >= sizeof address.sun_path)
        return -ENAMETOOLONG;
    memcpy(address.sun_path, path, strlen(path) + 1);
    if (is_left_over(&address))
        unlink(path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -errno;
    error = bind_socket(fd, &address);
    if (!error && listen(fd, SERVER_CLIENTS) != 0)
        error = -errno;
    if (!error)
        error = server_adopt(server, fd, access);
    if (error) {
        close(fd);
        return error;
    }
    memcpy(server->socket[server->sockets - 1].path, path, strlen(path) + 1);
    return 0;
}

/* --- subscriptions ------------------------------------------------------------------------------
 */

void server_tell(struct server *server, json_t *event)
{
    for (int i = 0; event && i < SERVER_CLIENTS; i++)
        if (server->client[i] && server->client[i]->peer.changes) {
            say(server->client[i], event);
            watch_io(server->client[i]); /* after the answer that is being made, perhaps */
        }
    json_decref(event);
}

static void tell_status(struct client *client, uint64_t now)
{
    json_t *event = json_pack("{ss}", "event", "status"), *status;

    status = control_status_json(client->server->control, &client->peer);
    json_object_update(event, status);
    json_decref(status);
    if (backlog(client) < SKIP_BYTES)
        say(client, event);
    json_decref(event);
    client->status_due_usec = now + second_usec;
}

static void tell_meters(struct client *client, uint64_t now)
{
    json_t *event, *meters;

    if (backlog(client) < SKIP_BYTES) { /* else its peaks go on growing */
        event = json_pack("{ss}", "event", "meters");
        meters = control_meters_json(client->server->control, &client->peer);
        json_object_update(event, meters);
        json_decref(meters);
        say(client, event);
        json_decref(event);
    }
    client->meters_due_usec += (uint64_t)(1e6 / client->peer.meters_hz);
    if (client->meters_due_usec < now)
        client->meters_due_usec = now;
}

/* Its rate may have become another one. */
static bool meters_are_due(const struct client *client, uint64_t now)
{
    double hz = client->peer.meters_hz;

    return hz > 0 &&
           (now >= client->meters_due_usec || (double)(client->meters_due_usec - now) > 1e6 / hz);
}

static bool wants(const struct client *client)
{
    return client && (client->peer.meters_hz > 0 || client->peer.status);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *context)
{
    struct server *server = context;
    bool measured = false;

    for (int i = 0; i < server->sockets; i++)
        sd_event_source_set_enabled(server->socket[i].io, SD_EVENT_ON);
    for (int i = 0; i < SERVER_CLIENTS; i++) {
        struct client *client = server->client[i];

        if (client && backlog(client) > 0 && now_usec() > client->read_usec + patience_usec) {
            drop(client);
            continue;
        }
        if (!wants(client))
            continue;
        if (!measured)
            control_measure(server->control);
        measured = true;
        if (meters_are_due(client, usec))
            tell_meters(client, usec);
        if (client->peer.status && usec >= client->status_due_usec)
            tell_status(client, usec);
        send_out(client);
    }
    sd_event_source_set_time(source, usec + (measured ? second_usec / MEASURE_HZ : 100000));
    return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

void server_tell_status(struct server *server)
{
    for (int i = 0; i < SERVER_CLIENTS; i++)
        if (server->client[i])
            server->client[i]->status_due_usec = 0;
}

/* --- life ---------------------------------------------------------------------------------------
 */

struct server *server_create(sd_event *event, struct control *control)
{
    struct server *server = calloc(1, sizeof *server);
    int error;

    if (!server)
        return NULL;
    server->event = event;
    server->control = control;
    error = sd_event_add_time_relative(event, &server->timer, CLOCK_MONOTONIC, 0, 1000, on_timer,
                                       server);
    if (error < 0) {
        free(server);
        errno = -error;
        return NULL;
    }
    return server;
}

void server_destroy(struct server *server)
{
    if (!server)
        return;
    for (int i = 0; i < SERVER_CLIENTS; i++)
        if (server->client[i])
            drop(server->client[i]);
    for (int i = 0; i < server->sockets; i++) {
        sd_event_source_disable_unref(server->socket[i].io);
        close(server->socket[i].fd);
        if (*server->socket[i].path)
            unlink(server->socket[i].path);
    }
    sd_event_source_disable_unref(server->timer);
    free(server);
}

int server_clients(const struct server *server)
{
    int count = 0;

    for (int i = 0; i < SERVER_CLIENTS; i++)
        count += server->client[i] != NULL;
    return count;
}
