/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "headset_server.h"
#include "headset_control.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { MESSAGE_MAX = 2048, PATIENCE_MS = 500 };

static bool socket_address(struct sockaddr_un *address, const char *dir, const char *name)
{
    int length;

    *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    length = snprintf(address->sun_path, sizeof address->sun_path, "%s/%s", dir, name);
    return length > 0 && (size_t)length < sizeof address->sun_path;
}

/* A client that says nothing must not stop the device: it is given half a second. */
static void set_patience(int fd, long ms)
{
    struct timeval patience = { ms / 1000, ms % 1000 * 1000 };

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

/* ---- sessions ---- */

static void session_close(struct session *session)
{
    if (session->end.stream)
        munmap(session->end.stream, sizeof *session->end.stream);
    if (session->end.event_fd >= 0)
        close(session->end.event_fd);
    if (session->fd >= 0)
        close(session->fd);
    *session = (struct session){ .fd = -1, .end.event_fd = -1 };
}

/* Whether the application went or the device: the old memory is dead for good. */
static void session_end(struct server *server, enum headset_direction direction)
{
    static const uint64_t one = 1;
    struct session *session = &server->session[direction];

    if (session->fd < 0)
        return;
    bus_detach(server->bus, direction);
    stream_disconnect(session->end.stream);
    if (write(session->end.event_fd, &one, sizeof one) < 0)
        perror("eventfd");
    session_close(session);
}

/* Memory and event of a new stream; the memfd, or a negative error. */
static int session_make(struct server *server, struct session *session,
                        enum headset_direction direction)
{
    int memory_fd = memfd_create("simheadset", MFD_CLOEXEC);
    void *memory = MAP_FAILED;

    if (memory_fd >= 0 && ftruncate(memory_fd, sizeof *session->end.stream) == 0)
        memory = mmap(NULL, sizeof *session->end.stream, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_POPULATE, memory_fd, 0);
    session->end.event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (memory == MAP_FAILED || session->end.event_fd < 0) {
        if (memory_fd >= 0)
            close(memory_fd);
        return -ENOMEM;
    }
    session->end.stream = memory;
    session->end.stream->offer = server->offer[direction];
    session->end.stream->generation = server->generation;
    session->end.stream->direction = direction;
    atomic_store(&session->end.stream->alive_ns, headset_now_ns());
    return memory_fd;
}

static bool send_welcome(int fd, int error, int memory_fd, int event_fd)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(2 * sizeof(int))];
    } control = { 0 };
    struct headset_welcome welcome = { error };
    struct iovec iov = { &welcome, sizeof welcome };
    struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1 };
    int fds[2] = { memory_fd, event_fd };

    if (!error) {
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
        control.align.cmsg_level = SOL_SOCKET;
        control.align.cmsg_type = SCM_RIGHTS;
        control.align.cmsg_len = CMSG_LEN(sizeof fds);
        memcpy(CMSG_DATA(&control.align), fds, sizeof fds);
    }
    return sendmsg(fd, &message, MSG_NOSIGNAL) == (ssize_t)sizeof welcome;
}

/* A close has been over for long when the next open comes, as with a kernel; its hang-up may still
 * be waiting in our loop. */
static bool is_open(struct server *server, enum headset_direction direction)
{
    struct pollfd peer = { .fd = server->session[direction].fd, .events = POLLRDHUP };

    if (peer.fd >= 0 && poll(&peer, 1, 0) > 0)
        session_end(server, direction);
    return server->session[direction].fd >= 0;
}

static int refusal(struct server *server, const struct headset_hello *hello)
{
    if (hello->magic != HEADSET_MAGIC || hello->direction >= HEADSET_DIRECTIONS)
        return -EPROTO;
    if (!server->plugged)
        return -ENODEV;
    if (!server->offer[hello->direction].channels.value[0])
        return -ENOENT;
    return is_open(server, hello->direction) ? -EBUSY : 0;
}

