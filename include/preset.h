/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Presets: parameters in an INI file. A key that the file does not name has its default. Faults
 * cost their own key and are listed, each in one sentence: FILE:LINE: [section] key: what, allowed,
 * nearest name.
 */
#ifndef PRESET_H
#define PRESET_H

#include "params.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { PRESET_FAULTS = 64, PRESET_FAULT_BYTES = 512 };

struct preset_faults { /* ~33 KB */
    int count;         /* kept, in the order of lines */
    int more;          /* not kept */
    char text[PRESET_FAULTS][PRESET_FAULT_BYTES];
};

/* Reads a file into *params. What is at fault, or not named, keeps the value of `last_good` (NULL:
 * its default) for faults, its default otherwise. True if there was no fault. `params` may be
 * `last_good`. An unreadable file leaves all as in last_good. */
bool preset_load(struct params *params, const char *path, const struct params *last_good,
                 struct preset_faults *faults);
bool preset_parse(struct params *params, const char *bytes, size_t length, const char *name,
                  const struct params *last_good, struct preset_faults *faults);

/* Writes a preset with every parameter (all = true) or with those that are not at their default;
 * help, unit and range as comments. The caller checks ferror(). */
void preset_print(FILE *out, const struct params *params, bool all);

#endif
