/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of parameters and of the sections they stand in, and what a wrong one was meant to be. */
#ifndef PARAM_NAMES_H
#define PARAM_NAMES_H

#include "param.h"

/* "eq.left.3" */
void param_section(const struct param_ref *ref, char name[PARAM_NAME_BYTES]);

/* The group and the member in it; ref->row is its first row. False: nothing is written. */
bool param_find_section(struct param_ref *ref, const char *name);

/* The row, or NULL. */
const struct param *param_find_row(const struct param_group *group, const char *key);

/* Sentences about names that nothing has, which may hold any bytes. Of a full name: */
void param_meant(const char *name, char why[PARAM_WHY_BYTES]);

/* Of a section, and of a key in one: */
void param_section_meant(const char *name, char why[PARAM_WHY_BYTES]);
void param_key_meant(const struct param_ref *section, const char *key, char why[PARAM_WHY_BYTES]);

#endif
