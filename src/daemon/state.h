/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The running sound as a file, for the next start: both sides' values, and what their presets said,
 * so that what was edited in a preset meanwhile can be told from what was changed live.
 *
 *     {"format":1,"sum":"0123456789abcdef","state":{...}}
 *
 * One line; the sum is FNV-1a of the state as written. What a later version has put beside what is
 * known here, values of parameters among it, is kept. A file of a newer format is not read, and
 * never overwritten. Main thread.
 */
#ifndef STATE_H
#define STATE_H

#include "sound.h"

#include <jansson.h>

enum { STATE_BYTES_MAX = 1024 * 1024 };

struct state {
    char path[PATH_MAX]; /* "": none is kept */
    bool newer;          /* the file is of a newer format: hands off */
    bool damaged;        /* the file is: it does not become PATH.1 */
    json_t *unknown;     /* what is kept for a later version; NULL for nothing */
};

/* Reads into *sound, which was initialised; from PATH.1 if the file is damaged. Returns whether
 * there was one. `said`: a sentence for the log where something was wrong, else "". */
bool state_load(struct state *state, struct sound *sound, char said[256]);

/* Writes it. 0 or -errno; -EPERM for a newer file. */
int state_save(struct state *state, const struct sound *sound);

void state_finish(struct state *state);

/* The bytes of a file, malloc'd; NULL without memory. And back: false, and why. */
char *state_print(const struct state *state, const struct sound *sound);
bool state_parse(struct state *state, struct sound *sound, const char *bytes, size_t length,
                 char why[256]);

#endif
