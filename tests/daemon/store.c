/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that survive power cuts: what they become, and what is refused. */
#define _GNU_SOURCE
#include "store.h"

#include "fake/powercut.h"
#include "folder.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

enum { NOBODY = 65534 };

static char path[PATH_MAX], older[PATH_MAX];
static char old_bytes[BIG], new_bytes[BIG];

static int save(const char *text, bool keep_older)
{
    return store_write(path, text, strlen(text), keep_older);
}

static void writes(void)
{
    struct stat status;
    mode_t was = umask(0777);

    begin();
    CHECK(save("one", false) == 0 && has_text(path, "one"));
    umask(0);
    CHECK(stat(path, &status) == 0 && (status.st_mode & 07777) == 0640);
    CHECK(save("three", false) == 0 && has_text(path, "three"));
    CHECK(stat(path, &status) == 0 && (status.st_mode & 07777) == 0640);
    CHECK(save("", false) == 0 && has_text(path, ""));
    CHECK(store_write(path, new_bytes, BIG, false) == 0 && has(path, new_bytes, BIG));
    CHECK(count_files() == 1);
    umask(was);
}

static void keeps_the_older(void)
{
    begin();
    CHECK(save("1", true) == 0 && is_missing(older));
    CHECK(save("2", true) == 0 && has_text(path, "2") && has_text(older, "1"));
    CHECK(save("3", false) == 0 && has_text(path, "3") && has_text(older, "1"));
    CHECK(save("4", true) == 0 && has_text(path, "4") && has_text(older, "3"));
    put(path, "", 0); /* what an older file system leaves after a power cut */
    CHECK(save("5", true) == 0 && has_text(path, "5") && has_text(older, "3"));
    put(path, old_bytes, BIG);
    CHECK(save("6", true) == 0 && has_text(path, "6") && has(older, old_bytes, BIG));
    CHECK(count_files() == 2);
}

static void writes_by_any_path(void)
{
    char here[PATH_MAX];

    begin();
    CHECK(getcwd(here, sizeof here) && chdir(folder) == 0);
    CHECK(store_write("plain", "a", 1, true) == 0 && has_text(in_folder("plain"), "a"));
    CHECK(store_write("./dotted", "b", 1, true) == 0 && has_text(in_folder("dotted"), "b"));
    CHECK(chdir(here) == 0);
    CHECK(symlink(".", in_folder("tied")) == 0);
    CHECK(store_write(in_folder("tied/c"), "c", 1, true) == 0 && has_text(in_folder("c"), "c"));
    CHECK(count_files() == 4);
}

static void make_socket(const char *at)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%s", at);
    CHECK(bind(fd, (struct sockaddr *)&address, sizeof address) == 0);
    close(fd);
}

static void refuses_to_write(void)
{
    static char name[NAME_MAX + 1], long_path[PATH_MAX + 10];

    begin();
    put(in_folder("real"), "real", 4);
    CHECK(symlink("real", path) == 0);
    CHECK(save("x", false) == -ELOOP && has_text(in_folder("real"), "real"));
    CHECK(unlink(path) == 0 && symlink("nowhere", path) == 0);
    CHECK(save("x", true) == -ELOOP && is_missing(in_folder("nowhere")));
    CHECK(unlink(path) == 0 && mkdir(path, 0700) == 0);
    CHECK(save("x", false) == -EINVAL);
    CHECK(rmdir(path) == 0 && mkfifo(path, 0600) == 0);
    CHECK(save("x", true) == -EINVAL);
    CHECK(unlink(path) == 0);
    make_socket(path);
    CHECK(save("x", true) == -EINVAL);
    CHECK(unlink(path) == 0);
    CHECK(store_write(in_folder("gone/x"), "x", 1, false) == -ENOENT);
    CHECK(store_write(in_folder("real/x"), "x", 1, false) == -ENOTDIR);
    CHECK(store_write(in_folder(""), "x", 1, false) == -EINVAL);
    CHECK(store_write(in_folder("."), "x", 1, false) == -EINVAL);
    CHECK(store_write("", "x", 1, false) == -EINVAL);
    CHECK(store_write("/", "x", 1, false) == -EINVAL);
    CHECK(store_write("/tmp", "x", 1, false) == -EINVAL);
    memset(name, 'n', NAME_MAX - 1);
    CHECK(store_write(in_folder(name), "x", 1, true) == 0); /* too long with its .1 only */
    CHECK(store_write(in_folder(name), "y", 1, true) == -ENAMETOOLONG);
    CHECK(has_text(in_folder(name), "x"));
    memset(long_path, '/', sizeof long_path - 2);
    long_path[sizeof long_path - 2] = 'x';
    CHECK(store_write(long_path, "x", 1, false) == -ENAMETOOLONG);
    CHECK(count_files() == 2);
}

