/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "number.h"

#include <stdint.h>

enum { DIGITS = 15 }; /* 10^15 < 2^53: mantissa and power of ten are exact, their quotient right */

/* Appends the digits at `text` to *mantissa. Returns where they end. */
static const char *read_digits(const char *text, int64_t *mantissa, int *count)
{
    for (; *text >= '0' && *text <= '9'; text++)
        if (++*count <= DIGITS)
            *mantissa = *mantissa * 10 + (*text - '0');
    return text;
}

bool number_read(const char *text, double *value, bool *whole)
{
    bool negative = *text == '-';
    int64_t mantissa = 0, power = 1;
    int digits = 0, before;

    if (*text == '-' || *text == '+')
        text++;
    text = read_digits(text, &mantissa, &digits);
    before = digits;
    if (before == 0 || (*text != '\0' && *text != '.'))
        return false;
    if (*text == '.') {
        text = read_digits(text + 1, &mantissa, &digits);
        if (digits == before || *text != '\0')
            return false;
    }
    if (digits > DIGITS)
        return false;
    for (int i = before; i < digits; i++)
        power *= 10;
    *whole = before == digits;
    *value = (double)(negative ? -mantissa : mantissa) / (double)power;
    return true;
}
