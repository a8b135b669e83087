/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JSON from elsewhere: made safe to show, and read without a fear. A key that is missing, null or
 * of another type reads as nothing: "", NAN, false.
 */
#ifndef SAFE_H
#define SAFE_H

#include <jansson.h>
#include <stdbool.h>

/* A copy in which no string or key can steer a terminal. Lines stay in the member "text" of the
 * whole, which is a file's text. NULL: out of memory. */
json_t *safe_copy(const json_t *raw);

const char *safe_text(const json_t *object, const char *key);
double safe_number(const json_t *object, const char *key);
bool safe_true(const json_t *object, const char *key);

enum { SAFE_VALUE_BYTES = 256 };

/* A value as people write it: yes, -24, linkwitz_riley, nothing. A longer one is cut. */
const char *safe_value(const json_t *value, char text[SAFE_VALUE_BYTES]);

/* "a, b, c"; `none` where there is nothing in it. To be freed. */
char *safe_list(const json_t *list, const char *none);

/* In one line, and a newline. */
void safe_print_json(const json_t *value);

#endif
