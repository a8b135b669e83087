/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "headset_files.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { WRITER_PERIOD_MS = 50, SYNC_EVERY = 20 /* periods */, QUEUE_SECONDS = 8 };

/* By way of double, which holds every sample of 32 bits; libsndfile would scale a float file read
 * as integers to its own peak. */
static bool read_samples(SNDFILE *file, struct mic *mic)
{
    double frame[64];

    if (mic->channels > 64)
        return false;
    for (uint64_t i = 0; i < mic->frames; i++) {
        if (sf_readf_double(file, frame, 1) != 1)
            return false;
        for (unsigned c = 0; c < mic->channels; c++) {
            double sample = rint(frame[c] * 2147483648.0);

            sample = sample > INT32_MAX ? INT32_MAX : sample < INT32_MIN ? INT32_MIN : sample;
            mic->samples[i * mic->channels + c] = (int32_t)sample;
        }
    }
    return true;
}

bool mic_load(struct mic *mic, const char *path, unsigned rate_hz)
{
    SF_INFO info = { 0 };
    SNDFILE *file = sf_open(path, SFM_READ, &info);
    bool ok;

    if (!file) {
        fprintf(stderr, "%s: %s\n", path, sf_strerror(NULL));
        return false;
    }
    if ((unsigned)info.samplerate != rate_hz) {
        fprintf(stderr, "%s: %d Hz, but the device's clock is %u Hz; sox %s -r %u OUT.wav\n", path,
                info.samplerate, rate_hz, path, rate_hz);
        sf_close(file);
        return false;
    }
    mic->frames = (uint64_t)info.frames;
    mic->channels = (unsigned)info.channels;
    mic->samples = calloc(mic->frames + 1, sizeof *mic->samples * mic->channels);
    ok = mic->samples && read_samples(file, mic);
    if (!ok)
        fprintf(stderr, "%s: cannot be loaded\n", path);
    sf_close(file);
    return ok;
}

void mic_free(struct mic *mic)
{
    free(mic->samples);
    *mic = (struct mic){ 0 };
}

/* All that is queued, then silence up to where the device's clock was before we looked. */
static void write_played(struct play_writer *writer)
{
    uint64_t until = atomic_load_explicit(&writer->bus->frames, memory_order_acquire);
    struct played_packet packet;

    while (spsc_take(&writer->queue, &packet, sizeof packet)) {
        spsc_take(&writer->queue, writer->block,
                  packet.frames * writer->wav.channels * sizeof writer->block[0]);
        wavout_write(&writer->wav, packet.device_frame, writer->block, packet.frames);
    }
    wavout_pad(&writer->wav, until);
    atomic_store(&writer->dropped_frames, writer->wav.dropped);
}

static void write_sidecar(struct play_writer *writer)
{
    struct bus *bus = writer->bus;

    sidecar_write(writer->wav.path,
                  "{\"t0_ns\": %" PRIu64 ", \"rate\": %u, \"ppm\": %.9g, \"frames\": %" PRIu64
                  ", \"lost\": %" PRIu64 "}\n",
                  bus->t0_ns, bus->clock.rate_hz, atomic_load(&bus->wanted_ppm), writer->wav.frames,
                  atomic_load(&bus->lost_frames) + writer->wav.dropped);
}

static void *writer_run(void *argument)
{
    struct play_writer *writer = argument;
    struct timespec period = { 0, WRITER_PERIOD_MS * 1000000L };

    for (unsigned round = 0; !atomic_load(&writer->quit); round++) {
        write_played(writer);
        if (round % SYNC_EVERY == 0) {
            wavout_sync(&writer->wav);
            write_sidecar(writer);
        }
        nanosleep(&period, NULL);
    }
    return NULL;
}

bool play_writer_open(struct play_writer *writer, struct bus *bus, const char *path,
                      unsigned channels)
{
    writer->bus = bus;
    if (!wavout_open(&writer->wav, path, bus->clock.rate_hz, channels, WAVOUT_INT32))
        return false;
    if (!spsc_init(&writer->queue, sizeof(int32_t) * channels * bus->clock.rate_hz * QUEUE_SECONDS))
        return false;
    bus->played = &writer->queue;
    bus->played_channels = channels;
    return true;
}

bool play_writer_start(struct play_writer *writer)
{
    return !pthread_create(&writer->thread, NULL, writer_run, writer);
}

void play_writer_close(struct play_writer *writer)
{
    atomic_store(&writer->quit, true);
    pthread_join(writer->thread, NULL);
    write_played(writer);
    wavout_close(&writer->wav);
    write_sidecar(writer);
    spsc_finish(&writer->queue);
}
