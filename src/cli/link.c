/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* ppoll */
#include "link.h"

#include "cli.h"
#include "safe.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 65536, ANSWER_BYTES = 64 << 20 };

static int fail(struct link *link, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static int fail(struct link *link, int status, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(link->why, sizeof link->why, format, arguments);
    va_end(arguments);
    return status;
}

static double now_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int late(struct link *link)
{
    return fail(link, TIMED_OUT, "audioserver gave no answer within %g s", link->timeout_s);
}

/* Until the socket is ready or `until` (INFINITY is for ever); errno of ppoll is not told. */
static int wait_for(struct link *link, short what, double until, const sigset_t *mask)
{
    struct pollfd poll = { .fd = link->fd, .events = what };

    for (;;) {
        double left = until - now_s();
        bool ever = until < 0;
        struct timespec time = { .tv_sec = (time_t)(left > 0 && !ever ? left : 0) };
        int ready;

        time.tv_nsec = left > 0 && !ever ? (long)(1e9 * (left - (double)time.tv_sec)) : 0;
        ready = ppoll(&poll, 1, ever ? NULL : &time, mask);
        if (ready > 0)
            return DONE;
        if (ready == 0)
            return late(link);
        if (errno == EINTR && mask)
            return INTERRUPTED;
        if (errno != EINTR)
            return fail(link, FAILED, "cannot wait for audioserver: %s", strerror(errno));
    }
}

/* --- opening --- */

const char *link_path(const char *path)
{
    const char *set = getenv("AUDIOSERVER_SOCKET");

    if (path)
        return path;
    return set && *set ? set : "/run/audioserver/control.sock";
}

static int why_not_open(struct link *link, const char *path, int error)
{
    switch (error) {
    case ENOENT:
    case ECONNREFUSED:
    case ENOTDIR:
        return fail(link, NOT_RUNNING,
                    "audioserver is not running: nothing listens at %.1000s; to start it: "
                    "systemctl start audioserver.target",
                    path);
    case EACCES:
    case EPERM:
        return fail(link, DENIED,
                    "no permission for %.1000s: you are not in the group audioserver-ctl", path);
    default:
        return fail(link, FAILED, "cannot connect to %.1000s: %s", path, strerror(error));
    }
}

static int connect_to(struct link *link, const struct sockaddr_un *address)
{
    double until = now_s() + link->timeout_s;

    while (connect(link->fd, (const struct sockaddr *)address, sizeof *address) != 0) {
        if (errno != EAGAIN && errno != EINTR)
            return why_not_open(link, address->sun_path, errno);
        if (now_s() > until) /* EAGAIN: others wait to be let in, too */
            return late(link);
        nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
    }
    return DONE;
}

int link_open(struct link *link, const char *path, double timeout_s)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    *link = (struct link){ .fd = -1, .timeout_s = timeout_s };
    if (!*path || strlen(path) >= sizeof address.sun_path)
        return fail(link, MISUSED,
                    "\"%.1000s\" cannot be the path of a socket: it has 1 to %zu bytes", path,
                    sizeof address.sun_path - 1);
    memcpy(address.sun_path, path, strlen(path));
    link->events = json_array();
    link->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (link->fd < 0)
        return fail(link, FAILED, "no socket: %s", strerror(errno));
    return connect_to(link, &address);
}

void link_close(struct link *link)
{
    if (link->fd >= 0)
        close(link->fd);
    free(link->bytes);
    json_decref(link->events);
    *link = (struct link){ .fd = -1 };
}

/* --- lines --- */

static int gone(struct link *link)
{
    if (link->length)
        return fail(link, FAILED, "audioserver closed the connection in the middle of an answer");
    return fail(link, FAILED, "audioserver closed the connection");
}

static int send_all(struct link *link, const char *bytes, size_t length, double until)
{
    while (length) {
        ssize_t sent = send(link->fd, bytes, length, MSG_NOSIGNAL);
        int status = DONE;

        if (sent >= 0) {
            bytes += sent;
            length -= (size_t)sent;
        } else if (errno == EPIPE || errno == ECONNRESET)
            return gone(link);
        else if (errno != EAGAIN && errno != EINTR)
            return fail(link, FAILED, "cannot send to audioserver: %s", strerror(errno));
        else
            status = wait_for(link, POLLOUT, until, NULL);
        if (status != DONE)
            return status;
    }
    return DONE;
}

static int make_room(struct link *link)
{
    size_t room = link->room ? 2 * link->room : CHUNK;
    char *bytes;

    if (link->length < link->room)
        return DONE;
    if (room > ANSWER_BYTES)
        return fail(link, FAILED, "audioserver's answer has no end");
    bytes = realloc(link->bytes, room);
    if (!bytes)
        return fail(link, FAILED, "out of memory");
    link->bytes = bytes;
    link->room = room;
    return DONE;
}