static int save_unprivileged(int unused)
{
    (void)unused;
    if (geteuid() == 0 && setuid(NOBODY) < 0)
        return 1;
    return save("new", true) == -EACCES ? 0 : 2;
}

static void says_that_a_folder_is_not_ours(void)
{
    begin();
    put(path, "old", 3);
    CHECK(chmod(folder, 0555) == 0);
    CHECK(run_apart(save_unprivileged, 0) == 0);
    CHECK(chmod(folder, 0755) == 0);
    CHECK(has_text(path, "old") && count_files() == 1);
}

/* The file system takes some bytes, and then no more. */
static int save_beyond_the_limit(int keep_older)
{
    struct rlimit limit = { BIG / 2, BIG / 2 };

    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) < 0)
        return 1;
    return store_write(path, new_bytes, BIG, keep_older) == -EFBIG ? 0 : 2;
}

/* The new file has room, the copy of the old one has not. */
static int save_where_the_old_has_no_room(int unused)
{
    struct rlimit limit = { BIG / 2, BIG / 2 };

    (void)unused;
    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) < 0)
        return 1;
    return store_write(path, "new", 3, true) == -EFBIG ? 0 : 2;
}

static void leaves_the_old_where_there_is_no_room(void)
{
    for (int keep_older = 0; keep_older < 2; keep_older++) {
        begin();
        put(path, old_bytes, BIG);
        put(older, "older", 5);
        CHECK(run_apart(save_beyond_the_limit, keep_older) == 0);
        CHECK(has(path, old_bytes, BIG) && has_text(older, "older") && count_files() == 2);
        CHECK(run_apart(save_where_the_old_has_no_room, 0) == 0);
        CHECK(has(path, old_bytes, BIG) && has_text(older, "older") && count_files() == 2);
    }
}

static void removes_leftovers(void)
{
    int fd;

    begin();
    put(in_folder(".store-1-0.tmp"), "half", 4);
    put(in_folder(".store-other"), "other", 5);
    put(in_folder("a.store-1-0.tmp"), "other", 5);
    CHECK(save("x", false) == 0);
    CHECK(is_missing(in_folder(".store-1-0.tmp")) && count_files() == 3);
    /* another writer is at work: it may be its */
    put(in_folder(".store-1-0.tmp"), "half", 4);
    fd = open(folder, O_RDONLY | O_DIRECTORY);
    CHECK(flock(fd, LOCK_SH) == 0);
    CHECK(save("y", false) == 0 && has_text(path, "y"));
    CHECK(has_text(in_folder(".store-1-0.tmp"), "half"));
    close(fd);
    CHECK(save("z", false) == 0 && is_missing(in_folder(".store-1-0.tmp")));
    /* nobody makes a save wait */
    fd = open(folder, O_RDONLY | O_DIRECTORY);
    CHECK(flock(fd, LOCK_EX) == 0);
    alarm(10);
    CHECK(save("!", true) == 0 && has_text(path, "!"));
    alarm(0);
    close(fd);
}

static void takes_a_free_name(void)
{
    char name[64];
    int fd;

    begin();
    fd = open(folder, O_RDONLY | O_DIRECTORY); /* nothing is swept */
    CHECK(flock(fd, LOCK_SH) == 0);
    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof name, ".store-%ld-%d.tmp", (long)getpid(), i);
        put(in_folder(name), "", 0);
    }
    for (int i = 0; i < 5; i++) /* each tries 100 names, and comes beyond those at last */
        if (save("x", false) == 0)
            break;
    CHECK(has_text(path, "x"));
    close(fd);
}

