/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What of the sound is on disk: presets, which are read, watched and read again, and the running
 * state, which is written behind and read at the start. Main thread.
 */
#ifndef KEEPER_H
#define KEEPER_H

#include "config.h"
#include "library.h"
#include "sound.h"
#include "state.h"
#include "watch.h"

#include <systemd/sd-event.h>

struct keeper {
    struct sound *sound;
    const struct settings *settings;
    struct library library;
    struct state state;
    struct watch *watch;
    sd_event *event;
    sd_event_source *save; /* once, when something has changed */
    uint64_t saved_usec;   /* CLOCK_MONOTONIC; 0: nothing is kept */
    char trouble[256];     /* why nothing can be kept; "": it can */
};

/* The sound as it was left, else as the preset to begin with says, else the defaults. What was
 * edited in a preset meanwhile wins. *sound is initialised. */
void keeper_begin(struct keeper *keeper, struct sound *sound, const struct settings *settings);

/* From now on files are watched and the state is kept. -errno. */
int keeper_watch(struct keeper *keeper, sd_event *event);

/* The sound has changed; now and then is fine, too: folders may come. */
void keeper_note(struct keeper *keeper, bool changed);

/* Settings were read again: another preset to begin with is gone over to, else the files in use are
 * read again. */
void keeper_reload(struct keeper *keeper, const char *last_preset);

/* Writes the state. A zeroed one is fine. */
void keeper_end(struct keeper *keeper);

/* Age of what is on disk, s; NAN: nothing is. */
double keeper_saved_s(const struct keeper *keeper);

#endif
