/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Did you mean ...? */
#ifndef SPELLING_H
#define SPELLING_H

#include <stdbool.h>

/* The slips between two names: letters too many, missing, wrong, or two neighbours in the wrong
 * order. Names beyond 64 bytes are as different as can be. */
int spelling_slips(const char *a, const char *b);

/* Whether `known` is likely what `name` was meant to be: at most two slips, and fewer than half of
 * its letters. */
bool spelling_is_near(const char *name, const char *known);

#endif
