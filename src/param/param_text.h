/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A value and its text. */
#ifndef PARAM_TEXT_H
#define PARAM_TEXT_H

#include "param.h"

/* Converts `text` into *to, the row's place. False: nothing is written, and `why` says what is
 * wrong ("is out of range"). */
bool param_read_text(const struct param *row, void *to, const char *text, const char **why);

/* The same from a number; the row's type is one of numbers. */
bool param_read_number(const struct param *row, void *to, double value, const char **why);

/* Bytes of a value in its place. */
size_t param_bytes(const struct param *row);

void param_write_text(const struct param *row, const void *from, char text[PARAM_TEXT_BYTES]);

#endif
