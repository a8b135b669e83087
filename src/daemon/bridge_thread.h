/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A bridge's pcm thread: waits, steps, and leaves why it ended in bridge->ended. */
#ifndef BRIDGE_THREAD_H
#define BRIDGE_THREAD_H

#include "bridge.h"

/* SCHED_FIFO at `priority` where that is allowed (<= 0: not wanted). Returns 0 or -errno. Opener.
 */
int bridge_thread_start(struct bridge *bridge, int priority);

#endif
