/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder of a test's own, with files that are made and looked at without the code under test.
 * Wants _GNU_SOURCE. */
#ifndef TEST_FOLDER_H
#define TEST_FOLDER_H

#include "test.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BIG = 100000 }; /* bytes; several times what is copied at once */

static char folder[] = "/tmp/audioserver-test-XXXXXX";

/* Good until the next call but three. */
static inline const char *in_folder(const char *name)
{
    static char at[4][sizeof folder + 300];
    static int turn;

    turn = (turn + 1) % 4;
    snprintf(at[turn], sizeof at[turn], "%s/%s", folder, name);
    return at[turn];
}

/* A file without the store's help. */
static inline void put(const char *at, const char *bytes, size_t length)
{
    FILE *file = fopen(at, "w");

    CHECK(file && fwrite(bytes, 1, length, file) == length && fclose(file) == 0);
}

/* The bytes of a file in *bytes, good until the next call; -1: there is none. */
static inline int get(const char *at, const char **bytes)
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

static inline bool has(const char *at, const char *bytes, size_t length)
{
    const char *is;

    return get(at, &is) == (int)length && memcmp(is, bytes, length) == 0;
}

static inline bool has_text(const char *at, const char *text)
{
    return has(at, text, strlen(text));
}

static inline bool is_missing(const char *at)
{
    struct stat status;

    return lstat(at, &status) < 0 && errno == ENOENT;
}

/* Entries of the folder, but . and .. */
static inline int count_files(void)
{
    DIR *files = opendir(folder);
    int count = 0;

    for (const struct dirent *file; (file = readdir(files));)
        count += strcmp(file->d_name, ".") != 0 && strcmp(file->d_name, "..") != 0;
    closedir(files);
    return count;
}

static inline int remove_entry(const char *at, const struct stat *status, int type,
                               struct FTW *where)
{
    (void)status;
    (void)type;
    return where->level == 0 ? 0 : remove(at);
}

/* The folder is empty again. */
static inline void begin(void)
{
    CHECK(nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS) == 0);
}

/* In a process of its own: what `run` returns, 0..99. */
static inline int run_apart(int (*run)(int), int with)
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

/* Around a program's tests. False: there is no place for it. */
static inline bool make_folder(void)
{
    return mkdtemp(folder) && chmod(folder, 0755) == 0;
}

static inline void remove_folder(void)
{
    nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    rmdir(folder);
}

#endif
