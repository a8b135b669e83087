/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file that is written under a temporary name in the folder where it belongs, and takes its place
 * when it is whole. Until then whatever stands there stays as it is.
 */
#ifndef FRESH_H
#define FRESH_H

#include <limits.h>
#include <stdbool.h>

struct fresh {
    const char *shown; /* the path as the user wrote it, for messages */
    char target[PATH_MAX], temporary[PATH_MAX];
    int fd; /* open for reading and writing; -1: there is no file */
};

/* Complains, and returns false, where there can be no such file. */
bool fresh_open(struct fresh *fresh, const char *path);

/* Moves it to its place. Complains, and discards it, if that fails. */
bool fresh_keep(struct fresh *fresh);

/* Removes it; nothing if there is none. */
void fresh_discard(struct fresh *fresh);

/* Whether two paths name one file, there already or not. */
bool same_file(const char *a, const char *b);

#endif
