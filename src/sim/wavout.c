/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wavout.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool wavout_open(struct wavout *out, const char *path, unsigned rate_hz, unsigned channels,
                 enum wavout_sample sample)
{
    SF_INFO info = { .samplerate = (int)rate_hz,
                     .channels = (int)channels,
                     .format = SF_FORMAT_WAV |
                               (sample == WAVOUT_FLOAT ? SF_FORMAT_FLOAT : SF_FORMAT_PCM_32) };

    *out = (struct wavout){ .path = path, .sample = sample, .channels = channels };
    out->file = sf_open(path, SFM_WRITE, &info);
    if (!out->file)
        fprintf(stderr, "%s: %s\n", path, sf_strerror(NULL));
    return out->file != NULL;
}

static void append(struct wavout *out, const void *samples, uint64_t frames)
{
    sf_count_t wanted = (sf_count_t)frames, done;

    if (out->sample == WAVOUT_FLOAT)
        done = sf_writef_float(out->file, samples, wanted);
    else
        done = sf_writef_int(out->file, samples, wanted);
    if (done > 0)
        out->frames += (uint64_t)done;
    if (done < wanted)
        out->dropped += (uint64_t)(wanted - done);
}

void wavout_pad(struct wavout *out, uint64_t frame)
{
    static const int32_t silence[8192]; /* all bits 0: 0.0f as well */
    uint64_t most = sizeof silence / sizeof silence[0] / out->channels;

    while (out->frames < frame) {
        uint64_t before = out->frames, missing = frame - before;

        append(out, silence, missing < most ? missing : most);
        if (out->frames == before)
            return; /* disk full: the next call tries again */
    }
}

void wavout_write(struct wavout *out, uint64_t frame, const void *samples, uint64_t frames)
{
    size_t frame_bytes = out->channels * sizeof(int32_t);
    uint64_t late;

    wavout_pad(out, frame);
    late = out->frames > frame ? out->frames - frame : 0;
    if (late > frames)
        late = frames;
    out->dropped += late;
    append(out, (const unsigned char *)samples + late * frame_bytes, frames - late);
}

void wavout_sync(struct wavout *out)
{
    sf_command(out->file, SFC_UPDATE_HEADER_NOW, NULL, 0);
    sf_write_sync(out->file);
}

void wavout_close(struct wavout *out)
{
    if (out->file)
        sf_close(out->file);
    out->file = NULL;
}

void sidecar_write(const char *path, const char *format, ...)
{
    char name[4096], fresh[4096 + 8];
    va_list arguments;
    FILE *file;

    snprintf(name, sizeof name, "%s.json", path);
    snprintf(fresh, sizeof fresh, "%s.new", name);
    file = fopen(fresh, "w");
    if (!file)
        return;
    va_start(arguments, format);
    vfprintf(file, format, arguments);
    va_end(arguments);
    if (fclose(file) == 0)
        rename(fresh, name);
}
