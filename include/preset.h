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

/*
 * Reads a file into *params.
 *
 * Without faults: a key the file does not name has its default. With faults: a key at fault, or not
 * named (it may be misspelt), has the value of `last_good`, so that a slip makes nothing louder;
 * with NULL for it, its default. Reading a file again, give what it said before; going over to
 * another preset, NULL. A file that cannot be read at all leaves everything as in last_good.
 *
 * `params` and `last_good` may be the same. *faults is overwritten. Returns true if there were
 * none; *params is complete and in range either way.
 */
bool preset_load(struct params *params, const char *path, const struct params *last_good,
                 struct preset_faults *faults);
bool preset_parse(struct params *params, const char *bytes, size_t length, const char *name,
                  const struct params *last_good, struct preset_faults *faults);

/* Writes a preset with every parameter (all = true) or with those that are not at their default;
 * help, unit and range as comments. The caller checks ferror(). */
void preset_print(FILE *out, const struct params *params, bool all);

/*
 * The text of a preset with its values as *params has them, edited in place: comments, order, blank
 * lines, a BOM, line ends, quotes, unknown keys and lines at fault stay.
 *
 *   - A key that is there gets its value if its text says another one, or is at fault itself;
 *     "on" for yes, "-20.0", "120 cm" stay as they are. Of keys given twice the first is edited,
 *     which is the one that counts.
 *   - A key that is missing and is not at its default is added: behind the last line of its section
 *     that is neither blank nor a comment, or in a new section at the end, explained as
 *     preset_print() does.
 *   - Line ends are those of the text's first line.
 *
 * Reading the result of a text without faults gives *params again. An empty text, or NULL: as
 * preset_print(.., false).
 *
 * The result is malloc'd, with a NUL behind it. NULL: no memory; or the text is not one (it holds
 * NULs, is too long for a preset), or would become too long by what has to be added.
 */
char *preset_edit(const char *bytes, size_t length, const struct params *params);

/* Writes the manual page audioserver.preset(5). */
void preset_man(FILE *out);

#endif
