/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one table of parameters. A parameter is one row: its name, unit, help, type, range, default
 * and place. Reading and writing presets, the command line, the documentation and whatever lists
 * parameters are loops over it.
 *
 * A parameter's full name is GROUP.KEY: compressor.threshold_db, eq.left.3.gain_db,
 * strip.sub.delay_ms. In a preset the group is the section: [eq.left.3] gain_db = -4. Rows belong
 * to a kind of group (a band, a compressor, ...), which stands in `struct params` once or many
 * times: ten bands are one group entry with a count and a stride.
 *
 * No state, no memory of its own; any normal thread.
 */
#ifndef PARAM_H
#define PARAM_H

#include "params.h"

#include <stdbool.h>
#include <stddef.h>

enum param_type {
    PARAM_BOOL,   /* bool: yes no on off true false 1 0 */
    PARAM_NUMBER, /* double: min..max */
    PARAM_INT,    /* int: min..max */
    PARAM_CHOICE, /* enum: one of `choice` */
};

struct param_choice {
    const char *name; /* NULL after the last */
    int value;
};

/* What follows a change is the same for all of today's rows: other coefficients. */
struct param {
    const char *key;
    const char *unit; /* "dB", "ms", "Hz", "%", "microseconds"; "" where there is none */
    const char *help; /* sentences */
    enum param_type type;
    double min, max;
    const char *text;  /* the default, as a preset has it */
    const char *extra; /* a further word that is allowed beside min..max ("inf"), or NULL */
    double extra_value;
    bool is_distance; /* ms of delay: "120 cm" and "1.2 m" are understood too, at 343 m/s */
    const struct param_choice *choice;
    size_t offset; /* in its group */
};

struct param_group {
    const char *name; /* "compressor"; with a count > 1 the members are NAME.1, NAME.2 ... */
    const char *help; /* a sentence, for the comment above a section */
    int count;
    size_t offset, stride; /* in struct params */
    const struct param *rows;
    int row_count;
    bool is_stage; /* it can be bypassed: its row "on" counts as no then */
};

extern const struct param_group param_groups[];
extern const int param_group_count;

enum { PARAM_NAME_BYTES = 64, PARAM_TEXT_BYTES = 40, PARAM_WHY_BYTES = 512 };

/* A row in its place: which group, which member (from 0), which row. */
struct param_ref {
    const struct param_group *group;
    int member;
    const struct param *row;
};

void params_defaults(struct params *params);

/* By full name. False: no such parameter; `why` then has a sentence with the nearest name. */
bool param_find(struct param_ref *ref, const char *name, char why[PARAM_WHY_BYTES]);

/* "eq.left.3.gain_db" */
void param_name(const struct param_ref *ref, char name[PARAM_NAME_BYTES]);

/* Whether a path names this parameter or a group that it stands in: "eq" and "eq.left" do for
 * eq.left.3.gain_db. */
bool param_is_within(const struct param_ref *ref, const char *path);

/* Sets a value from its text. False: refused, nothing is changed, and `why` says in one sentence
 * what is wrong and what is allowed: "\"-70\" is out of range; allowed: -60 to 0 dB". */
bool param_set(struct params *params, const struct param_ref *ref, const char *text,
               char why[PARAM_WHY_BYTES]);

/* The same for a value that is a number already, of a row of numbers: no text stands between. */
bool param_set_number(struct params *params, const struct param_ref *ref, double value,
                      char why[PARAM_WHY_BYTES]);

/* The value as a number: yes is 1, a choice is its value in the enum. */
double param_number(const struct params *params, const struct param_ref *ref);

bool param_same(const struct params *a, const struct params *b, const struct param_ref *ref);

/* The value of one in the other. */
void param_copy(struct params *to, const struct params *from, const struct param_ref *ref);

/* The value as a preset has it; param_set() of it gives the same value again if that came from a
 * text. (Of other numbers 15 digits are kept.) */
void param_get(const struct params *params, const struct param_ref *ref,
               char text[PARAM_TEXT_BYTES]);

/* What is allowed, as words: "-60 to 12 dB", "yes or no", "1 to 20, or inf". */
void param_range(const struct param *row, char *to, size_t size);

/* All parameters in the table's order: start with {0}; false after the last. */
bool param_next(struct param_ref *ref);

#endif
