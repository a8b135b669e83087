/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words and numbers of an equalizer's text. */
#include "eq_text_parts.h"

#include "number.h"

#include "utf8.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static const int64_t mantissa_most = 100000000000000; /* 15 digits fit a double */
static const double number_most = 1e9;
static const double thousands_most_hz = 24000;

/* Digits as a number: mantissa 10^power. */
struct decimal {
    int64_t mantissa;
    int power;
    int digits;
};

bool eq_text_is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

bool eq_text_is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool starts(const struct text_span *span, const char *text)
{
    size_t length = strlen(text);

    return (size_t)(span->end - span->at) >= length && memcmp(span->at, text, length) == 0;
}

/* Bytes of a no-break space: U+00A0, U+202F (which Java writes for some languages), or the former
 * in a Windows code page. */
static size_t no_break_space(const struct text_span *span)
{
    return starts(span, "\xc2\xa0")       ? 2
           : starts(span, "\xe2\x80\xaf") ? 3
           : starts(span, "\xa0")         ? 1
                                          : 0;
}

static size_t blank(const struct text_span *span)
{
    if (span->at < span->end && (*span->at == ' ' || *span->at == '\t'))
        return 1;
    return no_break_space(span);
}

void eq_text_skip_blanks(struct text_span *span)
{
    for (size_t length; (length = blank(span)) > 0;)
        span->at += length;
}

void eq_text_skip_run(struct text_span *span)
{
    while (span->at < span->end && !blank(span)) {
        size_t length = utf8_length(span->at, (size_t)(span->end - span->at));

        span->at += length ? length : 1;
    }
}

static char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

bool eq_text_take_name(struct text_span *span, const char *word)
{
    struct text_span rest = *span;

    eq_text_skip_blanks(&rest);
    for (; *word; word++, rest.at++)
        if (rest.at == rest.end || lower(*rest.at) != lower(*word))
            return false;
    if (rest.at < rest.end && eq_text_is_letter(*rest.at))
        return false;
    *span = rest;
    return true;
}

bool eq_text_take(struct text_span *span, const char *word)
{
    struct text_span rest = *span;

    if (!eq_text_take_name(&rest, word) || (rest.at < rest.end && eq_text_is_digit(*rest.at)))
        return false;
    *span = rest;
    return true;
}

/* `grouped`: a no-break space between two digits is passed over. */
static void take_digits(struct text_span *span, struct decimal *number, bool fraction, bool grouped)
{
    while (span->at < span->end) {
        size_t space = grouped && number->digits > 0 ? no_break_space(span) : 0;

        if (space > 0 && span->at + space < span->end && eq_text_is_digit(span->at[space]))
            span->at += space;
        if (!eq_text_is_digit(*span->at))
            return;
        number->digits++;
        if (number->mantissa < mantissa_most) {
            number->mantissa = number->mantissa * 10 + (*span->at - '0');
            number->power -= fraction;
        } else {
            number->power += !fraction;
        }
        span->at++;
    }
}

static void take_exponent(struct text_span *span, struct decimal *number)
{
    struct text_span rest = *span;
    int exponent = 0, sign = 1;

    if (rest.at == rest.end || lower(*rest.at++) != 'e')
        return;
    if (rest.at < rest.end && (*rest.at == '+' || *rest.at == '-'))
        sign = *rest.at++ == '-' ? -1 : 1;
    if (rest.at == rest.end || !eq_text_is_digit(*rest.at))
        return;
    for (; rest.at < rest.end && eq_text_is_digit(*rest.at); rest.at++)
        if (exponent < 1000)
            exponent = exponent * 10 + (*rest.at - '0');
    number->power += sign * exponent;
    *span = rest;
}

/* A minus may be the one of typographers. */
static bool take_minus(struct text_span *span)
{
    if (starts(span, "-")) {
        span->at++;
        return true;
    }
    if (starts(span, "\xe2\x88\x92")) {
        span->at += 3;
        return true;
    }
    if (starts(span, "+"))
        span->at++;
    return false;
}

/* Exact where a double holds both the mantissa and the power of ten. */
static bool value_of(const struct decimal *number, bool negative, double *value)
{
    double size = (double)number->mantissa;

    if (number->mantissa == 0)
        negative = false;
    else if (number->power < 0)
        size /= pow(10, -number->power);
    else
        size *= pow(10, number->power);
    *value = negative ? -size : size;
    return size <= number_most;
}

static bool is_separator(const struct text_span *span)
{
    return span->at < span->end && (*span->at == '.' || *span->at == ',');
}

static bool take_number(struct text_span *span, double *value, bool grouped)
{
    struct decimal number = { 0 };
    bool negative;

    eq_text_skip_blanks(span);
    negative = take_minus(span);
    take_digits(span, &number, false, grouped);
    if (is_separator(span)) {
        span->at++;
        take_digits(span, &number, true, false);
    }
    if (number.digits == 0)
        return false;
    take_exponent(span, &number);
    return value_of(&number, negative, value);
}

bool eq_text_take_number(struct text_span *span, double *value)
{
    return take_number(span, value, false);
}

/* "1,234" and "10.000": one or two digits, the first no 0, a separator and three digits. */
static bool has_thousands(const char *at, size_t length)
{
    size_t lead = length - 4;

    if (length < 5 || length > 6 || *at == '0' || (at[lead] != '.' && at[lead] != ','))
        return false;
    for (size_t i = 0; i < length; i++)
        if (i != lead && !eq_text_is_digit(at[i]))
            return false;
    return true;
}

/* The decimals behind a thousands separator, after the other of the two: "1,234.5". */
static double take_decimals(struct text_span *span, char separator)
{
    struct decimal number = { 0 };
    double value;

    if (!is_separator(span) || *span->at == separator)
        return 0;
    span->at++;
    take_digits(span, &number, true, false);
    value_of(&number, false, &value);
    return value;
}

/*
 * REW may write 1234 Hz as "1,234 Hz". Taken for that is only what cannot well be meant otherwise:
 * "50.125" is no 50 kHz.
 */
bool eq_text_take_frequency(struct text_span *span, double *hz, bool *thousands)
{
    const char *start;

    *thousands = false;
    eq_text_skip_blanks(span);
    start = span->at;
    if (!take_number(span, hz, true))
        return false;
    if (has_thousands(start, (size_t)(span->at - start)) && *hz * 1000 <= thousands_most_hz) {
        *thousands = true;
        *hz = round(*hz * 1000) + take_decimals(span, span->at[-4]);
    }
    return true;
}

/* The unit if it is there; then no figure may follow. */
bool eq_text_take_unit(struct text_span *span, const char *unit)
{
    bool has_unit = *unit && eq_text_take_name(span, unit);
    struct text_span rest = *span;

    if (has_unit)
        return true;
    if (rest.at < rest.end && eq_text_is_letter(*rest.at))
        return false;
    eq_text_skip_blanks(&rest);
    return rest.at == rest.end || !(eq_text_is_digit(*rest.at) || strchr(".,/%", *rest.at));
}

double eq_text_rounded(double value, int digits)
{
    double size = fabs(value), power = 1;

    if (size == 0)
        return 0;
    while (size * power < pow(10, digits - 1))
        power *= 10;
    return size >= pow(10, digits) ? round(value) : round(value * power) / power;
}

const char *eq_text_write(double value, char text[EQ_TEXT_NUMBER_BYTES])
{
    number_write(value, text, EQ_TEXT_NUMBER_BYTES);
    return text;
}
