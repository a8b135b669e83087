/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands of DIR/control.sock. */
#ifndef HEADSET_CONTROL_H
#define HEADSET_CONTROL_H

#include "headset_server.h"

/* Carries out "WORD ARGUMENT..." (which it takes apart); the answer begins with "error" if refused.
 */
void control_execute(struct server *server, char *line, char *answer, size_t size);

#endif
