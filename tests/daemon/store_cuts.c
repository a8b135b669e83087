/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that survive power cuts: the power goes at every call of a save; every call fails. */
#define _GNU_SOURCE
#include "store.h"

#include "fake/powercut.h"
#include "folder.h"

static char path[PATH_MAX], older[PATH_MAX];
static char old_bytes[BIG], new_bytes[BIG];

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

    powercut_forget();
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
        { "store_cuts survives power cuts", survives_power_cuts },
        { "store_cuts survives failures", survives_failures },
        { "store_cuts goes on after signals", goes_on_after_signals },
        { "store_cuts is whole between two writers", is_whole_between_two_writers },
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
