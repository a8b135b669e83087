/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How loud a sound makes music: pink noise is played through a chain of its parameters, at once and
 * unheard, and what the headset would get is measured (ITU-R BS.1770-5). Two sounds compared by it
 * are compared fairly, whatever is playing. A few milliseconds a sound; the last two are
 * remembered. Main thread.
 */
#ifndef MATCH_H
#define MATCH_H

#include "params.h"

struct match;

/* NULL without memory. */
struct match *match_create(void);
void match_destroy(struct match *match); /* NULL is fine */

/* LUFS; -INFINITY for silence. */
double match_lufs(struct match *match, const struct params *params);

#endif
