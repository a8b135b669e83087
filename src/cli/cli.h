/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands of audioctl. Each gets its own arguments, argv[0] its name for messages. */
#ifndef CLI_H
#define CLI_H

enum { DONE = 0, FAILED = 1, MISUSED = 2, INTERRUPTED = 130 }; /* exit status */

int cli_params(int argc, char **argv);
int cli_render(int argc, char **argv);

/* "audioctl: ..." to stderr, in one line that cannot steer a terminal. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
