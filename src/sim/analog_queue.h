/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What simanalog's process callback puts in the queue for the writer of the recording. */
#ifndef ANALOG_QUEUE_H
#define ANALOG_QUEUE_H

#include <stdint.h>

/* Then frames * ports interleaved floats. */
struct recorded {
    uint64_t frame; /* position in the WAV */
    uint64_t frames;
};

#endif
