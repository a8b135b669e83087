/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PARAGRAPH_H
#define PARAGRAPH_H

#include <stdio.h>

enum { PARAGRAPH_COLUMNS = 80 };

/* Prints `text` in lines of 79 characters at most, each `indent` in, broken at blanks. `at` is the
 * column where the first line goes on. Ends with a newline. */
void paragraph(FILE *out, const char *text, int indent, int at);

#endif
