/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fresh.h"

#include "cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The path without symbolic links: of the file, or, where there is none yet, of its folder. */
static bool resolve(const char *path, char resolved[PATH_MAX])
{
    char folder[PATH_MAX], real[PATH_MAX];
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    int length = slash ? (int)(slash - path) + 1 : 0;

    if (realpath(path, resolved))
        return true;
    if (errno != ENOENT)
        return false;
    if (length >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return false;
    }
    snprintf(folder, sizeof folder, "%.*s", length, path);
    if (!realpath(length ? folder : ".", real))
        return false;
    if (snprintf(resolved, PATH_MAX, "%s/%s", real, name) >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return false;
    }
    return true;
}

bool same_file(const char *a, const char *b)
{
    char real_a[PATH_MAX], real_b[PATH_MAX];
    struct stat stat_a, stat_b;

    if (stat(a, &stat_a) == 0 && stat(b, &stat_b) == 0)
        return stat_a.st_dev == stat_b.st_dev && stat_a.st_ino == stat_b.st_ino;
    return resolve(a, real_a) && resolve(b, real_b) && strcmp(real_a, real_b) == 0;
}

/* The mode that open() would give a new file, or that of the file that is replaced. */
static mode_t wanted_mode(const char *target)
{
    struct stat there;
    mode_t mask = umask(0);

    umask(mask);
    return stat(target, &there) == 0 ? there.st_mode & 0777 : 0666 & ~mask;
}

static bool name_temporary(struct fresh *fresh)
{
    const char *name = strrchr(fresh->target, '/') + 1;
    int folder = (int)(name - fresh->target);

    /* a long name is cut: with its ornaments it may be no longer than a name can be */
    if (snprintf(fresh->temporary, PATH_MAX, "%.*s.%.200s.XXXXXX", folder, fresh->target, name) <
        PATH_MAX)
        return true;
    errno = ENAMETOOLONG;
    return false;
}

bool fresh_open(struct fresh *fresh, const char *path)
{
    struct stat there;

    fresh->shown = path;
    fresh->fd = -1;
    if (stat(path, &there) == 0 && !S_ISREG(there.st_mode)) {
        complain("%s is %s, not a file to write to", path,
                 S_ISDIR(there.st_mode) ? "a folder" : "something special");
        return false;
    }
    /* rename() would replace a file that is write-protected, too */
    if (resolve(path, fresh->target) && name_temporary(fresh) &&
        (access(fresh->target, W_OK) == 0 || errno == ENOENT))
        fresh->fd = mkstemp(fresh->temporary);
    if (fresh->fd < 0) {
        complain("%s: cannot be written: %s", path, strerror(errno));
        return false;
    }
    fchmod(fresh->fd, wanted_mode(fresh->target));
    return true;
}

bool fresh_keep(struct fresh *fresh)
{
    bool closed = close(fresh->fd) == 0; /* some file systems tell of a full disk here only */

    fresh->fd = -1;
    if (closed && rename(fresh->temporary, fresh->target) == 0)
        return true;
    complain("%s: cannot be written: %s", fresh->shown, strerror(errno));
    unlink(fresh->temporary);
    return false;
}

void fresh_discard(struct fresh *fresh)
{
    if (fresh->fd < 0)
        return;
    close(fresh->fd);
    fresh->fd = -1;
    unlink(fresh->temporary);
}
