/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pieces of an INI file's line, and what each may consist of: the rules in ini.h that look at
 * one line alone.
 */
#ifndef INI_TEXT_H
#define INI_TEXT_H

#include <stdbool.h>
#include <stddef.h>

enum { INI_WHY = 160 }; /* room for what is wrong, with its end */

/* A piece of the file; it has no end of its own. */
struct span {
    const char *text;
    size_t length;
};

/* Without the blanks (spaces, tabs) around it. */
struct span span_strip(struct span span);

/* Bytes from..to-1 of it. */
struct span span_part(struct span span, size_t from, size_t to);

/* Whether a line is text as we take it; else `why` says what it is. */
bool ini_is_text(struct span line, char why[static INI_WHY]);

/* Whether `name` may name a section or a key, which is `what`; else `why` says why not. */
bool ini_is_name(struct span name, const char *what, char why[static INI_WHY]);

/* Finds the value in what follows the "=", without quotes and comment. NULL, or what is wrong. */
const char *ini_find_value(struct span text, struct span *value);

#endif
