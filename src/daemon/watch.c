/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "watch.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

enum { FOLDERS = 16 };

struct watch {
    int fd;
    sd_event_source *source;
    void (*written)(void *context, const char *path);
    void *context;
    struct {
        int number; /* inotify's */
        char path[PATH_MAX];
    } folder[FOLDERS];
    int count;
};

static void tell(struct watch *watch, const struct inotify_event *event)
{
    char path[PATH_MAX];

    for (int i = 0; i < watch->count && event->len; i++)
        if (watch->folder[i].number == event->wd &&
            snprintf(path, sizeof path, "%s/%s", watch->folder[i].path, event->name) <
                (int)sizeof path)
            watch->written(watch->context, path);
}

/* A folder that was removed may come back, with another number. */
static void forget(struct watch *watch, int number)
{
    for (int i = 0; i < watch->count; i++)
        if (watch->folder[i].number == number)
            watch->folder[i--] = watch->folder[--watch->count];
}

static int on_events(sd_event_source *source, int fd, uint32_t events, void *context)
{
    _Alignas(struct inotify_event) char bytes[16 * (sizeof(struct inotify_event) + NAME_MAX + 1)];
    ssize_t count = read(fd, bytes, sizeof bytes);
    struct watch *watch = context;

    (void)source;
    (void)events;
    for (ssize_t at = 0; at + (ssize_t)sizeof(struct inotify_event) <= count;) {
        const struct inotify_event *event = (const struct inotify_event *)(bytes + at);

        if (event->mask & IN_IGNORED)
            forget(watch, event->wd);
        else if (event->mask & IN_MOVE_SELF) /* what is there now is another one, or none */
            inotify_rm_watch(fd, event->wd);
        else if (event->mask & IN_Q_OVERFLOW)
            watch->written(watch->context, "");
        else
            tell(watch, event);
        at += (ssize_t)(sizeof *event + event->len);
    }
    return 0;
}

struct watch *watch_create(sd_event *event, void (*written)(void *context, const char *path),
                           void *context)
{
    struct watch *watch = calloc(1, sizeof *watch);
    int error;

    if (!watch)
        return NULL;
    watch->written = written;
    watch->context = context;
    watch->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    error = watch->fd < 0
                ? -errno
                : sd_event_add_io(event, &watch->source, watch->fd, EPOLLIN, on_events, watch);
    if (error < 0) {
        watch_destroy(watch);
        errno = -error;
        return NULL;
    }
    return watch;
}

void watch_destroy(struct watch *watch)
{
    if (!watch)
        return;
    sd_event_source_disable_unref(watch->source);
    if (watch->fd >= 0)
        close(watch->fd);
    free(watch);
}

void watch_folder(struct watch *watch, const char *folder)
{
    int number;

    if (!watch || !*folder)
        return;
    for (int i = 0; i < watch->count; i++)
        if (strcmp(watch->folder[i].path, folder) == 0)
            return;
    if (watch->count == FOLDERS)
        return;
    number = inotify_add_watch(watch->fd, folder,
                               IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVE_SELF | IN_ONLYDIR);
    if (number < 0)
        return;
    watch->folder[watch->count].number = number;
    snprintf(watch->folder[watch->count].path, PATH_MAX, "%s", folder);
    watch->count++;
}

void watch_file(struct watch *watch, const char *path)
{
    const char *end = strrchr(path, '/');
    char folder[PATH_MAX];

    if (!end)
        return;
    snprintf(folder, sizeof folder, "%.*s", end == path ? 1 : (int)(end - path), path);
    watch_folder(watch, folder);
}
