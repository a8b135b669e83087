/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * INI files, read strictly. Our own check of every line comes first, then iniparser reads what
 * passed it, and both must find the same value.
 *
 *     # a comment, as is a line that begins with ;
 *     [section]
 *     key = value             ; a comment after a value, or with #
 *     key = "a value; with # and  blanks" # quotes, double or single, may stand around a value
 *
 * The rules, beyond what the example shows:
 *   - a regular file (a symbolic link may lead to it) of at most INI_FILE_BYTES, lines of at most
 *     INI_LINE_BYTES, UTF-8, no control characters but the tab; a BOM and CRLF are accepted;
 *   - names of sections and keys have 1 to INI_NAME characters, a-z 0-9 . _ -; upper case is
 *     refused, so that a name has one spelling; nothing follows the ] of a heading;
 *   - a ; or # ends a value that has no quotes around it, and a blank must stand before it; a
 *     quoted value holds neither its own quote nor a backslash; no line ends in a backslash (it
 *     would swallow the next one);
 *   - no key stands before the first section; a section or key given twice is an error, and the
 *     first counts. What stands under a heading at fault is skipped.
 *
 * A fault costs its own line (or section) and nothing else; all faults are listed. Any normal
 * thread; nothing here blocks, whatever the path names.
 */
#ifndef INI_H
#define INI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
    INI_FILE_BYTES = 256 * 1024,
    INI_LINE_BYTES = 1000,
    INI_NAME = 64,
    INI_SECTIONS = 256, /* more of either are errors: iniparser's search is a linear one */
    INI_ENTRIES = 1024,
    INI_ERRORS = 64, /* listed; more are counted */
};

struct ini_section {
    char name[INI_NAME + 1];
    int line;   /* from 1 */
    size_t end; /* in the file: behind its last line that is neither blank nor a comment */
};

struct ini_entry {
    int section; /* index of its section */
    char key[INI_NAME + 1];
    char *value; /* may be empty, never NULL; without quotes and blanks around it */
    size_t at;   /* in the file: where the value begins */
    int line;
};

struct ini_error {
    int line;                   /* 0: of the file as a whole */
    char section[INI_NAME + 1]; /* empty where there is none, or none to show */
    char key[INI_NAME + 1];
    char text[160]; /* says what is wrong; without section, key, newline and full stop */
};

struct ini {
    bool readable; /* false: nothing of the file could be used; the reason is error[0] */
    int section_count, entry_count;
    int sections_lost;           /* headings at fault, a doubled one apart */
    struct ini_section *section; /* in the file's order, empty ones too */
    struct ini_entry *entry;     /* in the file's order */
    int error_count, error_more; /* listed as they were found, and counted beyond */
    struct ini_error error[INI_ERRORS];
};

/* Both fill the caller's *ini, ~20 KB, whatever it held; finish it in any case. They return true
 * if there was no error. A shortage of memory is an error of the file as a whole. */
bool ini_load(struct ini *ini, const char *path);
bool ini_parse_bytes(struct ini *ini, const char *bytes, size_t length);

void ini_finish(struct ini *ini);

/* Writes `text` as comment lines of at most 80 columns, broken between words. */
void ini_print_comment(FILE *out, const char *text);

#endif
