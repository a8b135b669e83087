/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A WAV file written by position: what nobody wrote is silence. With it goes a sidecar, FILE.json,
 * that says when frame 0 was. Normal threads only.
 */
#ifndef WAVOUT_H
#define WAVOUT_H

#include <sndfile.h>
#include <stdbool.h>
#include <stdint.h>

enum wavout_sample { WAVOUT_INT32, WAVOUT_FLOAT };

struct wavout {
    SNDFILE *file;
    const char *path;
    enum wavout_sample sample;
    unsigned channels;
    uint64_t frames;  /* length so far */
    uint64_t dropped; /* frames that came for a place already written, or that the disk refused */
};

/* `path` must outlive the file. Says on stderr why it fails. */
bool wavout_open(struct wavout *out, const char *path, unsigned rate_hz, unsigned channels,
                 enum wavout_sample sample);

/* Silence up to `frame`; nothing when the file is as long already. */
void wavout_pad(struct wavout *out, uint64_t frame);

/* `frames` interleaved frames (int32_t or float, see above) with the first at `frame`. */
void wavout_write(struct wavout *out, uint64_t frame, const void *samples, uint64_t frames);

/* Makes the file readable as it is. */
void wavout_sync(struct wavout *out);
void wavout_close(struct wavout *out);

/* Replaces PATH.json by the given text, whole. */
void sidecar_write(const char *path, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
