/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that survive power cuts: at every call of a save, and every call failing. */
#define _GNU_SOURCE
#include "store.h"

#include "fake/powercut.h"
#include "test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BIG = 100000, NOBODY = 65534 };

static char folder[] = "/tmp/store-test-XXXXXX";
static char path[PATH_MAX], older[PATH_MAX];
static char old_bytes[BIG], new_bytes[BIG]; /* several times what a copy moves at once */

static const char *in_folder(const char *name)
{
    static char at[2 * sizeof folder + 256];

    snprintf(at, sizeof at, "%s/%s", folder, name);
    return at;
}

/* A file without the store's help. */
static void put(const char *at, const char *bytes, size_t length)
{
    FILE *file = fopen(at, "w");

    CHECK(file && fwrite(bytes, 1, length, file) == length && fclose(file) == 0);
}

/* The bytes of a file in *bytes, good until the next call; -1: there is none. */
static int get(const char *at, const char **bytes)
{
    static char is[BIG + 1];
    FILE *file = fopen(at, "r");
    size_t got;

    if (!file)
        return -1;
    got = fread(is, 1, sizeof is, file);
    fclose(file);
    *bytes = is;
    return (int)got;
}

static bool has(const char *at, const char *bytes, size_t length)
{
    const char *is;

    return get(at, &is) == (int)length && memcmp(is, bytes, length) == 0;
}

static bool has_text(const char *at, const char *text)
{
    return has(at, text, strlen(text));
}

static bool is_missing(const char *at)
{
    struct stat status;

    return lstat(at, &status) < 0 && errno == ENOENT;
}

/* Entries of the folder, but . and .. */
static int count_files(void)
{
    DIR *files = opendir(folder);
    int count = 0;

    for (const struct dirent *file; (file = readdir(files));)
        count += strcmp(file->d_name, ".") != 0 && strcmp(file->d_name, "..") != 0;
    closedir(files);
    return count;
}

/* An empty folder. */
static void begin(void)
{
    DIR *files = opendir(folder);

    for (const struct dirent *file; (file = readdir(files));)
        if (strcmp(file->d_name, ".") != 0 && strcmp(file->d_name, "..") != 0)
            CHECK(remove(in_folder(file->d_name)) == 0);
    closedir(files);
}

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
    memset(name, 'n', NAME_MAX - 1);
    CHECK(store_write(in_folder(name), "x", 1, true) == 0); /* too long with its .1 only */
    CHECK(store_write(in_folder(name), "y", 1, true) == -ENAMETOOLONG);
    CHECK(has_text(in_folder(name), "x"));
    memset(long_path, '/', sizeof long_path - 2);
    long_path[sizeof long_path - 2] = 'x';
    CHECK(store_write(long_path, "x", 1, false) == -ENAMETOOLONG);
    CHECK(count_files() == 2);
}

