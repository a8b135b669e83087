/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the daemon is, for people: a sentence, a line, a screen, a summary. */
#ifndef STATUS_H
#define STATUS_H

#include "engine.h"

#include <stdio.h>

/* This process on its machine. */
struct machine {
    double up_s;
    double cpu_percent; /* of one core, since the last look */
    double rss_mb;
    long fds, threads;               /* -1: unknown */
    double temperature_c, clock_mhz; /* NAN: the machine does not tell */
    long throttled;                  /* the Pi's bits; -1: the machine does not tell */
    double looked_s, cpu_s;
};

struct status {
    struct engine_report engine;
    struct engine_meters meters;
    double spectrum_db[SPECTRUM_BANDS]; /* of the headset; looked at by status_screen() */
    struct machine machine;
    char server[SETTINGS_SERVER_BYTES];
    char storage[256]; /* why the state cannot be kept; "": it can */
    double saved_s;    /* age of what is kept; NAN: nothing is */
    int config_errors;
    char config_error[CONFIG_ERROR_BYTES]; /* the first one */
};

/* Looks. Zeroed before the first look. */
void status_machine(struct machine *machine);

/* One sentence, as for systemd's STATUS=; returns its length as snprintf does. */
int status_sentence(const struct status *status, char *text, size_t bytes);

/* A screen of at most 80 columns; no escapes but those of `redraw` (cursor home, erase). */
void status_screen(const struct status *status, FILE *out, bool redraw);

/* One line, for terminals that are none. */
void status_line(const struct status *status, FILE *out);

/* At the end of a run. */
void status_summary(const struct status *status, FILE *out);

#endif
