/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sound files, as a stream: in by libsndfile as floats, out as WAV or FLAC. */
#ifndef SOUND_H
#define SOUND_H

#include "fresh.h"

#include <sndfile.h>
#include <stdbool.h>
#include <stdint.h>

#define SOUND_RATE_MIN 44100
#define SOUND_RATE_MAX 192000

struct sound_in {
    const char *path;
    SNDFILE *file;
    uint32_t rate_hz, channels;
    uint64_t frames; /* 0: nobody knows before the end */
};

enum sound_format { SOUND_DEFAULT, SOUND_FLOAT, SOUND_PCM24, SOUND_PCM16 };

struct sound_out {
    struct fresh fresh;
    SNDFILE *file;
    enum sound_format format;
    bool flac;
    uint32_t channels;
    uint64_t frames;  /* written */
    uint64_t clipped; /* samples beyond full scale; floats have none */
    uint32_t dither;
};

/* Mono or stereo, 44.1 to 192 kHz. Complains and returns false of all else. */
bool sound_open(struct sound_in *in, const char *path);

/* Interleaved. Frames read; 0 at the end; -1, with a complaint, where the file is damaged. */
int64_t sound_read(struct sound_in *in, float *to, uint32_t frames);
void sound_close(struct sound_in *in);

/* Whether a path's name ends in .wav or .flac, and the format is one that such a file has.
 * Complains and returns false otherwise. */
bool sound_out_check(const char *path, enum sound_format format);

/* `frames`: how many are expected, to choose a header that can count them. */
bool sound_create(struct sound_out *out, const char *path, enum sound_format format,
                  uint32_t channels, uint32_t rate_hz, uint64_t frames);
bool sound_write(struct sound_out *out, const float *from, uint32_t frames); /* interleaved */
bool sound_keep(struct sound_out *out);
void sound_discard(struct sound_out *out);

/* "float", "24 bit", "16 bit" */
const char *sound_format_name(enum sound_format format);

#endif