/* In a process of its own: what `run` returns, 0..99. */
static int run_apart(int (*run)(int), int with)
{
    pid_t child;
    int status;

    fflush(stdout);
    child = fork();
    if (child == 0)
        _exit(run(with));
    CHECK(waitpid(child, &status, 0) == child);
    if (!WIFEXITED(status))
        FAIL("it ended by signal %d", WTERMSIG(status));
    return WIFEXITED(status) ? WEXITSTATUS(status) : 100;
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

/* ---- power cuts ---- */

struct save {
    bool old;   /* there is a file */
    bool older; /* and one before it */
    bool keep_older;
    bool leftover; /* of an earlier power cut */
};

static struct save saves[16];

static void set_up(const struct save *at)
{
    begin();
    if (at->old)
        put(path, old_bytes, BIG);
    if (at->older)
        put(older, "older", 5);
    if (at->leftover)
        put(in_folder(".store-1-0.tmp"), "half", 4);
}

static bool has_old(const struct save *at)
{
    return at->old ? has(path, old_bytes, BIG) : is_missing(path);
}

/* PATH.1 as it was, or as the save makes it; never half, never missing. */
static bool has_older(const struct save *at, bool saved)
{
    bool rotated = at->keep_older && at->old && has(older, old_bytes, BIG);
    bool as_it_was = at->older ? has_text(older, "older") : is_missing(older);

    return rotated || (as_it_was && !(saved && at->keep_older && at->old));
}

static int save_until_the_cut(int n, const struct save *at)
{
    int error;

    powercut_at(n);
    error = store_write(path, new_bytes, BIG, at->keep_older);
    powercut_at(0);
    return error ? 1 : powercut_unsafe() ? 2 : 0;
}

static int save_number(int packed)
{
    return save_until_the_cut(packed % 1000, &saves[packed / 1000]);
}

static int expected_files(const struct save *at)
{
    return 1 + (at->older || (at->old && at->keep_older));
}

/* A cut at the n-th call, and what a save after it finds and leaves. False: there was no cut. */
static bool survives_cut(int n, int number)
{
    const struct save *at = &saves[number];
    int ended;
    bool saved;

    set_up(at);
    ended = run_apart(save_number, 1000 * number + n);
    saved = has(path, new_bytes, BIG);
    if (ended != 0 && ended != POWERCUT_STATUS)
        FAIL("save %d, call %d: %s", number, n,
             ended == 2 ? "a name or file is unsynced" : "error");
    if (ended == 0 && !saved)
        FAIL("save %d: nothing was saved", number);
    if (!saved && !has_old(at))
        FAIL("save %d, call %d: neither old nor new", number, n);
    if (!has_older(at, saved))
        FAIL("save %d, call %d: the older one", number, n);
    CHECK(store_write(path, "next", 4, at->keep_older) == 0);
    if (!has_text(path, "next") ||
        count_files() != expected_files(at) + (at->keep_older && saved && !at->old && !at->older))
        FAIL("save %d, call %d: the next save leaves %d files", number, n, count_files());
    return ended == POWERCUT_STATUS;
}

static int make_saves(void)
{
    for (int i = 0; i < 16; i++)
        saves[i] = (struct save){ i & 1, i & 2, i & 4, i & 8 };
    return 16;
}

static void survives_power_cuts(void)
{
    int cuts = 0;

    for (int number = make_saves() - 1; number >= 0; number--) {
        int n = 1;

        while (n < 999 && survives_cut(n, number))
            n++;
        CHECK(n > 10 && n < 999);
        cuts += n;
    }
    CHECK(cuts > 16 * 15);
}

/* ---- failures ---- */

/* The save with its n-th call failing; *calls are those it made. */
static int save_with_failure(const struct save *at, int n, int error, int *calls)
{
    int result;

    set_up(at);
    powercut_fail_at(n, error);
    result = store_write(path, new_bytes, BIG, at->keep_older);
    *calls = powercut_calls();
    powercut_at(0);
    return result;
}

/* Temporary files, that of set_up() apart. */
static int count_leftovers(void)
{
    DIR *files = opendir(folder);
    int count = 0;

    for (const struct dirent *file; (file = readdir(files));)
        count +=
            strncmp(file->d_name, ".store-", 7) == 0 && strcmp(file->d_name, ".store-1-0.tmp") != 0;
    closedir(files);
    return count;
}

/* Nothing has happened, or all has. */
static void check_failure(int number, int n, int error, int result)
{
    const struct save *at = &saves[number];
    bool saved = has(path, new_bytes, BIG);

    if (result != 0 && result != -error)
        FAIL("save %d, call %d: returned %d", number, n, result);
    if (result == 0 && !saved)
        FAIL("save %d, call %d: nothing was saved, and no error", number, n);
    if (!saved && !has_old(at))
        FAIL("save %d, call %d: the old one is gone", number, n);
    if (!has_older(at, saved))
        FAIL("save %d, call %d: the older one", number, n);
    if (count_leftovers() > 0)
        FAIL("save %d, call %d: a leftover", number, n);
}

static void survives_failures(void)
{
    static const int errors[] = { EIO, ENOSPC, EROFS };
    int failed = 0, late = 0, calls;

    for (int round = 0; round < 3 * make_saves(); round++) {
        int number = round / 3, error = errors[round % 3], unused;

        CHECK(save_with_failure(&saves[number], 0, 0, &calls) == 0);
        for (int n = 1; n <= calls; n++) {
            int result = save_with_failure(&saves[number], n, error, &unused);

            check_failure(number, n, error, result);
            failed += result != 0;
            late += result != 0 && has(path, new_bytes, BIG);
        }
    }
    CHECK(failed > 16 * 3 * 5);
    CHECK(late == 16 * 3); /* the fsync of the folder, and nothing else */
}

/* A call that a signal interrupts is made again, where the system interrupts it. */
static void goes_on_after_signals(void)
{
    int calls, went_on = 0, unused;

    make_saves();
    CHECK(save_with_failure(&saves[7], 0, 0, &calls) == 0);
    for (int n = 1; n <= calls; n++)
        went_on += save_with_failure(&saves[7], n, EINTR, &unused) == 0;
    CHECK(went_on > calls - 10); /* all reads, writes and syncs among them */
}

/* ---- two at once ---- */

static int save_often(int which)
{
    for (int i = 0; i < 60; i++)
        if (store_write(path, which ? old_bytes : new_bytes, BIG, true) != 0)
            return 1;
    return 0;
}

static bool is_one_or_the_other(const char *at)
{
    const char *is;

    return get(at, &is) == BIG &&
           (memcmp(is, old_bytes, BIG) == 0 || memcmp(is, new_bytes, BIG) == 0);
}

static void is_whole_between_two_writers(void)
{
    pid_t child[2];
    int status, seen = 0;

    begin();
    put(path, old_bytes, BIG);
    put(older, old_bytes, BIG);
    fflush(stdout);
    for (int i = 0; i < 2; i++) {
        child[i] = fork();
        if (child[i] == 0)
            _exit(save_often(i));
    }
    while (waitpid(child[0], &status, WNOHANG) == 0) {
        CHECK(is_one_or_the_other(path));
        CHECK(is_one_or_the_other(older));
        seen++;
    }
    CHECK(seen > 10 && status == 0);
    CHECK(waitpid(child[1], &status, 0) == child[1] && status == 0);
    CHECK(count_files() == 2);
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
        { "store survives power cuts", survives_power_cuts },
        { "store survives failures", survives_failures },
        { "store goes on after signals", goes_on_after_signals },
        { "store is whole between two writers", is_whole_between_two_writers },
        { 0 },
    };
    int failed;

    if (!mkdtemp(folder) || chmod(folder, 0755) < 0)
        return 1;
    snprintf(path, sizeof path, "%s/file", folder);
    snprintf(older, sizeof older, "%s/file.1", folder);
    memset(old_bytes, 'o', sizeof old_bytes);
    memset(new_bytes, 'n', sizeof new_bytes);
    failed = test_main(tests, argc, argv);
    begin();
    rmdir(folder);
    return failed;
}
