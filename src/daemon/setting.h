/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One setting is one row: all that anybody has to know about it. The rows of [bridge.NAME] hold for
 * each bridge; their offsets lie in struct bridge_settings, those of the others in struct settings.
 */
#ifndef SETTING_H
#define SETTING_H

#include "daemon/config.h"

#include <stddef.h>

enum setting_type {
    SETTING_BOOL,   /* bool: yes no on off true false 1 0 */
    SETTING_INT,    /* int: min..max, whole */
    SETTING_CHOICE, /* int or enum: one of `choice` */
    SETTING_WORD,   /* char[max + 1]: min (0 or 1) to max of letters, digits, . _ - */
    SETTING_TEXT,   /* char[max + 1]: min (0 or 1) to max bytes */
    SETTING_PORTS,  /* struct port_pair: "" or two names with a blank between, max bytes each */
};

struct setting_choice {
    const char *name; /* as the file has it; NULL after the last */
    int value;
};

struct setting {
    const char *section; /* "jack"; SETTING_BRIDGE for the rows of each bridge */
    const char *key;
    const char *help; /* sentences */
    const char *unit; /* of a numeric row, in full where the letters are not plain; else NULL */
    const char *text; /* the default as the file has it; NULL: required, there is none */
    enum setting_type type;
    bool zero_is_auto; /* 0 is allowed beside min..max, and means: find out */
    int min, max;
    const struct setting_choice *choice;
    size_t offset;
};

#define SETTING_BRIDGE "bridge.NAME"

enum { SETTING_ROWS_MAX = 64 };

extern const struct setting settings_table[];
extern const int settings_table_count;

/* The bridges of a file that has none; NULL name after the last. */
struct setting_builtin {
    const char *name, *direction, *device;
};

extern const struct setting_builtin settings_builtin[];

bool setting_is_of_bridge(const struct setting *row);

/* The row, or NULL. `section` is "jack" ... or SETTING_BRIDGE. */
const struct setting *setting_find(const char *section, const char *key);

/* Converts `text` into the row's place in *base (struct settings or struct bridge_settings). True,
 * or `why` says what is wrong ("is not a plain number") and nothing is written. */
bool setting_set(const struct setting *row, void *base, const char *text, const char **why);

/* Copies the row's value from one struct to another of the same kind. */
void setting_copy(const struct setting *row, void *to, const void *from);

/* Whether two structs of the same kind have the same value in this row. */
bool setting_equal(const struct setting *row, const void *a, const void *b);

/* What is allowed, as words: "-60 to 12 dB", "yes or no", "auto, fastest, medium, best". */
void setting_range(const struct setting *row, char *to, size_t size);

/* A bridge with the defaults of all rows that have one, and its name. */
void setting_bridge_defaults(struct bridge_settings *bridge, const char *name);

#endif
