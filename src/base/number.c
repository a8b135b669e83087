/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "number.h"

#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>

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

void number_write(double value, char *text, size_t size)
{
    double magnitude = fabs(value);
    int64_t power = 1, mantissa;
    int decimals = 0;

    while ((double)llround(magnitude * (double)power) / (double)power != magnitude &&
           decimals < 14 && magnitude * (double)power * 10 < 9.99e14) {
        power *= 10;
        decimals++;
    }
    mantissa = llround(magnitude * (double)power);
    for (; decimals > 0 && mantissa % 10 == 0; decimals--) {
        mantissa /= 10;
        power /= 10;
    }
    if (decimals > 0)
        snprintf(text, size, "%s%" PRId64 ".%0*" PRId64, value < 0 && mantissa > 0 ? "-" : "",
                 mantissa / power, decimals, mantissa % power);
    else
        snprintf(text, size, "%s%" PRId64, value < 0 && mantissa > 0 ? "-" : "", mantissa);
}
