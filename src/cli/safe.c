/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "safe.h"

#include "utf8.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH = 32 };

static json_t *copy(const json_t *raw, bool lines, int depth);

/* Line by line, so that the ends of lines and tabs stay. */
static void sanitise_lines(char *text)
{
    char *from = text, *to = text, end;

    do {
        size_t length = strcspn(from, "\n\t"), left;

        end = from[length];
        from[length] = 0;
        utf8_sanitise(from);
        left = strlen(from);
        memmove(to, from, left);
        to += left;
        *to++ = end;
        from += length + 1;
    } while (end);
}

static json_t *copy_text(const char *raw, bool lines)
{
    char *text = strdup(raw);
    json_t *copied;

    if (!text)
        return NULL;
    if (lines)
        sanitise_lines(text);
    else
        utf8_sanitise(text);
    copied = json_string(text);
    free(text);
    return copied;
}

static json_t *copy_object(const json_t *raw, int depth)
{
    json_t *copied = json_object();
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)raw, key, value)
    {
        char *name = strdup(key);

        if (!name)
            break;
        utf8_sanitise(name);
        json_object_set_new(copied, name,
                            copy(value, depth == 0 && !strcmp(key, "text"), depth + 1));
        free(name);
    }
    return copied;
}

static json_t *copy_list(const json_t *raw, int depth)
{
    json_t *copied = json_array(), *value;
    size_t i;

    json_array_foreach(raw, i, value)
    {
        json_array_append_new(copied, copy(value, false, depth + 1));
    }
    return copied;
}

static json_t *copy(const json_t *raw, bool lines, int depth)
{
    if (depth > DEPTH)
        return json_null();
    if (json_is_string(raw))
        return copy_text(json_string_value(raw), lines);
    if (json_is_object(raw))
        return copy_object(raw, depth);
    if (json_is_array(raw))
        return copy_list(raw, depth);
    return json_copy((json_t *)raw);
}

json_t *safe_copy(const json_t *raw)
{
    return copy(raw, false, 0);
}

const char *safe_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text ? text : "";
}

double safe_number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

bool safe_true(const json_t *object, const char *key)
{
    return json_is_true(json_object_get(object, key));
}

const char *safe_value(const json_t *value, char text[SAFE_VALUE_BYTES])
{
    if (json_is_boolean(value))
        snprintf(text, SAFE_VALUE_BYTES, "%s", json_is_true(value) ? "yes" : "no");
    else if (json_is_number(value))
        snprintf(text, SAFE_VALUE_BYTES, "%.15g", json_number_value(value));
    else if (json_is_string(value))
        snprintf(text, SAFE_VALUE_BYTES, "%s", json_string_value(value));
    else
        snprintf(text, SAFE_VALUE_BYTES, "nothing");
    utf8_sanitise(text); /* a character may be cut */
    return text;
}

char *safe_list(const json_t *list, const char *none)
{
    char text[SAFE_VALUE_BYTES], *all = NULL;
    size_t bytes, i;
    const json_t *value;
    FILE *out;

    if (!json_array_size(list))
        return strdup(none);
    out = open_memstream(&all, &bytes);
    if (!out)
        return strdup(none);
    json_array_foreach(list, i, value)
    {
        fprintf(out, "%s%s", i ? ", " : "", safe_value(value, text));
    }
    fclose(out);
    return all;
}

void safe_print_json(const json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_REAL_PRECISION(15));

    puts(text ? text : "null");
    free(text);
}
