/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Log lines in plain words, to stderr, with systemd's <N> priority prefix when stderr is the
 * journal. One line per cause, then a count: a line that repeats within ten seconds is held back
 * and summed up ("... 41 times more"), so a dead device cannot flood the log.
 *
 * Any normal thread may call these; never a realtime one (they lock and write). Realtime code
 * counts, and somebody else reads the counters and speaks.
 */
#ifndef LOG_H
#define LOG_H

#include <stdarg.h>
#include <stdbool.h>

enum log_level { LOG_ERROR = 3, LOG_WARNING = 4, LOG_NOTICE = 5, LOG_INFO = 6, LOG_DEBUG = 7 };

/* Nothing above `level` is written. Default LOG_INFO. */
void log_level(enum log_level level);

/* `cause` names what repeats ("bridge headset", "jack"): the hold-back is kept for each cause and
 * format. Lines are cut at 511 bytes; control characters are written as '?'. */
void log_line(enum log_level level, const char *cause, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for what happens: each text is a cause of its own, so a device that is found after it
 * was lost is told at once, and only the same thing again is held back. Not for texts with numbers
 * that change each time. */
void log_event(enum log_level level, const char *cause, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A line as it was written, for those who ask later. */
struct log_entry {
    unsigned long number; /* from 1, without gaps */
    double time;          /* seconds since 1970 */
    enum log_level level;
    char cause[64];
    char text[512];
};

enum { LOG_KEPT = 100 };

/* The kept lines with numbers beyond `after`, oldest first, at most `room`. Returns how many. */
int log_recall(unsigned long after, struct log_entry *to, int room);

/* Writes the counts of lines still held back. Call now and then (1 s), and at exit. */
void log_flush(bool at_exit);

#endif
