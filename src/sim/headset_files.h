/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The WAV files of the simulated headset: what the microphone hears, loaded whole before the start,
 * and what the headset played, written by a thread of its own.
 */
#ifndef HEADSET_FILES_H
#define HEADSET_FILES_H

#include "headset_bus.h"
#include "wavout.h"

/* Says on stderr why it fails; a file of another rate is refused. */
bool mic_load(struct mic *mic, const char *path, unsigned rate_hz);
void mic_free(struct mic *mic);

struct play_writer {
    struct bus *bus;
    struct wavout wav;
    struct spsc queue; /* about eight seconds */
    pthread_t thread;
    _Atomic bool quit;
    _Atomic uint64_t dropped_frames; /* refused by the disk */
    int32_t block[PACKET_FRAMES_MAX * HEADSET_CHANNELS_MAX];
};

/* Opens the file and gives the bus its queue; before bus_start(). */
bool play_writer_open(struct play_writer *writer, struct bus *bus, const char *path,
                      unsigned channels);
bool play_writer_start(struct play_writer *writer); /* after bus_start() */
void play_writer_close(struct play_writer *writer); /* after bus_stop() */

#endif
