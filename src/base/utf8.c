/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "utf8.h"

#include <stdint.h>
#include <string.h>

static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

/* The code point at `text` and its bytes in *length, as the first byte promises it. */
static uint32_t decode(const char *text, size_t *length)
{
    unsigned char first = (unsigned char)text[0];
    uint32_t point;

    *length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    point = *length == 1 ? first : first & (0x7fu >> *length);
    for (size_t i = 1; i < *length; i++)
        point = point << 6 | ((unsigned char)text[i] & 0x3f);
    return point;
}

size_t utf8_length(const char *text, size_t length)
{
    static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
    unsigned char first;
    size_t need;
    uint32_t point;

    if (length == 0)
        return 0;
    first = (unsigned char)text[0];
    if (first < 0x80)
        return 1;
    if (first < 0xc2 || first > 0xf4)
        return 0;
    need = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (need > length)
        return 0;
    for (size_t i = 1; i < need; i++)
        if (!is_continuation(text[i]))
            return 0;
    point = decode(text, &need);
    if (point < smallest[need] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
        return 0;
    return need;
}

bool utf8_is_control(const char *text)
{
    size_t length;
    uint32_t point = decode(text, &length);

    return point < 0x20 || (point >= 0x7f && point <= 0x9f) ||
           (point >= 0x2028 && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

size_t utf8_cut(const char *text, size_t limit)
{
    size_t length = strlen(text);

    if (length <= limit)
        return length;
    while (limit > 0 && is_continuation(text[limit]))
        limit--;
    return limit;
}

void utf8_sanitise(char *text)
{
    size_t left = strlen(text);
    char *to = text;

    while (left > 0) {
        size_t length = utf8_length(text, left);
        size_t taken = length ? length : 1;

        if (length == 0 || utf8_is_control(text)) {
            *to++ = '?';
        } else {
            memmove(to, text, length);
            to += length;
        }
        text += taken;
        left -= taken;
    }
    *to = '\0';
}
