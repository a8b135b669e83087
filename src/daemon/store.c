/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MODE = 0640, TEMPORARY_BYTES = 48, TRIES = 100, LOCK_TRIES = 100, FIRST_BYTES = 4096 };

static const char temporary_start[] = ".store-", temporary_end[] = ".tmp";

/* Where a file is written. */
struct place {
    int folder; /* open */
    const char *name;
    bool exists, empty; /* what is there now */
};

/* ---- temporary files ---- */

static bool is_temporary(const char *name)
{
    size_t length = strlen(name), end = sizeof temporary_end - 1;

    return strncmp(name, temporary_start, sizeof temporary_start - 1) == 0 && length > end &&
           strcmp(name + length - end, temporary_end) == 0;
}

/* Removes what killed processes left; a folder that cannot be listed keeps it. */
static void sweep(int folder)
{
    int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *listing = fd >= 0 ? fdopendir(fd) : NULL;

    if (!listing) {
        if (fd >= 0)
            close(fd);
        return;
    }
    for (const struct dirent *entry; (entry = readdir(listing));)
        if (is_temporary(entry->d_name))
            unlinkat(folder, entry->d_name, 0);
    closedir(listing);
}

/*
 * Every write holds a shared lock until it closes the folder, and who can have it alone sweeps.
 * Whoever sweeps is waited for, but not for ever, since anybody who may read the folder may hold
 * the lock: without it, a write may lose its temporary file to one that sweeps, and then fails.
 */
static void lock_and_sweep(int folder)
{
    static const struct timespec moment = { .tv_nsec = 1000000 };

    if (flock(folder, LOCK_EX | LOCK_NB) == 0)
        sweep(folder);
    for (int i = 0; i < LOCK_TRIES && flock(folder, LOCK_SH | LOCK_NB) < 0; i++)
        nanosleep(&moment, NULL);
}

/* Returns a descriptor, or -errno. */
static int open_temporary(int folder, char name[TEMPORARY_BYTES])
{
    static atomic_uint number;

    for (int i = 0; i < TRIES; i++) {
        int fd;

        snprintf(name, TEMPORARY_BYTES, "%s%ld-%u%s", temporary_start, (long)getpid(), number++,
                 temporary_end);
        fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, MODE);
        if (fd >= 0)
            return fd;
        if (errno != EEXIST)
            return -errno;
    }
    return -EEXIST;
}

static int write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t wrote = write(fd, bytes, length);

        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return wrote < 0 ? -errno : -EIO;
        bytes += wrote;
        length -= (size_t)wrote;
    }
    return 0;
}

static int write_copy(int to, int from)
{
    char bytes[FIRST_BYTES];

    for (;;) {
        ssize_t got = read(from, bytes, sizeof bytes);
        int error;

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got < 0 ? -errno : 0;
        error = write_all(to, bytes, (size_t)got);
        if (error)
            return error;
    }
}

static int sync_fd(int fd)
{
    while (fsync(fd) < 0)
        if (errno != EINTR)
            return -errno;
    return 0;
}

/* A whole temporary file, on the medium: of `bytes`, or with from >= 0 of what is read there. */
static int make_temporary(int folder, char name[TEMPORARY_BYTES], int from, const char *bytes,
                          size_t length)
{
    int fd = open_temporary(folder, name), error;

    if (fd < 0)
        return fd;
    error = from >= 0 ? write_copy(fd, from) : write_all(fd, bytes, length);
    if (!error && fchmod(fd, MODE) < 0) /* whatever the umask */
        error = -errno;
    if (!error)
        error = sync_fd(fd);
    close(fd);
    if (error)
        unlinkat(folder, name, 0);
    return error;
}

/* Gives it its name, or removes it. */
static int place_temporary(int folder, const char *temporary, const char *name)
{
    int error;

    if (renameat(folder, temporary, folder, name) == 0)
        return 0;
    error = -errno;
    unlinkat(folder, temporary, 0);
    return error;
}

/* ---- writing ---- */

