/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The terminal as a screen: taken at terminal_enter(), and given back as it was by terminal_leave()
 * and at exit. Signals only leave a note.
 */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

bool terminal_is_screen(void); /* a terminal that can move its cursor */
bool terminal_has_colours(void);

void terminal_enter(void);
void terminal_leave(void);

void terminal_size(int *columns, int *rows);

/* Writes a whole frame; false if the terminal is gone. */
bool terminal_draw(const char *bytes, size_t length);

/* What signals and keys asked for since the last call. Suspends itself where that was asked. */
enum terminal_wish { TERMINAL_NOTHING, TERMINAL_REDRAW, TERMINAL_END };
enum terminal_wish terminal_wish(void);

/* While waiting for something else, signals get through with this mask only. */
const sigset_t *terminal_mask(void);

/* The signal that asked for the end, 0 if a key did. Called after terminal_leave(): it ends the
 * program as the signal would have done. */
void terminal_die(void);

#endif
