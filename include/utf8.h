/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * UTF-8 as it comes from files, devices and peers: checked, and made safe to show.
 */
#ifndef UTF8_H
#define UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes (1..4) of the well-formed character at `text`, of which `length` bytes may be read; 0 if
 * there is none: overlong forms, surrogates and what lies beyond U+10FFFF are not well-formed. */
size_t utf8_length(const char *text, size_t length);

/* Whether the well-formed character at `text` steers a terminal instead of showing something: C0,
 * DEL, C1, the line separators and the marks that turn the direction of writing. A tab does. */
bool utf8_is_control(const char *text);

/* The largest length <= limit at which the well-formed string `text` can be cut. */
size_t utf8_cut(const char *text, size_t limit);

/* Replaces control characters and bytes that are not UTF-8 with '?', in place; the string gets no
 * longer. */
void utf8_sanitise(char *text);

#endif
