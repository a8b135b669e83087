/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all commands of audioctl have in common: how they end, and how they complain. */
#ifndef CLI_H
#define CLI_H

#include <stdbool.h>

/* Exit status. */
enum {
    DONE = 0,
    FAILED = 1,
    MISUSED = 2,
    NOT_RUNNING = 3, /* nothing listens at the socket */
    DENIED = 4,
    INVALID = 5,
    TIMED_OUT = 6,
    BAD_CONFIG = 78,
    INTERRUPTED = 130
};

/* The commands that read their arguments by themselves; argv[0] is their name for messages. */
int cli_render(int argc, char **argv);

/* "audioctl: ..." to stderr, in one line that cannot steer a terminal. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The end of a command that has printed: status, or FAILED and a complaint where stdout took not
 * all of it. */
int printed(int status);

#endif
