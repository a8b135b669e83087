/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "param_text.h"

#include "number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double metres_per_second = 343; /* sound in air at 20 degrees */

static bool read_bool(void *to, const char *text, const char **why)
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

static bool read_choice(const struct param *row, void *to, const char *text, const char **why)
{
    for (const struct param_choice *choice = row->choice; choice->name; choice++)
        if (strcmp(choice->name, text) == 0) {
            memcpy(to, &choice->value, sizeof choice->value); /* into an enum */
            return true;
        }
    *why = "is not one of the choices";
    return false;
}

/* "120 cm", "1.2m": the time sound takes, in whole nanoseconds, which a text can hold. */
static bool read_distance(const char *text, double *ms)
{
    static const struct {
        const char *unit;
        double metres;
    } units[] = { { "cm", 0.01 }, { "m", 1 } };
    size_t length = strspn(text, "+-.0123456789");
    const char *unit = text + length + strspn(text + length, " \t");
    char number[32];
    double value;
    bool whole;

    if (length >= sizeof number)
        return false;
    memcpy(number, text, length);
    number[length] = '\0';
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strcmp(unit, units[i].unit) == 0 && number_read(number, &value, &whole)) {
            *ms = round(value * units[i].metres / metres_per_second * 1e9) / 1e6;
            return true;
        }
    return false;
}

static bool read_number(const struct param *row, void *to, const char *text, const char **why)
{
    double value;
    bool whole = false;

    if (row->extra && strcmp(text, row->extra) == 0) {
        *(double *)to = row->extra_value;
        return true;
    }
    if (!number_read(text, &value, &whole) && !(row->is_distance && read_distance(text, &value))) {
        *why =
            row->is_distance ? "is neither a plain number nor a distance" : "is not a plain number";
        return false;
    }
    if (row->type == PARAM_INT && !whole) {
        *why = "is not a whole number";
        return false;
    }
    return param_read_number(row, to, value, why);
}

bool param_read_number(const struct param *row, void *to, double value, const char **why)
{
    if (row->type == PARAM_INT && value != trunc(value)) {
        *why = "is not a whole number";
        return false;
    }
    if (!(value >= row->min && value <= row->max) && !(row->extra && value == row->extra_value)) {
        *why = "is out of range";
        return false;
    }
    if (row->type == PARAM_INT)
        *(int *)to = (int)value;
    else
        *(double *)to = value;
    return true;
}

size_t param_bytes(const struct param *row)
{
    static const size_t bytes[] = { [PARAM_BOOL] = sizeof(bool),
                                    [PARAM_NUMBER] = sizeof(double),
                                    [PARAM_INT] = sizeof(int),
                                    [PARAM_CHOICE] = sizeof(int) };

    return bytes[row->type];
}

bool param_read_text(const struct param *row, void *to, const char *text, const char **why)
{
    switch (row->type) {
    case PARAM_BOOL:
        return read_bool(to, text, why);
    case PARAM_CHOICE:
        return read_choice(row, to, text, why);
    case PARAM_NUMBER:
    case PARAM_INT:
        return read_number(row, to, text, why);
    }
    return false;
}

static const char *choice_name(const struct param *row, const void *from)
{
    int value;

    memcpy(&value, from, sizeof value);
    for (const struct param_choice *choice = row->choice; choice->name; choice++)
        if (choice->value == value)
            return choice->name;
    return "";
}

void param_write_text(const struct param *row, const void *from, char text[PARAM_TEXT_BYTES])
{
    switch (row->type) {
    case PARAM_BOOL:
        snprintf(text, PARAM_TEXT_BYTES, "%s", *(const bool *)from ? "yes" : "no");
        break;
    case PARAM_CHOICE:
        snprintf(text, PARAM_TEXT_BYTES, "%s", choice_name(row, from));
        break;
    case PARAM_INT:
        snprintf(text, PARAM_TEXT_BYTES, "%d", *(const int *)from);
        break;
    case PARAM_NUMBER:
        if (row->extra && *(const double *)from == row->extra_value)
            snprintf(text, PARAM_TEXT_BYTES, "%s", row->extra);
        else
            number_write(*(const double *)from, text, PARAM_TEXT_BYTES);
        break;
    }
}

/* "downward, upward" */
static void choice_range(const struct param *row, char *to, size_t size)
{
    size_t length = 0;

    for (const struct param_choice *choice = row->choice; choice->name && length < size; choice++)
        length += (size_t)snprintf(to + length, size - length, "%s%s",
                                   choice == row->choice ? "" : ", ", choice->name);
}

void param_range(const struct param *row, char *to, size_t size)
{
    char min[PARAM_TEXT_BYTES], max[PARAM_TEXT_BYTES];

    switch (row->type) {
    case PARAM_BOOL:
        snprintf(to, size, "yes or no");
        break;
    case PARAM_CHOICE:
        choice_range(row, to, size);
        break;
    case PARAM_NUMBER:
    case PARAM_INT:
        number_write(row->min, min, sizeof min);
        number_write(row->max, max, sizeof max);
        snprintf(to, size, "%s to %s%s%s%s%s%s", min, max, *row->unit ? " " : "", row->unit,
                 row->extra ? ", or " : "", row->extra ? row->extra : "",
                 row->is_distance ? ", or a distance like 120 cm or 1.2 m" : "");
        break;
    }
}