/* The folder is opened, and finished by close(). */
static int open_place(struct place *place, const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[PATH_MAX] = ".";
    size_t length = slash ? (size_t)(slash - path) + 1 : 0; /* with its slash: of "/x", too */

    place->name = path + length;
    if (*place->name == '\0')
        return -EINVAL;
    if (length >= sizeof folder)
        return -ENAMETOOLONG;
    if (slash) {
        memcpy(folder, path, length);
        folder[length] = '\0';
    }
    place->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return place->folder < 0 ? -errno : 0;
}

static int look_at(struct place *place)
{
    struct stat status;

    if (fstatat(place->folder, place->name, &status, AT_SYMLINK_NOFOLLOW) < 0) {
        place->exists = false;
        return errno == ENOENT ? 0 : -errno;
    }
    if (S_ISLNK(status.st_mode))
        return -ELOOP;
    place->exists = true;
    place->empty = status.st_size == 0;
    return S_ISREG(status.st_mode) ? 0 : -EINVAL;
}

/* NAME.1 becomes a copy of what is there. A hard link would do without copying, but the kernel
 * refuses one to a file that root has edited. */
static int keep_as_older(const struct place *place)
{
    char temporary[TEMPORARY_BYTES], older[NAME_MAX + 1];
    int from, error;

    if ((size_t)snprintf(older, sizeof older, "%s.1", place->name) >= sizeof older)
        return -ENAMETOOLONG;
    from = openat(place->folder, place->name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (from < 0)
        return -errno;
    error = make_temporary(place->folder, temporary, from, NULL, 0);
    close(from);
    return error ? error : place_temporary(place->folder, temporary, older);
}

static int write_in_place(struct place *place, const char *bytes, size_t length, bool keep_older)
{
    char temporary[TEMPORARY_BYTES];
    int error = look_at(place);

    if (error)
        return error;
    lock_and_sweep(place->folder);
    error = make_temporary(place->folder, temporary, -1, bytes, length);
    if (error)
        return error;
    if (keep_older && place->exists && !place->empty)
        error = keep_as_older(place);
    if (error) {
        unlinkat(place->folder, temporary, 0);
        return error;
    }
    error = place_temporary(place->folder, temporary, place->name);
    return error ? error : sync_fd(place->folder);
}

int store_write(const char *path, const char *bytes, size_t length, bool keep_older)
{
    struct place place;
    int error = open_place(&place, path);

    if (error)
        return error;
    error = write_in_place(&place, bytes, length, keep_older);
    close(place.folder);
    return error;
}

int store_sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), error;

    if (fd < 0)
        return -errno;
    error = sync_fd(fd);
    close(fd);
    return error;
}

/* ---- reading ---- */

/* Reads to the end of the file, however long it has become meanwhile. */
static int read_whole(int fd, size_t limit, char **bytes, size_t *length)
{
    size_t room = 0;

    for (;;) {
        ssize_t got;

        if (*length == room) { /* room for a byte more than allowed, which tells too large */
            char *grown;

            room = room == 0 ? FIRST_BYTES : 2 * room;
            room = room > limit + 1 ? limit + 1 : room;
            grown = realloc(*bytes, room + 1);
            if (!grown)
                return -ENOMEM;
            *bytes = grown;
        }
        got = read(fd, *bytes + *length, room - *length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            (*bytes)[*length] = '\0';
            return got < 0 ? -errno : 0;
        }
        *length += (size_t)got;
        if (*length > limit)
            return -EFBIG;
    }
}

static int read_regular(int fd, size_t limit, char **bytes, size_t *length)
{
    struct stat status;

    if (fstat(fd, &status) < 0)
        return -errno;
    if (!S_ISREG(status.st_mode))
        return -EINVAL;
    if (status.st_size > 0 && (uintmax_t)status.st_size > limit)
        return -EFBIG;
    return read_whole(fd, limit, bytes, length);
}

int store_read(const char *path, size_t limit, char **bytes, size_t *length)
{
    struct stat status;
    int fd, error;

    *bytes = NULL;
    *length = 0;
    if (limit > SIZE_MAX / 4)
        limit = SIZE_MAX / 4;
    if (stat(path, &status) < 0)
        return -errno;
    if (!S_ISREG(status.st_mode)) /* opening a device may do something */
        return -EINVAL;
    fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return -errno;
    error = read_regular(fd, limit, bytes, length);
    close(fd);
    if (error) {
        free(*bytes);
        *bytes = NULL;
        *length = 0;
    }
    return error;
}
