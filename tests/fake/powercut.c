/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names of libc are this file's trade, addresses from dlsym() its tools.
 * NOLINTBEGIN(bugprone-reserved-identifier,bugprone-macro-parentheses,performance-no-int-to-ptr) */
#undef _FORTIFY_SOURCE /* its inline functions have the names that are defined here */
#define _GNU_SOURCE
#include "fake/powercut.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FDS = 256, KEPT_FROM = 500, FOLDERS = 16 };

/* The function behind ours. */
#define REAL(name) ((__typeof__(&(name)))(uintptr_t)dlsym(RTLD_NEXT, #name))

static int calls, cut_at, fail_at, fail_error;
static struct stat unsafe[FOLDERS]; /* folders in which names changed since their fsync */
static int unsafe_count;
static int kept[FDS]; /* of a file with unsynced bytes: a second descriptor, which outlives close */
static int unsynced_closed[FDS], unsynced_closed_count;

void powercut_at(int n)
{
    calls = 0;
    cut_at = n;
    fail_at = 0;
}

void powercut_fail_at(int n, int error)
{
    powercut_at(0);
    fail_at = n;
    fail_error = error;
}

int powercut_calls(void)
{
    return calls;
}

int powercut_unsafe(void)
{
    int count = unsafe_count + unsynced_closed_count;

    for (int fd = 0; fd < FDS; fd++)
        count += kept[fd] != 0;
    return count;
}

void powercut_forget(void)
{
    for (int fd = 0; fd < FDS; fd++)
        if (kept[fd])
            REAL(close)(kept[fd]);
    for (int i = 0; i < unsynced_closed_count; i++)
        REAL(close)(unsynced_closed[i]);
    memset(kept, 0, sizeof kept);
    unsynced_closed_count = unsafe_count = 0;
}

static void lose_bytes(int fd)
{
    if (ftruncate(fd, 0) < 0)
        perror("powercut: ftruncate");
}

static void cut(void)
{
    for (int fd = 0; fd < FDS; fd++)
        if (kept[fd])
            lose_bytes(kept[fd]);
    for (int i = 0; i < unsynced_closed_count; i++)
        lose_bytes(unsynced_closed[i]);
    _exit(POWERCUT_STATUS);
}

/* Whether this call is to fail. */
static bool is_hit(void)
{
    calls++;
    if (calls == cut_at)
        cut();
    if (calls != fail_at)
        return false;
    errno = fail_error;
    return true;
}

static void keep(int fd)
{
    if (fd < FDS && !kept[fd])
        kept[fd] = fcntl(fd, F_DUPFD_CLOEXEC, KEPT_FROM);
}

ssize_t write(int fd, const void *bytes, size_t length)
{
    if (fd <= STDERR_FILENO) /* what a test says */
        return REAL(write)(fd, bytes, length);
    keep(fd);
    if (calls + 1 == cut_at && REAL(write)(fd, bytes, length / 2) < 0)
        perror("powercut: write");
    return is_hit() ? -1 : REAL(write)(fd, bytes, length);
}

static void forget(const struct stat *folder)
{
    int kept_count = 0;

    for (int i = 0; i < unsafe_count; i++)
        if (unsafe[i].st_ino != folder->st_ino || unsafe[i].st_dev != folder->st_dev)
            unsafe[kept_count++] = unsafe[i];
    unsafe_count = kept_count;
}

/* Whoever changes a name has to sync its folder. Returns `result`, 0 if there was a change. */
static int changed(int result, int at, const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[PATH_MAX] = ".";
    struct stat status;

    if (result != 0)
        return result;
    if (slash)
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - path) + 1, path);
    if (REAL(fstatat)(at, folder, &status, 0) < 0 || unsafe_count == FOLDERS) {
        perror("powercut: which folder?");
        abort();
    }
    forget(&status);
    unsafe[unsafe_count++] = status;
    return 0;
}

static int sync_with(int (*sync)(int), int fd)
{
    struct stat status;

    if (is_hit())
        return -1;
    if (REAL(fstat)(fd, &status) == 0 && S_ISDIR(status.st_mode))
        forget(&status);
    if (fd >= 0 && fd < FDS && kept[fd]) {
        REAL(close)(kept[fd]);
        kept[fd] = 0;
    }
    return sync(fd);
}

int fsync(int fd)
{
    return sync_with(REAL(fsync), fd);
}

int fdatasync(int fd)
{
    return sync_with(REAL(fdatasync), fd);
}

int close(int fd)
{
    bool hit = is_hit();
    int result;

    if (fd >= 0 && fd < FDS && kept[fd] && unsynced_closed_count < FDS) {
        unsynced_closed[unsynced_closed_count++] = kept[fd];
        kept[fd] = 0;
    }
    result = REAL(close)(fd);
    if (hit)
        errno = fail_error;
    return hit ? -1 : result;
}

static mode_t mode_of(int flags, va_list list)
{
    return flags & O_CREAT ? va_arg(list, mode_t) : 0;
}

int open(const char *path, int flags, ...)
{
    va_list list;
    mode_t mode;

    va_start(list, flags);
    mode = mode_of(flags, list);
    va_end(list);
    return is_hit() ? -1 : REAL(open)(path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...)
{
    va_list list;
    mode_t mode;

    va_start(list, flags);
    mode = mode_of(flags, list);
    va_end(list);
    return is_hit() ? -1 : REAL(openat)(folder, path, flags, mode);
}

DIR *fdopendir(int fd)
{
    return is_hit() ? NULL : REAL(fdopendir)(fd);
}

ssize_t read(int fd, void *bytes, size_t length)
{
    return is_hit() ? -1 : REAL(read)(fd, bytes, length);
}

int fstat(int fd, struct stat *status)
{
    return is_hit() ? -1 : REAL(fstat)(fd, status);
}

int fstatat(int folder, const char *path, struct stat *status, int flags)
{
    return is_hit() ? -1 : REAL(fstatat)(folder, path, status, flags);
}

int fchmod(int fd, mode_t mode)
{
    return is_hit() ? -1 : REAL(fchmod)(fd, mode);
}

int flock(int fd, int operation)
{
    return is_hit() ? -1 : REAL(flock)(fd, operation);
}

int rename(const char *from, const char *to)
{
    return is_hit() ? -1 : changed(REAL(rename)(from, to), AT_FDCWD, to);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
    return is_hit() ? -1 : changed(REAL(renameat)(from_folder, from, to_folder, to), to_folder, to);
}

int link(const char *from, const char *to)
{
    return is_hit() ? -1 : changed(REAL(link)(from, to), AT_FDCWD, to);
}

int unlink(const char *path)
{
    return is_hit() ? -1 : changed(REAL(unlink)(path), AT_FDCWD, path);
}

int unlinkat(int folder, const char *path, int flags)
{
    return is_hit() ? -1 : changed(REAL(unlinkat)(folder, path, flags), folder, path);
}

int mkdir(const char *path, mode_t mode)
{
    return is_hit() ? -1 : changed(REAL(mkdir)(path, mode), AT_FDCWD, path);
}
/* NOLINTEND(bugprone-reserved-identifier,bugprone-macro-parentheses,performance-no-int-to-ptr) */
