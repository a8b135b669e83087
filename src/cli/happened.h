/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The events that the daemon keeps. */
#ifndef HAPPENED_H
#define HAPPENED_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* "2026-11-25 12:00:00  warning  bridge: the device is gone" */
void happened_words(const json_t *event, char *to, size_t size);

bool happened_is_grave(const json_t *event); /* a warning or worse */

#endif