static void reads(void)
{
    char *bytes;
    size_t length;

    begin();
    put(path, "a\0bc", 4);
    CHECK(store_read(path, 4, &bytes, &length) == 0);
    CHECK(length == 4 && bytes && memcmp(bytes, "a\0bc", 5) == 0); /* with its NUL */
    free(bytes);
    CHECK(store_read(path, SIZE_MAX, &bytes, &length) == 0 && length == 4);
    free(bytes);
    CHECK(store_read(path, 3, &bytes, &length) == -EFBIG && !bytes && length == 0);
    put(path, "", 0);
    CHECK(store_read(path, 0, &bytes, &length) == 0 && length == 0 && bytes && *bytes == '\0');
    free(bytes);
    for (size_t limit = BIG - 1; limit <= BIG + 1; limit++) {
        put(path, old_bytes, BIG);
        CHECK(store_read(path, limit, &bytes, &length) == (limit < BIG ? -EFBIG : 0));
        CHECK(limit < BIG || (length == BIG && memcmp(bytes, old_bytes, BIG) == 0));
        free(bytes);
    }
    CHECK(symlink("file", in_folder("tied")) == 0);
    CHECK(store_read(in_folder("tied"), BIG, &bytes, &length) == 0 && length == BIG);
    free(bytes);
    /* files that say they are empty */
    CHECK(store_read("/proc/self/status", BIG, &bytes, &length) == 0 && length > 100);
    CHECK(bytes && strncmp(bytes, "Name:", 5) == 0);
    free(bytes);
    CHECK(store_read("/proc/self/status", 20, &bytes, &length) == -EFBIG);
}

static void refuses_to_read(void)
{
    char *bytes = folder;
    size_t length = 1;

    begin();
    alarm(10);
    CHECK(mkfifo(in_folder("fifo"), 0600) == 0);
    CHECK(store_read(in_folder("fifo"), 9, &bytes, &length) == -EINVAL && !bytes && length == 0);
    make_socket(in_folder("socket"));
    CHECK(store_read(in_folder("socket"), 9, &bytes, &length) == -EINVAL);
    CHECK(store_read(folder, 9, &bytes, &length) == -EINVAL);
    CHECK(store_read("/dev/zero", 9, &bytes, &length) == -EINVAL);
    CHECK(store_read("/dev/tty", 9, &bytes, &length) == -EINVAL);
    CHECK(store_read(path, 9, &bytes, &length) == -ENOENT);
    CHECK(store_read("", 9, &bytes, &length) == -ENOENT);
    CHECK(symlink("round", in_folder("round")) == 0);
    CHECK(store_read(in_folder("round"), 9, &bytes, &length) == -ELOOP);
    alarm(0);
}

static void fails_to_read(void)
{
    char *bytes;
    size_t length;
    int calls, error;

    begin();
    put(path, old_bytes, BIG);
    powercut_at(0);
    CHECK(store_read(path, BIG, &bytes, &length) == 0);
    calls = powercut_calls();
    free(bytes);
    for (int n = 1; n <= calls; n++) {
        powercut_fail_at(n, EIO);
        error = store_read(path, BIG, &bytes, &length);
        powercut_at(0);
        /* the last is the close() of what has been read */
        CHECK(error == (n < calls ? -EIO : 0));
        CHECK((bytes != NULL) == !error && length == (error ? 0 : BIG));
        free(bytes);
    }
    CHECK(calls > 5);
}

int main(int argc, char **argv)
{
    static const struct test tests[] = {
        { "store writes", writes },
        { "store keeps the older", keeps_the_older },
        { "store writes by any path", writes_by_any_path },
        { "store refuses to write", refuses_to_write },
        { "store says that a folder is not ours", says_that_a_folder_is_not_ours },
        { "store leaves the old where there is no room", leaves_the_old_where_there_is_no_room },
        { "store removes leftovers", removes_leftovers },
        { "store takes a free name", takes_a_free_name },
        { "store reads", reads },
        { "store refuses to read", refuses_to_read },
        { "store fails to read", fails_to_read },
        { 0 },
    };
    int failed;

    if (!make_folder())
        return 1;
    snprintf(path, sizeof path, "%s/file", folder);
    snprintf(older, sizeof older, "%s/file.1", folder);
    memset(old_bytes, 'o', sizeof old_bytes);
    memset(new_bytes, 'n', sizeof new_bytes);
    failed = test_main(tests, argc, argv);
    remove_folder();
    return failed;
}
