/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The check of an INI file's lines that comes before iniparser: the rules in ini.h, as code.
 */
#ifndef INI_SCAN_H
#define INI_SCAN_H

#include "ini.h"

struct ini_scan {
    struct ini *ini;     /* receives sections, entries and errors */
    const char *file;    /* its first byte */
    char *clean;         /* the file without comments and lines at fault, LF at each line's end */
    size_t clean_length; /* line N of the file is line N of this */
    int line;
    int section; /* the current one; -1 before the first, -2 below a heading at fault */
};

/* Room in `clean` for a file of `length` bytes: an LF for each line, the last one too. */
#define INI_CLEAN_BYTES(length) ((length) + 1)

/* Scans the whole file. False: memory ran out. */
bool ini_scan(struct ini_scan *scan, const char *bytes, size_t length);

/* Adds an error to the list. `section` and `key` may be NULL. */
void ini_fault(struct ini *ini, int line, const char *section, const char *key, const char *format,
               ...) __attribute__((format(printf, 5, 6)));

#endif
