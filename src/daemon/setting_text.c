/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A setting's value and its text: from one to the other, and what is allowed in words. */
#include "daemon/setting.h"
#include "number.h"

#include <stdio.h>
#include <string.h>

static bool is_word(const char *text)
{
    for (; *text; text++)
        if (!((*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') ||
              (*text >= '0' && *text <= '9') || strchr("._-", *text)))
            return false;
    return true;
}

static bool set_bool(void *to, const char *text, const char **why)
{
    static const char *const names[2][4] = { { "no", "off", "false", "0" },
                                             { "yes", "on", "true", "1" } };

    for (int value = 0; value < 2; value++)
        for (int i = 0; i < 4; i++)
            if (strcmp(names[value][i], text) == 0) {
                *(bool *)to = value;
                return true;
            }
    *why = "is neither yes nor no";
    return false;
}

static bool set_int(const struct setting *row, void *to, const char *text, const char **why)
{
    double value;
    bool whole;

    if (!number_read(text, &value, &whole)) {
        *why = "is not a plain number";
        return false;
    }
    if (!whole) {
        *why = "is not a whole number";
        return false;
    }
    if ((value < row->min || value > row->max) && !(row->zero_is_auto && value == 0)) {
        *why = "is out of range";
        return false;
    }
    *(int *)to = (int)value;
    return true;
}

static bool set_choice(const struct setting *row, void *to, const char *text, const char **why)
{
    for (const struct setting_choice *choice = row->choice; choice->name; choice++)
        if (strcmp(choice->name, text) == 0) {
            memcpy(to, &choice->value, sizeof choice->value); /* into an int or an enum */
            return true;
        }
    *why = "is not one of the choices";
    return false;
}

static bool set_string(const struct setting *row, void *to, const char *text, const char **why)
{
    size_t length = strlen(text);

    if (length < (size_t)row->min)
        *why = "is empty";
    else if (length > (size_t)row->max)
        *why = "is too long";
    else if (row->type == SETTING_WORD && !is_word(text))
        *why = "has characters that are not allowed";
    else {
        memset(to, 0, (size_t)row->max + 1); /* so that equal settings are equal bytes */
        memcpy(to, text, length);
        return true;
    }
    return false;
}

static bool set_ports(const struct setting *row, void *to, const char *text, const char **why)
{
    struct port_pair pair = { 0 };
    const char *end = text;

    for (int i = 0; i < 2 && *text; i++) {
        size_t length = strcspn(text, " \t");
        const char *colon = memchr(text, ':', length);

        if (!colon || colon == text || colon == text + length - 1 || length > (size_t)row->max)
            break;
        memcpy(pair.name[i], text, length);
        end = text + length;
        text = end + strspn(end, " \t");
    }
    if (*end || (!pair.name[1][0] && pair.name[0][0])) {
        *why = "is not two full names of ports";
        return false;
    }
    if (pair.name[0][0] && strcmp(pair.name[0], pair.name[1]) == 0) {
        *why = "names one port twice";
        return false;
    }
    memcpy(to, &pair, sizeof pair);
    return true;
}

bool setting_set(const struct setting *row, void *base, const char *text, const char **why)
{
    void *to = (char *)base + row->offset;

    switch (row->type) {
    case SETTING_BOOL:
        return set_bool(to, text, why);
    case SETTING_INT:
        return set_int(row, to, text, why);
    case SETTING_CHOICE:
        return set_choice(row, to, text, why);
    case SETTING_WORD:
    case SETTING_TEXT:
        return set_string(row, to, text, why);
    case SETTING_PORTS:
        return set_ports(row, to, text, why);
    }
    return false;
}

static size_t size_of(const struct setting *row)
{
    switch (row->type) {
    case SETTING_BOOL:
        return sizeof(bool);
    case SETTING_INT:
    case SETTING_CHOICE:
        return sizeof(int);
    case SETTING_WORD:
    case SETTING_TEXT:
        return (size_t)row->max + 1;
    case SETTING_PORTS:
        return sizeof(struct port_pair);
    }
    return 0;
}

void setting_copy(const struct setting *row, void *to, const void *from)
{
    memmove((char *)to + row->offset, (const char *)from + row->offset, size_of(row));
}

bool setting_equal(const struct setting *row, const void *a, const void *b)
{
    const char *x = (const char *)a + row->offset, *y = (const char *)b + row->offset;
    size_t name = sizeof((struct port_pair *)0)->name[0];

    if (row->type == SETTING_WORD || row->type == SETTING_TEXT)
        return strcmp(x, y) == 0; /* what lies behind a string's end means nothing */
    if (row->type == SETTING_PORTS)
        return strcmp(x, y) == 0 && strcmp(x + name, y + name) == 0;
    return memcmp(x, y, size_of(row)) == 0;
}

/* "auto, fastest, medium, best" */
static void choice_range(const struct setting *row, char *to, size_t size)
{
    size_t length = 0;

    for (const struct setting_choice *choice = row->choice; choice->name && length < size; choice++)
        length += (size_t)snprintf(to + length, size - length, "%s%s%s",
                                   choice == row->choice ? "" : ", ", choice->name,
                                   row->zero_is_auto && choice->value == 0 ? " (automatic)" : "");
    if (row->unit && length < size)
        snprintf(to + length, size - length, " %s", row->unit);
}

void setting_range(const struct setting *row, char *to, size_t size)
{
    switch (row->type) {
    case SETTING_BOOL:
        snprintf(to, size, "yes or no");
        break;
    case SETTING_INT:
        snprintf(to, size, "%s%d to %d %s", row->zero_is_auto ? "0 (automatic), " : "", row->min,
                 row->max, row->unit);
        break;
    case SETTING_CHOICE:
        choice_range(row, to, size);
        break;
    case SETTING_WORD:
        snprintf(to, size, "%d to %d letters, digits, . _ -", row->min, row->max);
        break;
    case SETTING_TEXT:
        snprintf(to, size, "%s1 to %d bytes", row->min ? "" : "nothing, or ", row->max);
        break;
    case SETTING_PORTS:
        snprintf(to, size, "nothing, or client:port client:port");
        break;
    }
}
