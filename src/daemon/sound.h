/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sound as it is now: two sides, A and B, each with its parameters and the preset they came
 * from; which one is heard, what is bypassed, what is muted meanwhile. All changes go through here;
 * each is a whole one (all values or none), has a number, and is told: to the engine, which goes
 * over to it without a click, and to listeners. Main thread.
 */
#ifndef SOUND_H
#define SOUND_H

#include "match.h"
#include "param.h"
#include "preset.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

enum { SOUND_SIDES = 2, SOUND_NAME_BYTES = 65, SOUND_STAGES = 64 };

struct sound_side {
    struct params params;
    struct params preset;        /* what the preset said when it was loaded or saved */
    char name[SOUND_NAME_BYTES]; /* of the preset; "" for none: the defaults */
    char path[PATH_MAX];
    struct preset_faults faults; /* of its file, when that was last read */
};

/* What a change was, for those who are told. */
enum sound_change { SOUND_VALUES = 1, SOUND_STATE = 2 };

struct sound {
    struct sound_side side[SOUND_SIDES];
    int heard;
    uint64_t bypassed;     /* a bit for each stage, in the order of sound_stage() */
    bool match;            /* sides are heard equally loud */
    struct match *matcher; /* NULL before it was asked for */
    uint64_t sequence;     /* counts changes */

    /* Told after each change: what has changed, who did it, and how the values were before. */
    void (*changed)(void *context, const struct params *before, int what, const char *source);
    void *context;
};

/* The defaults on both sides. `changed` may be NULL. */
void sound_init(struct sound *sound);

/* What is heard before bypass. */
const struct params *sound_params(const struct sound *sound);

/* What is to be designed: the parameters with bypassed stages off; *trim_db is the gain that makes
 * the heard side as loud as the softer one (<= 0). */
void sound_effective(struct sound *sound, struct params *params, double *trim_db);

/* Whether values differ from the preset's. */
bool sound_is_changed(const struct sound *sound);

void sound_set(struct sound *sound, const struct params *params, const char *source);

/* A preset onto the heard side, and what was wrong with its file. */
void sound_load(struct sound *sound, const char *name, const char *path,
                const struct params *preset, const struct preset_faults *faults,
                const char *source);

/* The heard side's values are a file's now, which reads as `saved`: they are those. Another side
 * that has the same file keeps its values, which now differ from it. */
void sound_saved(struct sound *sound, const char *name, const char *path,
                 const struct params *saved, const char *source);

/* Sides that have this file have it under its other name. */
void sound_renamed(struct sound *sound, const char *path, const char *name, const char *to_path,
                   const char *source);

/* The file of a side's preset was read again: the keys that changed in it win. */
void sound_edited(struct sound *sound, int side, const struct params *preset,
                  const struct preset_faults *faults, const char *source);

/* Stages by number, in the table's order; NULL beyond. */
const char *sound_stage(int stage);
int sound_stage_count(void);

/* -1: no such stage. */
int sound_find_stage(const char *name);

/* A stage, or all (-1). */
void sound_bypass(struct sound *sound, int stage, bool on, const char *source);

/* Goes over to a side; `copy`: the heard one is copied onto the other one before. */
void sound_go(struct sound *sound, int side, bool copy, const char *source);

void sound_match(struct sound *sound, bool on, const char *source);

/* The gain of a side, dB (<= 0), that makes it as loud as the softer one; 0 without match. */
double sound_trim_db(struct sound *sound, int side);

/* Defaults everywhere. A zeroed one is fine for finish. */
void sound_reset(struct sound *sound, const char *source);
void sound_finish(struct sound *sound);

#endif
