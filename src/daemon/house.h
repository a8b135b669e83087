/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The daemon's main loop and all that it owns: settings, the sound and its state on disk, presets,
 * the control sockets, the engine, and what systemd and people are told. Main thread.
 */
#ifndef HOUSE_H
#define HOUSE_H

#include <stdbool.h>

struct house_options {
    const char *config; /* NULL: the usual one, if it is there */
    const char *server; /* NULL: as the settings say, as below */
    const char *socket;
    bool live;     /* status on standard output */
    bool terminal; /* which is one */
};

/* Runs until a signal ends it. Returns the exit status; it may not return where a library hangs. */
int house_run(const struct house_options *options);

#endif