static bool watch(struct server *server, int fd, uint32_t events)
{
    struct epoll_event event = { .events = events, .data.fd = fd };

    return epoll_ctl(server->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* An application opens a stream. The connection stays as long as the stream does. */
static void accept_device(struct server *server)
{
    struct session fresh = { .end.event_fd = -1 };
    struct headset_hello hello = { 0 };
    int error, memory_fd = -1;

    fresh.fd = accept4(server->device_fd, NULL, NULL, SOCK_CLOEXEC);
    if (fresh.fd < 0)
        return;
    set_patience(fresh.fd, PATIENCE_MS);
    if (recv(fresh.fd, &hello, sizeof hello, 0) != (ssize_t)sizeof hello) {
        session_close(&fresh);
        return;
    }
    error = refusal(server, &hello);
    if (!error) {
        memory_fd = session_make(server, &fresh, hello.direction);
        error = memory_fd < 0 ? memory_fd : 0;
    }
    if (!send_welcome(fresh.fd, error, memory_fd, fresh.end.event_fd) || error ||
        !watch(server, fresh.fd, EPOLLRDHUP)) {
        session_close(&fresh);
    } else {
        server->session[hello.direction] = fresh;
        bus_attach(server->bus, hello.direction, &server->session[hello.direction].end);
    }
    if (memory_fd >= 0)
        close(memory_fd);
}

/* ---- fate ---- */

void server_plug(struct server *server)
{
    memcpy(server->offer, server->wanted, sizeof server->offer);
    server->generation++;
    server->plugged = true;
}

void server_unplug(struct server *server)
{
    server->plugged = false;
    for (int d = 0; d < HEADSET_DIRECTIONS; d++)
        session_end(server, d);
}

static void accept_control(struct server *server)
{
    char line[MESSAGE_MAX], answer[MESSAGE_MAX];
    int fd = accept4(server->control_fd, NULL, NULL, SOCK_CLOEXEC);
    ssize_t length;

    if (fd < 0)
        return;
    set_patience(fd, PATIENCE_MS);
    length = recv(fd, line, sizeof line - 1, 0);
    if (length > 0) {
        line[length] = '\0';
        control_execute(server, line, answer, sizeof answer);
        if (send(fd, answer, strlen(answer), MSG_NOSIGNAL) < 0)
            perror("control.sock");
    }
    close(fd);
}

bool control_ask(const char *dir, const char *command, char *answer, size_t size)
{
    struct sockaddr_un address;
    ssize_t length = -1;
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return false;
    set_patience(fd, 10 * PATIENCE_MS);
    if (socket_address(&address, dir, "control.sock") &&
        connect(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
        send(fd, command, strlen(command), MSG_NOSIGNAL) > 0)
        length = recv(fd, answer, size - 1, 0);
    close(fd);
    if (length <= 0)
        return false;
    answer[length] = '\0';
    return true;
}

/* ---- the loop ---- */

static int listen_on(const char *dir, const char *name)
{
    struct sockaddr_un address;
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    if (!socket_address(&address, dir, name)) {
        fprintf(stderr, "%s: too long for a socket's path\n", dir);
        return -1;
    }
    unlink(address.sun_path); /* left behind by a process that was killed */
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 16) < 0) {
        fprintf(stderr, "%s: %s\n", address.sun_path, strerror(errno));
        return -1;
    }
    return fd;
}

bool server_init(struct server *server, struct bus *bus, const char *dir)
{
    char answer[MESSAGE_MAX];

    server->bus = bus;
    server->dir = dir;
    for (int d = 0; d < HEADSET_DIRECTIONS; d++)
        server->session[d] = (struct session){ .fd = -1, .end.event_fd = -1 };
    if (control_ask(dir, "status", answer, sizeof answer)) {
        fprintf(stderr, "%s: another simheadset is at work here\n", dir);
        return false;
    }
    server->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    server->device_fd = listen_on(dir, "device.sock");
    server->control_fd = listen_on(dir, "control.sock");
    return server->epoll_fd >= 0 && server->device_fd >= 0 && server->control_fd >= 0 &&
           watch(server, server->device_fd, EPOLLIN) && watch(server, server->control_fd, EPOLLIN);
}

void server_run(struct server *server, int signal_fd)
{
    watch(server, signal_fd, EPOLLIN);
    for (;;) {
        struct epoll_event event;

        if (epoll_wait(server->epoll_fd, &event, 1, -1) != 1)
            continue;
        if (event.data.fd == signal_fd)
            return;
        if (event.data.fd == server->device_fd)
            accept_device(server);
        else if (event.data.fd == server->control_fd)
            accept_control(server);
        else
            for (int d = 0; d < HEADSET_DIRECTIONS; d++)
                if (server->session[d].fd == event.data.fd)
                    session_end(server, d);
    }
}

static void stop_listening(const char *dir, const char *name, int fd)
{
    struct sockaddr_un address;

    close(fd);
    if (socket_address(&address, dir, name))
        unlink(address.sun_path);
}

void server_finish(struct server *server)
{
    server_unplug(server);
    stop_listening(server->dir, "device.sock", server->device_fd);
    stop_listening(server->dir, "control.sock", server->control_fd);
    close(server->epoll_fd);
}
