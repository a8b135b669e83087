/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ini_text.h"

#include "ini.h"
#include "utf8.h"

#include <stdio.h>
#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

struct span span_strip(struct span span)
{
    while (span.length > 0 && is_blank(span.text[0])) {
        span.text++;
        span.length--;
    }
    while (span.length > 0 && is_blank(span.text[span.length - 1]))
        span.length--;
    return span;
}

struct span span_part(struct span span, size_t from, size_t to)
{
    return (struct span){ span.text + from, to - from };
}

bool ini_is_name(struct span name, const char *what, char why[static INI_WHY])
{
    bool upper = false;

    if (name.length == 0) {
        snprintf(why, INI_WHY, "the %s has no name", what);
        return false;
    }
    if (name.length > INI_NAME) {
        snprintf(why, INI_WHY, "the %s's name has %zu characters; at most %d", what, name.length,
                 INI_NAME);
        return false;
    }
    for (size_t i = 0; i < name.length; i++) {
        char c = name.text[i];

        if (c >= 'A' && c <= 'Z')
            upper = true;
        else if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
                   c == '-')) {
            snprintf(why, INI_WHY, "\"%.*s\" cannot name a %s; names have a-z 0-9 . _ -",
                     (int)name.length, name.text, what);
            return false;
        }
    }
    if (upper)
        snprintf(why, INI_WHY, "\"%.*s\" has upper-case letters; names are in lower case",
                 (int)name.length, name.text);
    return !upper;
}

/* `value` begins with a quote: what stands between it and its pair. NULL, or what is wrong. */
static const char *find_quoted(struct span value, struct span *found)
{
    const char *end = memchr(value.text + 1, value.text[0], value.length - 1);
    struct span rest;

    if (!end)
        return "the quote is not closed";
    *found = span_part(value, 1, (size_t)(end - value.text));
    rest = span_strip(span_part(value, found->length + 2, value.length));
    if (memchr(found->text, '\\', found->length))
        return "a backslash cannot stand between quotes";
    if (rest.length > 0 && rest.text[0] != ';' && rest.text[0] != '#')
        return "only a comment may follow the closing quote";
    return NULL;
}

const char *ini_find_value(struct span value, struct span *found)
{
    value = span_strip(value);
    *found = value;
    if (value.length == 0)
        return NULL;
    if (value.text[0] == '"' || value.text[0] == '\'')
        return find_quoted(value, found);
    for (size_t i = 0; i < value.length; i++) {
        if (value.text[i] != ';' && value.text[i] != '#')
            continue;
        if (i > 0 && !is_blank(value.text[i - 1]))
            return "put quotes around a value with ; or #, or a blank before a comment";
        *found = span_strip(span_part(value, 0, i));
        return NULL;
    }
    return NULL;
}

bool ini_is_text(struct span line, char why[static INI_WHY])
{
    if (line.length > INI_LINE_BYTES) {
        snprintf(why, INI_WHY, "the line has %zu bytes; at most %d", line.length, INI_LINE_BYTES);
        return false;
    }
    for (size_t i = 0, length; i < line.length; i += length) {
        length = utf8_length(line.text + i, line.length - i);
        if (length == 0) {
            snprintf(why, INI_WHY, "byte %zu, 0x%02X, is not UTF-8; save the file as UTF-8", i + 1,
                     (unsigned char)line.text[i]);
            return false;
        }
        if (line.text[i] == '\0') {
            snprintf(why, INI_WHY, "byte %zu is NUL; this is not a text file", i + 1);
            return false;
        }
        if (line.text[i] != '\t' && utf8_is_control(line.text + i)) {
            snprintf(why, INI_WHY, "byte %zu, 0x%02X, begins a control character", i + 1,
                     (unsigned char)line.text[i]);
            return false;
        }
    }
    return true;
}
