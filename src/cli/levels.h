/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Readings of the meters, as rows: whatever has peaks is a meter. */
#ifndef LEVELS_H
#define LEVELS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

enum { LEVELS = 16, LEVEL_NAME_BYTES = 40, LEVEL_FLOOR_DB = -60 };

struct level {
    char name[LEVEL_NAME_BYTES]; /* "headset L" */
    double peak_db, rms_db;      /* -120: nothing */
    double clips;
};

/* The meters of a reading, in its order; how many. */
int levels_read(const json_t *reading, struct level levels[LEVELS]);

/* What can be shown in a column: -200 .. 200. */
double level_fit(double db);

/* The place of a level on a bar of `width`, 0 .. width. */
int level_place(double db, int width);

/* All meters, the loudness, and the reductions that are at work, in lines. */
void levels_print(FILE *out, const json_t *reading);

/* In one line: peaks, loudness, load. */
void levels_line(FILE *out, const json_t *reading);

#endif