static int receive(struct link *link, double until, const sigset_t *mask)
{
    int status = make_room(link);
    ssize_t got;

    if (status == DONE)
        status = wait_for(link, POLLIN, until, mask);
    if (status != DONE)
        return status;
    got = recv(link->fd, link->bytes + link->length, link->room - link->length, 0);
    if (got > 0)
        link->length += (size_t)got;
    else if (got == 0 || errno == ECONNRESET)
        return gone(link);
    else if (errno != EAGAIN && errno != EINTR)
        return fail(link, FAILED, "cannot read from audioserver: %s", strerror(errno));
    return DONE;
}

/* A whole line that is a JSON object, safe to show. */
static int read_line(struct link *link, double until, const sigset_t *mask, json_t **object)
{
    char *end = NULL;
    json_t *raw;
    int status;

    while (!link->length ||
           !(end = memchr(link->bytes + link->looked, '\n', link->length - link->looked))) {
        link->looked = link->length;
        status = receive(link, until, mask);
        if (status != DONE)
            return status;
    }
    raw = json_loadb(link->bytes, (size_t)(end - link->bytes), JSON_REJECT_DUPLICATES, NULL);
    link->looked = 0;
    link->length -= (size_t)(end + 1 - link->bytes);
    memmove(link->bytes, end + 1, link->length);
    *object = json_is_object(raw) ? safe_copy(raw) : NULL;
    json_decref(raw);
    return *object ? DONE
                   : fail(link, FAILED,
                          "what came from audioserver cannot be understood: it is no JSON object");
}

/* --- requests --- */

static int status_of(const char *code)
{
    if (strcmp(code, "denied") == 0)
        return DENIED;
    if (strcmp(code, "unknown") == 0 || strcmp(code, "type") == 0 || strcmp(code, "invalid") == 0)
        return INVALID;
    return FAILED;
}

/* Its message is a sentence; a parameter stands before it unless it is in it. The path may also be
 * the name of a key: that says nothing to people. */
static int refused(struct link *link, const json_t *answer)
{
    const json_t *error = json_object_get(answer, "error");
    const char *message = safe_text(error, "message"), *path = safe_text(error, "path");
    bool named = !strchr(path, '.') || strstr(message, path);

    if (!*message)
        message = "audioserver refused, and does not say why";
    return fail(link, status_of(safe_text(error, "code")), "%.500s%s%.1500s", named ? "" : path,
                named ? "" : ": ", message);
}

static int send_request(struct link *link, json_t *request, double until)
{
    char *text;
    size_t length;
    int status;

    json_object_set_new(request, "id", json_integer(++link->id));
    text = json_dumps(request, JSON_COMPACT | JSON_REAL_PRECISION(15));
    json_decref(request);
    if (!text)
        return fail(link, MISUSED, "what was given is not UTF-8");
    length = strlen(text);
    if (length >= LINK_REQUEST_BYTES)
        status = fail(link, FAILED, "too much for one request: %zu bytes; %d are allowed", length,
                      LINK_REQUEST_BYTES - 1);
    else {
        text[length] = '\n'; /* in the place of the end */
        status = send_all(link, text, length + 1, until);
    }
    free(text);
    return status;
}

static int judge(struct link *link, json_t *answer)
{
    const json_t *ok = json_object_get(answer, "ok"), *id = json_object_get(answer, "id");

    if (!json_is_boolean(ok) || (id && json_integer_value(id) != link->id))
        return fail(link, FAILED, "what came from audioserver is no answer to the request");
    json_object_del(answer, "id");
    return json_is_true(ok) ? DONE : refused(link, answer);
}

int link_ask(struct link *link, json_t *request, json_t **answer)
{
    double until = now_s() + link->timeout_s;
    int status = send_request(link, request, until);

    *answer = NULL;
    while (status == DONE) {
        status = read_line(link, until, NULL, answer);
        if (status != DONE)
            return status;
        if (!json_object_get(*answer, "event"))
            return judge(link, *answer);
        json_array_append_new(link->events, *answer);
        *answer = NULL;
    }
    return status;
}

int link_event(struct link *link, double timeout_s, const sigset_t *mask, json_t **event)
{
    double until = timeout_s < 0 ? -1 : now_s() + timeout_s;
    int status;

    if (json_array_size(link->events)) {
        *event = json_incref(json_array_get(link->events, 0));
        json_array_remove(link->events, 0);
        return DONE;
    }
    do {
        status = read_line(link, until, mask, event);
        if (status != DONE)
            return status;
        if (json_object_get(*event, "event"))
            return DONE;
        json_decref(*event); /* an answer nobody waits for any more */
    } while (true);
}
