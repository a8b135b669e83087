/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers as people write them in files and commands, read strictly and the same in every locale.
 */
#ifndef NUMBER_H
#define NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The whole of `text` is one number: an optional sign, digits, and optionally a point with digits
 * after it; at most 15 digits. Then true, and *value is the double nearest to it (0 is never
 * negative); *whole tells that there was no point. Hexadecimal, exponents, inf, nan, units, commas,
 * blanks and the empty string are no numbers: false, and nothing is written.
 */
bool number_read(const char *text, double *value, bool *whole);

/* The shortest decimal that number_read() makes this very value of, or else a near one. `size`: 40
 * are enough for any value below 1e15. */
void number_write(double value, char *text, size_t size);

#endif
