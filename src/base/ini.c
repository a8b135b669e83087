/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "ini.h"

#include "ini_scan.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#if __has_include(<iniparser/iniparser.h>)
#include <iniparser/iniparser.h>
#else
#include <iniparser.h>
#endif

/* The file as a whole cannot be used, for this one reason. */
#define REFUSE(ini, ...)                                                                           \
    do {                                                                                           \
        (ini)->error_count = (ini)->error_more = 0;                                                \
        ini_fault(ini, 0, NULL, NULL, __VA_ARGS__);                                                \
    } while (0)

static int be_silent(const char *format, ...)
{
    (void)format;
    return 0;
}

static void silence(void)
{
    iniparser_set_error_callback(be_silent);
}

/* iniparser 4.1 reads from a path only, so the checked text gets one that no file system has. */
static dictionary *read_clean(const char *text, size_t length)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    dictionary *result = NULL;
    char path[40];
    int fd = memfd_create("ini", MFD_CLOEXEC);

    pthread_once(&once, silence);
    if (fd < 0)
        return NULL;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (write(fd, text, length) == (ssize_t)length)
        result = iniparser_load(path);
    close(fd);
    return result;
}

/* Takes out the entries that iniparser reads otherwise than we do: such a line means two things. */
static void compare(struct ini *ini, const dictionary *theirs)
{
    int kept = 0;

    for (int i = 0; i < ini->entry_count; i++) {
        struct ini_entry *entry = &ini->entry[i];
        const char *section = ini->section[entry->section].name, *value;
        char name[2 * INI_NAME + 2];

        snprintf(name, sizeof name, "%s:%s", section, entry->key);
        value = iniparser_getstring(theirs, name, NULL);
        if (value && strcmp(value, entry->value) == 0) {
            ini->entry[kept++] = *entry;
            continue;
        }
        ini_fault(ini, entry->line, section, entry->key,
                  "this line can be read in two ways; put quotes around the value");
        free(entry->value);
    }
    ini->entry_count = kept;
}

static void scan(struct ini *ini, const char *bytes, size_t length)
{
    struct ini_scan scan = { .ini = ini, .clean = malloc(INI_CLEAN_BYTES(length)) };
    dictionary *theirs;

    if (!scan.clean || !ini_scan(&scan, bytes, length)) {
        REFUSE(ini, "there is not enough memory to read it");
        free(scan.clean);
        return;
    }
    theirs = read_clean(scan.clean, scan.clean_length);
    free(scan.clean);
    if (!theirs) {
        REFUSE(ini, "iniparser cannot read it");
        return;
    }
    compare(ini, theirs);
    iniparser_freedict(theirs);
    ini->readable = true;
}

static void clear(struct ini *ini)
{
    for (int i = 0; i < ini->entry_count; i++)
        free(ini->entry[i].value);
    free(ini->entry);
    free(ini->section);
    ini->entry = NULL;
    ini->section = NULL;
    ini->entry_count = ini->section_count = 0;
}

bool ini_parse_bytes(struct ini *ini, const char *bytes, size_t length)
{
    memset(ini, 0, sizeof *ini);
    if (length > INI_FILE_BYTES)
        REFUSE(ini, "it has %zu bytes; at most %d", length, INI_FILE_BYTES);
    else
        scan(ini, bytes, length);
    if (!ini->readable)
        clear(ini);
    return ini->error_count == 0;
}

static const char *kind(mode_t mode)
{
    return S_ISDIR(mode)    ? "a directory"
           : S_ISFIFO(mode) ? "a named pipe"
           : S_ISCHR(mode)  ? "a device"
           : S_ISBLK(mode)  ? "a device"
                            : "something else";
}

/* The whole file in memory of the caller's, or NULL and the fault is listed. */
static char *read_file(struct ini *ini, int fd, size_t *length)
{
    struct stat status;
    char *bytes;
    ssize_t got = 1;

    if (fstat(fd, &status) < 0) {
        REFUSE(ini, "it cannot be read: %m");
        return NULL;
    }
    if (!S_ISREG(status.st_mode)) {
        REFUSE(ini, "it is %s, not a regular file", kind(status.st_mode));
        return NULL;
    }
    if (status.st_size > INI_FILE_BYTES) {
        REFUSE(ini, "it has %lld bytes; at most %d", (long long)status.st_size, INI_FILE_BYTES);
        return NULL;
    }
    bytes = malloc(INI_FILE_BYTES + 1); /* a byte more shows that it grew beyond meanwhile */
    for (*length = 0; bytes && got > 0 && *length <= INI_FILE_BYTES; *length += (size_t)got) {
        got = read(fd, bytes + *length, INI_FILE_BYTES + 1 - *length);
        if (got < 0) {
            REFUSE(ini, "it cannot be read: %m");
            free(bytes);
            return NULL;
        }
    }
    if (!bytes)
        REFUSE(ini, "there is not enough memory to read it");
    return bytes;
}

bool ini_load(struct ini *ini, const char *path)
{
    /* Without O_NONBLOCK the open of a pipe waits for a writer. */
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    char *bytes;
    size_t length;

    memset(ini, 0, sizeof *ini);
    if (fd < 0) {
        REFUSE(ini, "it cannot be opened: %m");
        return false;
    }
    bytes = read_file(ini, fd, &length);
    close(fd);
    if (bytes)
        ini_parse_bytes(ini, bytes, length);
    free(bytes);
    return ini->error_count == 0;
}

void ini_finish(struct ini *ini)
{
    clear(ini);
}
