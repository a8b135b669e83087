/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PEER_CHECK_H
#define PEER_CHECK_H

#include "peer.h"

enum { PEER_SAYS_BYTES = 96 };

/* Whether a peer does what its stage is for, from what it does to sines; `says` has the figures.
 * Two seconds of sound. */
bool peer_check(const struct peer_running *running, char says[PEER_SAYS_BYTES]);

#endif
