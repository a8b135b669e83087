/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The faults of a settings file, each one sentence for a person.
 */
#ifndef FAULT_H
#define FAULT_H

#include "daemon/config.h"
#include "daemon/setting.h"
#include "ini.h"

struct faults {
    const struct ini *ini;
    const char *file; /* as sentences name it */
    struct config_errors *errors;
};

/* "FILE:LINE: " and the sentence; no line for 0. Beyond CONFIG_ERRORS they are counted. */
void complain(struct faults *faults, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What the reading of the file found. */
void complain_as_ini(struct faults *faults, const struct ini_error *error);

/* "-60dB" is not a plain number; allowed: ... */
void complain_of_value(struct faults *faults, const struct ini_entry *entry,
                       const struct setting *row, const char *why);

/* Unknown; did you mean ...? `kind` is the section's name in the table. */
void complain_of_key(struct faults *faults, const struct ini_entry *entry, const char *kind);
void complain_of_section(struct faults *faults, const struct ini_section *section);

/* Into the order of lines; the errors of one line keep theirs. */
void config_errors_sort(struct config_errors *errors);

#endif
